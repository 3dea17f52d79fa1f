// What a crash leaves: never a second hand-off of what may have been taken, unless it is declared
// safety-critical, and then counted.

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

practice::FileMap ping(const std::string& marks = {}) {
    return practice_with({}, one_message("ping", "by: [sms, email]" + marks));
}

Story& begin(Story& s) {
    return s.record(patient("anna").email("anna@example.org").mobile("+14135550101"));
}

TEST(Crash, InMidHandOverAnOrdinaryMessageIsUnknownAndNeverRepeated) {
    Story s("2026-03-01", ping());
    begin(s).provider([](const std::string&, const channel::Outbound&) -> channel::AttemptResult {
        throw Crash{};
    });
    s.run_until("2026-03-05");
    EXPECT_THAT(s.handed_over("anna"), ElementsAre("ping 1"));
    EXPECT_THAT(s.unsaid("anna"), ElementsAre("ping: unknown-result"));
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("ping: ended completed"))
        << "an unknown result counts as said";
}

TEST(Crash, InMidHandOverASafetyCriticalMessageIsSaidAgainAndCounted) {
    Story s("2026-03-01", ping(", safety-critical: true"));
    begin(s).provider([](const std::string&, const channel::Outbound&) -> channel::AttemptResult {
        throw Crash{};
    });
    s.run_until("2026-03-05");
    EXPECT_THAT(s.handed_over("anna"), ElementsAre("ping 2"));
    EXPECT_EQ(s.said("anna").size(), 1U);
    EXPECT_EQ(s.last_attempt("anna").number, 2U);
}

TEST(Crash, AnAnswerThatNeverComesIsTriedThreeTimesAtMostWhereSafetyCritical) {
    Story s("2026-03-01", ping(", safety-critical: true"));
    begin(s).provider([](const std::string&, const channel::Outbound&) {
        return channel::AttemptResult{channel::Outcome::Unknown, {}, {}, {}, false, false};
    });
    s.run_until("2026-03-05");
    EXPECT_THAT(s.handed_over("anna"), ElementsAre("ping 3"));
    EXPECT_THAT(s.unsaid("anna"), ElementsAre("ping: unknown-result"));
}

TEST(Crash, WhatMayHaveBeenTakenIsNotSaidToBeWithdrawnThoughALaterHandOverWasPutOff) {
    Story s("2026-03-01", ping(", safety-critical: true"));
    int handed_over = 0;
    begin(s).provider([&handed_over](const std::string&, const channel::Outbound&) {
        const auto outcome =
            handed_over++ == 0 ? channel::Outcome::Unknown : channel::Outcome::Later;
        return channel::AttemptResult{outcome, {}, {}, {}, false, false};
    });
    s.run_until("2026-03-01 08:06");
    EXPECT_THAT(s.handed_over("anna"), ElementsAre("ping 2"));
    s.record(patient("anna").died("2026-03-01")).run_until("2026-03-05");
    EXPECT_THAT(s.handed_over("anna"), ElementsAre("ping 2"));
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("ping: ended deceased"));
    EXPECT_THAT(s.unsaid("anna"), ElementsAre("ping: unknown-result"));
}

TEST(Crash, BeforeTheHandOverNothingIsLost) {
    Story s("2026-03-01", ping());
    begin(s).run_until("2026-03-01 07:00");
    s.restart();
    s.run_until("2026-03-02");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-01 08:00 sms ping"));
}

TEST(Crash, AReceiptReconcilesWhatWasUnknown) {
    Story s("2026-03-01", ping());
    std::string id;
    begin(s).provider(
        [&id](const std::string&, const channel::Outbound& message) -> channel::AttemptResult {
            id = message.message_id;
            throw Crash{};
        });
    s.run_until("2026-03-02");
    channel::Inbound receipt;
    receipt.kind = channel::Inbound::Kind::Delivered;
    receipt.message_id = id;
    s.comes_back("sms", receipt);
    EXPECT_EQ(s.said("anna").size(), 1U);
}

TEST(Crash, WhatWasDeliveredIsNotSaidAgainThoughItIsSafetyCritical) {
    Story s("2026-03-01", ping(", safety-critical: true"));
    begin(s).provider([](const std::string&, const channel::Outbound&) {
        return channel::AttemptResult{channel::Outcome::Unknown, {}, {}, {}, false, false};
    });
    s.run_until("2026-03-01 08:01");
    EXPECT_THAT(s.handed_over("anna"), ElementsAre("ping 1"));
    channel::Inbound receipt;
    receipt.kind = channel::Inbound::Kind::Delivered;
    receipt.message_id = s.ledger().messages_of(s.key_of("anna")).front()->message.id.to_hex();
    s.comes_back("sms", receipt);
    s.run_until("2026-03-05");
    EXPECT_THAT(s.handed_over("anna"), ElementsAre("ping 1"));
    EXPECT_EQ(s.said("anna").size(), 1U);
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("ping: ended completed"));
}

TEST(Crash, AReceiptThatOvertakesTheAnswerIsKeptForIt) {
    Story s("2026-03-01", ping());
    begin(s).run_until("2026-03-01 07:00");
    channel::Inbound bounce;
    bounce.kind = channel::Inbound::Kind::Bounced;
    bounce.provider_id = "SM77";
    bounce.bad_address = true;
    s.comes_back("sms", bounce);
    EXPECT_EQ(s.ledger().notices().kept_count(), 1U);
    s.restart();
    EXPECT_EQ(s.ledger().notices().kept_count(), 1U) << "it stands in the log";
    s.provider([](const std::string&, const channel::Outbound&) {
        return channel::AttemptResult{channel::Outcome::Accepted, "SM77", {}, {}, false, false};
    });
    s.run_until("2026-03-02");
    EXPECT_THAT(s.unsaid("anna"), ElementsAre("ping: bounced"));
    EXPECT_TRUE(s.ledger().address("sms", "+14135550101").suppressed);
    EXPECT_EQ(s.ledger().notices().kept_count(), 0U);
}

TEST(Crash, ABounceAfterwardsSuppressesTheAddressAndCountsAsNotSaid) {
    Story s("2026-03-01", ping());
    begin(s).run_until("2026-03-02");
    channel::Inbound bounce;
    bounce.kind = channel::Inbound::Kind::Bounced;
    bounce.message_id = s.ledger().messages_of(s.key_of("anna")).front()->message.id.to_hex();
    bounce.bad_address = true;
    s.comes_back("sms", bounce);
    EXPECT_THAT(s.unsaid("anna"), ElementsAre("ping: bounced"));
    EXPECT_TRUE(s.ledger().address("sms", "+14135550101").suppressed);
}

}  // namespace
}  // namespace parcours::engine::testing
