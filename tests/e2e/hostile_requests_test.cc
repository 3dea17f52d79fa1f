// Requests that break the rules of HTTP, or stretch them, against the real binary.

#include <cstddef>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "e2e/hostile.h"
#include "support/http_client.h"

namespace parcours::testing {
namespace {

constexpr std::string_view host = "Host: 127.0.0.1\r\n";

TEST_F(Hostile, NoSecondRequestIsSmuggledInAFirst) {
    const std::string post = "POST /api/v1/session HTTP/1.1\r\n" + std::string(host) +
                             "Content-Type: application/json\r\n";
    const std::string inner = "GET /healthz HTTP/1.1\r\n" + std::string(host) + "\r\n";
    const std::string length = "Content-Length: " + std::to_string(inner.size()) + "\r\n";
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    const std::vector<std::pair<std::string, int>> cases{
        {post + length + chunked + "\r\n0\r\n\r\n" + inner, 400},
        {post + chunked + length + "\r\n0\r\n\r\n" + inner, 400},
        {post + "Content-Length: 0\r\n" + length + "\r\n" + inner, 400},
        {post + "Content-Length: 0, 4\r\n\r\n" + inner, 400},
        {post + "Content-Length: 0x4\r\n\r\n" + inner, 400},
        {post + "Content-Length: -1\r\n\r\n" + inner, 400},
        {post + "Content-Length : 0\r\n\r\n" + inner, 400},
        {post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + inner, 400},
        {post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + inner, 400},
        {post + "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n" + inner, 400},
        {post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner, 501},
        {post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + inner, 501},
        {post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" + inner, 501},
        {post + chunked + chunked + "\r\n0\r\n\r\n" + inner, 400},
        {post + chunked + "\r\n0x0\r\n\r\n" + inner, 400},
        {post + chunked + "\r\n+0\r\n\r\n" + inner, 400},
        {post + chunked + "\r\n 0\r\n\r\n" + inner, 400},
        {post + chunked + "\r\n0\n\r\n" + inner, 400},
        {post + chunked + "\r\n0;a=\nb\r\n\r\n" + inner, 400},
        {post + chunked + "\r\n2\r\nabcd\r\n0\r\n\r\n" + inner, 400},
        {post + chunked + "\r\n0\r\nHost : x\r\n\r\n" + inner, 400},
        {post + chunked + "\r\n100000000\r\n" + inner, 400},
        {post + chunked + "\r\nfffffff\r\n" + inner, 413},
        {"POST /api/v1/session HTTP/1.0\r\n" + chunked + "\r\n0\r\n\r\n" + inner, 400},
        {"GET / HTTP/1.1\n" + std::string(host) + "\n" + inner, 400},
        {"GET / HTTP/1.1\r\nA: b\r" + std::string(host) + "\r\n" + inner, 400},
        {"GET /\r\n\r\n" + inner, 400},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + inner, 505},
        {"GET / HTTP/1.1\r\n" + std::string(host) + std::string(host) + "\r\n" + inner, 400},
        {"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n" + inner, 400},
    };
    for (const auto& [bytes, status] : cases) {
        const std::string got = http_raw(port, bytes);
        EXPECT_EQ(count_of("HTTP/1.1 ", got), 1U) << printable(bytes) << "\n-> " << printable(got);
        expect_refused(read_answer(got), status, printable(bytes));
    }
}

TEST_F(Hostile, NoPathLeadsOutOfTheConsole) {
    const std::string page = http(port, "GET", "/").body;
    for (const std::string_view target :
         {"/../etc/passwd", "/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
          "/..%2f..%2f..%2fetc%2fpasswd", "/%252e%252e/%252e%252e/etc/passwd",
          "/..\\..\\etc\\passwd", "/..%5c..%5cetc%5cpasswd", "/assets/..%2f..%2fparcours.db",
          "/assets/../index.html", "//etc/passwd", "/%00/etc/passwd", "/index.html%00.js",
          "/%c0%ae%c0%ae/etc/passwd", "/.%2e/etc/passwd", "/.git/config", "/data/audit.db",
          "/file:%2f%2f%2fetc%2fpasswd"}) {
        const HttpAnswer answer = http(port, "GET", target);
        EXPECT_EQ(answer.body.find("root:"), std::string::npos) << target;
        if (answer.status == 200) {
            EXPECT_EQ(answer.body, page) << target << ": a place inside the console, or nothing";
        } else {
            EXPECT_TRUE(answer.status == 400 || answer.status == 404) << target;
            expect_refused(answer, answer.status, target);
        }
    }
    const Session ada = log_in("ada");
    for (const std::string_view name : {"..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd"}) {
        expect_refused(http(port, "GET", "/api/v1/definitions/" + std::string(name), ada.reading()),
                       404, name);
    }
}

TEST_F(Hostile, MethodsThatAPathDoesNotTakeAreRefused) {
    const std::vector<std::tuple<std::string_view, std::string_view, int>> cases{
        {"TRACE", "/api/v1/patients", 501},
        {"CONNECT", "127.0.0.1:22", 501},
        {"PROPFIND", "/", 501},
        {"get", "/", 501},
        {"DELETE", "/api/v1/patients", 405},
        {"POST", "/api/v1/map", 405},
        {"PATCH", "/fhir/Patient", 405},
        {"PUT", "/healthz", 405},
        {"POST", "/callbacks/none", 404},
        {"DELETE", "/index.html", 404},
        {"POST", "/fhir/Patient/_search", 401},
    };
    for (const auto& [method, target, status] : cases) {
        const HttpAnswer answer = http(port, method, target);
        expect_refused(answer, status, std::string(method) + " " + std::string(target));
        EXPECT_EQ(answer.headers.contains("allow"), status == 405) << method << ' ' << target;
    }
    const HttpAnswer options = http(port, "OPTIONS", "/api/v1/patients");
    EXPECT_EQ(options.status, 204);
    EXPECT_FALSE(options.headers.contains("access-control-allow-origin"));
    const HttpAnswer head = http(port, "HEAD", "/api/v1/patients");
    EXPECT_EQ(head.status, 401);
    EXPECT_EQ(head.body, "");
}

TEST_F(Hostile, AHundredMegabytesAreNotHeld) {
    const Session ada = log_in("ada");
    const std::string head = "POST /api/v1/cohorts/count HTTP/1.1\r\n" + std::string(host) +
                             "Content-Type: application/json\r\nCookie: " + ada.cookie +
                             "\r\nX-CSRF-Token: " + ada.csrf + "\r\n";
    std::string json = R"({"cql":")";
    json.resize(100'000'000, 'x');
    json += "\"}";
    expect_refused(read_answer(http_raw(port, head + "Content-Length: " +
                                                  std::to_string(json.size()) + "\r\n\r\n" + json)),
                   413, "with its length");
    std::string chunks = head + "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 1'000; ++i) {
        chunks +=
            "186a0\r\n" + json.substr(static_cast<std::size_t>(i) * 100'000, 100'000) + "\r\n";
    }
    expect_refused(read_answer(http_raw(port, chunks)), 413, "in chunks");
    // Of one who has not shown who he is, not even what is allowed is read.
    expect_refused(http(port, "POST", "/fhir", {}, std::string(3'000'000, ' ')), 401, "nobody");
    EXPECT_LT(memory_max_mb(), 400U);
}

