#include "engine/step_work.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "campaign/definition.h"
#include "engine/clinic.h"
#include "engine/enroller.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "record/engagement.h"

namespace parcours::engine {

std::optional<Instant> next_scheduled(const LoadedCampaign& campaign, Instant after) {
    const auto& schedule = campaign.definition.enter.schedule;
    if (!schedule) {
        return std::nullopt;
    }
    auto local = schedule->next(campaign.zone.to_local(after));
    // In the second pass of an hour that the clocks repeat its times have been already.
    while (local && campaign.zone.to_instant(*local) <= after) {
        local = schedule->next(*local);
    }
    return local ? std::optional(campaign.zone.to_instant(*local)) : std::nullopt;
}

void StepWork::forget() {
    running_.clear();
    next_.clear();
}

Result<bool> StepWork::work(const Clinic& clinic, Instant now) {
    if (const auto told = stepper_.tell_calls(now); !told) {
        return pass_on(told);
    }
    const auto started = start_campaigns(clinic, now);
    if (!started) {
        return pass_on(started);
    }
    bool more = *started;
    for (const LoadedCampaign& campaign : clinic.campaigns) {
        if (campaign.definition.enter.by != campaign::Enter::By::Schedule) {
            continue;
        }
        const auto ran = run_schedule(campaign, now);
        if (!ran) {
            return pass_on(ran);
        }
        more = more || *ran;
    }
    const auto called = caller_.call(now);
    if (!called) {
        return pass_on(called);
    }
    return more || *called > 0 || !ledger_.steps().untold_calls().empty();
}

/// Each once: one that moves nothing must not hold up the others.
Result<bool> StepWork::start_campaigns(const Clinic& clinic, Instant now) {
    const std::deque<PendingStart> starts = ledger_.steps().starts();
    bool moved = false;
    for (const PendingStart& start : starts) {
        const EnrolmentView found = ledger_.find_enrolment(start.enrolment);
        if (found == nullptr || found.ended() || found.occurrence() != start.occurrence ||
            found.due().value_or(now) > now) {
            continue;
        }
        const Enrolment standing = found.enrolment();
        const auto entered = enroller_.enter_started(clinic, start, standing, now);
        const campaign::StartDone done{start.occurrence, entered.has_value(),
                                       entered ? std::string() : entered.error().message};
        if (const auto fed = stepper_.feed(standing, done, now); !fed) {
            return pass_on(fed);
        }
        moved = moved || found.ended() || found.occurrence() != start.occurrence;
    }
    return moved;
}

/// The last of its times that has come and was not made up for; else nothing, and `next_` is set.
std::optional<Instant> StepWork::due_time(const LoadedCampaign& campaign, Instant now) {
    const std::string& name = campaign.definition.name;
    const auto known = next_.find(name);
    if (known != next_.end() && known->second > now) {
        return std::nullopt;
    }
    next_.erase(name);
    const LaunchedCampaign* const launched = ledger_.find_launched(name);
    if (launched == nullptr || ledger_.rests(name)) {
        return std::nullopt;
    }
    const Instant after =
        std::max({launched->at, ledger_.steps().last_run(name), now - Instant::duration{late_max}});
    std::optional<Instant> due;
    auto next = next_scheduled(campaign, after);
    while (next && *next <= now) {
        due = next;
        next = next_scheduled(campaign, *next);
    }
    if (!due && next) {
        next_[name] = *next;
    }
    return due;
}

Result<bool> StepWork::run_schedule(const LoadedCampaign& campaign, Instant now) {
    const std::string& name = campaign.definition.name;
    auto running = running_.find(name);
    if (running != running_.end() && ledger_.rests(name)) {
        return false;  // it goes on where it stood
    }
    if (running == running_.end()) {
        const auto due = due_time(campaign, now);
        if (!due) {
            return false;
        }
        running = running_.emplace(name, Running{*due, Enroller::Sweep{}}).first;
    }
    const auto more = enroller_.sweep_cohort(campaign, running->second.sweep, now);
    if (!more) {
        return pass_on(more);
    }
    if (!*more) {
        journal_.add(ScheduleRan{name, running->second.scheduled, now}, now);
        running_.erase(running);
    }
    return true;
}

std::optional<Instant> StepWork::next_due() const {
    std::optional<Instant> first = ledger_.steps().calls().next();
    for (const auto& [campaign, next] : next_) {
        first = first ? std::min(*first, next) : next;
    }
    return first;
}

}  // namespace parcours::engine
