#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "access/access_log.h"
#include "access/audit.h"
#include "base/error.h"

namespace parcours::access {

/// Writes the audit's chain. Many threads hand in entries; one commits all that wait at once, then
/// tells each that its entry is durable. Whoever must not answer before the audit is written
/// answers in `done`.
///
/// Who commits: the thread that stays in `serve`, else whichever thread hands in an entry while
/// nobody commits. So a server calls `serve` in a thread of its own; commands and tests do not
/// need to.
///
/// After an error that leaves open what was written, everything is refused until the log is opened
/// again; after one that wrote nothing, such as a full disk, later entries are tried again.
class AuditWriter {
  public:
    /// Called once, in the committing thread, with no lock held: the entry's place in the chain, or
    /// why it was not written. Must be short, must not throw, and must not call `append`.
    using Done = std::function<void(const Result<AuditHead>&)>;

    /// The log is borrowed and must outlive the writer; `head` is where its chain ends.
    AuditWriter(AccessLog& log, AuditHead head) : log_(log), head_(head) {}

    /// Hands in an entry. Errors come by `done`: Unavailable when `waiting_max` entries wait, else
    /// what the log says.
    void submit(AuditEntry entry, Done done);

    /// Hands in an entry and returns when it is durable.
    Result<AuditHead> append(AuditEntry entry);

    /// Commits what is handed in until `stop` is called and nothing waits any more.
    void serve();
    void stop();

    /// Where the written chain ends.
    [[nodiscard]] AuditHead head() const;

    /// How many times the log was asked to append.
    [[nodiscard]] std::uint64_t batch_count() const;

    static constexpr std::size_t waiting_max = 20'000;
    static constexpr std::size_t batch_max = 2'000;

  private:
    struct Waiting {
        AuditEntry entry;
        Done done;
    };

    void drain(std::unique_lock<std::mutex>& lock);
    void commit_waiting(std::unique_lock<std::mutex>& lock);
    Result<std::vector<AuditHead>> write(std::vector<Waiting>& batch, AuditHead head);

    AccessLog& log_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Waiting> waiting_;
    AuditHead head_;
    std::optional<Error> broken_;
    std::uint64_t batch_count_ = 0;
    bool committing_ = false;
    bool serving_ = false;
    bool stopping_ = false;
};

}  // namespace parcours::access
