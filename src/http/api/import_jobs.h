#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/import.h"

namespace parcours::http::api {

/// An import that was asked for over the API.
struct ImportJob {
    enum class State : std::uint8_t { Running, Done, Failed };
    std::string id;
    State state = State::Running;
    Instant started;
    std::string source;
    engine::ImportProgress progress;
    engine::ImportReport report;
    std::string message;  ///< why it failed
};

/// The imports since the start, the newest `kept_max` of them. For any thread.
class ImportJobs {
  public:
    /// A new one. Errors: Conflict while one runs.
    Result<ImportJob> begin(std::string source, Instant now);
    /// Whether it is a percent further.
    bool update(const std::string& id, const engine::ImportProgress& progress);
    void end(const std::string& id, const Result<engine::ImportReport>& report);
    /// The newest first.
    [[nodiscard]] std::vector<ImportJob> all() const;

    static constexpr std::size_t kept_max = 50;

  private:
    ImportJob* find(const std::string& id);

    mutable std::mutex mutex_;
    std::deque<ImportJob> jobs_;
    std::uint64_t count_ = 0;
};

}  // namespace parcours::http::api
