// What providers answer when they do not take a message is kept and told, wherever it is asked.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* no_user = "550 5.1.1 no such user";
constexpr const char* no_answer = "connection refused";

channel::AttemptResult answer(channel::Outcome outcome, const std::string& words) {
    channel::AttemptResult result;
    result.outcome = outcome;
    result.detail = words;
    return result;
}

practice::FileMap ping() {
    return practice_with({}, one_message("ping", "by: [email, sms]"));
}

MessageState first_message(Story& s) {
    return *s.ledger().messages_of(s.key_of("anna")).front();
}

EnrolmentState first_enrolment(Story& s) {
    return *s.ledger().enrolments_of(s.key_of("anna")).front();
}

TEST(Refusal, IsTheReasonAlsoWhereNoOtherChannelCouldStandIn) {
    Story s("2026-03-01", ping());
    s.record(patient("anna").email("anna@example.org"));
    s.provider([](const std::string&, const channel::Outbound&) {
        return answer(channel::Outcome::Refused, no_user);
    });
    s.run_until("2026-03-03");
    EXPECT_THAT(s.unsaid("anna"), ElementsAre("ping: refused-by-provider"));
    EXPECT_EQ(first_message(s).detail, std::string("email: ") + no_user);
    EXPECT_EQ(first_enrolment(s).path.back().because,
              std::string("not sent: refused-by-provider (email: ") + no_user + ")");
    EXPECT_EQ(s.ledger().totals().not_sent.at("refused-by-provider"), 1U);
}

TEST(Refusal, BecauseOfAStopHoldsForEverybodyBehindTheAddress) {
    practice::FileMap files = one_message("first", "by: [sms]", 60);
    for (const auto& [path, text] : one_message("second", "by: [sms]", 40)) {
        files[path] = text;
    }
    Story s("2026-03-01", practice_with({}, files));
    s.record(patient("anna").mobile("+14135550101")).record(patient("bert").mobile("+14135550101"));
    int taken = 0;
    s.provider([&taken](const std::string&, const channel::Outbound&) {
        auto result = answer(++taken == 3 ? channel::Outcome::Refused : channel::Outcome::Accepted,
                             "opted out");
        result.opted_out = taken == 3;
        return result;
    });
    s.run_until("2026-03-05");
    for (const char* const name : {"anna", "bert"}) {
        const auto choices = s.ledger().choices_of(s.key_of(name));
        ASSERT_EQ(choices.size(), 1U) << name;
        EXPECT_FALSE(choices.front().allowed);
    }
    EXPECT_EQ(s.ledger().address("sms", "+14135550101").version, 1U);
}

TEST(Refusal, OfTheLastChannelIsToldBesideThatOfTheFirst) {
    Story s("2026-03-01", ping());
    s.record(patient("anna").email("anna@example.org").mobile("+14135550101"));
    s.provider([](const std::string& channel, const channel::Outbound&) {
        return answer(channel::Outcome::Refused, channel == "email" ? no_user : "not a mobile");
    });
    s.run_until("2026-03-03");
    EXPECT_EQ(first_message(s).detail, std::string("email: ") + no_user + "\nsms: not a mobile");
}

TEST(Refusal, IsForgottenOnceAnotherChannelTookTheMessage) {
    Story s("2026-03-01", ping());
    s.record(patient("anna").email("anna@example.org").mobile("+14135550101"));
    s.provider([](const std::string& channel, const channel::Outbound&) {
        return channel == "email" ? answer(channel::Outcome::Refused, no_user)
                                  : answer(channel::Outcome::Accepted, "");
    });
    s.run_until("2026-03-03");
    EXPECT_EQ(s.said("anna").size(), 1U);
    EXPECT_THAT(first_message(s).reason, IsEmpty());
    EXPECT_EQ(first_message(s).detail, std::string("email: ") + no_user)
        << "why it went by SMS stays known";
    EXPECT_EQ(first_enrolment(s).path.back().because, "sent");
}

