#include "engine/data_folder.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/hash.h"
#include "engine/flat_map.h"
#include "engine/identity_state.h"
#include "engine/index_growth.h"
#include "engine/number_bytes.h"
#include "engine/tail.h"
#include "population/live_index.h"
#include "population/snapshot.h"
#include "record/identity.h"
#include "record/log.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

/// For what a start makes of the log.
constexpr std::size_t fold_thread_count = 2;
/// Records that are read together; resources that are put into the index together, at least, and as
/// a part of what is in it.
constexpr LogPosition tail_run = 65'536;
constexpr std::size_t tail_entries_min = 2'000'000;
constexpr std::size_t merge_share = 3;

}  // namespace

/// Takes what runs of the log say, in their order.
class DataFolder::Tail {
  public:
    Tail(DataFolder& folder, const TailStarts& starts) : folder_(folder), starts_(starts) {}

    Result<> take(TailFindings found, Executor& executor) {
        for (const auto& [position, error] : found.damages) {
            folder_.damages_.push_back({position, error.message});
        }
        for (const LogPosition event : found.events) {
            folder_.note_event(event);
        }
        IdentityState& identity = folder_.identity_;
        for (const auto& [refusal, resolved] : found.refusals) {
            identity.versions.insert(refusal);
            if (resolved) {
                identity.resolved.insert(refusal);
            } else {
                identity.resolved.erase(refusal);
            }
        }
        for (const TailFindings::Version& version : found.versions) {
            note_version(version);
        }
        found.heads.each([&identity](Key patient, std::uint64_t position) {
            identity.heads[patient] = position;
        });
        if (found.part->size() > 0) {
            entries_ += found.part->size();
            parts_.push_back(std::move(found.part));
        }
        // Putting more in writes all that is there again: it waits until there is as much to put.
        const std::size_t enough =
            std::max(tail_entries_min, folder_.index_->fact_count() / merge_share);
        return entries_ >= enough ? index(executor) : Result<>{};
    }

    /// Lets the identities know those resources of the tail that have a version before it, which
    /// only the index from before the fold still knows.
    void note_earlier_versions(const population::LiveIndex& before) {
        if (met_.size() == 0 || starts_.identity <= 1) {
            return;  // what there is was all met
        }
        FlatMap& newest = folder_.identity_.newest;
        for_each_resource(before, [&](Key resource, LogPosition) {
            const std::uint64_t* const version = met_.find(resource);
            if (version != nullptr && newest.find(resource) == nullptr) {
                newest[resource] = *version;
            }
        });
    }

    Result<> index(Executor& executor) {
        if (parts_.empty()) {
            return {};
        }
        auto indexed = add_to_index(*folder_.index_, std::exchange(parts_, {}), executor);
        if (!indexed) {
            return pass_on(indexed);
        }
        entries_ = 0;
        folder_.index_ = std::move(*indexed);
        return {};
    }

  private:
    void note_version(const TailFindings::Version& found) {
        IdentityState& identity = folder_.identity_;
        std::uint64_t& last = met_[found.resource];
        if (found.position >= starts_.identity) {
            identity.versions.insert(found.version);
            if (last != 0 || identity.newest.find(found.resource) != nullptr) {
                identity.newest[found.resource] = found.version;
            }
        }
        last = found.version;
    }

    DataFolder& folder_;
    TailStarts starts_;
    population::LiveIndex::Parts parts_;
    std::size_t entries_ = 0;
    FlatMap met_;  // resource → its last version in the tail
};

Result<std::unique_ptr<DataFolder>> DataFolder::open(const std::string& path, Mode mode) {
    store::SqliteOptions options;
    options.access = mode == Mode::Read ? store::Access::Read : store::Access::Write;
    options.create = mode == Mode::Create;
    auto opened = store::open_sqlite_store(path, options);
    if (!opened) {
        return pass_on(opened);
    }
    auto folder = open(std::move(*opened), mode != Mode::Read);
    if (folder) {
        (*folder)->path_ = path;
    }
    return folder;
}

Result<std::unique_ptr<DataFolder>> DataFolder::open(std::unique_ptr<store::Store> store,
                                                     bool writing) {
    std::unique_ptr<DataFolder> folder(new DataFolder());
    folder->store_ = std::move(store);
    if (writing) {
        const auto epoch = folder->store_->acquire_lease("parcours");
        if (!epoch) {
            return pass_on(epoch);
        }
        folder->epoch_ = *epoch;
    }
    if (const auto loaded = folder->load(writing); !loaded) {
        return pass_on(loaded);
    }
    return folder;
}

Result<> DataFolder::load(bool for_writing) {
    const auto end = store_->end();
    if (!end) {
        return pass_on(end);
    }
    end_ = *end;
    load_marks();
    if (const auto loaded = load_index(); !loaded) {
        return loaded;
    }
    LogPosition identity_from = end_;
    if (for_writing) {
        identity_from = snapshot_end_;
        if (const auto loaded = load_identity(); !loaded) {
            identity_from = 1;
            identity_ = {};
            snapshots_usable_ = false;
        }
    }
    const bool known = index_->covers() == snapshot_index_covers_;
    snapshots_usable_ = snapshots_usable_ && known;
    const bool whole = known && snapshot_index_whole_;
    return fold_tail(whole ? snapshot_end_ : index_->covers() + 1, identity_from);
}

