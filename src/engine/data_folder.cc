#include "engine/data_folder.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
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
#include "base/json.h"
#include "engine/flat_map.h"
#include "engine/identity_state.h"
#include "engine/number_bytes.h"
#include "engine/quarantine.h"
#include "fhir/summary.h"
#include "population/builder.h"
#include "population/index.h"
#include "population/snapshot.h"
#include "record/identity.h"
#include "record/log.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

/// Snapshots are written only where the log has grown by this much: rebuilding so few records
/// costs less than writing everything again.
constexpr LogPosition snapshot_growth_min = 1'000;
/// For the tables of an index, built beside each other.
constexpr std::size_t merge_thread_count = 2;

/// "main/Observation" → "main".
std::string_view source_of(std::string_view topic) {
    return topic.substr(0, topic.rfind('/'));
}

}  // namespace

/// Folds the records that the snapshots do not hold yet.
class DataFolder::TailVisitor final : public store::ScanVisitor {
  public:
    /// Each from its own position on: resources for the index, versions and chains, events.
    TailVisitor(DataFolder& folder, LogPosition index_from, LogPosition identity_from,
                LogPosition events_from)
        : folder_(folder),
          index_from_(index_from),
          identity_from_(identity_from),
          events_from_(events_from) {}

    bool visit(const LogRecord& record) override {
        if (record.kind != RecordKind::Body) {
            add_other(record);
        } else if (record.position >= index_from_ || record.position >= identity_from_) {
            add_body(record);
        }
        if (record.position >= identity_from_ && record.patient != 0) {
            folder_.identity_.heads[record.patient] = record.position;
        }
        return true;
    }

    bool damaged(LogPosition position, const Error& error) override {
        folder_.damages_.push_back({position, error.message});
        return true;
    }

    [[nodiscard]] const population::IndexPart& part() const { return part_; }

    /// Lets the identities know those resources of the tail that have a version before it, which
    /// only the index from before the fold still knows.
    void note_earlier_versions(const population::Index& before) {
        if (met_.size() == 0 || identity_from_ <= 1) {
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

  private:
    void add_other(const LogRecord& record) {
        if (record.position >= events_from_) {
            folder_.note_event(record.position);
        }
        if (record.kind != RecordKind::Quarantine || record.position < identity_from_) {
            return;
        }
        if (const auto entry = read_quarantine(record.payload)) {
            const std::uint64_t refusal = refusal_hash(entry->id);
            folder_.identity_.versions.insert(refusal);
            if (entry->resolved) {
                folder_.identity_.resolved.insert(refusal);
            } else {
                folder_.identity_.resolved.erase(refusal);
            }
        }
    }

    void add_body(const LogRecord& record) {
        const auto parsed = document_.parse(record.payload);
        if (!parsed || !fhir::summarise(*parsed, summary_)) {
            folder_.damages_.push_back(
                {record.position, "a stored resource can no longer be read as FHIR"});
            return;
        }
        const std::string_view source = source_of(record.topic);
        if (record.position >= index_from_) {
            part_.add(source, summary_, *parsed, record.position);
        }
        note_version(resource_key(source, summary_.type, summary_.id), record);
    }

    void note_version(Key resource, const LogRecord& record) {
        if (identity_from_ >= folder_.end_) {
            return;  // nothing is to be learned
        }
        const std::uint64_t version = version_hash(resource, record.payload);
        IdentityState& identity = folder_.identity_;
        std::uint64_t& last = met_[resource];
        if (record.position >= identity_from_) {
            identity.versions.insert(version);
            if (last != 0 || identity.newest.find(resource) != nullptr) {
                identity.newest[resource] = version;
            }
        }
        last = version;
    }

    DataFolder& folder_;
    LogPosition index_from_;
    LogPosition identity_from_;
    LogPosition events_from_;
    population::IndexPart part_;
    FlatMap met_;  // resource → its last version in the tail
    JsonDocument document_;
    fhir::Summary summary_;
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
    const bool whole = index_->covers() == snapshot_index_covers_;
    snapshots_usable_ = snapshots_usable_ && whole;
    return fold_tail(whole ? snapshot_end_ : index_->covers() + 1, identity_from);
}

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
        snapshot_index_covers_ = index_covers;
        event_ranges_ = std::move(ranges);
    }
}

