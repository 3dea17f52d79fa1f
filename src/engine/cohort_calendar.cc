#include "engine/cohort_calendar.h"

#include <algorithm>
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
#include "cql/cql.h"
#include "cql/model/type_id.h"
#include "engine/clinic.h"
#include "engine/conditions.h"
#include "population/bitmap.h"
#include "population/column.h"
#include "population/engagement.h"
#include "population/live_cohorts.h"
#include "population/live_record.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

using population::Bitmap;
using population::PatientNumber;

/// The members at one look after another.
class Watch {
  public:
    Watch(std::span<const LoadedCampaign* const> campaigns, Conditions& conditions,
          Executor& executor)
        : conditions_(conditions) {
        live_.use(executor);
        for (const LoadedCampaign* const campaign : campaigns) {
            cohorts_.try_emplace(campaign->definition.enter.name, One{campaign->cohort, 0});
        }
    }

    void begin(Instant now) {
        live_.start(std::make_unique<population::LiveRecord>(conditions_.live_sources(),
                                                             live_.expressions(), now),
                    now);
        for (auto& [name, one] : cohorts_) {
            one.number = live_.add(one.expression);
        }
    }

    void advance(Instant now) {
        live_.settle();
        live_.advance(now);
        (void)live_.take_flips();
    }

    /// Calls `see(name, members)` for each. Errors: those of judging.
    template <class See>
    Result<> see_members(Instant now, See see) {
        for (const auto& [name, one] : cohorts_) {
            auto members = members_of(one, now);
            if (!members) {
                return pass_on(members);
            }
            see(name, std::move(*members));
        }
        return {};
    }

  private:
    struct One {
        std::shared_ptr<const cql::Expression> expression;
        std::uint32_t number = 0;
    };

    Result<Bitmap> members_of(const One& one, Instant now) {
        if (!live_.is_restless(one.number) && !live_.error(one.number)) {
            return live_.members(one.number);
        }
        const auto keys = conditions_.members(*one.expression, now);
        if (!keys) {
            return pass_on(keys);
        }
        const population::LiveIndex& index = conditions_.reader().index();
        Bitmap members(index.patient_count());
        for (const Key key : *keys) {
            members.set(*index.find_patient(key));
        }
        return members;
    }

    Conditions& conditions_;
    population::LiveCohorts live_;
    std::map<std::string, One, std::less<>> cohorts_;
};

void add_turns(const Bitmap& before, const Bitmap& after, std::uint32_t look,
               std::vector<CohortCalendar::Turn>& turns) {
    Bitmap differ = before;
    differ -= after;
    differ.for_each([&](std::size_t number) {
        turns.push_back({look, static_cast<PatientNumber>(number), false});
    });
    differ = after;
    differ -= before;
    differ.for_each([&](std::size_t number) {
        turns.push_back({look, static_cast<PatientNumber>(number), true});
    });
}

}  // namespace

bool asks_of_engagement(const cql::Expression& expression) {
    return std::ranges::any_of(expression.retrieves, [](const cql::Retrieve& retrieve) {
        return population::is_engagement(retrieve.type) && retrieve.type != cql::model::position;
    });
}

Result<std::unique_ptr<const CohortCalendar>> CohortCalendar::make(
    std::span<const LoadedCampaign* const> campaigns, Conditions& conditions,
    std::span<const Instant> looks, Executor& executor,
    const std::function<void(double share)>& progress) {
    auto calendar = std::make_unique<CohortCalendar>();
    Watch watch(campaigns, conditions, executor);
    watch.begin(looks.front());
    std::map<std::string, Bitmap, std::less<>> before;
    for (std::uint32_t look = 0; look < looks.size(); ++look) {
        watch.advance(looks[look]);
        const auto seen =
            watch.see_members(looks[look], [&](const std::string& name, Bitmap members) {
                Cohort& cohort = calendar->cohorts_[name];
                if (look == 0) {
                    cohort.first = members;
                } else {
                    add_turns(before[name], members, look, cohort.turns);
                }
                before[name] = std::move(members);
            });
        if (!seen) {
            return pass_on(seen);
        }
        progress(static_cast<double>(look + 1) / static_cast<double>(looks.size()));
    }
    for (auto& [name, cohort] : calendar->cohorts_) {
        std::ranges::sort(cohort.turns, {},
                          [](const Turn& turn) { return std::pair(turn.patient, turn.look); });
    }
    return calendar;
}

CohortCalendar::Part CohortCalendar::part(std::string_view name,
                                          std::span<const PatientNumber> patients) const {
    Part part;
    const auto found = cohorts_.find(name);
    if (found == cohorts_.end()) {
        return part;
    }
    const Cohort& cohort = found->second;
    for (const PatientNumber number : patients) {
        if (cohort.first.test(number)) {
            part.first.push_back(number);
        }
        const auto turns = std::ranges::equal_range(cohort.turns, number, {}, &Turn::patient);
        part.turns.insert(part.turns.end(), turns.begin(), turns.end());
    }
    std::ranges::sort(part.turns);
    return part;
}

}  // namespace parcours::engine
