#include "engine/cohort_calendar.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
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

/// The members of one cohort at one look after another.
class Watch {
  public:
    Watch(std::shared_ptr<const cql::Expression> expression, Conditions& conditions)
        : expression_(std::move(expression)), conditions_(conditions) {}

    void begin(Instant now) {
        live_.start(std::make_unique<population::LiveRecord>(conditions_.live_sources(),
                                                             live_.expressions(), now),
                    now);
        number_ = live_.add(expression_);
    }

    /// Errors: those of judging.
    Result<Bitmap> members_at(Instant now) {
        live_.settle();
        live_.advance(now);
        (void)live_.take_flips();
        if (!live_.is_restless(number_) && !live_.error(number_)) {
            return live_.members(number_);
        }
        const auto keys = conditions_.members(*expression_, now);
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

  private:
    std::shared_ptr<const cql::Expression> expression_;
    Conditions& conditions_;
    population::LiveCohorts live_;
    std::uint32_t number_ = 0;
};

/// Who was in a cohort at the first look, and who came and went since; by patient, then look.
struct Watched {
    Bitmap first;
    std::vector<CohortCalendar::Turn> turns;
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

/// Calls `looked` after each look.
Result<Watched> watch_cohort(std::shared_ptr<const cql::Expression> expression,
                             Conditions& conditions, std::span<const Instant> looks,
                             const std::function<void()>& looked) {
    Watched cohort;
    Watch watch(std::move(expression), conditions);
    watch.begin(looks.front());
    Bitmap before;
    for (std::uint32_t look = 0; look < looks.size(); ++look) {
        auto members = watch.members_at(looks[look]);
        if (!members) {
            return pass_on(members);
        }
        if (look == 0) {
            cohort.first = *members;
        } else {
            add_turns(before, *members, look, cohort.turns);
        }
        before = std::move(*members);
        looked();
    }
    std::ranges::sort(cohort.turns, {}, [](const CohortCalendar::Turn& turn) {
        return std::pair(turn.patient, turn.look);
    });
    return cohort;
}

/// Of what a cohort reads, the types that it reads whole.
std::ptrdiff_t count_whole_types(const cql::Expression& expression) {
    return std::ranges::count_if(
        expression.retrieves, [](const cql::Retrieve& retrieve) { return !retrieve.filtered(); });
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
    std::map<std::string, std::shared_ptr<const cql::Expression>, std::less<>> by_name;
    for (const LoadedCampaign* const campaign : campaigns) {
        by_name.try_emplace(campaign->definition.enter.name, campaign->cohort);
    }
    std::vector<std::pair<std::string, std::shared_ptr<const cql::Expression>>> wanted(
        by_name.begin(), by_name.end());
    // The longest work first, so that no thread is left with it alone at the end.
    std::ranges::sort(wanted, std::greater(), [](const auto& one) {
        return std::pair(count_whole_types(*one.second), std::string_view(one.first));
    });
    std::vector<std::optional<Result<Watched>>> made(wanted.size());
    std::mutex mutex;
    std::size_t done = 0;
    executor.run(wanted.size(), [&](std::size_t number) {
        made[number] = watch_cohort(wanted[number].second, conditions, looks, [&] {
            const std::scoped_lock lock(mutex);
            progress(static_cast<double>(++done) /
                     static_cast<double>(looks.size() * wanted.size()));
        });
    });
    auto calendar = std::make_unique<CohortCalendar>();
    for (std::size_t number = 0; number < wanted.size(); ++number) {
        if (!*made[number]) {
            return pass_on(*made[number]);
        }
        calendar->cohorts_[wanted[number].first] = {std::move((*made[number])->first),
                                                    std::move((*made[number])->turns)};
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
