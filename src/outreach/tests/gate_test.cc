#include "outreach/gate.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "outreach/reasons.h"
#include "practice/content.h"

namespace parcours::outreach {
namespace {

using Outcome = Decision::Outcome;
using Verdict = CheckResult::Verdict;

/// A message that may leave: each test spoils one thing.
class Gate : public ::testing::Test {
  protected:
    Gate() {
        message.content = "visit";
        message.topic = "appointments";
        message.purpose = Purpose::Operations;
        message.planned_at = now;
        recipient.address = "+16175550123";
        content.name = "visit";
        content.channels = {"sms", "email"};
        content.wordings = {wording("en"), wording("fr")};
        input.message = &message;
        input.channel = "sms";
        input.recipient = &recipient;
        input.channel_state.configured = true;
        input.content = &content;
        input.language = "fr";
        input.zone = *Zone::find("Europe/Paris");
    }

    static practice::Wording wording(std::string language) {
        practice::Wording made;
        made.language = std::move(language);
        made.body = "x";
        made.approved = practice::Approval{};
        return made;
    }

    Decision decide() {
        input.choices = choices;
        input.sent = sent;
        return outreach::decide(input, rules, now);
    }

    void expect_not_sent(std::string_view reason) {
        const Decision decision = decide();
        EXPECT_EQ(decision.outcome, Outcome::NotSent) << reason;
        EXPECT_EQ(decision.reason, reason);
        EXPECT_FALSE(decision.until.has_value());
        EXPECT_NE(find_reason(decision.reason), nullptr);
    }
    void expect_later(std::string_view reason, std::string_view until) {
        const Decision decision = decide();
        EXPECT_EQ(decision.outcome, Outcome::Later) << decision.reason;
        EXPECT_EQ(decision.reason, reason);
        ASSERT_TRUE(decision.until.has_value());
        EXPECT_EQ(format_instant(*decision.until), until);
    }
    void expect_sent() {
        const Decision decision = decide();
        EXPECT_EQ(decision.outcome, Outcome::Send) << decision.reason;
        EXPECT_EQ(decision.reason, "");
    }