TEST(Refusal, AProviderThatIsNotThereIsNamedWhileTheMessageWaits) {
    Story s("2026-03-01", ping());
    s.record(patient("anna").email("anna@example.org"));
    s.provider([](const std::string&, const channel::Outbound&) {
        return answer(channel::Outcome::Later, no_answer);
    });
    s.run_until("2026-03-01 08:02");
    EXPECT_EQ(first_message(s).status, MessageState::Status::Waiting);
    EXPECT_EQ(first_message(s).reason, "provider-unavailable");
    EXPECT_THAT(first_message(s).detail, HasSubstr(no_answer));
    s.restart();
    EXPECT_EQ(first_message(s).reason, "provider-unavailable") << "it stands in the log";
}

TEST(Refusal, ABounceKeepsItsWords) {
    Story s("2026-03-01", ping());
    s.record(patient("anna").email("anna@example.org")).run_until("2026-03-02");
    channel::Inbound bounce;
    bounce.kind = channel::Inbound::Kind::Bounced;
    bounce.message_id = first_message(s).message.id.to_hex();
    bounce.text = no_user;
    s.comes_back("email", bounce);
    EXPECT_EQ(first_message(s).reason, "bounced");
}

TEST(Refusal, WhatWasDeliveredIsBelievedWhateverElseIsSaidBeforeAndAfter) {
    using Kind = channel::Inbound::Kind;
    using Status = MessageState::Status;
    Story s("2026-03-01", ping());
    s.record(patient("anna").email("anna@example.org")).run_until("2026-03-02");
    const auto tell = [&s](Kind kind) {
        channel::Inbound receipt;
        receipt.kind = kind;
        receipt.message_id = first_message(s).message.id.to_hex();
        s.comes_back("email", receipt);
    };
    tell(Kind::Failed);
    EXPECT_EQ(first_message(s).status, Status::NotSent);
    EXPECT_EQ(s.ledger().totals().not_sent.at("failed"), 1U);
    tell(Kind::Delivered);
    EXPECT_EQ(first_message(s).status, Status::Accepted);
    EXPECT_EQ(first_message(s).reason, "");
    EXPECT_FALSE(s.ledger().totals().not_sent.contains("failed"));
    EXPECT_EQ(s.ledger().totals().sent.at("email"), 1U);
    tell(Kind::Bounced);
    EXPECT_EQ(first_message(s).status, Status::Accepted);
    s.restart();
    EXPECT_EQ(first_message(s).status, Status::Accepted) << "it stands in the log";
    EXPECT_THAT(s.handed_over("anna"), ElementsAre("ping 1"));
}

TEST(Refusal, ARefusalDoesNotUnsayAnEarlierHandOverThatArrived) {
    using Status = MessageState::Status;
    int calls = 0;
    Story s("2026-03-01",
            practice_with({}, one_message("ping", "by: [email], safety-critical: true")));
    s.provider([&calls](const std::string&, const channel::Outbound&) {
        return ++calls == 1 ? answer(channel::Outcome::Unknown, no_answer)
                            : answer(channel::Outcome::Refused, no_user);
    });
    s.record(patient("anna").email("anna@example.org")).run_until("2026-03-02");
    EXPECT_EQ(calls, 2);
    EXPECT_EQ(first_message(s).status, Status::NotSent);
    channel::Inbound receipt;
    receipt.kind = channel::Inbound::Kind::Delivered;
    receipt.message_id = first_message(s).message.id.to_hex();
    s.comes_back("email", receipt);
    EXPECT_EQ(first_message(s).status, Status::Accepted);
    EXPECT_FALSE(s.ledger().totals().not_sent.contains("refused-by-provider"));
    s.restart();
    EXPECT_EQ(first_message(s).status, Status::Accepted) << "it stands in the log";
}

}  // namespace
}  // namespace parcours::engine::testing