/// Tells this log from every other: a hash of its first record.
std::uint64_t DataFolder::log_id() const {
    std::string buffer;
    const auto first = store_->read(1, buffer);
    return first ? fast_hash(first->payload, first->patient) : 0;
}

Result<> DataFolder::load_index() {
    index_ = std::make_shared<population::Index>();
    const auto mapping = store_->map_blob(index_blob);
    if (!mapping || !*mapping) {
        return {};
    }
    const std::string_view bytes = (*mapping)->bytes;
    auto opened = population::open_snapshot(std::as_bytes(std::span(bytes)), (*mapping)->owner,
                                            {log_id(), end_ - 1});
    // A snapshot is never the truth: a damaged or foreign one is rebuilt from the log.
    if (opened) {
        index_ = std::move(*opened);
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

Result<> DataFolder::fold_tail(LogPosition index_from, LogPosition identity_from) {
    const LogPosition from = std::min({index_from, identity_from, snapshot_end_});
    TailVisitor visitor(*this, index_from, identity_from, snapshot_end_);
    if (const auto scanned = store_->scan(from, end_, visitor); !scanned) {
        return scanned;
    }
    visitor.note_earlier_versions(*index_);
    if (visitor.part().size() == 0) {
        return {};
    }
    const std::array<const population::IndexPart*, 1> parts = {&visitor.part()};
    ThreadExecutor executor(merge_thread_count);
    auto merged = population::merge(parts, index_.get(), &executor);
    if (!merged) {
        return pass_on(merged);
    }
    index_ = std::move(*merged);
    return {};
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
    const auto before = identity_.heads.find(patient);
    return before == identity_.heads.end() ? 0 : before->second;
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

std::shared_ptr<const population::Index> DataFolder::index() const {
    const std::shared_lock lock(mutex_);
    return index_;
}

void DataFolder::set_index(std::shared_ptr<const population::Index> index) {
    const std::unique_lock lock(mutex_);
    index_.swap(index);
}

LogPosition DataFolder::end() const {
    const std::shared_lock lock(mutex_);
    return end_;
}

Result<> DataFolder::scan_events(store::ScanVisitor& visitor) const {
    EventRanges ranges;
    {
        const std::shared_lock lock(mutex_);
        ranges = event_ranges_;
    }
    for (const auto& [from, to] : ranges) {
        if (const auto scanned = store_->scan(from, to, visitor); !scanned) {
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
        const auto head = identity_.heads.find(patient);
        position = head == identity_.heads.end() ? 0 : head->second;
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

Result<> DataFolder::save_snapshots() {
    if (append_failed_) {
        return {};  // what memory holds may be ahead of the log
    }
    // What belongs together is taken in one moment; the bytes are written beside the one that
    // appends.
    LogPosition end = 0;
    std::shared_ptr<const population::Index> index;
    EventRanges ranges;
    std::unordered_map<Key, LogPosition> heads;
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
    if (const auto put =
            store_->put_blob(index_blob, population::snapshot_bytes(*index, {log_id(), end - 1}));
        !put) {
        return put;
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

std::string DataFolder::write_marks(LogPosition end, const population::Index& index,
                                    const EventRanges& ranges) {
    std::string marks;
    append_number(marks, end);
    append_number(marks, index.covers());
    for (const auto& [from, to] : ranges) {
        append_number(marks, from);
        append_number(marks, to);
    }
    append_number(marks, fast_hash(marks));
    return marks;
}

Result<> DataFolder::forget_snapshots() {
    for (const std::string_view blob : {marks_blob, identity_blob, index_blob}) {
        if (const auto put = store_->put_blob(blob, {}); !put) {
            return put;
        }
    }
    snapshot_end_ = 1;
    return {};
}

}  // namespace parcours::engine
