#include "engine/known_cohorts.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/cohort_watch.h"
#include "population/bitmap.h"
#include "population/live_cohorts.h"
#include "population/live_record.h"

namespace parcours::engine {

void KnownCohorts::show(const CohortWatch& cohorts) {
    const population::LiveCohorts& live = cohorts.live();
    const bool same_watch = shown_ == live.identity();
    std::map<std::string, Known, std::less<>> next;
    cohorts.see_known([&](const std::string& name, std::uint32_t number) {
        // Only the writer changes what is known, so it reads that without the lock.
        const auto before = known_.find(name);
        const bool same = same_watch && before != known_.end() && before->second.number == number &&
                          before->second.version == live.version(number);
        auto patients = same ? before->second.members.patients
                             : std::make_shared<const population::Bitmap>(live.members(number));
        next.emplace(name, Known{number,
                                 live.version(number),
                                 {live.record()->sources().index, std::move(patients),
                                  live.count(number), live.expression(number)}});
    });
    const std::scoped_lock lock(mutex_);
    known_ = std::move(next);
    shown_ = live.identity();
}

std::optional<KnownMembers> KnownCohorts::find(std::string_view cohort,
                                               std::string_view cql) const {
    const std::scoped_lock lock(mutex_);
    const auto found = known_.find(cohort);
    return found == known_.end() || found->second.members.expression->text != cql
               ? std::nullopt
               : std::optional(found->second.members);
}

std::optional<std::size_t> KnownCohorts::find_count(std::string_view cohort) const {
    const std::scoped_lock lock(mutex_);
    const auto found = known_.find(cohort);
    return found == known_.end() ? std::nullopt : std::optional(found->second.members.count);
}

}  // namespace parcours::engine
