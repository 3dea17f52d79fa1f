#include "channel/webhook/webhook.h"

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "channel/channel.h"
#include "channel/public_address.h"
#include "channel/registry.h"
#include "channel/tests/peer.h"

namespace parcours::channel {
namespace {

using testing::find_free_port;
using testing::Peer;
using testing::PeerConnection;

const VirtualClock& clock_of_tests() {
    static const VirtualClock clock(parse_instant("2026-03-01T12:00:00Z").value());
    return clock;
}

Outbound sample() {
    return {.message_id = "0123456789abcdef0123456789abcdef",
            .to = "lab",
            .text = R"({"patient":"p1"})",
            .attempt = 3};
}

bool read_request(Peer& peer, PeerConnection& connection) {
    std::size_t length = 0;
    std::string line;
    while (connection.read_line(line)) {
        if (line.empty()) {
            peer.note(connection.read_bytes(length));
            return true;
        }
        if (to_lower_ascii(line).starts_with("content-length:")) {
            length = std::stoul(line.substr(15));
        }
        peer.note(line);
    }
    return false;
}

Peer::Script answers(Peer*& peer, std::string head) {
    return [&peer, head = std::move(head)](PeerConnection& connection, std::size_t) {
        if (read_request(*peer, connection)) {
            connection.write("HTTP/1.1 " + head + "\r\nContent-Length: 0\r\n\r\n");
        }
    };
}

WebhookOptions options(const std::string& url, Network network = Network::Any) {
    WebhookOptions made;
    made.url = url;
    made.secret = "a shared secret";
    made.network = network;
    made.timeout = std::chrono::seconds(5);
    return made;
}

AttemptResult call(const std::string& head, std::vector<std::string>* notes = nullptr) {
    Peer* peer = nullptr;
    Peer made(answers(peer, head));
    peer = &made;
    WebhookChannel channel(options(made.url("http") + "/events"), clock_of_tests());
    AttemptResult result = channel.send(sample());
    if (notes != nullptr) {
        *notes = made.notes();
    }
    return result;
}

TEST(Webhook, PostsTheBodySignedWithItsId) {
    std::vector<std::string> notes;
    EXPECT_EQ(call("204 No Content", &notes).outcome, Outcome::Accepted);
    const auto has = [&notes](std::string_view line) {
        return std::ranges::find(notes, line) != notes.end();
    };
    EXPECT_TRUE(has("POST /events HTTP/1.1"));
    EXPECT_TRUE(has("Content-Type: application/json"));
    EXPECT_TRUE(has("Parcours-Id: 0123456789abcdef0123456789abcdef"));
    EXPECT_TRUE(has("Parcours-Attempt: 3"));
    EXPECT_TRUE(has("Parcours-Signature: " +
                    sign_call("a shared secret", R"({"patient":"p1"})", clock_of_tests().now())));
    EXPECT_EQ(notes.back(), R"({"patient":"p1"})");
}

TEST(Webhook, SignsAsItIsDocumented) {
    // printf '1772366400.{}' | openssl dgst -sha256 -hmac key
    EXPECT_EQ(sign_call("key", "{}", clock_of_tests().now()),
              "t=1772366400,v1=e0903b0a13ae309147ad9c0d5610f91b4dc2a68d24c5283b9348c3208ad1291a");
    EXPECT_NE(sign_call("key", "{}", clock_of_tests().now()),
              sign_call("other", "{}", clock_of_tests().now()));
}

TEST(Webhook, AnswersMeanWhatTheySay) {
    EXPECT_EQ(call("200 OK").outcome, Outcome::Accepted);
    EXPECT_EQ(call("301 Moved\r\nLocation: http://127.0.0.1:1/").outcome, Outcome::Refused);
    EXPECT_EQ(call("404 Not Found").outcome, Outcome::Refused);
    EXPECT_EQ(call("500 Oops").outcome, Outcome::Later);
    EXPECT_EQ(call("408 Slow").outcome, Outcome::Later);
    const AttemptResult busy = call("429 Busy\r\nRetry-After: 120");
    EXPECT_EQ(busy.outcome, Outcome::Later);
    EXPECT_EQ(busy.retry_after, std::chrono::seconds(120));
    EXPECT_EQ(call("503 Busy\r\nRetry-After: soon").retry_after, std::nullopt);
}

TEST(Webhook, WhatBrokeIsUnknownAndWhatNeverBeganIsForLater) {
    Peer peer([](PeerConnection& connection, std::size_t) {
        std::string line;
        connection.read_line(line);
        connection.reset();
    });
    WebhookChannel broken(options(peer.url("http")), clock_of_tests());
    EXPECT_EQ(broken.send(sample()).outcome, Outcome::Unknown);
    WebhookChannel nobody(options("http://127.0.0.1:" + std::to_string(find_free_port())),
                          clock_of_tests());
    EXPECT_EQ(nobody.send(sample()).outcome, Outcome::Later);
}

TEST(Webhook, NeverReachesInsideUnlessToldSo) {
    Peer peer([](PeerConnection& connection, std::size_t) { connection.write("x"); });
    // The name of this computer resolves to it: what counts is the address.
    for (const std::string host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"}) {
        WebhookChannel channel(
            options("http://" + host + ":" + std::to_string(peer.port()), Network::Public),
            clock_of_tests());
        const AttemptResult result = channel.send(sample());
        EXPECT_EQ(result.outcome, Outcome::Later) << host;
        EXPECT_NE(result.detail.find("network: private"), std::string::npos) << result.detail;
    }
    EXPECT_EQ(peer.connections(), 0U);
}

bool is_public(const char* text) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    if (::inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        return is_public_address(reinterpret_cast<const sockaddr&>(v4));
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    EXPECT_EQ(::inet_pton(AF_INET6, text, &v6.sin6_addr), 1) << text;
    return is_public_address(reinterpret_cast<const sockaddr&>(v6));
}

TEST(PublicAddress, IsOfTheOpenInternet) {
    for (const char* text : {"8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1",
                             "100.128.0.1", "192.167.1.1", "223.255.255.255", "2606:4700::1111",
                             "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"}) {
        EXPECT_TRUE(is_public(text)) << text;
    }
    for (const char* text :
         {"0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1",
          "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.0.0.8",
          "198.18.0.1", "198.19.255.255", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
          "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
          "64:ff9b::10.0.0.1", "2002:7f00:1::", "2002:a00:1::", "2001:db8::1", "2001::1"}) {
        EXPECT_FALSE(is_public(text)) << text;
    }
}

TEST(Webhook, SettingsAreChecked) {
    const auto wrong = [](Settings settings) {
        const auto checked = check_channel("webhook", "webhook", std::move(settings), {"secret"});
        return checked ? std::string() : checked.error().message;
    };
    EXPECT_EQ(wrong({{"url", "https://example.org/x"}}), "");
    EXPECT_EQ(wrong({{"url", "http://lab.local/x"}, {"network", "private"}}), "");
    EXPECT_NE(wrong({{"url", "http://lab.local/x"}}).find("https://"), std::string::npos);
    EXPECT_NE(wrong({{"url", "file:///etc/passwd"}}).find("no host"), std::string::npos);
    EXPECT_NE(wrong({{"url", "https://u:p@example.org/"}}).find("user names"), std::string::npos);
    EXPECT_NE(wrong({}).find("needs the setting 'url'"), std::string::npos);
    EXPECT_NE(wrong({{"url", "https://x.org"}, {"network", "lan"}}).find("public or private"),
              std::string::npos);
    const auto open = check_channel("webhook", "webhook",
                                    {{"url", "https://x.org"}, {"secret", "plain"}}, {});
    EXPECT_NE(open.error().message.find("{ env: NAME }"), std::string::npos);
    EXPECT_FALSE(check_channel("sms", "webhook", {{"url", "https://x.org"}}, {"secret"}));
}

}  // namespace
}  // namespace parcours::channel
