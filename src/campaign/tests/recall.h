#pragma once

#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "campaign/advance.h"
#include "campaign/enrol.h"
#include "campaign/tests/fake_world.h"

namespace parcours::campaign {

inline constexpr Key test_patient = 0x1234;

inline Step make_step(std::string name, auto what) {
    return Step{std::move(name), {}, std::move(what), false};
}

/// mail → pause (7 days, until 10:00) → answer (wait, 14 days) → call → done or declined.
inline Campaign recall() {
    Campaign campaign;
    campaign.name = "recall";
    campaign.title["en"] = "Recall";
    campaign.concern = "diabetes";
    campaign.success = cql("tested");
    SendStep mail;
    mail.content = "recall-mail";
    mail.ladder = {"email", "sms"};
    mail.not_after = Moment{Moment::Side::FromNow, {2, Span::Unit::Day}, {}};
    mail.otherwise = to("call");
    WaitStep pause;
    pause.moment.span = {7, Span::Unit::Day};
    pause.until = parse_window("10:00").value();
    WaitForStep answer;
    answer.condition = cql("seen");
    answer.at_most.span = {14, Span::Unit::Day};
    answer.then = to("done");
    answer.otherwise = to("call");
    TaskStep call;
    call.kind = "call";
    call.queue = "navigators";
    call.due = Span{2, Span::Unit::Day};
    call.outcomes = {{"booked", to("done")}, {"refused", to("declined")}};
    campaign.steps = {make_step("mail", mail),
                      make_step("pause", pause),
                      make_step("answer", answer),
                      make_step("call", call),
                      make_step("done", EndStep{"completed"}),
                      make_step("declined", EndStep{"declined"})};
    link(campaign);
    return campaign;
}

/// Walks an enrolment through inputs and keeps the last answer.
struct Walker {
    Campaign campaign;
    FakeWorld world;
    Enrolment state;
    Advance last;
    Instant now = moment("2026-03-02T09:00:00Z");

    explicit Walker(Campaign made, std::string key = {}) : campaign(std::move(made)) {
        state = enrol(campaign, Digest{}, test_patient, key, 1, now);
    }
    const Advance& give(const Input& input) {
        last = advance(campaign, state, input, now, world);
        state = last.enrolment;
        return last;
    }
    void fire() {
        ASSERT_TRUE(state.due.has_value());
        now = *state.due;
        give(TimerFired{*state.due});
    }
    void message(MessageDone::Outcome outcome, std::string reason = {}) {
        give(MessageDone{message_id(state.id, state.step, state.occurrence, "patient"), outcome,
                         std::move(reason)});
    }
    void close(std::string outcome) {
        give(TaskDone{task_id(state.id, state.step, state.occurrence), std::move(outcome)});
    }
};

}  // namespace parcours::campaign
