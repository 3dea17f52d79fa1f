#include "practice/config.h"

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "practice/check_config.h"
#include "practice/folder.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

struct Read {
    Config config;
    std::vector<std::string> errors;
};

Read read(std::string_view text) {
    const auto node = parse_yaml(text, "practice.yaml");
    EXPECT_TRUE(node.has_value()) << node.error().to_text();
    std::vector<Error> errors;
    Read result{read_config(*node, errors), {}};
    for (const Error& error : errors) {
        result.errors.push_back(error.to_text());
    }
    return result;
}

TEST(Config, DefaultsAreSensible) {
    const Read result = read("name: Mill Lane\n");
    EXPECT_TRUE(result.errors.empty());
    const Config& config = result.config;
    EXPECT_EQ(config.sender, "Mill Lane");
    EXPECT_EQ(config.languages, std::vector<std::string>{"en"});
    EXPECT_EQ(config.contact_hours.from, std::chrono::hours{8});
    EXPECT_EQ(config.contact_hours.until, std::chrono::hours{21});
    EXPECT_FALSE(config.speak_default_language);
    ASSERT_EQ(config.channels.size(), 2U);
    EXPECT_EQ(config.find_channel("email")->adapter, "sandbox");
    EXPECT_EQ(config.find_channel("sms")->adapter, "sandbox");
    EXPECT_EQ(config.find_channel("voice"), nullptr);
}

TEST(Config, ReadsEverything) {
    const Read result = read(R"(
name: Mill Lane
sender: Mill
reply-to: hello@example.org
phone: "+44 20 7946 0123"
address: 1 Mill Lane
country: FR
time-zone: Europe/Paris
language: fr
languages: [fr, en]
other-language: use-default
contact-hours: { from: "09:30", until: "24:00", days: [mon, sun] }
contact-budget: { per-day: 2, per-week: none, per-month: 9, exempt: [direct-care], marketing: { per-month: 2 } }
not-after: 36 hours
repeat-after: 1 week
adult-age: 16
emergency-number: "15"
channels:
  email: { adapter: smtp, host: mail.example.org, port: 587, password: { env: SMTP_PASSWORD } }
)");
    EXPECT_EQ(result.errors, std::vector<std::string>{});
    const Config& config = result.config;
    EXPECT_EQ(config.sender, "Mill");
    EXPECT_EQ(config.time_zone, "Europe/Paris");
    EXPECT_TRUE(config.speak_default_language);
    EXPECT_EQ(config.contact_hours.from, std::chrono::minutes{570});
    EXPECT_EQ(config.contact_hours.until, std::chrono::hours{24});
    EXPECT_EQ(config.contact_hours.days,
              (std::array<bool, 7>{true, false, false, false, false, false, true}));
    EXPECT_EQ(config.contact_budget.per_week, 0U);
    EXPECT_EQ(config.contact_budget.exempt, std::vector<Purpose>{Purpose::DirectCare});
    EXPECT_EQ(config.contact_budget.by_purpose.at(2).per_month, 2U);
    EXPECT_FALSE(config.contact_budget.by_purpose.at(1).bounds());
    EXPECT_EQ(config.not_after, std::chrono::hours{36});
    EXPECT_EQ(config.repeat_after, std::chrono::weeks{1});
    EXPECT_EQ(config.adult_age, 16);
    ASSERT_EQ(config.channels.size(), 1U);
    const ChannelConfig& email = config.channels.front();
    EXPECT_EQ(email.adapter, "smtp");
    EXPECT_EQ(email.settings.at("port").value, "587");
    EXPECT_EQ(email.settings.at("password").environment, "SMTP_PASSWORD");
    EXPECT_EQ(email.settings.at("password").value, "");
    EXPECT_FALSE(email.settings.contains("adapter"));
}

using Mistake = std::tuple<std::string_view, std::string_view>;
class ConfigMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(ConfigMistake, IsNamedWithPlaceAndCure) {
    const auto& [line, words] = GetParam();
    const Read result = read("name: x\n" + std::string(line) + "\n");
    ASSERT_EQ(result.errors.size(), 1U) << line;
    EXPECT_TRUE(result.errors[0].starts_with("practice.yaml:2:")) << result.errors[0];
    EXPECT_NE(result.errors[0].find(words), std::string::npos) << result.errors[0];
}

INSTANTIATE_TEST_SUITE_P(
    Table, ConfigMistake,
    ::testing::Values(
        Mistake{"timezone: UTC", "did you mean \"time-zone\"?"},
        Mistake{"country: usa", "two capitals"}, Mistake{"language: english", "language tag"},
        Mistake{"languages: [fr]", "must hold the clinic's own language \"en\""},
        Mistake{"other-language: maybe", "use-default or do-not-send"},
        Mistake{"contact-hours: 8-21", "must be a map"},
        Mistake{"contact-hours: { from: 8 }", "a time of day such as \"08:00\""},
        Mistake{"contact-hours: { from: \"21:00\", until: \"08:00\" }", "begin before they end"},
        Mistake{"contact-hours: { until: \"24:01\" }", "a time of day"},
        Mistake{"contact-hours: { days: [monday] }", "\"monday\" is no day"},
        Mistake{"contact-hours: { days: [] }", "names no day"},
        Mistake{"contact-budget: { per-day: -1 }", "a whole number from 0 to 1000"},
        Mistake{"contact-budget: { exempt: [care] }", "\"care\" is no purpose"},
        Mistake{"contact-budget: { marketing: 2 }", "marketing in contact-budget must be a map"},
        Mistake{"contact-budget: { marketing: { per-week: 0 } }", "nobody is ever written to"},
        Mistake{"contact-budget: { per-day: 0 }", "none for no bound"},
        Mistake{"contact-budget: { per-month: 1001 }", "from 0 to 1000"},
        Mistake{"household: { per-day: 0 }", "nobody is ever written to"},
        Mistake{"household: 2", "must be a map"},
        Mistake{"feeds: { stale-after: 0 days }", "lets nothing leave"},
        Mistake{"feeds: { after: 3 days }", "stale-after"},
        Mistake{"require-approval: perhaps", "yes or no"},
        Mistake{"contact-budget: { per-week: 3, operations: { per-week: 4 } }",
                "gives operations more than all messages together"},
        Mistake{"not-after: 2", "must be a duration"},
        Mistake{"not-after: 2 months", "must be a duration"},
        Mistake{"adult-age: 99", "from 0 to 25"},
        Mistake{"channels: { emial: { adapter: smtp } }", "did you mean \"email\"?"},
        Mistake{"channels: { email: { host: x } }", "needs an adapter"},
        Mistake{"channels: { sms: { adapter: twilio, token: { evn: X } } }", "{ env: NAME }"},
        Mistake{"channels: sandbox", "must be a map"}));

