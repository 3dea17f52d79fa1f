#include "engine/step_state.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/events.h"
#include "record/answer.h"
#include "record/engagement.h"
#include "record/fact.h"
#include "record/identity.h"

namespace parcours::engine {

void StepState::apply(const Transition& event, bool first) {
    const Enrolment& enrolment = event.enrolment;
    if (first && !enrolment.stratum.empty()) {
        ++strata_[{enrolment.campaign, enrolment.stratum}];
    }
    move_on(enrolment);
    for (const Answer& answer : event.answers) {
        note(answer);
    }
    for (const Call& call : event.calls) {
        const auto [slot, added] = calls_.try_emplace(call.id, CallState{.call = call});
        if (added) {
            slot->second.next_look = event.at;
            open_calls_[enrolment.id] = call.id;
            if (!rests(call.campaign)) {
                waiting_.set(call.id, event.at);
            }
        }
    }
    for (const StartAsked& asked : event.starts) {
        starts_.push_back({enrolment.id, enrolment.patient, enrolment.occurrence, asked});
    }
}

/// What an earlier step of the enrolment waits for is not waited for any more.
void StepState::move_on(const Enrolment& enrolment) {
    if (!starts_.empty()) {
        std::erase_if(starts_, [&enrolment](const PendingStart& start) {
            return start.enrolment == enrolment.id &&
                   (enrolment.ended() || start.occurrence != enrolment.occurrence);
        });
    }
    const auto open = open_calls_.find(enrolment.id);
    if (open == open_calls_.end()) {
        return;
    }
    CallState& state = calls_.at(open->second);
    if (!enrolment.ended() && state.call.occurrence == enrolment.occurrence) {
        return;
    }
    if (state.status == CallState::Status::Waiting) {
        state.status = CallState::Status::Dropped;
        state.call.body = {};
        waiting_.clear(state.call.id);
    }
    open_calls_.erase(open);
}

void StepState::apply(const CallAttempted& event) {
    const auto found = calls_.find(event.call);
    if (found == calls_.end()) {
        return;
    }
    found->second.status = CallState::Status::Attempting;
    found->second.attempts = event.number;
    waiting_.clear(event.call);
    calling_.insert(event.call);
}

void StepState::apply(const CallEnded& event) {
    const auto found = calls_.find(event.call);
    if (found == calls_.end()) {
        return;
    }
    CallState& state = found->second;
    calling_.erase(event.call);
    waiting_.clear(event.call);
    state.detail = event.detail;
    if (event.taken || event.final) {
        state.status = event.taken ? CallState::Status::Taken : CallState::Status::Failed;
        state.call.body = {};  // nobody is told again
        untold_.push_back(event.call);
        return;
    }
    const auto open = open_calls_.find(state.call.enrolment);
    if (open == open_calls_.end() || open->second != event.call) {
        state.status = CallState::Status::Dropped;  // its enrolment moved on meanwhile
        state.call.body = {};
        return;
    }
    state.status = CallState::Status::Waiting;
    state.next_look = event.retry_at.value_or(event.at);
    if (!rests(state.call.campaign)) {
        waiting_.set(event.call, state.next_look);
    }
}

void StepState::apply(const CampaignPaused& event) {
    if (event.paused) {
        paused_.insert(event.campaign);
    } else {
        paused_.erase(event.campaign);
    }
    set_timers();
}

void StepState::apply(const Held& event) {
    if (event.what == Held::everything) {
        all_held_ = event.held;
        set_timers();
    }
}

bool StepState::rests(const std::string& campaign) const {
    return all_held_ || paused_.contains(campaign);
}

void StepState::set_timers() {
    for (const auto& [enrolment, id] : open_calls_) {
        const CallState& state = calls_.at(id);
        if (state.status != CallState::Status::Waiting) {
            continue;
        }
        if (rests(state.call.campaign)) {
            waiting_.clear(id);
        } else {
            waiting_.set(id, state.next_look);
        }
    }
}

void StepState::forget() {
    auto answers = std::move(answers_);
    *this = StepState();
    for (const auto& [patient, all] : answers) {
        for (const Answer& answer : all) {
            if (!answer.source.starts_with("campaign ")) {
                note(answer);
            }
        }
    }
}

void StepState::note(const Answer& answer) {
    if (answer_ids_.insert(answer.id).second) {
        answers_[answer.patient].push_back(answer);
    }
}

const std::vector<Answer>& StepState::answers_of(Key patient) const {
    static const std::vector<Answer> none;
    const auto found = answers_.find(patient);
    return found == answers_.end() ? none : found->second;
}

const Answer* StepState::find_answer(Key patient, AnswerKind kind, std::string_view name) const {
    const std::vector<Answer>& all = answers_of(patient);
    const auto found = std::find_if(all.rbegin(), all.rend(), [&](const Answer& answer) {
        return answer.kind == kind && answer.name == name;
    });
    return found == all.rend() ? nullptr : &*found;
}

const CallState* StepState::find_call(const Digest& id) const {
    const auto found = calls_.find(id);
    return found == calls_.end() ? nullptr : &found->second;
}

Instant StepState::last_run(const std::string& campaign) const {
    const auto found = ran_.find(campaign);
    return found == ran_.end() ? no_time : found->second;
}

std::uint64_t StepState::stratum_count(const std::string& campaign,
                                       const std::string& stratum) const {
    const auto found = strata_.find({campaign, stratum});
    return found == strata_.end() ? 0 : found->second;
}

}  // namespace parcours::engine
