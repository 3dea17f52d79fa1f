#include "engine/tests/random_events.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "engine/events.h"
#include "record/answer.h"
#include "record/engagement.h"

namespace parcours::engine::testing {

std::string Chance::text() {
    static constexpr std::array<std::string_view, 7> pieces = {"a",    "\"", "\\",    "\n",
                                                               "患者", "é",  "x\x01y"};
    std::string out;
    for (std::uint64_t left = below(5); left > 0; --left) {
        out += pieces.at(below(pieces.size()));
    }
    return out;
}

Instant Chance::at() {
    return Instant{Duration{static_cast<std::int64_t>(below(1'000'000'000'000'000))}};
}

Enrolment Chance::enrolment() {
    Enrolment made;
    made.id = id();
    made.patient = key();
    made.campaign = word();
    made.release = id();
    made.key = text();
    made.round = small();
    made.enrolled_at = at();
    made.holdout = coin();
    made.stratum = text();
    made.step = word();
    made.occurrence = small();
    made.step_entered_at = at();
    made.due = maybe_at();
    made.result = below(4) == 0 ? word() : "";
    return made;
}

Message Chance::message(const Enrolment& of) {
    Message made;
    made.id = id();
    made.patient = of.patient;
    made.enrolment = of.id;
    made.campaign = word();
    made.release = id();
    made.step = word();
    made.occurrence = small();
    made.content = word();
    made.purpose = static_cast<Purpose>(below(3));
    made.topic = text();
    made.ladder = words();
    made.rung = small();
    made.safety_critical = coin();
    made.planned_at = at();
    made.not_after = maybe_at();
    return made;
}

Task Chance::task() {
    Task made;
    made.id = id();
    made.patient = key();
    made.enrolment = id();
    made.campaign = word();
    made.step = word();
    made.kind = word();
    made.queue = word();
    made.script = text();
    made.outcomes = words();
    made.opened_at = at();
    made.due = maybe_at();
    made.reason = text();
    made.outcome = coin() ? "" : word();
    return made;
}

Answer Chance::answer() {
    Answer made;
    made.id = id();
    made.patient = key();
    made.kind = static_cast<AnswerKind>(below(3));
    made.name = word();
    made.value = {static_cast<AnswerValue::Type>(below(3)), text()};
    made.form = text();
    made.source = word();
    made.at = at();
    return made;
}

Call Chance::call(const Enrolment& of) {
    return {id(), of.patient, of.id, of.campaign, word(), of.occurrence, word(), text(), at()};
}

CallEnded Chance::call_ended() {
    return {.call = id(),
            .patient = key(),
            .number = small(),
            .taken = coin(),
            .final = coin(),
            .detail = text(),
            .retry_at = maybe_at(),
            .at = at()};
}

Transition Chance::transition() {
    Transition made;
    made.enrolment = enrolment();
    if (coin()) {
        made.answers.push_back(answer());
        made.calls.push_back(call(made.enrolment));
        made.starts.push_back({word(), text()});
    }
    for (std::uint64_t left = below(3); left > 0; --left) {
        made.entered.push_back({word(), small(), text()});
        made.messages.push_back(message(made.enrolment));
        made.tasks_opened.push_back(task());
        made.tasks_closed.push_back(task());
    }
    made.withdraw = coin();
    made.withheld = small();
    made.notes = words();
    made.ended_because = text();
    made.at = at();
    return made;
}

Decided Chance::decided() {
    Decided made;
    made.decision.message = id();
    made.decision.channel = word();
    made.decision.outcome = static_cast<Decision::Outcome>(below(4));
    made.decision.reason = word();
    made.decision.checks = {
        {word(), static_cast<CheckResult::Verdict>(below(3)), text(), text(), maybe_at()}};
    made.decision.at = at();
    made.decision.until = maybe_at();
    made.decision.language = word();
    made.patient = key();
    made.rung = small();
    made.final = coin();
    for (std::uint64_t left = below(3); left > 0; --left) {
        made.decision.joined.push_back(id());
        made.paced.push_back({text(), at()});
    }
    return made;
}

Attempted Chance::attempted() {
    Attempted made{id(),   key(),    small(), word(), word(), text(),
                   word(), below(9), word(),  text(), text(), at()};
    made.about = maybe_at();
    made.joined_into = coin() ? id() : Digest{};
    return made;
}

AttemptEnded Chance::ended() {
    AttemptEnded made;
    made.message = id();
    made.patient = key();
    made.number = small();
    made.outcome = static_cast<AttemptEnded::Outcome>(below(4));
    made.provider_id = coin() ? text() : "";
    made.detail = text();
    made.final = coin();
    made.rung = small();
    made.retry_at = maybe_at();
    made.at = at();
    return made;
}

Event Chance::event() {
    switch (below(23)) {
        case 0:
            return Launched{word(), id(), at()};
        case 1:
        case 2:
        case 3:
            return transition();
        case 4:
            return decided();
        case 5:
            return attempted();
        case 6:
            return ended();
        case 7:
            return Received{id(), key(), coin() ? "delivered" : "failed", text(), word(), at()};
        case 8:
            return Replied{key(), word(), text(), text(), word(), word(), at()};
        case 9:
            return Chose{key(), {word(), word(), coin(), at(), text()}};
        case 10:
            return Suppressed{word(), word(), below(9), coin(), text(), at()};
        case 11:
            return coin() ? Event(TaskOpened{task()})
                          : Event(TaskClosed{id(), key(), word(), text(), at()});
        case 12:
            return CampaignPaused{word(), coin(), text(), text(), at()};
        case 14:
            return CohortFlipped{word(), key(), coin(), at()};
        case 15:
            return Answered{answer()};
        case 16:
            return CallAttempted{id(), key(), small(), at()};
        case 17:
            return call_ended();
        case 18:
            return ScheduleRan{word(), at(), at()};
        case 13:
            return RequestAnswered{id(), id(), small(), word(), text(), at()};
        case 19:
            return Held{coin() ? word() : "everything", coin(), text(), text(), at()};
        case 20:
            return OutageNoted{at(), at()};
        case 21:
            return FeedHeard{word(), at()};
        default:
            return below(8) == 0 ? Event(VirtualRun{at(), at()})
                                 : Event(CohortSaved{word(), text(), at(), word()});
    }
}

}  // namespace parcours::engine::testing
