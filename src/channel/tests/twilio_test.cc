#include "channel/sms/twilio.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "channel/encoding.h"
#include "channel/tests/peer.h"

namespace parcours::channel {
namespace {

using testing::find_free_port;
using testing::Peer;
using testing::PeerConnection;

constexpr std::string_view number = "+33123456789";
constexpr std::string_view created =
    R"({"sid":"SM0123456789abcdef0123456789abcdef","status":"queued","to":"+33123456789"})";

Outbound sample_message() {
    return {.message_id = "0123456789abcdef0123456789abcdef",
            .to = std::string(number),
            .text = "Bonjour, à lundi & merci +1"};
}

std::string http(std::string_view status, std::string_view body, std::string_view more = {}) {
    return "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: application/json\r\n" +
           std::string(more) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

std::string error_body(int code) {
    return R"({"code":)" + std::to_string(code) +
           R"(,"message":"The number +33123456789 is wrong","status":400})";
}

/// Reads one request and notes its lines; false where the connection ended first.
bool read_request(Peer& peer, PeerConnection& connection) {
    std::size_t length = 0;
    std::string line;
    while (connection.read_line(line)) {
        if (line.empty()) {
            peer.note(connection.read_bytes(length));
            return true;
        }
        const std::string lowered = to_lower_ascii(line);
        if (lowered.starts_with("content-length:")) {
            length = std::stoul(lowered.substr(15));
        }
        peer.note(line);
    }
    return false;
}

TwilioOptions options_for(const std::string& url) {
    return {.url = url,
            .account_sid = "AC42",
            .auth_token = "secret",
            .from = "+33700000000",
            .callback_url = "https://clinic.example.org/sms",
            .connect_timeout = std::chrono::milliseconds(2000),
            .timeout = std::chrono::milliseconds(400)};
}

/// A gateway that gives `answer` to each request ("STALL" and "RST" as they say), and a channel.
class Gateway {
  public:
    explicit Gateway(std::string answer)
        : peer_([this, answer = std::move(answer)](PeerConnection& connection, std::size_t) {
              if (!read_request(peer_, connection)) {
                  return;
              }
              if (answer == "STALL") {
                  connection.stall();
              } else if (answer == "RST") {
                  connection.reset();
              } else {
                  connection.write(answer);
              }
          }) {}

    AttemptResult send() { return channel_.send(sample_message()); }
    [[nodiscard]] std::vector<std::string> notes() const { return peer_.notes(); }
    [[nodiscard]] std::size_t connections() const { return peer_.connections(); }

  private:
    Peer peer_;
    VirtualClock clock_{*parse_instant("2026-03-01T10:00:00Z")};
    TwilioChannel channel_{options_for(peer_.url("http")), clock_};
};

AttemptResult result_of(const std::string& answer) {
    Gateway gateway(answer);
    AttemptResult result = gateway.send();
    EXPECT_EQ(gateway.connections(), 1U) << "nothing is sent twice";
    EXPECT_EQ(result.detail.find("33123456789"), std::string::npos) << result.detail;
    return result;
}

TEST(Twilio, SendsTheRequestAndReadsTheSid) {
    Gateway gateway(http("201 Created", created));
    const AttemptResult result = gateway.send();
    EXPECT_EQ(result.outcome, Outcome::Accepted) << result.detail;
    EXPECT_EQ(result.provider_id, "SM0123456789abcdef0123456789abcdef");
    const auto notes = gateway.notes();
    ASSERT_GE(notes.size(), 3U);
    EXPECT_EQ(notes[0], "POST /2010-04-01/Accounts/AC42/Messages.json HTTP/1.1");
    EXPECT_NE(std::ranges::find(notes, "Authorization: Basic " + to_base64("AC42:secret")),
              notes.end());
    const auto form = parse_form(notes.back());
    ASSERT_TRUE(form.has_value());
    const FormFields wanted{{"To", std::string(number)},
                            {"Body", "Bonjour, à lundi & merci +1"},
                            {"From", "+33700000000"},
                            {"StatusCallback",
                             "https://clinic.example.org/sms?message="
                             "0123456789abcdef0123456789abcdef"}};
    EXPECT_EQ(*form, wanted);
}

TEST(Twilio, IsUnknownWhenTheAnswerProvesNothing) {
    for (const std::string& answer :
         {http("200 OK", "<html>hello</html>"),
          http("200 OK", "{}"),
          http("201 Created", ""),
          http("201 Created", R"({"sid":""})"),
          http("201 Created", R"({"sid":"<script>"})"),
          http("201 Created", R"({"sid":"SM1","to":"+33999999999"})"),
          http("200 OK", "[1,2]"),
          http("201 Created", R"({"sid":"SM1","pad":")" + std::string(200000, 'x') + "\"}"),
          std::string("HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{\"sid\":\"SM1\"}"),
          std::string("garbage\r\n\r\n"),
          std::string("HTTP/1.1 20"),
          std::string(),
          std::string("STALL"),
          std::string("RST"),
          std::string("HTTP/1.1 100 Continue\r\n\r\n"),
          http("500 Oops", "{}"),
          http("502 Bad Gateway", "<html>"),
          http("503 Busy", ""),
          http("408 Request Timeout", ""),
          http("303 See Other", "", "Location: /x\r\n")}) {
        const AttemptResult result = result_of(answer);
        EXPECT_EQ(result.outcome, Outcome::Unknown) << answer.substr(0, 200) << result.detail;
        EXPECT_FALSE(result.bad_address);
    }
}

TEST(Twilio, IsAcceptedOnlyByAWholeAnswer) {
    const std::string whole = http("201 Created", created);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_EQ(result_of(whole.substr(0, size)).outcome, Outcome::Unknown) << size;
    }
    EXPECT_EQ(result_of(whole).outcome, Outcome::Accepted);
}

TEST(Twilio, IsRefusedWithTheReason) {
    for (const int code : {21211, 21614, 21217}) {
        const AttemptResult result = result_of(http("400 Bad Request", error_body(code)));
        EXPECT_EQ(result.outcome, Outcome::Refused);
        EXPECT_TRUE(result.bad_address) << code;
        EXPECT_NE(result.detail.find(std::to_string(code)), std::string::npos) << result.detail;
    }
    const AttemptResult stopped = result_of(http("400 Bad Request", error_body(21610)));
    EXPECT_EQ(stopped.outcome, Outcome::Refused);
    EXPECT_TRUE(stopped.opted_out);
    EXPECT_FALSE(stopped.bad_address);
    EXPECT_TRUE(stopped.detail.starts_with("opted out: ")) << stopped.detail;
    const AttemptResult other = result_of(http("400 Bad Request", error_body(21617)));
    EXPECT_EQ(other.outcome, Outcome::Refused);
    EXPECT_FALSE(other.bad_address);
    EXPECT_EQ(result_of(http("400 Bad Request", "not json")).outcome, Outcome::Refused);
}

TEST(Twilio, IsLaterWhenOurConfigurationIsWrong) {
    for (const std::string& answer :
         {http("401 Unauthorized", R"({"code":20003,"message":"Authenticate"})"),
          http("403 Forbidden", ""), http("404 Not Found", R"({"code":20404})"),
          http("400 Bad Request", error_body(21606))}) {
        const AttemptResult result = result_of(answer);
        EXPECT_EQ(result.outcome, Outcome::Later);
        EXPECT_TRUE(result.detail.starts_with("configuration")) << result.detail;
    }
}

TEST(Twilio, IsLaterWithTheTimeThatTheGatewayAsksFor) {
    const auto retry_after = [](std::string_view value) {
        return result_of(
            http("429 Too Many Requests", "{}", "Retry-After: " + std::string(value) + "\r\n"));
    };
    EXPECT_EQ(retry_after("17").outcome, Outcome::Later);
    EXPECT_EQ(retry_after("17").retry_after, std::chrono::seconds(17));
    EXPECT_EQ(retry_after("Sun, 01 Mar 2026 10:01:30 GMT").retry_after, std::chrono::seconds(90));
    EXPECT_EQ(retry_after("Sun, 01 Mar 2020 10:01:30 GMT").retry_after, std::chrono::seconds(0));
    EXPECT_EQ(retry_after("999999999").retry_after, std::chrono::hours(24));
    EXPECT_EQ(retry_after("99999999999999999999999").retry_after, std::nullopt);
    EXPECT_EQ(retry_after("soon").retry_after, std::nullopt);
    EXPECT_EQ(result_of(http("429 Too Many Requests", "")).retry_after, std::nullopt);
}

TEST(Twilio, NeverFollowsRedirects) {
    Peer other([](PeerConnection& connection, std::size_t) {
        connection.write(http("201 Created", created));
    });
    const AttemptResult result =
        result_of(http("307 Temporary Redirect", "", "Location: " + other.url("http") + "/x\r\n"));
    EXPECT_EQ(result.outcome, Outcome::Later);
    EXPECT_EQ(other.connections(), 0U);
}

TEST(Twilio, IsLaterWhenNothingLeft) {
    const VirtualClock clock{Instant{}};
    TwilioChannel nobody(options_for("http://127.0.0.1:" + std::to_string(find_free_port())),
                         clock);
    EXPECT_EQ(nobody.send(sample_message()).outcome, Outcome::Later);
    TwilioChannel nowhere(options_for("https://no-such-host.invalid"), clock);
    EXPECT_EQ(nowhere.send(sample_message()).outcome, Outcome::Later);
    // A peer that does not speak TLS: the handshake fails before anything of the message leaves.
    const Peer plain([](PeerConnection& connection, std::size_t) {
        connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    TwilioChannel no_tls(options_for(plain.url("https")), clock);
    EXPECT_EQ(no_tls.send(sample_message()).outcome, Outcome::Later);
}

TEST(Twilio, DoesNotTakeARepeatedAnswerForTheNextOne) {
    // Two answers to one request: the second must not be read as the answer to the next message.
    std::size_t requests = 0;
    Peer peer([&peer, &requests](PeerConnection& connection, std::size_t) {
        while (read_request(peer, connection)) {
            ++requests;
            connection.write(requests == 1
                                 ? http("201 Created", created) + http("201 Created", created)
                                 : http("400 Bad Request", error_body(21211)));
        }
    });
    const VirtualClock clock{Instant{}};
    TwilioChannel channel(options_for(peer.url("http")), clock);
    EXPECT_EQ(channel.send(sample_message()).outcome, Outcome::Accepted);
    EXPECT_EQ(channel.send(sample_message()).outcome, Outcome::Refused);
}

TEST(Twilio, RefusesWhatTheGatewayWouldRefuse) {
    Gateway gateway(http("201 Created", created));
    const VirtualClock clock{Instant{}};
    TwilioChannel channel(options_for("http://127.0.0.1:" + std::to_string(find_free_port())),
                          clock);
    for (const char* to : {"0612345678", "+0612345678", "+33 1 23", "", "+33123456789\r\n",
                           "ana@example.org", "+1234567890123456"}) {
        Outbound message = sample_message();
        message.to = to;
        const AttemptResult result = channel.send(message);
        EXPECT_EQ(result.outcome, Outcome::Refused) << to;
        EXPECT_TRUE(result.bad_address) << to;
    }
    Outbound message = sample_message();
    message.text.assign(1601, 'x');
    EXPECT_EQ(channel.send(message).outcome, Outcome::Refused);
    message.text = "\xFF";
    EXPECT_EQ(channel.send(message).outcome, Outcome::Refused);
    message.text = "";
    EXPECT_EQ(channel.send(message).outcome, Outcome::Refused);
    EXPECT_FALSE(channel.send(message).bad_address);
}

TEST(Twilio, ChecksItsSettings) {
    const Settings base{{"account_sid", "AC1"}, {"auth_token", "t"}, {"from", "+33700000000"}};
    const auto with = [&base](Settings more) {
        more.insert(base.begin(), base.end());
        return parse_twilio_options(more);
    };
    ASSERT_TRUE(with({}).has_value());
    EXPECT_EQ(with({})->url, "https://api.twilio.com");
    EXPECT_EQ(with({{"url", "http://127.0.0.1:8080/"}})->url, "http://127.0.0.1:8080");
    EXPECT_TRUE(with({{"url", "http://[::1]:8080"}}).has_value());
    EXPECT_TRUE(with({{"from", ""}, {"messaging_service", "MG1"}}).has_value());
    EXPECT_FALSE(with({{"url", "http://gateway.example.org"}}).has_value());
    EXPECT_FALSE(with({{"url", "http://127.0.0.1.example.org"}}).has_value());
    EXPECT_FALSE(with({{"url", "ftp://127.0.0.1"}}).has_value());
    EXPECT_FALSE(with({{"url", "https://u:p@gateway.example.org"}}).has_value());
    EXPECT_FALSE(with({{"callback_url", "http://clinic.example.org"}}).has_value());
    EXPECT_FALSE(with({{"account_sid", "AC1/../x"}}).has_value());
    EXPECT_FALSE(with({{"messaging_service", "MG1"}}).has_value());
    EXPECT_FALSE(with({{"from", ""}}).has_value());
    EXPECT_FALSE(with({{"timeout_seconds", "soon"}}).has_value());
    EXPECT_FALSE(with({{"connect_timeout_seconds", "601"}}).has_value());
    EXPECT_FALSE(parse_twilio_options({{"account_sid", "AC1"}}).has_value());
}

}  // namespace
}  // namespace parcours::channel
