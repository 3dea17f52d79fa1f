#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/identity_state.h"
#include "population/index.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {

/// A damaged record that was met, for the operator.
struct Damage {
    LogPosition position = 0;
    std::string message;
};

/// A clinic's data: the store, and what is folded from it and kept in snapshots beside it. One
/// thread at a time, but for `index()`, whose value may be shared.
class DataFolder {
  public:
    enum class Mode : std::uint8_t {
        Read,   ///< beside a writer; what another process appends later is not seen
        Write,  ///< the one writer
        Create  ///< the one writer; makes the folder where there is none
    };

    /// Opens the folder, maps the snapshot and folds what the log has beyond it. A stale, missing
    /// or damaged snapshot is rebuilt from the log. Errors: those of `store::open_sqlite_store`.
    static Result<std::unique_ptr<DataFolder>> open(const std::string& path, Mode mode);
    /// The same on a store that is open already; `writing` takes its lease. Errors: the store's.
    static Result<std::unique_ptr<DataFolder>> open(std::unique_ptr<store::Store> store,
                                                    bool writing);

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] store::Store& store() { return *store_; }
    [[nodiscard]] const store::Store& store() const { return *store_; }
    [[nodiscard]] std::shared_ptr<const population::Index> index() const { return index_; }
    void set_index(std::shared_ptr<const population::Index> index) { index_ = std::move(index); }

    /// Appends records at the end of the log: assigns position, shard and the patient's chain, and
    /// returns when they are durable. Fills in `position` of each. Write modes only.
    Result<> append(std::vector<store::Append>& records);

    /// Scans all events in the order of the log. Several threads may, while none appends.
    Result<> scan_events(store::ScanVisitor& visitor) const;
    [[nodiscard]] IdentityState& identity() { return identity_; }
    [[nodiscard]] LogPosition end() const { return end_; }

    /// A patient's events, the newest first, until `visit` says no. Write modes only; for any
    /// thread. Errors: Damaged.
    Result<> visit_events_of(Key patient, const std::function<bool(const LogRecord&)>& visit) const;

    /// Reads a resource body, byte for byte as it came. Errors: NotFound, Damaged. For any thread.
    [[nodiscard]] Result<std::string> read_body(LogPosition position) const;

    /// Writes the snapshots, so that the next start is quick. Nothing is lost where it fails.
    Result<> save_snapshots();

    /// Throws the snapshots away: the next start rebuilds them from the log alone, so that a
    /// damaged record is no longer known and its source can be imported again. Write modes only.
    Result<> forget_snapshots();

    /// Whether an append failed: memory may be ahead of the log, so the process must end.
    [[nodiscard]] bool append_failed() const { return append_failed_; }

    [[nodiscard]] const std::vector<Damage>& damages() const { return damages_; }

  private:
    DataFolder() = default;

    Result<> load(bool for_writing);
    void load_marks();
    [[nodiscard]] std::uint64_t log_id() const;
    Result<> load_index();
    Result<> load_identity();
    Result<> fold_tail(LogPosition index_from, LogPosition identity_from);
    void note_event(LogPosition position);
    [[nodiscard]] LogPosition chain(std::unordered_map<Key, LogPosition>& heads, Key patient,
                                    LogPosition position) const;

    class TailVisitor;

    std::string path_;
    std::unique_ptr<store::Store> store_;
    std::uint64_t epoch_ = 0;
    LogPosition end_ = 1;
    std::shared_ptr<const population::Index> index_;
    IdentityState identity_;
    mutable std::shared_mutex heads_mutex_;  ///< guards `identity_.heads`
    /// Where events stand in the log, as [from, to): few long ranges between imports.
    std::vector<std::pair<LogPosition, LogPosition>> event_ranges_;
    LogPosition snapshot_end_ = 1;           ///< what lies before is in the snapshots
    LogPosition snapshot_index_covers_ = 0;  ///< of the index that was written with the marks
    bool append_failed_ = false;
    std::vector<Damage> damages_;
};

}  // namespace parcours::engine
