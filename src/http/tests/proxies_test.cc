#include "http/proxies.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "http/message.h"

namespace parcours::http {
namespace {

/// What becomes of a request that came from a peer with such fields.
struct Asked {
    int refused = 0;  ///< the status, 0 where it was let through
    std::string peer;
    bool secure = false;

    bool operator==(const Asked&) const = default;
};

Asked ask(const std::string& peer, const Pairs& fields, const std::string& path = "/") {
    const std::vector<std::string> named{"10.0.0.7", "127.0.0.1", "fd00::7"};
    const Proxies proxies = Proxies::parse(named).value();
    Request request;
    request.peer = peer;
    request.path = path;
    for (const auto& [name, value] : fields) {
        request.headers.add(name, value);
    }
    const auto refusal = proxies.apply(request);
    return {refusal ? refusal->status : 0, request.peer, request.secure};
}

const std::string address = "X-Forwarded-For";
const std::pair<std::string, std::string> by_tls{"X-Forwarded-Proto", "https"};

TEST(Proxies, AreBelieved) {
    EXPECT_EQ(ask("10.0.0.7", {{address, "203.0.113.5"}, by_tls}), (Asked{0, "203.0.113.5", true}));
    EXPECT_EQ(ask("::ffff:10.0.0.7", {{"x-forwarded-for", " 2001:db8::1 "}, by_tls}),
              (Asked{0, "2001:db8::1", true}));
    EXPECT_EQ(ask("FD00:0::7", {{address, "203.0.113.5, 10.0.0.7, 127.0.0.1"}, by_tls}),
              (Asked{0, "203.0.113.5", true}));
}

TEST(Proxies, OthersAreNot) {
    EXPECT_EQ(ask("203.0.113.9", {{address, "10.0.0.1"}, by_tls}),
              (Asked{0, "203.0.113.9", false}));
    Request request;
    request.peer = "127.0.0.1";
    request.headers.add(address, "203.0.113.5");
    EXPECT_FALSE(Proxies().apply(request)) << "nobody is named";
    EXPECT_EQ(request.peer, "127.0.0.1");
}

TEST(Proxies, WhatTheSenderInventedStandsInFront) {
    EXPECT_EQ(ask("10.0.0.7", {{address, "1.1.1.1, 203.0.113.5"}, by_tls}).peer, "203.0.113.5");
    EXPECT_EQ(ask("10.0.0.7", {{address, "nonsense, 203.0.113.5"}, by_tls}).peer, "203.0.113.5");
    EXPECT_EQ(ask("10.0.0.7", {{address, "10.0.0.7, 203.0.113.5"}, by_tls}).peer, "203.0.113.5");
}

TEST(Proxies, WithoutTlsAreRefused) {
    EXPECT_EQ(ask("10.0.0.7", {{address, "203.0.113.5"}}).refused, 403);
    EXPECT_EQ(ask("10.0.0.7", {}).refused, 403);
    EXPECT_EQ(ask("127.0.0.1", {{address, "203.0.113.5"}}).refused, 403);
    for (const char* const scheme : {"http", "HTTPS", "https, http", ""}) {
        EXPECT_EQ(ask("10.0.0.7", {{address, "203.0.113.5"}, {by_tls.first, scheme}}).refused, 403)
            << scheme;
    }
    EXPECT_EQ(ask("10.0.0.7", {{address, "203.0.113.5"}, by_tls, by_tls}).refused, 403);
}

TEST(Proxies, MustSayForWhomTheyAsk) {
    EXPECT_EQ(ask("10.0.0.7", {by_tls}).refused, 400);
    for (const char* const named : {"", "unknown", "203.0.113.5:80", "203.0.113.5,", "a\r\nb"}) {
        EXPECT_EQ(ask("10.0.0.7", {{address, named}, by_tls}).refused, 400) << named;
    }
    EXPECT_EQ(ask("10.0.0.7", {{address, "203.0.113.5"}, {address, "1.1.1.1"}, by_tls}).refused,
              400);
}

TEST(Proxies, ThisComputerMayAskForItself) {
    EXPECT_EQ(ask("127.0.0.1", {}), (Asked{0, "127.0.0.1", false}));
    EXPECT_EQ(ask("10.0.0.7", {}, "/healthz"), (Asked{0, "10.0.0.7", false}));
    EXPECT_EQ(ask("10.0.0.7", {}, "/api/v1/session").refused, 403);
}

TEST(Proxies, AreNamedByAddresses) {
    for (const char* const wrong : {"", "proxy", "10.0.0.0/8", "10.0.0.7:80"}) {
        EXPECT_FALSE(Proxies::parse(std::vector<std::string>{wrong})) << wrong;
    }
}

}  // namespace
}  // namespace parcours::http
