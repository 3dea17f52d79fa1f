// The runner's looks: at everybody in flight, and at who came into a cohort or left it.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "campaign/definition.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/runner.h"
#include "engine/zone_data.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

/// Enrolments that are looked at again at once.
constexpr std::size_t look_batch = 100;

}  // namespace

void Runner::watch_cohorts(Instant now) {
    cohorts_.begin(clinic_, ledger_, conditions_.live_sources(), now);
}

void Runner::prepare_cohorts(const CohortWatch::Base& base) {
    next_cohorts_ = CohortWatch::prepare(base, conditions_.live_sources());
}

void Runner::look_at_changes() {
    if (!next_cohorts_) {
        begin_looking(false);
        return;
    }
    const auto changed = next_cohorts_->changed_patients();
    cohorts_.renew(std::move(*next_cohorts_));
    next_cohorts_.reset();
    if (changed) {
        changed_.insert(changed_.end(), changed->begin(), changed->end());
    } else {
        begin_looking(false);
    }
}

Result<bool> Runner::follow_cohorts(bool entering, Instant now) {
    if (is_virtual()) {
        return false;  // sweeps alone take people in
    }
    const bool more = cohorts_.judge_more();
    std::ranges::move(cohorts_.advance(now), std::back_inserter(flips_));
    for (std::size_t count = 0; count < look_batch && !flips_.empty(); ++count) {
        const CohortWatch::Told told = std::move(flips_.front());
        flips_.pop_front();
        journal_.add(told.flip, now);
        if (entering && told.flip.entered && !told.by_time) {
            if (const auto entered = enter_by(told.flip, now); !entered) {
                return pass_on(entered);
            }
        }
    }
    for (std::size_t count = 0; entering && count < look_batch && !changed_.empty(); ++count) {
        const Key patient = changed_.front();
        changed_.pop_front();
        if (const auto looked = patient_changed(patient, now); !looked) {
            return pass_on(looked);
        }
    }
    return more || !flips_.empty() || (entering && !changed_.empty());
}

/// Takes somebody into the campaigns of a cohort.
Result<> Runner::enter_by(const CohortFlipped& flip, Instant now) {
    for (const LoadedCampaign& campaign : clinic_->campaigns) {
        const campaign::Enter& enter = campaign.definition.enter;
        if (enter.by == campaign::Enter::By::Cohort && enter.name == flip.cohort) {
            if (const auto entered = enroller_.enter_cohort(campaign, flip.patient, now);
                !entered) {
                return entered;
            }
        }
    }
    return {};
}

void Runner::begin_looking(bool only_by_time, const std::string& zone_data) {
    if (!zone_data.empty()) {
        looking_.reset();
    }
    if (looking_) {
        looking_->again_only_by_time = looking_->again_only_by_time.value_or(true) && only_by_time;
    } else {
        const bool at_anybody = !only_by_time || time_tells_;
        looking_ = Looking{only_by_time,
                           at_anybody ? ledger_.running() : std::vector<Digest>(),
                           0,
                           {},
                           std::nullopt,
                           std::nullopt,
                           zone_data};
    }
}

Result<> Runner::look_at(const Digest& id, const Looking& looking, Instant now) {
    const Enrolment standing = ledger_.find_enrolment(id).enrolment();
    if (standing.ended()) {
        return {};  // meanwhile
    }
    if (looking.only_by_time) {
        const auto campaign = releases_.find(standing.campaign, standing.release);
        // One release that cannot be read holds up nobody else; its timers give it to a person.
        if (!campaign || !(*campaign)->watches_time) {
            return {};
        }
    }
    return looking.zone_data.empty() ? stepper_.feed(standing, campaign::Changed{}, now)
                                     : stepper_.feed(standing, campaign::ZonesChanged{}, now);
}

/// A part of a look that was begun.
Result<> Runner::look_on(Instant now) {
    Looking& looking = *looking_;
    looking.began = looking.began.value_or(now);
    const std::size_t to = std::min(looking.next + look_batch, looking.running.size());
    if (looking.next == to) {
        const auto more = enroller_.sweep_some(*clinic_, looking.sweep, now);
        if (more && !*more) {
            const std::optional<bool> again = looking.again_only_by_time;
            if (!looking.zone_data.empty()) {
                journal_.add_definition(zone_data_name, looking.zone_data, now);
            }
            looking_.reset();
            if (again) {
                begin_looking(*again);
            }
        }
        return more ? Result<>{} : pass_on(more);
    }
    for (; looking.next < to; ++looking.next) {
        if (const auto looked = look_at(looking.running[looking.next], looking, now); !looked) {
            return looked;
        }
    }
    return {};
}

/// All of it at once, before anything else that is due.
Result<> Runner::look_whole(bool only_by_time, Instant now) {
    if (is_virtual()) {
        (void)cohorts_.advance(now);
    }
    begin_looking(only_by_time);
    while (looking_) {
        if (const auto looked = look_on(now); !looked) {
            return looked;
        }
    }
    return journal_.flush();
}

Result<> Runner::sweep(Instant now) {
    return look_whole(true, now);
}

Result<> Runner::try_cohorts(Instant now) {
    for (const LoadedCampaign& campaign : clinic_->campaigns) {
        if (campaign.cohort == nullptr) {
            continue;
        }
        if (const auto members = conditions_.members(*campaign.cohort, now); !members) {
            return pass_on(members);
        }
    }
    return {};
}

}  // namespace parcours::engine
