#include "channel/sandbox/sandbox.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/time.h"
#include "channel/registry.h"

namespace parcours::channel {
namespace {

class ListSink final : public SandboxSink {
  public:
    void capture(std::string_view channel, const Outbound& message,
                 std::string_view provider_id) override {
        captured.push_back(std::string(channel) + ' ' + message.to + ' ' + message.text + ' ' +
                           std::string(provider_id));
    }
    std::vector<std::string> captured;
};

TEST(Sandbox, CapturesInsteadOfSending) {
    ListSink sink;
    SandboxChannel channel("sms", sink);
    EXPECT_EQ(channel.name(), "sms");
    EXPECT_EQ(channel.adapter(), "sandbox");
    const AttemptResult result =
        channel.send({.message_id = "ab12", .to = "+33123456789", .text = "hello"});
    EXPECT_EQ(result.outcome, Outcome::Accepted);
    EXPECT_EQ(result.provider_id, "sandbox-ab12");
    EXPECT_EQ(sink.captured, std::vector<std::string>{"sms +33123456789 hello sandbox-ab12"});
}

TEST(Sandbox, AnswersAsItIsToldPerAddress) {
    ListSink sink;
    SandboxChannel channel("email", sink);
    channel.answer_with("bad@example.org", {.outcome = Outcome::Refused, .bad_address = true});
    channel.answer_with("busy@example.org",
                        {.outcome = Outcome::Later, .retry_after = std::chrono::seconds(9)});
    channel.answer_with("lost@example.org", {.outcome = Outcome::Unknown});
    const auto send = [&channel](const char* to) { return channel.send({.to = to}); };
    EXPECT_TRUE(send("bad@example.org").bad_address);
    EXPECT_EQ(send("busy@example.org").retry_after, std::chrono::seconds(9));
    EXPECT_TRUE(sink.captured.empty()) << "what was not taken is not in the outbox";
    EXPECT_EQ(send("lost@example.org").outcome, Outcome::Unknown);
    EXPECT_EQ(send("lost@example.org").provider_id, "");
    EXPECT_EQ(sink.captured.size(), 2U);
    EXPECT_EQ(send("other@example.org").outcome, Outcome::Accepted);
    EXPECT_FALSE(channel.receive("", "", "").has_value());
}

TEST(Sandbox, IsToldByItsSettingsToo) {
    ListSink sink;
    const VirtualClock clock{Instant{}};
    const auto channel = open_channel("sandbox",
                                      {{"channel", "email"},
                                       {"refuse", "a@example.org"},
                                       {"bad_address", " b@example.org  c@example.org "},
                                       {"later", "d@example.org"},
                                       {"unknown", "e@example.org"}},
                                      {.clock = clock, .sandbox = sink});
    ASSERT_TRUE(channel.has_value());
    const auto send = [&channel](const char* to) { return (*channel)->send({.to = to}); };
    EXPECT_EQ(send("a@example.org").outcome, Outcome::Refused);
    EXPECT_FALSE(send("a@example.org").bad_address);
    EXPECT_TRUE(send("b@example.org").bad_address);
    EXPECT_TRUE(send("c@example.org").bad_address);
    EXPECT_EQ(send("d@example.org").outcome, Outcome::Later);
    EXPECT_EQ(send("e@example.org").outcome, Outcome::Unknown);
    EXPECT_EQ(send("f@example.org").outcome, Outcome::Accepted);
}

TEST(Registry, DocumentsAndOpensEachAdapter) {
    ListSink sink;
    const VirtualClock clock{Instant{}};
    const ChannelContext context{.clock = clock, .sandbox = sink};
    for (const AdapterInfo& adapter : adapters()) {
        EXPECT_FALSE(adapter.documentation.empty()) << adapter.name;
        EXPECT_FALSE(adapter.settings.empty()) << adapter.name;
        EXPECT_EQ(find_adapter(adapter.name), &adapter);
        for (const SettingHelp& setting : adapter.settings) {
            EXPECT_FALSE(setting.help.empty()) << adapter.name << '.' << setting.name;
        }
        EXPECT_FALSE(open_channel(adapter.name, {}, context).has_value())
            << adapter.name << " has required settings";
        EXPECT_FALSE(open_channel(adapter.name, {{"no-such-setting", "x"}}, context).has_value());
    }
    const auto sandbox = open_channel("sandbox", {{"channel", "sms"}}, context);
    ASSERT_TRUE(sandbox.has_value());
    EXPECT_EQ((*sandbox)->name(), "sms");
    const auto smtp = open_channel(
        "smtp", {{"url", "smtp://127.0.0.1:2525"}, {"from", "clinic@example.org"}}, context);
    ASSERT_TRUE(smtp.has_value());
    EXPECT_EQ((*smtp)->name(), "email");
    EXPECT_EQ((*smtp)->adapter(), "smtp");
    const auto twilio = open_channel(
        "twilio", {{"account_sid", "AC1"}, {"auth_token", "t"}, {"from", "+33700000000"}}, context);
    ASSERT_TRUE(twilio.has_value());
    EXPECT_EQ((*twilio)->name(), "sms");
    const auto unknown = open_channel("pigeon", {}, context);
    ASSERT_FALSE(unknown.has_value());
    EXPECT_EQ(unknown.error().code, ErrorCode::NotFound);
    EXPECT_NE(unknown.error().message.find("smtp"), std::string::npos);
}

}  // namespace
}  // namespace parcours::channel
