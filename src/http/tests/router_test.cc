#include "http/router.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "http/head_rules.h"
#include "http/message.h"

namespace parcours::http {
namespace {

Route route(Method method, std::string_view path, std::string_view operation) {
    return {method, path, operation, RouteAccess::open("a test"),
            answering([](const Request&) { return Response::empty(); })};
}

Request request_for(std::string_view method, std::string_view path) {
    return read_head(std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n",
                     {})
        ->request;
}

Router fhir() {
    Router router;
    router.add(route(Method::Get, "/fhir/{type}", "search"));
    router.add(route(Method::Get, "/fhir/metadata", "metadata"));
    router.add(route(Method::Get, "/fhir/{type}/{id}", "read"));
    router.add(route(Method::Post, "/fhir/{kind}/{key}", "write"));
    router.add(route(Method::Get, "/fhir/{type}/{id}/_history/{version}", "version"));
    return router;
}

TEST(Router, FixedWordsWinOverNames) {
    const Router router = fhir();
    Request metadata = request_for("GET", "/fhir/metadata");
    EXPECT_FALSE(router.match(metadata));
    EXPECT_EQ(metadata.route->operation, "metadata");
    Request version = request_for("GET", "/fhir/Patient/a%2Fb/_history/2");
    EXPECT_FALSE(router.match(version));
    EXPECT_EQ(version.route->operation, "version");
    EXPECT_EQ(version.path_values, (Pairs{{"type", "Patient"}, {"id", "a/b"}, {"version", "2"}}));
    EXPECT_EQ(version.path_value("nothing"), "");
}

TEST(Router, EachMethodHasItsOwnNames) {
    const Router router = fhir();
    Request write = request_for("POST", "/fhir/Patient/1");
    EXPECT_FALSE(router.match(write));
    EXPECT_EQ(write.path_value("kind"), "Patient");
    Request head = request_for("HEAD", "/fhir/Patient/1");
    EXPECT_FALSE(router.match(head));
    EXPECT_EQ(head.route->operation, "read");
}

TEST(Router, SaysWhatIsMissing) {
    const Router router = fhir();
    Request nothing = request_for("GET", "/other");
    EXPECT_EQ(router.match(nothing)->status, 404);
    Request empty = request_for("GET", "/fhir/Patient/");
    EXPECT_EQ(router.match(empty)->status, 404);
    Request wrong = request_for("DELETE", "/fhir/Patient/1");
    const auto refused = router.match(wrong);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 405);
    EXPECT_EQ(refused->headers.find("Allow"), "GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(wrong.route, nullptr);
}

TEST(RouterDeathTest, RefusesRoutesWithoutAWordAboutAccess) {
    Router router = fhir();
    EXPECT_DEATH(router.add({Method::Get, "/x", "x", RouteAccess::open(""),
                             answering([](const Request&) { return Response::empty(); })}),
                 "permission");
    EXPECT_DEATH(router.add(route(Method::Get, "/fhir/{other}", "again")), "one route");
    EXPECT_DEATH(router.add(route(Method::Get, "/x", "")), "name");
}

}  // namespace
}  // namespace parcours::http
