// Callers who are not who they say, and bodies that are not what they should be, against the real
// binary.

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "e2e/hostile.h"
#include "support/http_client.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

constexpr std::string_view host = "Host: 127.0.0.1\r\n";

/// A moment that is over when this test is.
Instant soon() {
    return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now()) +
           std::chrono::seconds{3};
}

TEST_F(Hostile, BodiesOfAnotherFormAreRefused) {
    const Session ada = log_in("ada");
    const std::string deep(100'000, '[');
    std::string deep_object;
    for (int i = 0; i < 20'000; ++i) {
        deep_object += R"({"a":)";
    }
    const std::string parentheses = R"({"cql":")" + std::string(15'000, '(') + "\"}";
    const std::vector<std::pair<std::string_view, std::string>> cases{
        {"POST /api/v1/cohorts/count", deep},
        {"POST /api/v1/cohorts/count", deep_object},
        {"POST /api/v1/definitions/check", deep},
        {"POST /api/v1/cohorts/count", "{"},
        {"POST /api/v1/cohorts/count", "[]"},
        {"POST /api/v1/cohorts/count", R"({"cql":1})"},
        {"POST /api/v1/cohorts/count", R"({"cql":"true","more":1})"},
        {"POST /api/v1/cohorts/count", R"({"cql":"true","cql":"false"})"},
        {"POST /api/v1/cohorts/count", "{\"cql\":\"\xff\"}"},
        {"POST /api/v1/cohorts/count", parentheses},
        {"POST /api/v1/cohorts/count", R"({"cql":")" + std::string(500'000, ' ') + "\"}"},
        {"PUT /api/v1/campaigns/none/pause", R"({"paused":"yes"})"},
        {"POST /api/v1/users", R"({"name":"x","role":"king","password":"a long enough one"})"},
        {"POST /api/v1/imports", R"({"paths":["/etc/passwd"]})"},
        {"POST /api/v1/definitions/check", R"({"files":"x"})"},
        {"POST /fhir", deep},
        {"POST /fhir", R"({"resourceType":"Bundle","type":"history"})"},
    };
    for (const auto& [place, body] : cases) {
        const auto space = place.find(' ');
        Fields fields = ada.writing();
        if (place.ends_with("/fhir")) {
            fields["Content-Type"] = "application/fhir+json";
        }
        expect_bad_body(http(port, place.substr(0, space), place.substr(space + 1), fields, body),
                        std::string(place) + ' ' + printable(body));
    }
    for (const char* const type : {"text/plain", "application/x-www-form-urlencoded",
                                   "multipart/form-data; boundary=x", "application/xml", "json"}) {
        for (const std::string_view target : {"/api/v1/cohorts/count", "/fhir"}) {
            Fields fields = ada.writing();
            fields["Content-Type"] = type;
            expect_bad_body(http(port, "POST", target, fields, R"({"cql":"true"})"),
                            std::string(target) + " as " + type);
        }
    }
}

TEST_F(Hostile, ForgedAndExpiredTokensOpenNothing) {
    const std::string good = add_token("good");
    const std::string late = add_token("late", {"--expires", format_instant(soon())});
    const auto patients = [](const Fields& fields) {
        return http(port, "GET", "/api/v1/patients", fields);
    };
    ASSERT_EQ(patients({{"Authorization", "Bearer " + good}}).status, 200);
    EXPECT_TRUE(wait_until([&] {
        return patients({{"Authorization", "Bearer " + late}}).status == 401;
    })) << "a token that is over";
    std::string forged = good;
    forged.back() = forged.back() == 'A' ? 'B' : 'A';
    for (const std::string& value : std::vector<std::string>{
             "Bearer " + late, "Bearer " + forged, "Bearer " + good.substr(0, good.size() - 1),
             "Bearer " + good + "A", "Bearer  " + good, "Basic " + good, "Bearer", "Bearer ", good,
             "Bearer " + good + ", Bearer " + good}) {
        expect_refused(patients({{"Authorization", value}}), 401, value);
    }
    const std::string twice = "GET /api/v1/patients HTTP/1.1\r\n" + std::string(host) +
                              "Connection: close\r\nAuthorization: Bearer " + good +
                              "\r\nAuthorization: Bearer " + forged + "\r\n\r\n";
    expect_refused(read_answer(http_raw(port, twice)), 401, "two tokens are nobody's");
    expect_refused(http(port, "POST", "/fhir", {{"Authorization", "Bearer " + good}}, "{}"), 403,
                   "the token may only read");
    expect_refused(http(port, "GET", "/api/v1/users", {{"Authorization", "Bearer " + good}}), 403,
                   "a token is no administrator");
}

