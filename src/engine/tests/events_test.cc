#include "engine/events.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"
#include "engine/ledger.h"
#include "engine/tests/random_events.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

using testing::Chance;

/// What anybody can see of a ledger, as text.
std::string observe(const Ledger& ledger) {
    std::string out;
    const auto add = [&out](const auto&... parts) { ((out += parts, out += '|'), ...); };
    const auto number = [](auto value) { return std::to_string(value); };
    const auto moment = [](Instant at) { return std::to_string(at.time_since_epoch().count()); };
    for (const auto& [at, id] : ledger.timers().all()) {
        add("timer", moment(at), id.to_hex());
    }
    for (const auto& [at, id] : ledger.waiting().all()) {
        add("waiting", moment(at), id.to_hex());
    }
    for (const Digest& id : ledger.running()) {
        const EnrolmentState state = *ledger.find_enrolment(id);
        add("running", id.to_hex(), state.enrolment.step, number(state.path.size()));
    }
    for (const Digest& id : ledger.attempting()) {
        add("attempting", id.to_hex());
    }
    for (std::uint64_t i = 0; i < 6; ++i) {
        const Digest id = named_hash("test", {std::to_string(i)});
        if (const MessagePointer state = ledger.find_message(id)) {
            add("message", id.to_hex(), number(static_cast<int>(state->status)),
                number(state->rung), number(state->attempts), state->channel, state->to,
                state->reason, state->provider_id);
        }
    }
    for (const auto& [at, id] : ledger.steps().calls().all()) {
        add("call", moment(at), id.to_hex());
    }
    for (const Digest& id : ledger.steps().calling()) {
        add("calling", id.to_hex());
    }
    for (const PendingStart& start : ledger.steps().starts()) {
        add("start", start.enrolment.to_hex(), start.asked.campaign, number(start.occurrence));
    }
    for (const Key patient : {Key{1}, Key{2}, Key{3}}) {
        for (const Answer& answer : ledger.steps().answers_of(patient)) {
            add("answer", answer.id.to_hex(), answer.name, answer.value.text);
        }
    }
    for (const TaskPointer& state : ledger.tasks()) {
        add("task", state->task.id.to_hex(), state->task.outcome,
            state->task.reason + state->closed_by);
    }
    for (const Key key : {Key{1}, Key{2}, Key{3}, ~Key{0}}) {
        add("patient", number(ledger.choices_of(key).size()), number(ledger.sent_to(key).size()),
            number(ledger.messages_of(key).size()), number(ledger.enrolments_of(key).size()));
    }
    for (const auto& [what, hold] : ledger.traffic().holds()) {
        add("hold", what, hold.by, hold.reason, moment(hold.at));
    }
    for (std::uint64_t i = 0; i < 6; ++i) {
        const Digest id = named_hash("test", {std::to_string(i)});
        add("parts", number(ledger.traffic().parts_of(id).size()));
    }
    for (const char* const channel : {"w0", "w1", "w2", "w3"}) {
        add("channel", number(ledger.traffic().run_of(channel).failures),
            number(ledger.traffic().handed_since(channel, Instant{})));
    }
    for (const auto& [name, cohort] : ledger.cohorts()) {
        add("cohort", name, cohort.cql, cohort.by, moment(cohort.at));
    }
    add(number(ledger.totals().enrolled), number(ledger.totals().tasks),
        number(ledger.totals().withheld), number(ledger.totals().joined));
    for (const auto& [name, count] : ledger.totals().sent) {
        add(name, number(count));
    }
    for (const auto& [name, count] : ledger.totals().not_sent) {
        add(name, number(count));
    }
    return out;
}

TEST(Events, ReadBackAsTheyWereWritten) {
    Chance chance(11);
    std::array<std::size_t, std::variant_size_v<Event>> met{};
    for (int i = 0; i < 20'000; ++i) {
        const Event event = chance.event();
        ++met.at(event.index());
        const std::string written = write_event(event);
        const auto back = read_event(event_topic(event), written);
        ASSERT_TRUE(back) << back.error().message << "\n" << written;
        ASSERT_EQ(back->index(), event.index());
        ASSERT_EQ(write_event(*back), written);
        ASSERT_EQ(event_patient(*back), event_patient(event));
        ASSERT_EQ(event_time(*back), event_time(event));
    }
    for (const std::size_t count : met) {
        EXPECT_GT(count, 0U);
    }
}

