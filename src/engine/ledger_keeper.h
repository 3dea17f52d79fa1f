#pragma once

#include <future>
#include <memory>

#include "base/error.h"
#include "engine/data_folder.h"
#include "engine/journal.h"
#include "engine/ledger_snapshot.h"
#include "record/log.h"

namespace parcours::engine {

/// Writes the ledger down beside the one that writes, whenever the log has grown by much, so that a
/// start after a kill has little to fold. For the one that writes.
class LedgerKeeper {
  public:
    /// To be called between events. What fails is tried again after as much growth: nothing is
    /// lost by it.
    void work(DataFolder& folder, Journal& journal);
    /// Waits for what is being written.
    void stop();

    /// So many records, and an eighth of the log, are worth a snapshot.
    static constexpr LogPosition growth_min = 250'000;

  private:
    std::unique_ptr<const LedgerSnapshot> snapshot_;
    std::future<Result<>> writing_;  ///< the last, since it uses what is above
    LogPosition last_ = 0;           ///< 0: not asked yet
};

}  // namespace parcours::engine
