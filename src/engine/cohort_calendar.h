#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/conditions.h"
#include "population/bitmap.h"
#include "population/column.h"

namespace parcours::engine {

/// Who is in the cohorts by which campaigns take people in, at each look of a rehearsal: found once
/// for everybody, so that parts of a population can be rehearsed beside each other. Immutable.
class CohortCalendar {
  public:
    /// Somebody came or went between two looks.
    struct Turn {
        std::uint32_t look = 0;  ///< the first look that sees it
        population::PatientNumber patient = 0;
        bool in = false;

        auto operator<=>(const Turn&) const = default;
    };

    /// Judges the cohorts of `campaigns` at all `looks` (ascending, the first is the beginning).
    /// None of them may ask about what campaigns do (`asks_of_engagement`). `threads`: so many
    /// `executor` has; the same is found with any number. `progress` gets the share done. Errors: a
    /// cohort that cannot be judged.
    static Result<std::unique_ptr<const CohortCalendar>> make(
        std::span<const LoadedCampaign* const> campaigns, Conditions& conditions,
        std::span<const Instant> looks, Executor& executor, std::size_t threads,
        const std::function<void(double share)>& progress);

    /// Of some patients: those in the cohort at the first look, ascending, and the turns after it,
    /// in the order of the looks.
    struct Part {
        std::vector<population::PatientNumber> first;
        std::vector<Turn> turns;
    };
    [[nodiscard]] Part part(std::string_view cohort,
                            std::span<const population::PatientNumber> patients) const;

  private:
    struct Cohort {
        population::Bitmap first;
        std::vector<Turn> turns;            ///< by patient, then look
        std::vector<std::uint32_t> begins;  ///< where each patient's are, and one more
    };

    std::map<std::string, Cohort, std::less<>> cohorts_;
};

}  // namespace parcours::engine
