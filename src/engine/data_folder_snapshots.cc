// Of `DataFolder`: what it writes down so that a start need not fold the whole log.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "engine/data_folder.h"
#include "engine/identity_state.h"
#include "engine/number_bytes.h"
#include "population/live_index.h"
#include "population/snapshot.h"
#include "record/identity.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

/// Snapshots are written only where the log has grown by this much: rebuilding so few records
/// costs less than writing everything again.
constexpr LogPosition snapshot_growth_min = 1'000;

/// Set in the marks beside what the stored index covers: the log holds later bodies.
constexpr LogPosition more_than_covered = LogPosition{1} << 63U;

}  // namespace

/// The marks say where the events of the log stand; without them everything is scanned.
void DataFolder::load_marks() {
    const auto blob = store_->get_blob(marks_blob);
    if (!blob || !*blob) {
        return;
    }
    // Ranges that are missing would hide events: the marks carry a checksum of their own.
    const std::string_view bytes = **blob;
    const std::size_t size = bytes.size() - std::min(bytes.size(), sizeof(std::uint64_t));
    if (NumberReader(bytes.substr(size)).next() != fast_hash(bytes.substr(0, size))) {
        return;
    }
    NumberReader reader(bytes.substr(0, size));
    const LogPosition covered = reader.next();
    const LogPosition index_covers = reader.next();
    EventRanges ranges;
    while (!reader.at_end()) {
        const LogPosition from = reader.next();
        ranges.emplace_back(from, reader.next());
    }
    if (covered >= 1 && covered <= end_) {
        snapshot_end_ = covered;
        snapshot_index_covers_ = index_covers & ~more_than_covered;
        snapshot_index_whole_ = (index_covers & more_than_covered) == 0;
        event_ranges_ = std::move(ranges);
    }
}

/// A hash of the first record.
std::uint64_t DataFolder::log_id() const {
    std::string buffer;
    const auto first = store_->read(1, buffer);
    return first ? fast_hash(first->payload, first->patient) : 0;
}

Result<> DataFolder::load_index() {
    index_ = std::make_shared<const population::LiveIndex>();
    const auto mapping = store_->map_blob(index_blob);
    if (!mapping || !*mapping) {
        return {};
    }
    const std::string_view bytes = (*mapping)->bytes;
    auto opened = population::open_snapshot(std::as_bytes(std::span(bytes)), (*mapping)->owner,
                                            {log_id(), end_ - 1});
    // A snapshot is never the truth: a damaged or foreign one is rebuilt from the log.
    if (opened) {
        kept_base_ = *opened;
        index_ = std::make_shared<const population::LiveIndex>(std::move(*opened));
    }
    return {};
}

Result<> DataFolder::load_identity() {
    const auto blob = store_->get_blob(identity_blob);
    if (!blob) {
        return pass_on(blob);
    }
    if (!*blob) {
        return fail(ErrorCode::NotFound, "no identity table is stored yet");
    }
    auto state = read_identity(**blob);
    if (!state) {
        return pass_on(state);
    }
    identity_ = std::move(*state);
    return {};
}

Result<> DataFolder::save_snapshots() {
    if (append_failed_) {
        return {};  // what memory holds may be ahead of the log
    }
    // What belongs together is taken in one moment; the bytes are written beside the one that
    // appends.
    LogPosition end = 0;
    std::shared_ptr<const population::LiveIndex> index;
    EventRanges ranges;
    FlatMap heads;
    {
        const std::shared_lock lock(mutex_);
        const bool little = end_ - snapshot_end_ < snapshot_growth_min && snapshot_end_ > 1;
        if (little && snapshots_usable_) {
            return {};
        }
        end = end_;
        index = index_;
        ranges = event_ranges_;
        heads = identity_.heads;
    }
    if (const auto kept = keep_base(index->base()); !kept) {
        return kept;
    }
    if (const auto put = store_->put_blob(identity_blob, write_identity(identity_, heads)); !put) {
        return put;
    }
    if (const auto put = store_->put_blob(marks_blob, write_marks(end, *index, ranges)); !put) {
        return put;
    }
    snapshot_end_ = end;
    snapshots_usable_ = true;
    return {};
}

Result<> DataFolder::keep_base(const std::shared_ptr<const population::Index>& base) {
    const std::scoped_lock lock(kept_mutex_);
    if (append_failed_ || kept_base_ == base) {
        return {};
    }
    const population::SnapshotLog log{log_id(), end() - 1};
    if (const auto put = store_->put_blob(index_blob, population::snapshot_bytes(*base, log));
        !put) {
        return put;
    }
    kept_base_ = base;
    return {};
}

std::string DataFolder::write_marks(LogPosition end, const population::LiveIndex& index,
                                    const EventRanges& ranges) {
    std::string marks;
    append_number(marks, end);
    const LogPosition covers = index.base()->covers();
    append_number(marks, index.covers() == covers ? covers : covers | more_than_covered);
    for (const auto& [from, to] : ranges) {
        append_number(marks, from);
        append_number(marks, to);
    }
    append_number(marks, fast_hash(marks));
    return marks;
}

Result<> DataFolder::forget_snapshots() {
    for (const std::string_view blob : {marks_blob, identity_blob, index_blob, ledger_blob}) {
        if (const auto put = store_->put_blob(blob, {}); !put) {
            return put;
        }
    }
    snapshot_end_ = 1;
    kept_base_.reset();
    return {};
}

}  // namespace parcours::engine