TEST(Events, CohortsOfBeforeItWasKeptWhoSavedThemAreRead) {
    const auto event = read_event("cohort", R"({"name":"a","cql":"true","at":5})");
    ASSERT_TRUE(event);
    EXPECT_EQ(std::get<CohortSaved>(*event).cql, "true");
    EXPECT_EQ(std::get<CohortSaved>(*event).by, "");
}

TEST(Events, RefuseWhatTheyDidNotWrite) {
    EXPECT_EQ(read_event("no-such-topic", "{}").error().code, ErrorCode::NewerFormat);
    EXPECT_FALSE(read_event("transition", "{"));
    EXPECT_FALSE(read_event("transition", "[]"));
    EXPECT_FALSE(read_event("attempt", "{}"));
    EXPECT_FALSE(read_event("decision", R"({"message":"zz"})"));
}

TEST(Ledger, IsTheFoldOfWhatWasWritten) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Chance chance(seed);
        Ledger live;
        Ledger replayed;
        for (int i = 0; i < 60; ++i) {
            const Event event = chance.event();
            live.apply(event);
            const auto back = read_event(event_topic(event), write_event(event));
            ASSERT_TRUE(back);
            replayed.apply(*back);
        }
        ASSERT_EQ(observe(live), observe(replayed)) << "seed " << seed;
    }
}

TEST(Ledger, PlansEveryMessageOnce) {
    Chance chance(3);
    Ledger ledger;
    Transition transition = chance.transition();
    transition.enrolment.result.clear();
    transition.withdraw = false;
    transition.messages = {chance.message(transition.enrolment)};
    ledger.apply(transition);
    ledger.apply(transition);
    EXPECT_EQ(ledger.waiting().size(), 1U);
    EXPECT_EQ(ledger.messages_of(transition.enrolment.patient).size(), 1U);
    EXPECT_EQ(ledger.totals().enrolled, 1U);
}

TEST(Ledger, KeepsASettledMessageSettled) {
    Chance chance(5);
    Ledger ledger;
    Transition transition = chance.transition();
    transition.withdraw = false;
    transition.messages = {chance.message(transition.enrolment)};
    const Message& message = transition.messages.front();
    ledger.apply(transition);
    Attempted attempt;
    attempt.message = message.id;
    attempt.patient = message.patient;
    attempt.channel = "sms";
    attempt.to = "+14135550100";
    ledger.apply(attempt);
    EXPECT_TRUE(ledger.waiting().empty());
    EXPECT_EQ(ledger.attempting().size(), 1U);
    AttemptEnded ended;
    ended.message = message.id;
    ended.patient = message.patient;
    ended.outcome = AttemptEnded::Outcome::Accepted;
    ledger.apply(ended);
    EXPECT_TRUE(ledger.attempting().empty());
    EXPECT_EQ(ledger.find_message(message.id)->status, MessageState::Status::Accepted);
    Decided late;
    late.decision.message = message.id;
    late.final = true;
    late.decision.reason = "too-late";
    ledger.apply(late);
    EXPECT_EQ(ledger.find_message(message.id)->status, MessageState::Status::Accepted);
    EXPECT_EQ(ledger.totals().sent.at("sms"), 1U);
    EXPECT_EQ(ledger.patients_at("+14135550100").size(), 1U);
}

TEST(Ledger, ForgetsAVirtualRunAtTheNextButNotItsCohorts) {
    Chance chance(9);
    Ledger ledger;
    ledger.apply(CohortSaved{"a", "true", chance.at(), "ada"});
    ledger.apply(chance.transition());
    ledger.apply(VirtualRun{chance.at(), chance.at()});
    EXPECT_EQ(ledger.totals().enrolled, 0U);
    EXPECT_TRUE(ledger.timers().empty());
    EXPECT_EQ(ledger.cohorts().size(), 1U);
    EXPECT_TRUE(ledger.virtual_run());
    EXPECT_FALSE(ledger.has_live_work());
}

}  // namespace
}  // namespace parcours::engine
