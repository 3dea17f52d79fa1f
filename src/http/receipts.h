#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>

#include "base/error.h"

namespace parcours::http {

/// What must be durable before the answer to a request leaves, such as the audit of what it shows.
/// The answer is made meanwhile, so no worker waits for the disk. Safe for several threads.
class Receipts {
  public:
    /// Nothing, or why something could not be written: then the answer must not leave.
    using Outcome = std::optional<Error>;

    /// One more thing is awaited. Only before `then`.
    void expect();
    /// It is written, or could not be.
    void settle(Outcome outcome);
    /// Calls `go_on` once, when nothing is awaited: at once, or in the thread that settles last.
    /// Called at most once.
    void then(std::function<void(const Outcome&)> go_on);

  private:
    std::mutex mutex_;
    std::size_t awaited_ = 0;
    bool left_ = false;  ///< `then` was called
    Outcome failure_;
    std::function<void(const Outcome&)> go_on_;
};

}  // namespace parcours::http
