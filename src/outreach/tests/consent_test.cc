#include "outreach/consent.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace parcours::outreach {
namespace {

const Instant now = *parse_instant("2026-06-15T12:00:00Z");
using State = ConsentAnswer::State;

ContactChoice choice(bool allowed, int days_ago, std::string channel = "", std::string topic = "") {
    return {std::move(channel), std::move(topic), allowed, now - std::chrono::days{days_ago},
            "test"};
}

State ask(std::vector<ContactChoice> choices, std::string_view channel = "sms",
          std::string_view topic = "visits") {
    const State state = ask_consent(choices, channel, topic, now).state;
    std::ranges::reverse(choices);
    EXPECT_EQ(ask_consent(choices, channel, topic, now).state, state) << "order does not matter";
    return state;
}

TEST(Consent, NoChoiceIsNotAsked) {
    EXPECT_EQ(ask({}), State::NotAsked);
    EXPECT_EQ(ask({choice(false, 1, "email"), choice(false, 1, "", "news")}), State::NotAsked)
        << "other channels and topics";
}

TEST(Consent, OneChoiceCounts) {
    EXPECT_EQ(ask({choice(false, 1)}), State::Refused);
    EXPECT_EQ(ask({choice(true, 1)}), State::Allowed);
    EXPECT_EQ(ask({choice(false, 1, "sms")}), State::Refused);
    EXPECT_EQ(ask({choice(false, 1, "", "visits")}), State::Refused);
    EXPECT_EQ(ask({choice(false, 1, "sms", "visits")}), State::Refused);
    EXPECT_EQ(ask({choice(false, 1, "sms", "news")}), State::NotAsked);
}

TEST(Consent, TheNewestOfOneScopeWins) {
    EXPECT_EQ(ask({choice(false, 2, "sms"), choice(true, 1, "sms")}), State::Allowed);
    EXPECT_EQ(ask({choice(true, 2, "sms"), choice(false, 1, "sms")}), State::Refused);
}

TEST(Consent, TheRefusalWinsAtOneMoment) {
    EXPECT_EQ(ask({choice(true, 1, "sms"), choice(false, 1, "sms")}), State::Refused);
    EXPECT_EQ(ask({choice(true, 1, "sms", "visits"), choice(false, 1)}), State::Refused);
}

TEST(Consent, StopEndsWhatWasPermittedBefore) {
    EXPECT_EQ(ask({choice(true, 2, "sms", "visits"), choice(false, 1)}), State::Refused);
}

TEST(Consent, LaterPermissionOpensItsScopeAlone) {
    const std::vector<ContactChoice> choices = {choice(false, 2), choice(true, 1, "sms", "visits")};
    EXPECT_EQ(ask(choices), State::Allowed);
    EXPECT_EQ(ask(choices, "sms", "news"), State::Refused);
    EXPECT_EQ(ask(choices, "email", "visits"), State::Refused);
}

TEST(Consent, StartDoesNotReviveWhatWasRefusedByName) {
    EXPECT_EQ(ask({choice(false, 2, "sms", "visits"), choice(true, 1, "sms")}), State::Refused);
    EXPECT_EQ(ask({choice(false, 2, "sms"), choice(true, 1, "", "visits")}), State::Refused)
        << "neither scope lies within the other";
}

TEST(Consent, FutureRefusalsCountFuturePermissionsDoNot) {
    EXPECT_EQ(ask({choice(true, -1)}), State::NotAsked);
    EXPECT_EQ(ask({choice(false, 1), choice(true, -1)}), State::Refused);
    EXPECT_EQ(ask({choice(false, -1)}), State::Refused);
}

TEST(Consent, NamesTheDecidingChoice) {
    const std::vector<ContactChoice> choices = {choice(false, 5), choice(false, 2, "sms"),
                                                choice(true, 9)};
    EXPECT_EQ(ask_consent(choices, "sms", "visits", now).because, &choices[1]);
}

TEST(Consent, PurposesDifferOnlyWhereNobodyWasAsked) {
    for (const Purpose purpose : {Purpose::DirectCare, Purpose::Operations, Purpose::Marketing}) {
        EXPECT_TRUE(permits({State::Allowed, nullptr}, purpose));
        EXPECT_FALSE(permits({State::Refused, nullptr}, purpose));
        EXPECT_EQ(permits({State::NotAsked, nullptr}, purpose), purpose != Purpose::Marketing);
    }
}

}  // namespace
}  // namespace parcours::outreach
