#pragma once

#include <memory>
#include <mutex>
#include <span>

#include "base/error.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/ledger.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::engine {

/// Whether the ledger as it is now may say something else than it did at a moment. A moment just
/// passed is no past: whoever asks for now is overtaken by what happens meanwhile.
[[nodiscard]] bool is_past(const Ledger& ledger, Instant as_of);

/// The ledger of some patients as it stood at a moment: the fold of their events until then, read
/// back along their timelines from the log's record `from` on. Addresses and pauses, which belong
/// to no patient, are not in it. For any thread. Errors: Damaged.
Result<Ledger> ledger_at(const DataFolder& folder, std::span<const Key> patients, Instant as_of,
                         LogPosition from);

/// The whole ledger at the past moment that was asked for last: reading the log takes seconds where
/// it is long. For any thread; who comes while it is read waits.
class PastLedger {
  public:
    /// Errors: Damaged, and those of the store.
    Result<std::shared_ptr<const Ledger>> find_or_make(const DataFolder& folder, Instant as_of);

  private:
    std::mutex mutex_;
    Instant as_of_;
    std::shared_ptr<const Ledger> kept_;
};

}  // namespace parcours::engine
