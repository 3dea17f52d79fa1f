#include "engine/cohort_calendar.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/time.h"
#include "cql/cql.h"
#include "engine/clinic.h"
#include "engine/conditions.h"
#include "population/bitmap.h"
#include "population/column.h"
#include "population/live_cohorts.h"
#include "population/live_record.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

using population::Bitmap;
using population::PatientNumber;

using Findings = std::shared_ptr<const population::LiveRecord::Findings>;

/// The members of one cohort at one look after another.
class Watch {
  public:
    Watch(std::shared_ptr<const cql::Expression> expression, Conditions& conditions)
        : expression_(std::move(expression)), conditions_(conditions) {}

    /// `known`: of this index, at `now` or before.
    void begin(Instant now, const Findings& known) {
        live_.start(std::make_unique<population::LiveRecord>(conditions_.live_sources(),
                                                             live_.expressions(), now, known),
                    now);
        number_ = live_.add(expression_);
    }

    /// Errors: those of judging.
    Result<Bitmap> members_at(Instant now) {
        live_.settle();
        live_.skip_to(now);
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

/// Who was in a cohort at the first of some looks, and who came and went since.
struct Watched {
    Bitmap first;
    Bitmap last;
    std::vector<CohortCalendar::Turn> turns;
};

void add_turns(const Bitmap& before, const Bitmap& after, std::uint32_t look,
               std::vector<CohortCalendar::Turn>& turns) {
    Bitmap turned = before;
    turned ^= after;
    turned.for_each([&](std::size_t number) {
        turns.push_back({look, static_cast<PatientNumber>(number), after.test(number)});
    });
}

/// The looks from `begin` to before `end`. Calls `looked` after each.
Result<Watched> watch_cohort(Watch& watch, std::span<const Instant> looks, std::size_t begin,
                             std::size_t end, const std::function<void()>& looked) {
    Watched cohort;
    for (std::size_t look = begin; look < end; ++look) {
        auto members = watch.members_at(looks[look]);
        if (!members) {
            return pass_on(members);
        }
        if (look == begin) {
            cohort.first = *members;
        } else {
            add_turns(cohort.last, *members, static_cast<std::uint32_t>(look), cohort.turns);
        }
        cohort.last = std::move(*members);
        looked();
    }
    return cohort;
}

/// Looks that are watched in one go, by one thread.
struct Go {
    std::size_t cohort = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::optional<Result<Watched>> watched;
};

/// Work that is cut is cut in two. Each go begins with judging everybody, so that no more is gained
/// by more of them.
void add_goes(std::size_t cohort, bool is_cut, std::size_t looks, std::vector<Go>& out) {
    const std::size_t middle = is_cut ? (looks + 1) / 2 : looks;
    out.push_back({cohort, 0, middle, {}});
    if (middle < looks) {
        out.push_back({cohort, middle, looks, {}});
    }
}

/// What was watched of a cohort in one go after another, as one. Errors: the first.
Result<> join(Go& go, Watched& all) {
    Result<Watched>& one = *go.watched;
    if (!one) {
        return pass_on(one);
    }
    if (go.begin == 0) {
        all.first = std::move(one->first);
    } else {
        add_turns(all.last, one->first, static_cast<std::uint32_t>(go.begin), all.turns);
    }
    all.last = std::move(one->last);
    all.turns.insert(all.turns.end(), one->turns.begin(), one->turns.end());
    return {};
}

void sort_turns(std::vector<CohortCalendar::Turn>& turns) {
    std::ranges::sort(turns, {}, [](const CohortCalendar::Turn& turn) {
        return std::pair(turn.patient, turn.look);
    });
}

/// Of turns that are sorted: where those of each of `count` patients begin, and where the last end.
std::vector<std::uint32_t> find_begins(const std::vector<CohortCalendar::Turn>& turns,
                                       std::size_t count) {
    std::vector<std::uint32_t> begins(count + 1);
    for (const CohortCalendar::Turn& turn : turns) {
        ++begins[turn.patient + 1];
    }
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    return begins;
}

/// Of what a cohort reads, the types that it reads whole.
std::ptrdiff_t count_whole_types(const cql::Expression& expression) {
    return std::ranges::count_if(
        expression.retrieves, [](const cql::Retrieve& retrieve) { return !retrieve.filtered(); });
}

}  // namespace

Result<std::unique_ptr<const CohortCalendar>> CohortCalendar::make(
    std::span<const LoadedCampaign* const> campaigns, Conditions& conditions,
    std::span<const Instant> looks, Executor& executor, std::size_t threads,
    const std::function<void(double share)>& progress) {
    std::map<std::string, std::shared_ptr<const cql::Expression>, std::less<>> by_name;
    for (const LoadedCampaign* const campaign : campaigns) {
        by_name.try_emplace(campaign->definition.enter.name, campaign->cohort);
    }
    std::vector<std::pair<std::string, std::shared_ptr<const cql::Expression>>> wanted(
        by_name.begin(), by_name.end());
    // The longest work first, so that no thread is left with it alone at the end.
    std::ranges::sort(wanted, std::greater(), [](const auto& one) {
        return std::tuple(count_whole_types(*one.second), one.second->retrieves.size(),
                          std::string_view(one.first));
    });
    auto calendar = std::make_unique<CohortCalendar>();
    if (wanted.empty()) {
        return calendar;
    }
    // What appears when is the same for all of them.
    const Findings known =
        population::LiveRecord(conditions.live_sources(), {}, looks.front()).findings();
    std::vector<Go> goes;
    for (std::size_t cohort = 0; cohort < wanted.size(); ++cohort) {
        const bool is_long = count_whole_types(*wanted[cohort].second) > 0;
        add_goes(cohort, is_long && threads > 1, looks.size(), goes);
    }
    std::mutex mutex;
    std::size_t done = 0;
    executor.run(goes.size(), [&](std::size_t number) {
        Go& go = goes[number];
        Watch watch(wanted[go.cohort].second, conditions);
        watch.begin(looks[go.begin], known);
        go.watched = watch_cohort(watch, looks, go.begin, go.end, [&] {
            const std::scoped_lock lock(mutex);
            progress(static_cast<double>(++done) /
                     static_cast<double>(looks.size() * wanted.size()));
        });
    });
    std::vector<Watched> watched(wanted.size());
    for (Go& go : goes) {
        if (const auto joined = join(go, watched[go.cohort]); !joined) {
            return pass_on(joined);
        }
    }
    for (std::size_t cohort = 0; cohort < wanted.size(); ++cohort) {
        Watched& one = watched[cohort];
        sort_turns(one.turns);
        auto begins = find_begins(one.turns, one.first.size());
        calendar->cohorts_[wanted[cohort].first] = {std::move(one.first), std::move(one.turns),
                                                    std::move(begins)};
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
        for (std::uint32_t i = cohort.begins[number]; i < cohort.begins[number + 1]; ++i) {
            part.turns.push_back(cohort.turns[i]);
        }
    }
    std::ranges::sort(part.turns);
    return part;
}

}  // namespace parcours::engine
