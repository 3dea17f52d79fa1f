#include "campaign/enrol.h"

#include <bits/chrono.h>
#include <gtest/gtest.h>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/tests/fake_world.h"
#include "campaign/tests/recall.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::campaign {
namespace {

using namespace std::chrono_literals;

// Ids must stay what they are for ever: stored enrolments, messages and tasks are found by them.
TEST(Ids, AreWhatTheyAlwaysWere) {
    const Digest enrolment = enrolment_id(0x0123456789abcdef, "recall", "Appointment/a1", 2);
    EXPECT_EQ(enrolment,
              named_hash("enrolment", {"0123456789abcdef", "recall", "Appointment/a1", "2"}));
    EXPECT_EQ(enrolment.to_hex(), "b522257818a8a1693d941995074eb60e");
    EXPECT_EQ(message_id(enrolment, "mail", 1, "patient").to_hex(),
              "8b83e6c2541c0fad7a028c4e227fc84a");
    EXPECT_EQ(task_id(enrolment, "call", 4).to_hex(), "be0ec7b4b6fa3acdb3a3a64fe501a0cd");
}

TEST(Ids, DifferWhereAnythingDiffers) {
    const Digest one = enrolment_id(1, "recall", "", 1);
    EXPECT_NE(one, enrolment_id(2, "recall", "", 1));
    EXPECT_NE(one, enrolment_id(1, "other", "", 1));
    EXPECT_NE(one, enrolment_id(1, "recall", "k", 1));
    EXPECT_NE(one, enrolment_id(1, "recall", "", 2));
    const Digest message = message_id(one, "mail", 1, "patient");
    EXPECT_NE(message, message_id(one, "mail", 2, "patient"));
    EXPECT_NE(message, message_id(one, "remind", 1, "patient"));
    EXPECT_NE(message, message_id(one, "mail", 1, "0000000000000001"));
    EXPECT_NE(message, task_id(one, "mail", 1));
}

TEST(Holdout, IsAnEvenShareThatReleasesDoNotChange) {
    Campaign campaign = recall();
    campaign.holdout = 0.1;
    int held_out = 0;
    for (Key patient = 0; patient < 20'000; ++patient) {
        held_out += is_held_out(campaign, patient) ? 1 : 0;
    }
    EXPECT_NEAR(held_out, 2000, 150);
    Campaign salted = campaign;
    salted.salt = "another";
    int both = 0;
    for (Key patient = 0; patient < 20'000; ++patient) {
        both += is_held_out(campaign, patient) && is_held_out(salted, patient) ? 1 : 0;
    }
    EXPECT_NEAR(both, 200, 70);
    campaign.holdout = 0;
    EXPECT_FALSE(is_held_out(campaign, 7));
}

class Again : public testing::Test {
  protected:
    Entry enter(Enter::Again again, bool ended, Duration since, std::string_view key = "k") {
        Campaign campaign = recall();
        campaign.enter.again = again;
        campaign.enter.again_after = {6, Span::Unit::Month};
        Enrolment earlier = enrol(campaign, Digest{}, test_patient, "k", 3, now - since);
        earlier.result = ended ? "completed" : "";
        const std::vector<EarlierEnrolment> all{{&earlier, now - since}};
        return may_enter(campaign, key, all, now);
    }
    Instant now = moment("2026-07-15T00:00:00Z");
};

TEST_F(Again, NobodyIsInTwiceAtOnce) {
    for (const Enter::Again again : {Enter::Again::Never, Enter::Again::AfterExit,
                                     Enter::Again::AfterSpan, Enter::Again::PerKey}) {
        EXPECT_FALSE(enter(again, false, 24h * 900).allowed);
    }
}

TEST_F(Again, TheFirstTimeIsAlwaysAllowed) {
    const Campaign campaign = recall();
    const Entry entry = may_enter(campaign, "", {}, now);
    EXPECT_TRUE(entry.allowed);
    EXPECT_EQ(entry.round, 1U);
    EXPECT_TRUE(enter(Enter::Again::PerKey, true, 1h, "another").allowed);
}

TEST_F(Again, FollowsTheCampaign) {
    EXPECT_FALSE(enter(Enter::Again::Never, true, 24h * 900).allowed);
    EXPECT_FALSE(enter(Enter::Again::PerKey, true, 24h * 900).allowed);
    const Entry after_exit = enter(Enter::Again::AfterExit, true, 1h);
    EXPECT_TRUE(after_exit.allowed);
    EXPECT_EQ(after_exit.round, 4U);
    EXPECT_FALSE(enter(Enter::Again::AfterSpan, true, 24h * 180).allowed);
    EXPECT_TRUE(enter(Enter::Again::AfterSpan, true, 24h * 181).allowed);
    EXPECT_FALSE(enter(Enter::Again::Never, true, 1h).reason.empty());
}

TEST(Entering, NobodyComesInWhoWouldLeaveAtOnce) {
    Campaign campaign = recall();
    Exit exit;
    exit.when = Condition{Condition::Kind::Cql, "has it", {}};
    exit.result = "not-applicable";
    campaign.exits.push_back(exit);
    campaign.success = Condition{Condition::Kind::Cql, "was done", {}};
    const Instant now = moment("2026-07-15T00:00:00Z");
    const Enrolment enrolment = enrol(campaign, Digest{}, test_patient, "", 1, now);
    FakeWorld world;
    EXPECT_EQ(find_why_over(campaign, enrolment, now, world), "");
    world.unknown_conditions = {"has it", "was done"};
    EXPECT_EQ(find_why_over(campaign, enrolment, now, world), "") << "what is unknown is not true";
    world.unknown_conditions.clear();
    world.true_conditions = {"has it"};
    EXPECT_EQ(find_why_over(campaign, enrolment, now, world), "exit: has it");
    world.true_conditions = {"was done"};
    EXPECT_EQ(find_why_over(campaign, enrolment, now, world),
              "what the campaign wants is in the record already");
    world.true_conditions.clear();
    world.circumstances = {Circumstance::Deceased};
    EXPECT_EQ(find_why_over(campaign, enrolment, now, world), "the patient has died");
}

}  // namespace
}  // namespace parcours::campaign
