#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/ledger.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::engine {

/// Where the events of patients stand that happened until a moment: for whoever asks for the
/// ledgers of many patients at that moment, some at a time. A log that is only read knows no
/// timelines.
class PastEvents {
  public:
    /// Reads the log. Of a virtual run that another one followed nothing is told. Errors: Damaged,
    /// and those of the store.
    static Result<PastEvents> find(const DataFolder& folder, Instant until);

    /// The fold of the events of these patients. Addresses and pauses, which belong to no patient,
    /// are not in it. Several threads may ask. Errors: those of reading the log.
    [[nodiscard]] Result<Ledger> ledger_of(const DataFolder& folder,
                                           std::span<const Key> patients) const;

  private:
    std::unordered_map<Key, std::vector<LogPosition>> of_;  ///< ascending
};

}  // namespace parcours::engine
