#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/ledger.h"
#include "record/log.h"

namespace parcours::engine {

/// Raised where what a snapshot holds, or how the ledger folds, becomes another: older ones are
/// then thrown away, and the ledger is made from the log.
inline constexpr std::uint64_t ledger_snapshot_format = 5;

/// The ledger as it was at a place of the log, to be written down while it goes on: enrolments,
/// messages and tasks are shared with it until they change. The rest is copied when it is made.
class LedgerSnapshot {
  public:
    /// Of a ledger that is the fold of all the events of the folder.
    LedgerSnapshot(Ledger& ledger, const DataFolder& folder);
    LedgerSnapshot(const LedgerSnapshot&) = delete;
    LedgerSnapshot& operator=(const LedgerSnapshot&) = delete;
    ~LedgerSnapshot();

    /// Writes it beside the one that is there, then makes it the one that counts. For any thread.
    Result<> save(store::Store& store) const;

    /// Everything a snapshot holds as one run of bytes: equal ledgers give equal bytes.
    [[nodiscard]] static std::string bytes_of(Ledger& ledger);

    /// Fills a new ledger and returns from where on the log has more; 1 where there is no snapshot
    /// that can be used: none, one with events after `until`, one of another log or format, or one
    /// that is damaged.
    [[nodiscard]] static LogPosition load(const DataFolder& folder, Ledger& ledger,
                                          Instant until = Instant::max());

  private:
    struct Content;
    std::unique_ptr<Content> content_;
};

/// Where the log goes on after the snapshot that is there; 1 where none can be used.
[[nodiscard]] LogPosition saved_ledger_end(const DataFolder& folder);

/// Writes the ledger down where the log has grown by enough since the last time that a start would
/// notice. To be called between events. Nothing is lost where it fails.
Result<> save_ledger(DataFolder& folder, Ledger& ledger);

}  // namespace parcours::engine
