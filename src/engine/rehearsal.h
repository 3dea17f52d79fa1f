#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/time.h"
#include "engine/assumed_outcomes.h"
#include "engine/assumed_replies.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/rehearsal_report.h"
#include "population/column.h"
#include "record/identity.h"

namespace parcours::engine {

/// What is rehearsed.
struct RehearsalOrder {
    std::vector<std::string> campaigns;  ///< by name; empty: all of the practice
    Instant from;
    Instant until;
    ReplyRates replies;         ///< assumed; none by default
    OutcomeRates outcomes;      ///< of tasks, assumed; none by default
    bool with_present = false;  ///< who is enrolled at `from` goes on from there
    /// Runs beside each other, and patients that are rehearsed together: few enough that what is
    /// known of them stays near. The answer is the same whatever these are.
    std::size_t workers = 2;
    population::PatientNumber part_size = 384;
};

/// Called now and then, from one thread at a time: the share done and the enrolments so far.
using RehearsalProgress = std::function<void(double share, std::uint64_t entered)>;

/// Runs campaigns over a population on a virtual clock: the same engine as live, in memory alone.
/// Nothing leaves, and nothing is written into the folder, which others may use beside it. A fact
/// is seen from when it had happened and its source had written it down; what patients chose and
/// which addresses must not be used, from when it came in. Nobody is enrolled at the beginning
/// where the order does not say so, and pauses are left out of account. The same record and
/// practice give the same report. Errors: NotFound (no such campaign; nobody in the record), Usage
/// (it ends before it begins), those of reading the record.
Result<RehearsalReport> rehearse(DataFolder& folder, const std::shared_ptr<const Clinic>& clinic,
                                 const RehearsalOrder& order, Executor& executor,
                                 const RehearsalProgress& progress);

/// The same for one patient: all events of the rehearsal that are theirs, in order.
Result<std::vector<Event>> rehearse_patient(DataFolder& folder,
                                            const std::shared_ptr<const Clinic>& clinic,
                                            const RehearsalOrder& order, Key patient,
                                            Executor& executor);

}  // namespace parcours::engine