TEST_F(Hostile, NobodyActsInAnothersSession) {
    const Session ada = log_in("ada");
    const Session ray = log_in("ray");
    const auto put = [](const Fields& fields) {
        Fields all = fields;
        all["If-None-Match"] = "*";
        return http(port, "PUT", "/api/v1/cohorts/mine", all, R"({"cql":"true"})");
    };
    expect_refused(put(ada.reading()), 403, "no token of the session");
    expect_refused(put({{"Cookie", ada.cookie}, {"X-CSRF-Token", ray.csrf}}), 403, "another's");
    expect_refused(put({{"Cookie", ray.cookie}, {"X-CSRF-Token", ada.csrf}}), 403, "another's");
    expect_refused(put({{"X-CSRF-Token", ada.csrf}}), 401, "a token alone");
    expect_refused(put(ray.writing()), 403, "a reader");
    expect_refused(put({{"Cookie", ada.cookie + "; " + ray.cookie}, {"X-CSRF-Token", ada.csrf}}),
                   401, "two cookies are nobody's");
    JsonDocument document;
    const HttpAnswer listed = http(port, "GET", "/api/v1/session/all?staff=all", ada.reading());
    const auto sessions = document.parse(listed.body);
    ASSERT_TRUE(sessions) << listed.body;
    for (const JsonView one : (*sessions)["sessions"].elements()) {
        if (one["staff"].text() == "ada") {
            const std::string target = "/api/v1/session/all/" + std::string(one["id"].text());
            const HttpAnswer answer = http(port, "DELETE", target, ray.writing());
            EXPECT_TRUE(answer.status == 403 || answer.status == 404) << answer.status;
            expect_refused(answer, answer.status, "a reader ends an administrator's session");
        }
    }
    expect_refused(http(port, "GET", "/api/v1/session/all?staff=all", ray.reading()), 403, "all");
    EXPECT_EQ(http(port, "GET", "/api/v1/users", ada.reading()).status, 200) << "ada is still in";
    EXPECT_EQ(http(port, "DELETE", "/api/v1/session", ray.writing()).status, 204);
    expect_refused(http(port, "GET", "/api/v1/patients", ray.reading()), 401,
                   "a session that ended");
}

TEST_F(Hostile, StaleVersionsAreRefused) {
    const std::string token = add_token("stale");
    const Session ada = log_in("ada");
    const HttpAnswer read =
        http(port, "GET", "/fhir/Patient/p1", {{"Authorization", "Bearer " + token}});
    ASSERT_EQ(read.status, 200) << read.body;
    const std::string tag = read.headers.at("etag");
    EXPECT_EQ(http(port, "GET", "/fhir/Patient/p1",
                   {{"Authorization", "Bearer " + token}, {"If-None-Match", tag}})
                  .status,
              304);
    Fields fields = ada.writing();
    fields["Content-Type"] = "application/fhir+json";
    fields["If-Match"] = "W/\"999999\"";
    expect_refused(http(port, "PUT", "/fhir/Patient/p1", fields, read.body), 412, "a stale tag");
}

TEST_F(Hostile, EveryAnswerProtectsBrowsers) {
    const Session ada = log_in("ada");
    for (const std::string_view target :
         {"/", "/patients/p1", "/none.js", "/healthz", "/api/v1/patients", "/api/v1/none",
          "/api/v1/session", "/fhir/Patient", "/fhir/metadata", "/unsubscribe/x"}) {
        const HttpAnswer answer = http(port, "GET", target, ada.reading());
        const auto field = [&](const char* name) {
            const auto found = answer.headers.find(name);
            return found == answer.headers.end() ? std::string() : found->second;
        };
        EXPECT_NE(field("content-security-policy").find("default-src 'self'"), std::string::npos)
            << target;
        EXPECT_EQ(field("content-security-policy").find("unsafe"), std::string::npos) << target;
        EXPECT_EQ(field("x-content-type-options"), "nosniff") << target;
        EXPECT_EQ(field("x-frame-options"), "DENY") << target;
        EXPECT_EQ(field("server"), "") << target;
        if (target.starts_with("/api") || target.starts_with("/fhir")) {
            EXPECT_NE(field("cache-control").find("no-store"), std::string::npos) << target;
        }
    }
}

}  // namespace
}  // namespace parcours::testing