class ConfigUnmeant : public ::testing::TestWithParam<Mistake> {};

std::vector<std::string> check(std::string_view text) {
    const Read result = read(text);
    EXPECT_EQ(result.errors, std::vector<std::string>{}) << "it can be read: " << text;
    Folder folder;
    folder.files.emplace("practice.yaml", std::string(text));
    folder.config = result.config;
    std::vector<std::string> errors;
    for (const Error& error : check_config(folder)) {
        errors.push_back(error.to_text());
    }
    return errors;
}

TEST_P(ConfigUnmeant, IsReadAndRefusedBeforeItIsPublished) {
    const auto& [line, words] = GetParam();
    const auto errors = check("name: x\n" + std::string(line) + "\n");
    ASSERT_EQ(errors.size(), 1U) << line;
    EXPECT_TRUE(errors[0].starts_with("practice.yaml:2:")) << errors[0];
    EXPECT_NE(errors[0].find(words), std::string::npos) << errors[0];
    EXPECT_NE(errors[0].find("; write"), std::string::npos) << errors[0];
}

INSTANTIATE_TEST_SUITE_P(
    Table, ConfigUnmeant,
    ::testing::Values(Mistake{"not-after: 0 days", "2:12: not-after: everything would be too late"},
                      Mistake{"not-after: 30000 days", "longer than 20 years"},
                      Mistake{"repeat-after: 0 hours", "2:15: repeat-after: nothing would keep"},
                      Mistake{"repeat-after: 2000 weeks", "longer than 20 years"},
                      Mistake{"clock-jump: 0 minutes", "2:13: clock-jump: the least drift"},
                      Mistake{"clock-jump: 8 days", "longer than a week"},
                      Mistake{"feeds: { stale-after: 99999 days }", "longer than 20 years"},
                      Mistake{"adult-age: 0", "2:12: adult-age: nobody would be a minor"},
                      Mistake{"minors: { news: { to: patient, from: 0 } }", "a newborn"},
                      Mistake{"minors: { news: { to: patient, from: 18 } }", "\"news: nobody\""}));

TEST(Config, LengthsAndAgesThatAreMeantAreLeftAlone) {
    EXPECT_EQ(check("name: x\nnot-after: 1 minute\nrepeat-after: 1000 weeks\nclock-jump: 7 days\n"
                    "feeds: { stale-after: 3 days }\nadult-age: 21\n"
                    "minors: { news: { to: patient, from: 18 }, hiv: nobody }\n"),
              std::vector<std::string>{});
    EXPECT_EQ(check("name: x\n"), std::vector<std::string>{});
    for (const char* const line :
         {"not-after: -1 days", "clock-jump: -1 hours", "repeat-after: 100001 minutes",
          "after-outage: { per-minute: -1 }", "queues: { nurses: { calls-per-day: 0 } }",
          "queues: { nurses: { calls-per-hour: 1000001 } }",
          "channels: { sms: { adapter: sandbox, per-minute: 0 } }",
          "channels: { sms: { adapter: sandbox, per-day: -5 } }"}) {
        EXPECT_EQ(read("name: x\n" + std::string(line) + "\n").errors.size(), 1U) << line;
    }
}

TEST(Config, ReadsWhereOthersReachTheServer) {
    EXPECT_EQ(read("name: M\n").config.public_url, "");
    EXPECT_EQ(read("name: M\npublic-url: https://clinic.example.org/\n").config.public_url,
              "https://clinic.example.org");
    EXPECT_EQ(read("name: M\npublic-url: http://127.0.0.1:8080/p\n").config.public_url,
              "http://127.0.0.1:8080/p");
    for (const std::string bad : {"clinic.example.org", "ftp://x.org", "https://", "https:///x",
                                  "https://x.org?a=b", "https://u@x.org", "\"https://x y\""}) {
        const Read result = read("name: M\npublic-url: " + bad + "\n");
        ASSERT_EQ(result.errors.size(), 1U) << bad;
        EXPECT_NE(result.errors[0].find("public-url must be"), std::string::npos);
    }
}

TEST(Config, NeedsAName) {
    EXPECT_EQ(read("country: FR\n").errors.size(), 1U);
    EXPECT_EQ(read("").errors.size(), 1U);
    EXPECT_EQ(read("[]").config.channels.size(), 2U) << "still a safe configuration";
}

TEST(Config, CollectsAllMistakes) {
    EXPECT_EQ(read("nam: x\ncountry: x\nadult-age: x\n").errors.size(), 4U);
}

}  // namespace
}  // namespace parcours::practice
