#include "http/finish.h"

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "http/compression.h"
#include "http/event_stream.h"
#include "http/http_date.h"
#include "http/message.h"

namespace parcours::http {
namespace {

bool has(const Finished& finished, std::string_view line) {
    return finished.head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

std::string body_of(const Finished& finished) {
    return std::get<std::string>(finished.body);
}

Response tagged(std::string body) {
    auto response = Response::text(200, "text/plain", std::move(body));
    response.headers.set("ETag", "\"v1\"");
    return response;
}

TEST(Finish, AnswersThatTheAskerHasIt) {
    Conditions conditions;
    for (const std::string_view list : {"\"v1\"", "W/\"v1\"", "\"a\", \"v1-gzip\"", "*"}) {
        conditions.if_none_match = list;
        const auto finished = finish(conditions, tagged("text"), "policy");
        EXPECT_EQ(finished.status, 304) << list;
        EXPECT_TRUE(has(finished, "ETag: \"v1\""));
        EXPECT_EQ(finished.body_bytes, 0U);
    }
    conditions.if_none_match = "\"v2\", v1";
    EXPECT_EQ(finish(conditions, tagged("text"), "policy").status, 200);
    conditions.if_none_match = "\"v1\"";
    conditions.method = Method::Post;
    EXPECT_EQ(finish(conditions, tagged("text"), "policy").status, 200);
}

TEST(Finish, CompressesWhatShrinks) {
    Conditions conditions;
    conditions.gzip = true;
    const auto large = finish(conditions, tagged(std::string(5000, 'x')), "policy");
    EXPECT_TRUE(has(large, "Content-Encoding: gzip"));
    EXPECT_TRUE(has(large, "Vary: Accept-Encoding"));
    EXPECT_TRUE(has(large, "ETag: \"v1-gzip\""));
    EXPECT_LT(body_of(large).size(), 200U);
    EXPECT_TRUE(has(large, "Content-Length: " + std::to_string(body_of(large).size())));
    EXPECT_FALSE(
        has(finish(conditions, tagged(std::string(1000, 'x')), "p"), "Content-Encoding: gzip"));
    const auto picture =
        finish(conditions, Response::text(200, "image/png", std::string(5000, 'x')), "p");
    EXPECT_FALSE(has(picture, "Content-Encoding: gzip"));
    conditions.gzip = false;
    const auto plain = finish(conditions, tagged(std::string(5000, 'x')), "p");
    EXPECT_TRUE(has(plain, "Vary: Accept-Encoding"));
    EXPECT_EQ(body_of(plain).size(), 5000U);
}

TEST(Finish, CutsRanges) {
    Conditions conditions;
    Response file = tagged("0123456789");
    file.ranges = true;
    conditions.range = "bytes=-3";
    EXPECT_EQ(body_of(finish(conditions, file, "p")), "789");
    conditions.range = "bytes=8-20";
    EXPECT_TRUE(has(finish(conditions, file, "p"), "Content-Range: bytes 8-9/10"));
    conditions.range = "bytes=10-";
    const auto outside = finish(conditions, file, "p");
    EXPECT_EQ(outside.status, 416);
    EXPECT_TRUE(has(outside, "Content-Range: bytes */10"));
    for (const std::string_view ignored :
         {"bytes=1-2,4-5", "lines=1-2", "bytes=5-1", "bytes=a-b", "bytes=-", "bytes=1-x"}) {
        conditions.range = ignored;
        EXPECT_EQ(finish(conditions, file, "p").status, 200) << ignored;
    }
    conditions.range = "bytes=0-0";
    conditions.if_range = "\"v0\"";
    EXPECT_EQ(finish(conditions, file, "p").status, 200);
    conditions.if_range = "\"v1\"";
    EXPECT_EQ(finish(conditions, file, "p").status, 206);
}

TEST(Finish, ProtectsEveryAnswer) {
    Conditions conditions;
    conditions.request_id = "0007";
    conditions.secure = true;
    const auto finished = finish(conditions, Response::empty(), content_security_policy_default);
    EXPECT_TRUE(has(finished, "X-Content-Type-Options: nosniff"));
    EXPECT_TRUE(has(finished, "Strict-Transport-Security: max-age=31536000"));
    EXPECT_TRUE(has(finished, "X-Request-Id: 0007"));
    EXPECT_NE(finished.head.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(finished.head.find("unsafe"), std::string::npos);
    EXPECT_EQ(finished.head.find("Content-Length"), std::string::npos);
}

TEST(Finish, NoHeaderSplitsAnAnswer) {
    const auto finished =
        finish({}, Response::redirect("/x\r\nSet-Cookie: session=planted"), "policy");
    EXPECT_EQ(finished.status, 500);
    EXPECT_EQ(finished.head.find("planted"), std::string::npos);
}

TEST(Finish, HeadHasTheLengthWithoutTheBody) {
    Conditions conditions;
    conditions.method = Method::Head;
    const auto finished = finish(conditions, tagged("12345"), "policy");
    EXPECT_TRUE(has(finished, "Content-Length: 5"));
    EXPECT_EQ(finished.body_bytes, 0U);
    EXPECT_EQ(body_of(finished), "");
}

TEST(Finish, HeadOfAStreamLeavesNobodyWatching) {
    EventHub hub;
    Conditions conditions;
    conditions.method = Method::Head;
    const auto finished = finish(conditions, hub.watch({}), "policy");
    EXPECT_EQ(finished.body_bytes, 0U);
    hub.publish({"n", "x"});
    EXPECT_EQ(hub.watcher_count(), 0U);
}

TEST(Compression, UnderstandsWhatIsAccepted) {
    for (const std::string_view yes :
         {"gzip", "br, GZIP;q=0.5", "*", "x-gzip", "gzip;q=1, *;q=0"}) {
        EXPECT_TRUE(accepts_gzip(yes)) << yes;
    }
    for (const std::string_view no :
         {"", "br", "gzip;q=0", "gzip; q=0.000", "*;q=0", "*, gzip;q=0"}) {
        EXPECT_FALSE(accepts_gzip(no)) << no;
    }
    EXPECT_FALSE(gzip("q7"));
    EXPECT_FALSE(is_compressible("text/event-stream"));
}

TEST(HttpDate, WritesTheFixedForm) {
    using namespace std::chrono;
    EXPECT_EQ(http_date(sys_days(year(1994) / November / 6) + 8h + 49min + 37s),
              "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace parcours::http
