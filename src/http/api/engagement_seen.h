#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "cql/data_source.h"
#include "engine/engagement_rows.h"
#include "engine/ledger.h"
#include "engine/service.h"
#include "http/api/backend.h"

namespace parcours::http::api {

/// Whether these ask of what only the ledger knows: positions are folded from the record.
[[nodiscard]] bool asks_the_ledger(const std::vector<cql::Retrieve>& retrieves);

/// What an evaluation sees of engagement at a moment. The ledger goes on meanwhile: each patient is
/// judged by what it says when they are looked at.
class EngagementSeen {
  public:
    /// `by_ledger`: it asks of more than positions. Errors: those of reading the log.
    Result<> open(const Backend& backend, const engine::Published& record, bool by_ledger,
                  Instant as_of);

    [[nodiscard]] const engine::EngagementRows& rows() const { return *rows_; }
    /// The ledger could not be read for somebody: the answer is none.
    [[nodiscard]] bool failed() const { return failed_; }

  private:
    void look(const Backend& backend, const engine::EngagementRows::See& see);

    std::shared_ptr<const engine::Ledger> past_;
    std::optional<engine::EngagementRows> rows_;
    std::atomic<bool> failed_ = false;
};

}  // namespace parcours::http::api