/// Runs of the log are read beside each other, so many at once as there are threads, and taken in
/// their order before the next are read: memory stays bounded.
Result<> DataFolder::fold_tail(LogPosition index_from, LogPosition identity_from) {
    const TailStarts starts{index_from, identity_from, snapshot_end_, identity_from < end_};
    const auto before = index_;
    Tail tail(*this, starts);
    ThreadExecutor executor(fold_thread_count);
    LogPosition from = std::min({index_from, identity_from, snapshot_end_});
    while (from < end_) {
        std::array<std::optional<Result<TailFindings>>, fold_thread_count> found;
        executor.run(found.size(), [&](std::size_t run) {
            const LogPosition begin = std::min(end_, from + run * tail_run);
            found.at(run) = read_tail(*store_, begin, std::min(end_, begin + tail_run), starts);
        });
        for (auto& one : found) {
            if (!*one) {
                return pass_on(*one);
            }
            if (const auto taken = tail.take(std::move(**one), executor); !taken) {
                return taken;
            }
        }
        from += found.size() * tail_run;
    }
    tail.note_earlier_versions(*before);
    return tail.index(executor);
}

void DataFolder::note_event(LogPosition position) {
    if (!event_ranges_.empty() && event_ranges_.back().second == position) {
        ++event_ranges_.back().second;
    } else {
        event_ranges_.emplace_back(position, position + 1);
    }
}

/// Makes `position` the patient's last record of a batch and gives the one before it; 0 for no
/// patient.
LogPosition DataFolder::chain(std::unordered_map<Key, LogPosition>& heads, Key patient,
                              LogPosition position) const {
    if (patient == 0) {
        return 0;
    }
    const auto [slot, first] = heads.try_emplace(patient, position);
    if (!first) {
        return std::exchange(slot->second, position);
    }
    const std::uint64_t* const before = identity_.heads.find(patient);
    return before == nullptr ? 0 : *before;
}

Result<> DataFolder::append(std::span<store::Append> records) {
    if (append_failed_) {
        return fail(ErrorCode::Unavailable,
                    "writing to the log failed before; stop this process, mend the disk and start "
                    "again: what was acknowledged is whole");
    }
    LogPosition position = end_;
    // Readers follow a chain from its head: that must be durable first.
    std::unordered_map<Key, LogPosition> heads;
    for (store::Append& append : records) {
        LogRecord& record = append.record;
        record.position = position++;
        record.shard = shard_of(record.patient);
        record.previous = chain(heads, record.patient, record.position);
    }
    if (const auto appended = store_->append(records, epoch_); !appended) {
        append_failed_ = true;
        return appended;
    }
    const std::unique_lock lock(mutex_);
    for (const auto& [patient, last] : heads) {
        identity_.heads[patient] = last;
    }
    for (const store::Append& append : records) {
        if (append.record.kind != RecordKind::Body) {
            note_event(append.record.position);
        }
    }
    end_ = position;
    return {};
}

std::shared_ptr<const population::LiveIndex> DataFolder::index() const {
    const std::shared_lock lock(mutex_);
    return index_;
}

void DataFolder::set_index(std::shared_ptr<const population::LiveIndex> index) {
    const std::unique_lock lock(mutex_);
    index_.swap(index);
}

LogPosition DataFolder::end() const {
    const std::shared_lock lock(mutex_);
    return end_;
}

Result<> DataFolder::scan_events(store::ScanVisitor& visitor, LogPosition begin) const {
    EventRanges ranges;
    {
        const std::shared_lock lock(mutex_);
        ranges = event_ranges_;
    }
    for (const auto& [from, to] : ranges) {
        if (to <= begin) {
            continue;
        }
        if (const auto scanned = store_->scan(std::max(from, begin), to, visitor); !scanned) {
            return scanned;
        }
    }
    return {};
}

Result<> DataFolder::visit_events_of(Key patient,
                                     const std::function<bool(const LogRecord&)>& visit) const {
    LogPosition position = 0;
    {
        const std::shared_lock lock(mutex_);
        const std::uint64_t* const head = identity_.heads.find(patient);
        position = head == nullptr ? 0 : *head;
    }
    std::string buffer;
    while (position != 0) {
        const auto record = store_->read(position, buffer);
        if (!record) {
            return pass_on(record);
        }
        if (record->kind == RecordKind::Event && !visit(*record)) {
            return {};
        }
        position = record->previous;
    }
    return {};
}

Result<std::string> DataFolder::read_body(LogPosition position) const {
    std::string buffer;
    const auto record = store_->read(position, buffer);
    if (!record) {
        return pass_on(record);
    }
    return std::string(record->payload);
}

Result<Instant> DataFolder::find_arrival(LogPosition position) const {
    std::string buffer;
    const auto record = store_->read(position, buffer);
    if (!record) {
        return pass_on(record);
    }
    return record->ingested_at;
}

}  // namespace parcours::engine
