#include "engine/check_channels.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "practice/config.h"
#include "practice/yaml.h"

namespace parcours::engine {
namespace {

practice::Config read(const std::string& text) {
    std::vector<Error> errors;
    const auto node = practice::parse_yaml(text, "practice.yaml");
    EXPECT_TRUE(node) << text;
    practice::Config config = practice::read_config(*node, errors);
    EXPECT_TRUE(errors.empty()) << errors.front().to_text();
    return config;
}

std::vector<std::string> mistakes(const std::string& text) {
    std::vector<Error> errors;
    check_channels(read(text), errors);
    std::vector<std::string> out;
    for (const Error& error : errors) {
        out.push_back(error.to_text());
    }
    return out;
}

constexpr std::string_view head = "name: x\nreply-to: hello@example.org\nchannels:\n";

TEST(CheckChannels, WhatOpensIsRight) {
    EXPECT_EQ(mistakes("name: x\n"), std::vector<std::string>{}) << "the sandbox";
    EXPECT_EQ(mistakes(std::string(head) +
                       "  email: { adapter: smtp, url: \"smtp://mail.example.org:587\", username: "
                       "clinic, password: { env: PW }, from: hello@example.org }\n"
                       "  sms: { adapter: twilio, account_sid: { env: SID }, auth_token: { env: "
                       "TOKEN }, from: \"+12125550100\" }\n"),
              std::vector<std::string>{});
    EXPECT_EQ(mistakes(std::string(head) +
                       "  email: { adapter: smtp, url: { env: URL }, from: { env: FROM } }\n"),
              std::vector<std::string>{})
        << "what stands in the environment is not known here";
    EXPECT_EQ(mistakes(std::string(head) +
                       "  sms: { adapter: twilio, url: \"http://127.0.0.1:9\", account_sid: A, "
                       "auth_token: plain, from: x }\n"),
              std::vector<std::string>{})
        << "a gateway on this computer has no secrets from it";
}

using Case = std::tuple<std::string_view, std::string_view>;
class ChannelMistake : public ::testing::TestWithParam<Case> {};

TEST_P(ChannelMistake, IsFoundBeforeAnybodyWaits) {
    const auto& [line, words] = GetParam();
    const auto found = mistakes(std::string(head) + "  " + std::string(line) + "\n");
    ASSERT_EQ(found.size(), 1U) << line;
    EXPECT_TRUE(found[0].starts_with("practice.yaml:4:3:")) << found[0];
    EXPECT_NE(found[0].find(words), std::string::npos) << found[0];
}

INSTANTIATE_TEST_SUITE_P(
    Table, ChannelMistake,
    ::testing::Values(
        Case{"email: { adapter: smtp }", "needs the setting 'url'"},
        Case{"email: { adapter: smtp, host: mail.example.org }", "has no setting 'host'"},
        Case{"email: { adapter: smtp, url: \"smtp://mail:99999\", from: a@example.org }",
             "the port is not a number from 1 to 65535"},
        Case{"email: { adapter: smtp, url: \"smtp://mail:25\", from: a@example.org, tls: never }",
             "'tls' must be starttls or none"},
        Case{"email: { adapter: smtp, url: \"smtp://mail:25\", from: a@example.org, username: u, "
             "password: secret }",
             "password: { env: NAME }"},
        Case{"email: { adapter: smtpp }", "there is no channel adapter 'smtpp'"},
        Case{"sms: { adapter: smtp, url: \"smtp://mail:25\", from: a@example.org }",
             "speaks email, not sms"},
        Case{"sms: { adapter: twilio }", "needs the setting 'account_sid'"},
        Case{"sms: { adapter: twilio, account_sid: { env: A }, auth_token: { env: B } }",
             "exactly one of 'from' and 'messaging_service'"},
        Case{"sms: { adapter: twilio, tokn: { env: A } }", "has no setting 'tokn'"},
        Case{"sms: { adapter: sandbox, host: x }", "has no setting 'host'"}));

TEST(CheckChannels, RepliesMustComeBack) {
    const std::string smtp =
        "channels: { email: { adapter: smtp, url: \"smtp://mail:25\", from: a@example.org } }\n";
    ASSERT_EQ(mistakes("name: x\n" + smtp).size(), 1U);
    EXPECT_NE(mistakes("name: x\n" + smtp)[0].find("no reply-to"), std::string::npos);
    const auto bad = mistakes("name: x\nreply-to: hello\n");
    ASSERT_EQ(bad.size(), 1U);
    EXPECT_TRUE(bad[0].starts_with("practice.yaml:2:")) << bad[0];
}

TEST(CheckChannels, TheSenderOfThePracticeReachesTheMail) {
    const practice::Config config = read(
        "name: Mill Lane\nsender: Mill\nreply-to: hello@example.org\nchannels:\n"
        "  email: { adapter: smtp, url: \"smtp://mail:25\", from: a@example.org }\n"
        "  sms: { adapter: twilio, account_sid: A, auth_token: { env: T }, from: x }\n");
    const auto email = complete_settings(config, config.channels[0], {});
    EXPECT_EQ(email.at("from_name"), "Mill");
    EXPECT_EQ(email.at("reply_to"), "hello@example.org");
    EXPECT_TRUE(complete_settings(config, config.channels[1], {}).empty());
    practice::ChannelConfig own = config.channels[0];
    own.settings["from_name"] = {"Nurses", "", {}};
    EXPECT_FALSE(complete_settings(config, own, {}).contains("from_name"))
        << "what the channel says itself stays";
}

}  // namespace
}  // namespace parcours::engine