TEST_F(Hostile, FloodsOfHeadersAreRefused) {
    std::string many = "GET / HTTP/1.1\r\n" + std::string(host);
    for (int i = 0; i < 200; ++i) {
        many += "A" + std::to_string(i) + ": b\r\n";
    }
    expect_refused(read_answer(http_raw(port, many + "\r\n")), 431, "many");
    expect_refused(read_answer(http_raw(port, "GET / HTTP/1.1\r\n" + std::string(host) + "A: " +
                                                  std::string(1'000'000, 'a') + "\r\n\r\n")),
                   431, "long");
    expect_refused(read_answer(http_raw(port, "GET /" + std::string(10'000, 'a') + " HTTP/1.1\r\n" +
                                                  std::string(host) + "\r\n")),
                   414, "a long target");
    std::string cookies = "Cookie: ";
    for (int i = 0; i < 1'000; ++i) {
        cookies += "parcours=" + std::to_string(i) + "; ";
    }
    expect_refused(
        read_answer(http_raw(port, "GET /api/v1/patients HTTP/1.1\r\n" + std::string(host) +
                                       "Connection: close\r\n" + cookies + "\r\n\r\n")),
        401, "many cookies");
}

TEST_F(Hostile, OtherHostsAndUpgradesChangeNothing) {
    const auto ask = [](const std::string& target, const std::string& fields) {
        return read_answer(http_raw(
            port, "GET " + target + " HTTP/1.1\r\n" + fields + "Connection: close\r\n\r\n"));
    };
    expect_refused(ask("http://other.example/api/v1/patients", "Host: 127.0.0.1\r\n"), 401,
                   "another authority");
    expect_refused(ask("http://a@b/api/v1/patients", "Host: 127.0.0.1\r\n"), 400, "user info");
    expect_refused(ask("/api/v1/patients",
                       "Host: other.example\r\nX-Forwarded-For: 127.0.0.1\r\n"
                       "X-Original-URL: /healthz\r\n"),
                   401, "what a proxy might say");
    const std::string upgraded = http_raw(
        port, "GET /healthz HTTP/1.1\r\n" + std::string(host) +
                  "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c, websocket\r\n"
                  "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
    EXPECT_EQ(read_answer(upgraded).status, 200) << "the old protocol goes on";
    const HttpAnswer redirect = ask("//other.example/%2f..", "Host: 127.0.0.1\r\n");
    EXPECT_FALSE(redirect.headers.contains("location")) << "nobody is sent away";
}

TEST_F(Hostile, PipelinedRequestsAreAnsweredUpToTheBrokenOne) {
    std::string bytes;
    for (int i = 0; i < 50; ++i) {
        bytes += "GET /healthz HTTP/1.1\r\n" + std::string(host) + "\r\n";
    }
    bytes += "GET /api/v1/patients HTTP/1.1\r\n" + std::string(host) + "\r\n";
    bytes += "no request\r\n\r\nGET /healthz HTTP/1.1\r\n" + std::string(host) + "\r\n";
    const std::string got = http_raw(port, bytes);
    EXPECT_EQ(count_of("HTTP/1.1 200 ", got), 50U) << printable(got);
    EXPECT_EQ(count_of("HTTP/1.1 401 ", got), 1U);
    EXPECT_EQ(count_of("HTTP/1.1 400 ", got), 1U);
    EXPECT_EQ(count_of("HTTP/1.1 ", got), 52U) << "nothing after the broken one";
}

TEST_F(Hostile, SlowHeadsStopNobody) {
    const Session ada = log_in("ada");
    std::vector<std::unique_ptr<Connection>> slow;
    for (int i = 0; i < 500; ++i) {
        slow.push_back(std::make_unique<Connection>(port));
        slow.back()->send("GET /api/v1/patients HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ");
    }
    for (int i = 0; i < 20; ++i) {
        slow[static_cast<std::size_t>(i)]->send("a");
        EXPECT_EQ(http(port, "GET", "/api/v1/patients?limit=1", ada.reading()).status, 200);
    }
}

}  // namespace
}  // namespace parcours::testing
