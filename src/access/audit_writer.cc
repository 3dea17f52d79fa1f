#include "access/audit_writer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <future>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "access/access_log.h"
#include "access/access_state.h"
#include "access/audit.h"
#include "base/error.h"

namespace parcours::access {
namespace {

/// Whether the log promises that nothing was written.
bool wrote_nothing(ErrorCode code) {
    return code == ErrorCode::NoSpace || code == ErrorCode::ReadOnly ||
           code == ErrorCode::Conflict || code == ErrorCode::Limit;
}

}  // namespace

void AuditWriter::submit(AuditEntry entry, Done done) {
    std::unique_lock lock(mutex_);
    if (broken_ || waiting_.size() >= waiting_max) {
        const Result<AuditHead> refused =
            broken_ ? Result<AuditHead>(std::unexpected(*broken_))
                    : fail(ErrorCode::Unavailable,
                           "more is to be written to the audit than the disk "
                           "keeps up with; try again in a moment");
        lock.unlock();
        done(refused);
        return;
    }
    waiting_.push_back({std::move(entry), std::move(done)});
    if (serving_) {
        changed_.notify_all();
    } else if (!committing_) {
        drain(lock);
    }
}

Result<AuditHead> AuditWriter::append(AuditEntry entry) {
    std::promise<Result<AuditHead>> promise;
    auto written = promise.get_future();
    submit(std::move(entry),
           [&promise](const Result<AuditHead>& head) { promise.set_value(head); });
    return written.get();
}

void AuditWriter::serve() {
    std::unique_lock lock(mutex_);
    check(!serving_, "one thread serves the audit");
    serving_ = true;
    changed_.wait(lock, [this] { return !committing_; });
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) {
            break;
        }
        drain(lock);
    }
    serving_ = false;
    stopping_ = false;
}

void AuditWriter::stop() {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
}

AuditHead AuditWriter::head() const {
    const std::scoped_lock lock(mutex_);
    return head_;
}

std::uint64_t AuditWriter::batch_count() const {
    const std::scoped_lock lock(mutex_);
    return batch_count_;
}

void AuditWriter::drain(std::unique_lock<std::mutex>& lock) {
    committing_ = true;
    while (!waiting_.empty()) {
        commit_waiting(lock);
    }
    committing_ = false;
    changed_.notify_all();
}

void AuditWriter::commit_waiting(std::unique_lock<std::mutex>& lock) {
    const std::size_t count = std::min(waiting_.size(), batch_max);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<Waiting> batch(std::move_iterator(waiting_.begin()), std::move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    const AuditHead before = head_;
    const auto broken = broken_;
    lock.unlock();

    const Result<std::vector<AuditHead>> heads =
        broken ? Result<std::vector<AuditHead>>(std::unexpected(*broken)) : write(batch, before);

    lock.lock();
    ++batch_count_;
    if (heads) {
        head_ = heads->back();
    } else if (!wrote_nothing(heads.error().code) && !broken_) {
        broken_ = heads.error();
        broken_->message =
            "the audit cannot be written, so nothing is answered until the program "
            "is started again: " +
            broken_->message;
    }
    lock.unlock();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        batch[i].done(heads ? Result<AuditHead>((*heads)[i]) : pass_on(heads));
    }
    batch.clear();
    lock.lock();
}

Result<std::vector<AuditHead>> AuditWriter::write(std::vector<Waiting>& batch, AuditHead head) {
    std::vector<std::string> payloads;
    std::vector<AuditHead> heads;
    std::vector<AccessRecord> records;
    payloads.reserve(batch.size());
    for (Waiting& waiting : batch) {
        payloads.push_back(write_record(waiting.entry, head));
        heads.push_back(head);
        records.push_back({payloads.back(), changes_state(waiting.entry.action)});
    }
    if (const auto appended = log_.append(records); !appended) {
        return pass_on(appended);
    }
    return heads;
}

}  // namespace parcours::access
