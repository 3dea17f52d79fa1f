// Static files, problems, metrics and the rule of listening.

#include <array>
#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "http/listen_rule.h"
#include "http/message.h"
#include "http/metrics.h"
#include "http/problem.h"
#include "http/proxies.h"
#include "http/static_files.h"

namespace parcours::http {
namespace {

Request request_for(std::string_view path, Method method = Method::Get) {
    Request request;
    request.path = path;
    request.method = method;
    return request;
}

TEST(StaticFiles, ServesTheTableAndNothingElse) {
    constexpr auto table = std::to_array<StaticFile>({
        {"/a.js", "text/javascript", "\"1\"", "script", {}, false},
        {"/index.html", "text/html", "\"2\"", "page", {}, false},
    });
    const StaticFiles files(table);
    const auto served = [&](std::string_view path) -> std::string_view {
        const auto answer = files.answer(request_for(path));
        return answer ? std::get<StaticBytes>(answer->body).plain : "nothing";
    };
    EXPECT_EQ(served("/a.js"), "script");
    EXPECT_EQ(served("/"), "page");
    EXPECT_EQ(served("/patients/7"), "page");
    EXPECT_EQ(served("/apis"), "page");
    for (const std::string_view path :
         {"/b.js", "/a.js/", "/a.js/x.y", "/api", "/api/v1/x", "/fhir/Patient/1", "/A.js"}) {
        EXPECT_NE(served(path), "script") << path;
        if (path != "/a.js/") {
            EXPECT_EQ(served(path), "nothing") << path;
        }
    }
    EXPECT_FALSE(files.answer(request_for("/a.js", Method::Post)));
}

TEST(StaticFiles, TheBuiltInPageIsWhole) {
    const StaticFiles files(console_files());
    const StaticFile* const page = files.find("/index.html");
    ASSERT_NE(page, nullptr);
    EXPECT_NE(page->bytes.find("</html>"), std::string_view::npos);
    EXPECT_EQ(page->media_type, "text/html; charset=utf-8");
    EXPECT_EQ(page->etag.size(), 34U);
    EXPECT_FALSE(page->immutable);
    if (!page->gzip.empty()) {
        EXPECT_EQ(page->gzip.substr(0, 2), "\x1f\x8b");
        EXPECT_LT(page->gzip.size(), page->bytes.size());
    }
}

TEST(Problem, IsJson) {
    const Response response = problem_response({.status = 422,
                                                .code = {},
                                                .detail = "the name is \"\xff\"",
                                                .cure = "write it anew",
                                                .errors = {{"/name", "is not UTF-8"}}});
    EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
    JsonDocument document;
    const auto json = document.parse(std::get<std::string>(response.body));
    ASSERT_TRUE(json);
    EXPECT_EQ((*json)["code"].text(), "invalid");
    EXPECT_EQ((*json)["title"].text(), "Something in it is wrong");
    EXPECT_EQ((*json)["status"].integer(), 422);
    EXPECT_EQ((*json)["errors"].elements().at(0)["at"].text(), "/name");
}

TEST(Problem, KeepsTheServersOwnTroublesToItself) {
    const Response inner = problem(Error{ErrorCode::Damaged, "page 7 of /data/x is torn", {}});
    EXPECT_EQ(inner.status, 500);
    EXPECT_EQ(std::get<std::string>(inner.body).find("page 7"), std::string::npos);
    const Response outer = problem(Error{ErrorCode::NotFound, "no patient 7", {}});
    EXPECT_EQ(outer.status, 404);
    EXPECT_NE(std::get<std::string>(outer.body).find("no patient 7"), std::string::npos);
    EXPECT_EQ(problem(Error{ErrorCode::Conflict, "stale", {}}).status, 409);
}

TEST(Metrics, WritesPrometheusText) {
    Metrics metrics;
    metrics.add_gauge("parcours_patients", "Patients.", [] { return 3.0; });
    metrics.count({"read", Method::Get, 200, 100, std::chrono::microseconds(700), {}});
    metrics.count({"read", Method::Get, 201, 11, std::chrono::seconds(20), {}});
    const std::string text = metrics.text();
    for (const std::string_view line :
         {"parcours_http_requests_total{operation=\"read\",method=\"GET\",status=\"2xx\"} 2\n",
          "parcours_http_request_seconds_bucket{operation=\"read\",le=\"0.0005\"} 0\n",
          "parcours_http_request_seconds_bucket{operation=\"read\",le=\"0.001\"} 1\n",
          "parcours_http_request_seconds_bucket{operation=\"read\",le=\"+Inf\"} 2\n",
          "parcours_http_request_seconds_count{operation=\"read\"} 2\n",
          "parcours_http_answer_bytes_total 111\n", "# TYPE parcours_patients gauge\n",
          "parcours_patients 3\n"}) {
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
    }
}

TEST(ListenRule, OpensNothingToTheNetworkUnguarded) {
    for (const std::string_view loopback : {"127.0.0.1", "127.9.9.9", "::1"}) {
        EXPECT_TRUE(may_listen({loopback, false, 0})) << loopback;
    }
    for (const std::string_view open :
         {"0.0.0.0", "::", "192.168.0.7", "localhost", "", "::ffff:1.2.3.4"}) {
        EXPECT_FALSE(may_listen({open, false, 0})) << open;
        EXPECT_FALSE(may_listen({open, true, 0})) << open;
        EXPECT_FALSE(may_listen({open, false, 1})) << open;
    }
    EXPECT_TRUE(may_listen({"0.0.0.0", true, 1}));
    EXPECT_TRUE(may_listen({"0.0.0.0", false, 1, true}));
    EXPECT_FALSE(may_listen({"0.0.0.0", false, 0, true}));
    const auto refused = may_listen({"0.0.0.0", false, 0});
    EXPECT_NE(refused.error().message.find("--tls-certificate"), std::string::npos);
    EXPECT_NE(refused.error().message.find("parcours user add"), std::string::npos);
}

TEST(ListenRule, InClearOnlyProxiesAndThisComputerConnect) {
    EXPECT_TRUE(is_for_proxies_only({"0.0.0.0", false, 1, true}));
    EXPECT_TRUE(is_for_proxies_only({"10.0.0.2", false, 1, true}));
    EXPECT_FALSE(is_for_proxies_only({"0.0.0.0", true, 1, true}));
    EXPECT_FALSE(is_for_proxies_only({"127.0.0.1", false, 1, true}));
    const std::vector<std::string> named{"10.0.0.7"};
    const Proxies proxies = Proxies::parse(named).value();
    for (const std::string_view peer :
         {"10.0.0.7", "::ffff:10.0.0.7", "::1", "127.0.0.1", "::ffff:127.0.0.1"}) {
        EXPECT_TRUE(may_connect(peer, proxies, true)) << peer;
        EXPECT_TRUE(is_trusted(peer, proxies)) << peer;
    }
    for (const std::string_view peer :
         {"10.0.0.8", "::ffff:10.0.0.8", "::2", "::7f00:1", "", "x"}) {
        EXPECT_FALSE(may_connect(peer, proxies, true)) << peer;
        EXPECT_FALSE(is_trusted(peer, proxies)) << peer;
        EXPECT_TRUE(may_connect(peer, proxies, false)) << peer;
    }
    EXPECT_FALSE(may_connect("10.0.0.7", Proxies(), true)) << "nobody is named";
}

}  // namespace
}  // namespace parcours::http
