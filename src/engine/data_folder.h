#pragma once

#include <array>
#include <atomic>
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
#include "base/time.h"
#include "engine/identity_state.h"
#include "population/live_index.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {

/// Blobs that are folded from the log, and made anew where they are missing.
inline constexpr std::string_view marks_blob = "marks";
inline constexpr std::string_view index_blob = "index";
inline constexpr std::string_view identity_blob = "identity";
inline constexpr std::string_view directory_blob = "directory";
inline constexpr std::string_view ledger_blob = "ledger";
/// Where one ends with `*`, all whose names begin so.
inline constexpr std::array derived_blobs = {marks_blob,    index_blob,
                                             identity_blob, directory_blob,
                                             ledger_blob,   std::string_view("ledger.*")};

/// A damaged record that was met, for the operator.
struct Damage {
    LogPosition position = 0;
    std::string message;
};

/// A clinic's data: the store, and what is folded from it and kept in snapshots beside it. One
/// thread writes: what is not const. Beside it one other may take records in: then versions,
/// refusals and snapshots are that one's, and it appends through the one that writes
/// (engine/intake_lane.h). What is const is for any thread.
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
    [[nodiscard]] std::shared_ptr<const population::LiveIndex> index() const;
    void set_index(std::shared_ptr<const population::LiveIndex> index);
    /// Keeps the first layer of the present index for the next start. For any thread.
    Result<> keep_base(const std::shared_ptr<const population::Index>& base);

    /// Appends records at the end of the log: assigns position, shard and the patient's chain, and
    /// returns when they are durable. Fills in `position` of each. Write modes only.
    Result<> append(std::span<store::Append> records);

    /// Scans all events from a position on in the order of the log, up to those that were there
    /// when it was called.
    Result<> scan_events(store::ScanVisitor& visitor, LogPosition begin = 1) const;
    /// All but `heads` belongs to the one who takes records in.
    [[nodiscard]] IdentityState& identity() { return identity_; }
    [[nodiscard]] LogPosition end() const;
    /// Tells this log from every other.
    [[nodiscard]] std::uint64_t log_id() const;

    /// A patient's events, the newest first, until `visit` says no. Write modes only.
    /// Errors: Damaged.
    Result<> visit_events_of(Key patient, const std::function<bool(const LogRecord&)>& visit) const;

    /// Reads a resource body, byte for byte as it came. Errors: NotFound, Damaged.
    [[nodiscard]] Result<std::string> read_body(LogPosition position) const;

    /// When a record came in. Errors: as `read_body`.
    [[nodiscard]] Result<Instant> find_arrival(LogPosition position) const;

    /// Writes the snapshots, so that the next start is quick. Nothing is lost where it fails. By
    /// the one who takes records in, once the index holds all of them; events may be appended
    /// meanwhile.
    Result<> save_snapshots();

    /// Throws the snapshots away: the next start rebuilds them from the log alone, so that a
    /// damaged record is no longer known and its source can be imported again. Write modes only.
    Result<> forget_snapshots();

    /// Whether an append failed: memory may be ahead of the log, so the process must end.
    [[nodiscard]] bool append_failed() const { return append_failed_; }

    [[nodiscard]] const std::vector<Damage>& damages() const { return damages_; }

  private:
    using EventRanges = std::vector<std::pair<LogPosition, LogPosition>>;

    DataFolder() = default;

    Result<> load(bool for_writing);
    void load_marks();
    Result<> load_index();
    Result<> load_identity();
    Result<> fold_tail(LogPosition index_from, LogPosition identity_from);
    void note_event(LogPosition position);
    [[nodiscard]] LogPosition chain(std::unordered_map<Key, LogPosition>& heads, Key patient,
                                    LogPosition position) const;

    [[nodiscard]] static std::string write_marks(LogPosition end,
                                                 const population::LiveIndex& index,
                                                 const EventRanges& ranges);

    class Tail;

    std::string path_;
    std::unique_ptr<store::Store> store_;
    std::uint64_t epoch_ = 0;
    /// Guards the three that follow and `identity_.heads`, which change with every append.
    mutable std::shared_mutex mutex_;
    LogPosition end_ = 1;
    std::shared_ptr<const population::LiveIndex> index_;
    /// Where events stand in the log, as [from, to): few long ranges between imports.
    EventRanges event_ranges_;
    IdentityState identity_;
    LogPosition snapshot_end_ = 1;           ///< what lies before is in the snapshots
    LogPosition snapshot_index_covers_ = 0;  ///< of the index that was written with the marks
    bool snapshot_index_whole_ = false;      ///< it held all that lay before `snapshot_end_`
    std::mutex kept_mutex_;                  ///< guards what follows, and its blob
    std::shared_ptr<const population::Index> kept_base_;  ///< that is in the snapshot
    bool snapshots_usable_ = true;  ///< false: one was damaged, or of an older format
    std::atomic<bool> append_failed_ = false;
    std::vector<Damage> damages_;
};

}  // namespace parcours::engine
