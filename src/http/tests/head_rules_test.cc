#include "http/head_rules.h"

#include <array>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace parcours::http {
namespace {

int status_of_head(std::string_view text) {
    const auto head = read_head(text, {});
    return head ? 200 : head.error().status;
}

TEST(HeadRules, ReadsAHead) {
    const auto head = read_head(
        "POST /a%2Fb/c%20d?x=1&y=a+b&x=%C3%A9&&z HTTP/1.1\r\n"
        "Host: here:8080\r\ncontent-length: 12\r\nCookie: a=1; b=\"2\"; bad; c=x=y\r\n"
        "Connection: keep-alive, Close\r\nExpect: 100-Continue\r\nX: \t v w \t\r\n\r\n",
        {});
    ASSERT_TRUE(head) << head.error().detail;
    const Request& request = head->request;
    EXPECT_EQ(request.method, Method::Post);
    EXPECT_EQ(request.path, "/a/b/c d");
    EXPECT_EQ(request.segments, (std::vector<std::string>{"a/b", "c d"}));
    EXPECT_EQ(request.query, (Pairs{{"x", "1"}, {"y", "a b"}, {"x", "é"}, {"z", ""}}));
    EXPECT_EQ(request.find_query("x"), "1");
    EXPECT_EQ(request.cookies, (Pairs{{"a", "1"}, {"b", "\"2\""}, {"c", "x=y"}}));
    EXPECT_EQ(request.headers.find("x"), "v w");
    EXPECT_EQ(head->framing.content_length, 12U);
    EXPECT_FALSE(head->framing.keep_alive);
    EXPECT_TRUE(head->framing.expects_continue);
}

TEST(HeadRules, TheHostOfTheTargetReplacesTheHeaders) {
    const auto head = read_head("GET HTTP://there?a=1 HTTP/1.1\r\nHost: here\r\n\r\n", {});
    ASSERT_TRUE(head) << head.error().detail;
    EXPECT_EQ(head->request.headers.find("host"), "there");
    EXPECT_EQ(head->request.path, "/");
    EXPECT_EQ(head->request.find_query("a"), "1");
}

TEST(HeadRules, TakesAStarForOptionsOnly) {
    EXPECT_EQ(status_of_head("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
    EXPECT_EQ(status_of_head("GET * HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
}

TEST(HeadRules, RefusesWhatIsNotPlain) {
    struct Case {
        std::string_view text;
        int status;
    };
    constexpr std::string_view nul("GET / HTTP/1.1\r\nHost: h\r\nA: b\0c\r\n\r\n", 37);
    constexpr auto cases = std::to_array<Case>({
        {"GET /\r\n\r\n", 400},
        {"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET / x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {" GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"G@T / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"get / HTTP/1.1\r\nHost: h\r\n\r\n", 501},
        {"CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", 501},
        {"GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505},
        {"GET / http/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET nowhere HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /%4 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /%ff HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /a/./b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /a/%2E%2e/b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /?a=%g0 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n: h\r\nHost: h\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nnocolon\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n\tc\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nA: b\rc\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: h\nA: b\r\n\r\n", 400},
        {nul, 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"GET http://a@b/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3 3\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: \r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n", 501},
        {"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"
         "\r\n",
         400},
        {"GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nExpect: miracles\r\n\r\n", 417},
    });
    for (const Case& wrong : cases) {
        EXPECT_EQ(status_of_head(wrong.text), wrong.status) << wrong.text;
    }
    EXPECT_EQ(status_of_head("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
    EXPECT_EQ(status_of_head("GET / HTTP/1.0\r\n\r\n"), 200);
}

TEST(HeadRules, BoundsFieldsAndTarget) {
    std::string many = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (int i = 0; i < 100; ++i) {
        many += "A: b\r\n";
    }
    EXPECT_EQ(status_of_head(many + "\r\n"), 431);
    EXPECT_EQ(status_of_head("GET /" + std::string(8192, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n"),
              414);
}

TEST(HeadRules, ACookieWithTwoValuesHasNone) {
    Request request;
    read_cookies("a=1; b=2; a=1", request.cookies);
    EXPECT_EQ(request.find_cookie("a"), "1");
    read_cookies("b=3", request.cookies);
    EXPECT_EQ(request.find_cookie("b"), std::nullopt);
    EXPECT_EQ(request.find_cookie("c"), std::nullopt);
}

}  // namespace
}  // namespace parcours::http
