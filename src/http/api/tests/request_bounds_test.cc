#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "access/roles.h"
#include "base/json.h"
#include "http/api/schema.h"
#include "http/api/system_routes.h"
#include "http/api/tests/clinic_fixture.h"
#include "http/application.h"
#include "http/head_rules.h"
#include "http/message.h"

namespace parcours::http::api::testing {
namespace {

class RequestBounds : public ApiTest {
  protected:
    RequestBounds() { log_in_as(access::Role::Administrator); }

    /// Asked for, and where the first fault is said to be.
    std::string fault_at(const Ask& asked, int status) {
        const Response response = ask(asked);
        EXPECT_EQ(response.status, status) << asked.target << ' ' << text_of(response);
        JsonDocument document;
        const auto problem = document.parse(text_of(response));
        if (!problem || (*problem)["errors"].elements().empty()) {
            return "nowhere";
        }
        return std::string((*problem)["errors"].elements().front()["at"].text());
    }
    std::string get_fault(const std::string& target) { return fault_at({.target = target}, 400); }
    std::string body_fault(Method method, const std::string& target, const std::string& body) {
        return fault_at({.method = method, .target = target, .body = body}, 422);
    }
};

TEST_F(RequestBounds, ParametersAreThoseOfTheFileAndWithinItsBounds) {
    EXPECT_EQ(get_fault("/api/v1/patients?colour=red"), "?colour");
    EXPECT_EQ(get_fault("/api/v1/patients?limit=0"), "?limit");
    EXPECT_EQ(get_fault("/api/v1/patients?limit=201"), "?limit");
    EXPECT_EQ(get_fault("/api/v1/patients?limit=2x"), "?limit");
    EXPECT_EQ(get_fault("/api/v1/patients?stage=late"), "?stage");
    EXPECT_EQ(get_fault("/api/v1/patients?sort=name&sort=age"), "?sort");
    EXPECT_EQ(get_fault("/api/v1/patients?q=" + std::string(201, 'x')), "?q");
    EXPECT_EQ(get_fault("/api/v1/tasks?state=lost"), "?state");
    EXPECT_EQ(get_fault("/api/v1/session/all?staff=them"), "?staff");
    EXPECT_EQ(get_fault("/api/v1/campaigns/" + std::string(101, 'x')), "{name}");
    EXPECT_EQ(get("/api/v1/patients?limit=200&stage=&q=").status, 200)
        << "empty is as good as none";
    std::string accents;
    for (int i = 0; i < 200; ++i) {
        accents += "%C3%A9";
    }
    EXPECT_EQ(get("/api/v1/patients?q=" + accents).status, 200) << "characters, not bytes";
}

TEST_F(RequestBounds, HealthIsToldBeforeAnyWorkerIsAsked) {
    for (const std::string path : {"/healthz", "/readyz"}) {
        auto head = read_head("GET " + path + " HTTP/1.1\r\nHost: clinic.example.org\r\n\r\n", {});
        ASSERT_TRUE(head);
        const Admission admission = site->admit(head->request);
        ASSERT_TRUE(admission.answer) << path;
        EXPECT_EQ(admission.answer->status, 200);
    }
}

TEST_F(RequestBounds, BodiesHaveTheMembersOfTheFile) {
    EXPECT_EQ(body_fault(Method::Post, "/api/v1/imports", R"({"paths":[]})"), "/paths");
    std::string many = R"({"paths":["a")";
    for (int i = 0; i < 100; ++i) {
        many += R"(,"a")";
    }
    EXPECT_EQ(body_fault(Method::Post, "/api/v1/imports", many + "]}"), "/paths");
    EXPECT_EQ(body_fault(Method::Post, "/api/v1/imports", R"({"paths":[7]})"), "/paths/0");
    EXPECT_EQ(body_fault(Method::Patch, "/api/v1/users/reader", "{}"), "");
    EXPECT_EQ(body_fault(Method::Patch, "/api/v1/users/reader", R"({"role":"king"})"), "/role");
    EXPECT_EQ(body_fault(Method::Post, "/api/v1/cohorts/count", R"({"cql":""})"), "/cql");
    EXPECT_EQ(body_fault(Method::Post, "/api/v1/cohorts/count", R"({"cql":"true","x":1})"), "/x");
    EXPECT_EQ(body_fault(Method::Post, "/api/v1/cohorts/count", R"({"cql":"true","cql":"1"})"),
              "/cql");
    EXPECT_EQ(body_fault(Method::Post, "/api/v1/definitions/check",
                         R"({"files":[{"path":"a","text":"b","mode":"x"}]})"),
              "/files/0/mode");
    EXPECT_EQ(body_fault(Method::Post, "/api/v1/definitions/check", R"({"files":[],"x":1})"),
              "/files");
    EXPECT_EQ(body_fault(Method::Post, "/api/v1/cohorts/count", "[1]"), "");
}

TEST_F(RequestBounds, EveryFaultOfABodyIsToldAtOnce) {
    const Response response = ask({.method = Method::Post,
                                   .target = "/api/v1/cohorts/count",
                                   .body = R"({"cql":7,"x":1,"as_of":false})"});
    JsonDocument document;
    const auto problem = document.parse(text_of(response));
    ASSERT_TRUE(problem);
    EXPECT_EQ((*problem)["errors"].elements().size(), 3U) << text_of(response);
}

TEST_F(RequestBounds, BodiesAreJsonAndSayso) {
    const Ask wrong = {.method = Method::Post,
                       .target = "/api/v1/definitions/check",
                       .body = R"({"files":[{"path":"a","text":"b"}]})",
                       .headers = {{"Content-Type", "text/plain"}}};
    EXPECT_EQ(ask(wrong).status, 415);
    EXPECT_EQ(ask({.method = Method::Post, .target = "/api/v1/cohorts/count"}).status, 415);
    EXPECT_EQ(ask({.method = Method::Post, .target = "/api/v1/cohorts/count", .body = "{"}).status,
              422);
}

/// The judge's own negative control: rules that it does not know are not passed over.
TEST_F(RequestBounds, TheJudgeRefusesRulesThatItDoesNotKnow) {
    JsonDocument schema_document;
    JsonDocument value_document;
    const JsonView schema = schema_document.parse(R"({"type":"string","pattern":"a+"})").value();
    const SchemaJudge judge(schema);
    EXPECT_FALSE(judge.judge(schema, value_document.parse(R"("aa")").value()).empty());
}

}  // namespace
}  // namespace parcours::http::api::testing