    Instant now = *parse_instant("2026-06-09T10:00:00Z");  // a Tuesday, noon in Paris
    Message message;
    Recipient recipient;
    practice::Content content;
    std::vector<ContactChoice> choices;
    std::vector<SentMessage> sent;
    GateInput input;
    GateRules rules;
};

TEST_F(Gate, SendsWhereNothingStandsAgainst) {
    const Decision decision = decide();
    EXPECT_EQ(decision.outcome, Outcome::Send);
    EXPECT_EQ(decision.language, "fr");
    EXPECT_EQ(decision.channel, "sms");
    EXPECT_EQ(decision.at, now);
    EXPECT_TRUE(std::ranges::all_of(decision.checks, [](const CheckResult& check) {
        return check.verdict == Verdict::Pass && check.reason.empty();
    }));
}

TEST_F(Gate, PatientsWhoMustNotBeReached) {
    const auto spoil = [&](bool PatientState::* member, std::string_view reason) {
        input.patient.*member = true;
        expect_not_sent(reason);
        input.patient.*member = false;
        expect_sent();
    };
    spoil(&PatientState::deceased, "deceased");
    spoil(&PatientState::merged, "merged");
    spoil(&PatientState::left, "left-care");
}

TEST_F(Gate, FindingsStopOrFail) {
    input.still = {Finding::State::Against, "The appointment is cancelled."};
    expect_not_sent("no-longer-true");
    input.still = {Finding::State::Error, "The condition cannot be evaluated."};
    expect_not_sent("check-failed");
    input.still = {};
    input.not_for = {Finding::State::Against, "A fracture."};
    expect_not_sent("not-for");
    input.not_for = {Finding::State::Error, "x"};
    expect_not_sent("check-failed");
    input.not_for = {};
    input.feed = {Finding::State::Error, "x"};
    expect_not_sent("check-failed");
    input.feed = {};
    expect_sent();
}

TEST_F(Gate, PalliativeCareSwitchesPreventionOff) {
    input.patient.palliative = true;
    expect_sent();
    message.topic = "cancer-screening";
    expect_not_sent("palliative");
    message.topic = "appointments";
    content.purpose = Purpose::Marketing;
    choices = {{"", "", true, now, "x"}};
    expect_not_sent("palliative");
    input.patient.palliative = false;
    expect_sent();
}

TEST_F(Gate, ConsentByPurposeChannelAndTopic) {
    message.purpose = Purpose::Marketing;
    expect_not_sent("no-consent");
    choices = {{"sms", "", true, now - std::chrono::days{1}, "Consent/c1"}};
    expect_sent();
    choices.push_back({"", "appointments", false, now, "sms reply STOP"});
    expect_not_sent("opted-out");
    const Decision decision = decide();
    const auto found = std::ranges::find(decision.checks, "consent", &CheckResult::check);
    EXPECT_EQ(found->detail,
              "The patient refused messages about appointments on 2026-06-09 (sms reply STOP).");
    message.purpose = Purpose::DirectCare;
    expect_not_sent("opted-out");
    choices.clear();
    expect_sent();
}

TEST_F(Gate, RefusingTheTopicOfTheContentIsEnough) {
    message.topic = "immunization";
    content.topic = "immunisation";
    expect_sent();
    choices = {{"", "immunisation", false, now - std::chrono::days{1}, "Consent/c1"}};
    expect_not_sent("opted-out");
    choices = {{"", "immunization", false, now - std::chrono::days{1}, "Consent/c1"}};
    expect_not_sent("opted-out");
    choices = {{"", "other", false, now - std::chrono::days{1}, "Consent/c1"}};
    expect_sent();
    content.topic = "lifestyle";
    input.patient.palliative = true;
    expect_not_sent("palliative");
}

TEST_F(Gate, TheStricterPurposeCounts) {
    message.purpose = Purpose::Operations;
    content.purpose = Purpose::Marketing;
    expect_not_sent("no-consent");
    content.purpose = Purpose::DirectCare;
    expect_sent();
}

TEST_F(Gate, Recipients) {
    for (const std::string_view problem : {"no-guardian", "no-address", "bad-address"}) {
        recipient.problem = problem;
        expect_not_sent(problem);
    }
    recipient.problem.clear();
    expect_sent();
    input.recipient = nullptr;
    expect_not_sent("check-failed");
}

TEST_F(Gate, SuppressedAddresses) {
    input.suppression = {true, "bounced on 2026-02-01", 7};
    expect_not_sent("suppressed");
    input.suppression.suppressed = false;
    expect_sent();
}

TEST_F(Gate, Channels) {
    input.channel_state.configured = false;
    expect_not_sent("no-channel");
    input.channel_state.configured = true;
    content.channels = {"email"};
    expect_not_sent("wrong-channel");
    content.channels = {};
    expect_sent();
}

TEST_F(Gate, Languages) {
    input.language = "fr-CA";
    EXPECT_EQ(decide().language, "fr");
    input.language = "";
    EXPECT_EQ(decide().language, "en") << "the clinic's where none is recorded";
    input.language = "zh";
    expect_not_sent("no-language");
    rules.speak_default_language = true;
    expect_sent();
    EXPECT_EQ(decide().language, "en");
    content.wordings = {wording("fr")};
    expect_not_sent("no-language");
    input.content = nullptr;
    expect_not_sent("no-content");
}

TEST_F(Gate, WordingOfAnotherChannelIsNone) {
    content.wordings.front().channel = "email";
    input.language = "en";
    expect_not_sent("no-language");
    input.channel = "email";
    expect_sent();
}

TEST_F(Gate, Approval) {
    rules.require_approval = true;
    expect_sent();
    content.wordings[1].approved.reset();
    expect_not_sent("not-approved");
    rules.require_approval = false;
    expect_sent();
}

TEST_F(Gate, Words) {
    input.render = {RenderState::State::MissingVariable, "appointment_date is not known"};
    expect_not_sent("missing-variable");
    input.render.state = RenderState::State::Failed;
    expect_not_sent("cannot-render");
}

TEST_F(Gate, Duplicates) {
    input.last_same = now - std::chrono::hours{47};
    expect_not_sent("duplicate");
    input.last_same = now - std::chrono::hours{48};
    expect_sent();
    input.last_same = now + std::chrono::hours{1};
    expect_not_sent("duplicate");
}

TEST_F(Gate, TooLate) {
    message.planned_at = now - std::chrono::hours{48};
    expect_sent();
    message.planned_at -= std::chrono::microseconds{1};
    expect_not_sent("too-late");
    message.not_after = now;
    expect_sent();
    message.not_after = now - std::chrono::microseconds{1};
    expect_not_sent("too-late");
}

TEST_F(Gate, HoldsOnSuspectedDeathAndStaleFeeds) {
    input.patient.suspected_death = true;
    expect_later("suspected-death", "2026-06-09T11:00:00Z");
    message.not_after = now + std::chrono::minutes{59};
    expect_later("suspected-death", "2026-06-09T11:00:00Z");
    input.patient.suspected_death = false;
    message.not_after.reset();
    input.feed = {Finding::State::Against, "The feed is three days old."};
    expect_later("stale-feed", "2026-06-09T11:00:00Z");
}

TEST_F(Gate, ASuspectedDeathHoldsEvenWhatWouldGoAnotherWay) {
    input.patient.suspected_death = true;
    recipient.problem = "no-address";
    expect_later("suspected-death", "2026-06-09T11:00:00Z");
    message.not_after = now - std::chrono::hours{1};
    expect_later("suspected-death", "2026-06-09T11:00:00Z");
    input.patient.deceased = true;
    expect_not_sent("deceased");
    input.patient.deceased = false;
    input.still = {Finding::State::Against, "The appointment is cancelled."};
    expect_not_sent("no-longer-true");
}

TEST_F(Gate, ALongSuspicionIsAskedAboutLessOften) {
    input.patient.suspected_death = true;
    message.planned_at = now - std::chrono::hours{80};
    expect_later("suspected-death", "2026-06-09T20:00:00Z");
    message.planned_at = now - std::chrono::hours{9000};
    expect_later("suspected-death", "2026-06-10T10:00:00Z");
}

TEST_F(Gate, OneSafeWayOverridesEverything) {
    input.safe = SafeContact{"sms", rules.contact_hours, true};
    expect_sent();
    input.safe->words_neutral = false;
    expect_not_sent("unsafe-contact");
    input.safe->words_neutral = true;
    input.safe->channel = "email";
    expect_not_sent("unsafe-contact");
    input.safe->channel = "";
    expect_not_sent("unsafe-contact");
    input.safe->channel = "sms";
    recipient.who = Recipient::Who::Guardian;
    expect_not_sent("unsafe-contact");
    recipient.who = Recipient::Who::Patient;
    input.safe->hours.from = std::chrono::hours{14};
    expect_later("quiet-hours", "2026-06-09T12:00:00Z");
}

TEST_F(Gate, WordsThatTellOthersSomething) {
    input.privacy = {Finding::State::Against, "Others use this address."};
    expect_not_sent("shared-address");
}

TEST_F(Gate, AnAnswerLeavesAtAnyHour) {
    now = *parse_instant("2026-06-09T01:30:00Z");
    message.planned_at = now;
    expect_later("quiet-hours", "2026-06-09T06:00:00Z");
    input.any_hour = true;
    expect_sent();
}

TEST_F(Gate, QuietHoursWhereThePatientLives) {
    now = *parse_instant("2026-06-09T19:30:00Z");  // 21:30 in Paris
    message.planned_at = now;
    expect_later("quiet-hours", "2026-06-10T06:00:00Z");
    input.zone = *Zone::find("America/New_York");  // 15:30
    expect_sent();
    input.zone = *Zone::find("Asia/Shanghai");  // 03:30
    expect_later("quiet-hours", "2026-06-10T00:00:00Z");
}

TEST_F(Gate, WaitingTooLongIsNotSending) {
    now = *parse_instant("2026-06-09T19:30:00Z");
    message.planned_at = now;
    message.not_after = *parse_instant("2026-06-10T05:59:59Z");
    expect_not_sent("quiet-hours");
    message.not_after = *parse_instant("2026-06-10T06:00:00Z");
    expect_later("quiet-hours", "2026-06-10T06:00:00Z");
}

TEST_F(Gate, ContactBudgetFreesAtAContactableHour) {
    sent = {{now - std::chrono::hours{1}, Purpose::Operations}};
    expect_later("contact-budget", "2026-06-10T06:00:00Z");
    message.safety_critical = true;
    expect_sent();
    message.safety_critical = false;
    rules.contact_budget.exempt = {Purpose::Operations};
    expect_sent();
    rules.contact_budget.exempt = {Purpose::DirectCare};
    message.not_after = now + std::chrono::hours{6};
    expect_not_sent("contact-budget");
    sent = {{now - std::chrono::hours{24}, Purpose::Operations}};
    expect_sent();
}

TEST_F(Gate, TheBudgetOfAPurposeIsNamed) {
    rules.contact_budget = {0, 0, 0, {}};
    rules.contact_budget.by_purpose.at(1) = {.per_day = 1};
    sent = {{now - std::chrono::hours{1}, Purpose::Operations}};
    expect_later("contact-budget", "2026-06-10T06:00:00Z");
    const Decision decision = decide();
    const auto found = std::ranges::find(decision.checks, "contact-budget", &CheckResult::check);
    EXPECT_EQ(found->detail, "The patient's operations messages: 1 today, 1 in 7 days, 1 in 30.");
    sent.front().purpose = Purpose::Marketing;
    expect_sent();
}

TEST_F(Gate, SeveralWaitsEndTogether) {
    now = *parse_instant("2026-06-09T19:30:00Z");
    message.planned_at = now;
    const std::vector<SharedLimit> limits = {{"channel-rate", reason::channel_busy, "busy",
                                              parse_instant("2026-06-10T19:30:00Z").value()}};
    input.limits = limits;
    expect_later("quiet-hours", "2026-06-11T06:00:00Z");
    message.not_after = *parse_instant("2026-06-11T05:00:00Z");
    expect_not_sent("quiet-hours");
}

TEST_F(Gate, FailureBeatsWaiting) {
    now = *parse_instant("2026-06-09T19:30:00Z");
    message.planned_at = now;
    input.suppression.suppressed = true;
    expect_not_sent("suppressed");
}

TEST_F(Gate, FirstFailureNamesTheOutcomeAndAllResultsAreKept) {
    input.patient = {true, true, true, true, true};
    input.still = {Finding::State::Against, "x"};
    input.not_for = {Finding::State::Against, "x"};
    input.feed = {Finding::State::Against, "x"};
    message.topic = "prevention";
    choices = {{"", "", false, now, ""}};
    recipient.problem = "no-address";
    input.suppression.suppressed = true;
    input.channel_state = {false};
    input.privacy = {Finding::State::Against, "x"};
    input.safe = SafeContact{};
    content.channels = {"letter"};
    rules.require_approval = true;
    input.render.state = RenderState::State::Failed;
    input.last_same = now;
    message.not_after = now - std::chrono::hours{1};
    sent = {{now, Purpose::Operations}};
    expect_not_sent("deceased");
    const Decision decision = decide();
    const auto passed = std::ranges::count(decision.checks, Verdict::Pass, &CheckResult::verdict);
    std::vector<std::string> names;
    for (const CheckResult& check : decision.checks) {
        if (check.verdict == Verdict::Pass) {
            names.push_back(check.check);
        }
    }
    // A recipient has one problem; without a wording none lacks approval; it is noon in Paris.
    EXPECT_EQ(names,
              (std::vector<std::string>{"guardian", "address-valid", "approved", "quiet-hours"}));
    EXPECT_EQ(decision.checks.size(), static_cast<std::size_t>(passed) + 20U);
}

TEST_F(Gate, ChecksAreTheSameWhateverTheyFind) {
    const auto names = [&] {
        std::vector<std::string> list;
        for (const CheckResult& check : decide().checks) {
            list.push_back(check.check);
        }
        return list;
    };
    const auto when_sent = names();
    std::vector<std::string> sorted = when_sent;
    std::ranges::sort(sorted);
    EXPECT_EQ(std::ranges::adjacent_find(sorted), sorted.end()) << "each name once";
    input.patient.deceased = true;
    input.recipient = nullptr;
    input.content = nullptr;
    input.render.state = RenderState::State::Failed;
    EXPECT_EQ(names(), when_sent);
}

TEST_F(Gate, RulesComeFromTheConfiguration) {
    practice::Config config;
    config.language = "fr";
    config.speak_default_language = true;
    config.not_after = std::chrono::hours{5};
    config.contact_budget.per_day = 4;
    const GateRules made = make_gate_rules(config);
    EXPECT_EQ(made.default_language, "fr");
    EXPECT_TRUE(made.speak_default_language);
    EXPECT_EQ(made.not_after, std::chrono::hours{5});
    EXPECT_EQ(made.contact_budget.per_day, 4U);
    EXPECT_EQ(last_moment(message, made), now + std::chrono::hours{5});
}

TEST(Reasons, AreStableAndComplete) {
    std::vector<std::string_view> codes;
    for (const ReasonHelp& help : reasons()) {
        codes.push_back(help.code);
        EXPECT_TRUE(help.sentence.ends_with('.')) << help.code;
        EXPECT_TRUE(help.cure.ends_with('.')) << help.code;
        EXPECT_EQ(find_reason(help.code), &help);
    }
    std::ranges::sort(codes);
    EXPECT_EQ(std::ranges::adjacent_find(codes), codes.end());
    EXPECT_EQ(find_reason("nonsense"), nullptr);
}

}  // namespace
}  // namespace parcours::outreach
