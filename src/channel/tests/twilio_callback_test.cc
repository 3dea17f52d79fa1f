#include "channel/sms/twilio_callback.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/time.h"
#include "channel/encoding.h"
#include "channel/sms/twilio.h"

namespace parcours::channel {
namespace {

constexpr std::string_view token = "secret";
constexpr std::string_view id = "0123456789abcdef0123456789abcdef";
const std::string url = "https://clinic.example.org/sms?message=" + std::string(id);

Result<std::vector<Inbound>> receive(const FormFields& fields, const std::string& called = url) {
    return read_twilio_callback(token, called, write_form(fields),
                                sign_twilio_callback(token, called, fields));
}

Inbound receive_one(const FormFields& fields, const std::string& called = url) {
    const auto notices = receive(fields, called);
    EXPECT_TRUE(notices.has_value() && notices->size() == 1);
    return notices && !notices->empty() ? notices->front() : Inbound{};
}

TEST(TwilioCallback, SignsAsTheProviderDocuments) {
    // Twilio's published example: token 12345 and a form of five fields.
    const FormFields fields{{"CallSid", "CA1234567890ABCDE"},
                            {"Caller", "+14158675309"},
                            {"Digits", "1234"},
                            {"From", "+14158675309"},
                            {"To", "+18005551212"}};
    EXPECT_EQ(sign_twilio_callback("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields),
              "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
}

TEST(TwilioCallback, ReadsDeliveryStates) {
    const FormFields delivered{
        {"MessageSid", "SM1"}, {"MessageStatus", "delivered"}, {"To", "+33123456789"}};
    const Inbound notice = receive_one(delivered);
    EXPECT_EQ(notice.kind, Inbound::Kind::Delivered);
    EXPECT_EQ(notice.provider_id, "SM1");
    EXPECT_EQ(notice.message_id, id);
    EXPECT_EQ(notice.event_id, "SM1:delivered");
    EXPECT_EQ(notice.from, "+33123456789");

    const Inbound failed = receive_one({{"MessageSid", "SM1"},
                                        {"MessageStatus", "undelivered"},
                                        {"ErrorCode", "30005"},
                                        {"To", "+33123456789"}});
    EXPECT_EQ(failed.kind, Inbound::Kind::Failed);
    EXPECT_EQ(failed.detail, "undelivered 30005");
    EXPECT_TRUE(failed.bad_address);
    EXPECT_FALSE(
        receive_one({{"MessageSid", "SM1"}, {"MessageStatus", "failed"}, {"ErrorCode", "30003"}})
            .bad_address);
    for (const char* state : {"queued", "sending", "sent", "accepted", "something-new"}) {
        const auto notices = receive({{"MessageSid", "SM1"}, {"MessageStatus", state}});
        ASSERT_TRUE(notices.has_value()) << state;
        EXPECT_TRUE(notices->empty()) << state;
    }
}

TEST(TwilioCallback, TellsRepeatedAndReorderedStatesApart) {
    const FormFields sent{{"MessageSid", "SM1"}, {"MessageStatus", "delivered"}};
    EXPECT_EQ(receive_one(sent), receive_one(sent)) << "a repeat has the same event id";
    EXPECT_NE(receive_one(sent).event_id,
              receive_one({{"MessageSid", "SM1"}, {"MessageStatus", "read"}}).event_id);
    EXPECT_NE(receive_one(sent).event_id,
              receive_one({{"MessageSid", "SM2"}, {"MessageStatus", "delivered"}}).event_id);
}

TEST(TwilioCallback, ReadsReplies) {
    const std::string called = "https://clinic.example.org/sms";
    const Inbound reply = receive_one({{"MessageSid", "SM9"},
                                       {"SmsStatus", "received"},
                                       {"From", "+33123456789"},
                                       {"Body", "Oui & merci +1 é"}},
                                      called);
    EXPECT_EQ(reply.kind, Inbound::Kind::Reply);
    EXPECT_EQ(reply.text, "Oui & merci +1 é");
    EXPECT_EQ(reply.from, "+33123456789");
    EXPECT_EQ(reply.event_id, "SM9");
    EXPECT_EQ(reply.message_id, "");
    const auto kind_of = [&called](const std::string& body, const std::string& type) {
        return receive_one({{"MessageSid", "SM9"},
                            {"From", "+33123456789"},
                            {"Body", body},
                            {"OptOutType", type}},
                           called)
            .kind;
    };
    EXPECT_EQ(kind_of("Stop!", ""), Inbound::Kind::Unsubscribe);
    EXPECT_EQ(kind_of("ARRÊT", ""), Inbound::Kind::Unsubscribe);
    EXPECT_EQ(kind_of("basta", "STOP"), Inbound::Kind::Unsubscribe);
    EXPECT_EQ(kind_of("START", "START"), Inbound::Kind::Reply);
    EXPECT_EQ(kind_of("please don't stop", ""), Inbound::Kind::Reply);
}

TEST(TwilioCallback, RefusesForgedCallbacks) {
    const FormFields fields{{"MessageSid", "SM1"}, {"From", "+33123456789"}, {"Body", "STOP"}};
    const std::string body = write_form(fields);
    const std::string good = sign_twilio_callback(token, url, fields);
    ASSERT_TRUE(read_twilio_callback(token, url, body, good).has_value());
    const auto refused = [](const Result<std::vector<Inbound>>& result) {
        return !result && result.error().code == ErrorCode::Conflict;
    };
    std::string flipped = good;
    flipped[3] = flipped[3] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(refused(read_twilio_callback(token, url, body, flipped)));
    EXPECT_TRUE(refused(read_twilio_callback(token, url, body, "")));
    EXPECT_TRUE(refused(read_twilio_callback(token, url, body, good + "=")));
    EXPECT_TRUE(refused(read_twilio_callback("other", url, body, good)));
    EXPECT_TRUE(refused(read_twilio_callback(token, url + "x", body, good)));
    EXPECT_TRUE(refused(read_twilio_callback(token, url, body + "&Body=START", good)));
    EXPECT_TRUE(refused(read_twilio_callback(token, url, "MessageSid=SM2", good)));
    EXPECT_TRUE(
        refused(read_twilio_callback("", url, body, sign_twilio_callback("", url, fields))));
}

TEST(TwilioCallback, ToleratesTheSchemesOwnPort) {
    const FormFields fields{{"MessageSid", "SM1"}, {"MessageStatus", "delivered"}};
    const std::string body = write_form(fields);
    for (const auto& [called, signed_url] : std::vector<std::pair<std::string, std::string>>{
             {"https://c.example.org/sms?a=1", "https://c.example.org:443/sms?a=1"},
             {"https://c.example.org:443/sms", "https://c.example.org/sms"},
             {"http://c.example.org?x=1", "http://c.example.org:80?x=1"},
             {"https://c.example.org", "https://c.example.org:443"}}) {
        EXPECT_TRUE(read_twilio_callback(token, called, body,
                                         sign_twilio_callback(token, signed_url, fields))
                        .has_value())
            << called;
    }
    EXPECT_FALSE(
        read_twilio_callback(token, "https://c.example.org/", body,
                             sign_twilio_callback(token, "https://c.example.org:80/", fields))
            .has_value());
}

TEST(TwilioCallback, RefusesWhatIsNoCallback) {
    const auto code_of = [](const std::string& body) {
        const auto fields = parse_form(body);
        const auto result = read_twilio_callback(
            token, url, body,
            fields ? sign_twilio_callback(token, url, *fields) : std::string("x"));
        return result ? ErrorCode::Internal : result.error().code;
    };
    EXPECT_EQ(code_of(""), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of("MessageSid=SM1"), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of("From=%2B331"), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of("Body=%zz"), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of(std::string(callback_size_max + 1, 'a')), ErrorCode::Limit);
    std::string many;
    for (int field = 0; field < 300; ++field) {
        many += "a=b&";
    }
    EXPECT_EQ(code_of(many), ErrorCode::Limit);
}

TEST(TwilioCallback, ReadsOnlyRealIdsFromTheUrl) {
    const FormFields fields{{"MessageSid", "SM1"}, {"MessageStatus", "delivered"}};
    for (const char* query : {"", "?", "?message=", "?message=x", "?message=%zz", "?other=1",
                              "?message=0123456789abcdef0123456789abcdeg"}) {
        EXPECT_EQ(receive_one(fields, std::string("https://c.example.org/s") + query).message_id,
                  "")
            << query;
    }
}

TEST(TwilioCallback, ComesThroughTheChannel) {
    const VirtualClock clock{Instant{}};
    TwilioChannel channel({.account_sid = "AC1", .auth_token = std::string(token), .from = "+331"},
                          clock);
    const FormFields fields{{"MessageSid", "SM1"}, {"MessageStatus", "delivered"}};
    EXPECT_TRUE(channel.receive(url, write_form(fields), sign_twilio_callback(token, url, fields))
                    .has_value());
    EXPECT_FALSE(channel.receive(url, write_form(fields), "forged").has_value());
}

}  // namespace
}  // namespace parcours::channel
