#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/roles.h"
#include "base/json.h"
#include "base/time.h"
#include "http/fhir/outcome.h"
#include "http/fhir/tests/facade_fixture.h"
#include "http/message.h"
#include "http/router.h"

namespace parcours::http::facade::testing {
namespace {

std::string header(const Response& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or(""));
}

class Facade : public FacadeTest {};

TEST_F(Facade, GivesEveryResourceByteForByte) {
    for (const std::string& text : added) {
        JsonDocument document;
        const JsonView sent = document.parse(text).value();
        const std::string target = "/fhir/" + std::string(sent["resourceType"].text()) + "/" +
                                   std::string(sent["id"].text());
        const Response response = get(target);
        EXPECT_EQ(response.status, 200) << target;
        EXPECT_EQ(text_of(response), text);
        EXPECT_TRUE(header(response, "Content-Type").starts_with("application/fhir+json"));
    }
}

TEST_F(Facade, AnswersWithVersionsAndNotTwice) {
    const Response first = get("/fhir/Patient/p1");
    const std::string etag = header(first, "ETag");
    ASSERT_TRUE(etag.starts_with("W/\"")) << etag;
    const Response again =
        ask({.target = "/fhir/Patient/p1", .body = {}, .headers = {{"If-None-Match", etag}}});
    EXPECT_EQ(again.status, 304);
    EXPECT_TRUE(text_of(again).empty());
    const Response other =
        ask({.target = "/fhir/Patient/p1", .body = {}, .headers = {{"If-None-Match", "W/\"0\""}}});
    EXPECT_EQ(other.status, 200);
    const Response nothing = get("/fhir/Patient/p77");
    EXPECT_EQ(nothing.status, 404);
    EXPECT_EQ(read(nothing)["resourceType"].text(), "OperationOutcome");
    EXPECT_EQ(get("/fhir/Observation/p1").status, 404);
}

TEST_F(Facade, NothingIsGivenThatIsNotAudited) {
    audited.clear();
    EXPECT_EQ(get("/fhir/Condition/c3").status, 200);
    EXPECT_EQ(get("/fhir/Condition?patient=p4").status, 200);
    ASSERT_EQ(audited.size(), 2U);
    EXPECT_EQ(audited[0], (std::pair<std::string, std::string>("fhir.read", "p3")));
    EXPECT_EQ(audited[1], (std::pair<std::string, std::string>("fhir.search", "p4")));
    audit_works = false;
    for (const std::string target : {"/fhir/Condition/c3", "/fhir/Condition?patient=p4",
                                     "/fhir/Patient?name=m", "/fhir/Patient?_summary=count"}) {
        const Response response = get(target);
        EXPECT_EQ(response.status, 503) << target;
        EXPECT_EQ(text_of(response).find("44054006"), std::string::npos);
    }
}

TEST_F(Facade, EveryRoleReachesWhatTheTableSays) {
    for (std::size_t i = 0; i < access::role_count; ++i) {
        const auto role = static_cast<access::Role>(i);
        log_in_as(role);
        const bool reads = access::may(role, access::Permission::FhirRead);
        const bool writes = access::may(role, access::Permission::FhirWrite);
        EXPECT_EQ(get("/fhir/Patient/p1").status, reads ? 200 : 403);
        EXPECT_EQ(get("/fhir/Patient?name=x").status, reads ? 200 : 403);
        EXPECT_EQ(send(Method::Post, "/fhir", "{}").status, writes ? 422 : 403);
        EXPECT_EQ(send(Method::Put, "/fhir/Patient/p1", "{}").status, writes ? 422 : 403);
    }
    log_out();
    for (const auto& route : site->router().routes()) {
        if (route->path.starts_with("/fhir") && route->access.permission()) {
            const Response refused =
                ask({.method = route->method, .target = "/" + std::string(route->path.substr(1))});
            EXPECT_EQ(refused.status, 401) << route->operation;
            EXPECT_EQ(read(refused)["resourceType"].text(), "OperationOutcome");
            EXPECT_FALSE(header(refused, "WWW-Authenticate").empty());
        }
    }
    EXPECT_EQ(get("/fhir/metadata").status, 200);
}

TEST_F(Facade, EveryProblemBelowFhirIsAnOutcome) {
    const auto is_outcome = [this](const Response& response, int status) {
        EXPECT_EQ(response.status, status) << text_of(response);
        EXPECT_EQ(response.headers.find("Content-Type").value_or(""), fhir_media_type);
        EXPECT_EQ(read(response)["resourceType"].text(), "OperationOutcome");
    };
    is_outcome(get("/fhir/a/b/c/d"), 404);
    log_out();
    is_outcome(get("/fhir/Patient/p1"), 401);
    log_in_as(access::Role::Administrator);
    is_outcome(get("/fhir/a/b/c/d"), 404);
    const Response refused = ask({.method = Method::Delete, .target = "/fhir/Patient/p1"});
    is_outcome(refused, 405);
    EXPECT_TRUE(refused.headers.find("Allow"));
    // What is not FHIR's stays as it was.
    EXPECT_EQ(get("/api/none").headers.find("Content-Type"), "application/problem+json");
}

TEST_F(Facade, SaysWhatItCan) {
    const JsonView statement = search("metadata");
    EXPECT_EQ(statement["resourceType"].text(), "CapabilityStatement");
    EXPECT_EQ(statement["fhirVersion"].text(), "4.0.1");
    std::size_t tried = 0;
    for (const JsonView& type : statement["rest"].elements()[0]["resource"].elements()) {
        for (const JsonView& parameter : type["searchParam"].elements()) {
            const std::string value = parameter["type"].text() == "date" ? "2020" : "x";
            const Response response =
                ask({.target = "/fhir/" + std::string(type["type"].text()) + "?" +
                               std::string(parameter["name"].text()) + "=" + value,
                     .body = {},
                     .headers = {{"Prefer", "handling=strict"}}});
            EXPECT_EQ(response.status, 200) << text_of(response);
            ++tried;
        }
    }
    EXPECT_GT(tried, 30U);
}

TEST_F(Facade, TellsWhatTheProductDid) {
    const std::size_t messages = service->ledger().ledger.messages().size();
    ASSERT_GT(messages, 0U);
    const JsonView bundle = search("Communication?_count=500");
    EXPECT_EQ(bundle["total"].natural(), messages);
    const JsonView one = bundle["entry"].elements()[0]["resource"];
    const Response alone = get("/fhir/Communication/" + std::string(one["id"].text()));
    EXPECT_EQ(alone.status, 200);
    EXPECT_EQ(read(alone)["subject"]["reference"].text(), one["subject"]["reference"].text());
    const std::string status(one["status"].text());
    EXPECT_GT(search("Communication?status=" + status)["total"].natural(), 0U);
    const std::string patient(one["subject"]["reference"].text());
    EXPECT_GT(search("Communication?patient=" + patient)["total"].natural(), 0U);
    EXPECT_LT(search("Communication?patient=" + patient)["total"].natural(), messages);
    EXPECT_EQ(search("Communication?_id=" + std::string(one["id"].text()))["total"].natural(), 1U);
    EXPECT_EQ(get("/fhir/Communication/parcours.00").status, 404);

    const JsonView groups = search("Group");
    ASSERT_GT(groups["total"].natural(), 0U);
    const JsonView group = groups["entry"].elements()[0]["resource"];
    const JsonView whole = search("Group/" + std::string(group["id"].text()));
    EXPECT_EQ(whole["quantity"].natural(), whole["member"].elements().size());
    EXPECT_FALSE(whole["meta"]) << "nobody is left out";
    EXPECT_EQ(search("Task?_summary=count")["total"].natural(),
              service->ledger().ledger.tasks().size());
}

TEST_F(Facade, AGroupsMembersComeInPages) {
    ASSERT_TRUE(service->save_cohort("of-age", "AgeInYears() >= 40", "ada"));
    std::string group;
    for (const JsonView entry : search("Group?_count=100")["entry"].elements()) {
        if (entry["resource"]["name"].text() == "of-age") {
            group = entry["resource"]["id"].text();
        }
    }
    ASSERT_FALSE(group.empty());
    const JsonView whole = search("Group/" + group);
    std::vector<std::string> expected;
    for (const JsonView member : whole["member"].elements()) {
        expected.emplace_back(member["entity"]["reference"].text());
    }
    ASSERT_GE(expected.size(), 8U);
    std::vector<std::string> found;
    std::string next = "/fhir/Group/" + group + "/$members?_count=3";
    while (!next.empty()) {
        const JsonView page = read(get(next));
        EXPECT_EQ(page["total"].natural(), expected.size());
        EXPECT_LE(page["entry"].elements().size(), 3U);
        for (const JsonView entry : page["entry"].elements()) {
            EXPECT_EQ(entry["resource"]["resourceType"].text(), "Patient");
            const std::string url(entry["fullUrl"].text());
            found.push_back(url.substr(url.find("Patient/")));
        }
        next.clear();
        for (const JsonView link : page["link"].elements()) {
            if (link["relation"].text() == "next") {
                const std::string url(link["url"].text());
                next = url.substr(url.find("/fhir/"));
            }
        }
    }
    std::ranges::sort(expected);
    std::ranges::sort(found);
    EXPECT_EQ(found, expected);
    EXPECT_EQ(search("Group/" + group + "/$members?_summary=count")["total"].natural(),
              expected.size());
    EXPECT_EQ(get("/fhir/Group/" + group + "/$members?as_of=1900-01-01").status, 200);
    EXPECT_EQ(search("Group/" + group + "/$members?as_of=1900-01-01")["total"].natural(), 0U);
    EXPECT_EQ(get("/fhir/Group/" + group + "/$members?gender=male").status, 400);
    EXPECT_EQ(get("/fhir/Group/parcours.00/$members").status, 404);
    log_in_as(access::Role::Agent);
    EXPECT_EQ(get("/fhir/Group/" + group + "/$members").status, 403);
}

TEST_F(Facade, TellsAChoiceMadeThroughTheProduct) {
    EXPECT_EQ(search("Consent?patient=p1")["total"].natural(), 0U);
    clock.set(parse_instant("2026-03-02T16:00:00Z").value());  // somebody may be written to
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(service->work());
    }
    log_in_as(access::Role::Coordinator);
    std::string to;
    for (const engine::MessagePointer& state : service->ledger().ledger.messages()) {
        to = state->to.empty() ? to : state->to;
    }
    ASSERT_FALSE(to.empty());
    const std::string mail = "From: " + to +
                             "\r\nTo: hello@example.org\r\nMessage-ID: <1@x>\r\nSubject: "
                             "STOP\r\nContent-Type: text/plain\r\n\r\nSTOP\r\n";
    ASSERT_TRUE(service->receive("email", "", mail, ""));
    const JsonView bundle = search("Consent?status=active");
    ASSERT_GT(bundle["total"].natural(), 0U);
    const JsonView consent = bundle["entry"].elements()[0]["resource"];
    EXPECT_EQ(consent["provision"]["type"].text(), "deny");
    EXPECT_EQ(get("/fhir/Consent/" + std::string(consent["id"].text())).status, 200);
}

class Writing : public FacadeTest {
  protected:
    Writing() { log_in_as(access::Role::Administrator); }
};

constexpr std::string_view transaction =
    R"({"resourceType":"Bundle","type":"transaction","entry":[
{"fullUrl":"urn:uuid:aa","resource":{"resourceType":"Patient","id":"aa","birthDate":"1970-01-01"},"request":{"method":"POST","url":"Patient"}},
{"fullUrl":"urn:uuid:bb","resource":{"resourceType":"Observation","status":"final","subject":{"reference":"urn:uuid:aa"}},"request":{"method":"POST","url":"Observation"}},
{"resource":{"resourceType":"Patient","id":"p1","gender":"other"},"request":{"method":"PUT","url":"Patient/p1"}}]})";

TEST_F(Writing, TakesATransactionWhole) {
    const Response response = send(Method::Post, "/fhir", std::string(transaction));
    ASSERT_EQ(response.status, 200) << text_of(response);
    const JsonView answer = read(response);
    EXPECT_EQ(answer["type"].text(), "transaction-response");
    const auto entries = answer["entry"].elements();
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[0]["response"]["status"].text(), "201 Created");
    EXPECT_EQ(entries[0]["response"]["location"].text(), "Patient/aa");
    EXPECT_EQ(entries[2]["response"]["status"].text(), "200 OK");
    const Response patient = get("/fhir/Patient/p1");
    EXPECT_EQ(entries[2]["response"]["etag"].text(), header(patient, "ETag"));
    EXPECT_EQ(text_of(patient), R"({"resourceType":"Patient","id":"p1","gender":"other"})");
    const std::string observation(entries[1]["response"]["location"].text());
    EXPECT_EQ(read(get("/fhir/" + observation))["subject"]["reference"].text(), "Patient/aa");
    EXPECT_EQ(search("Observation?patient=aa")["total"].natural(), 1U);
}

TEST_F(Writing, TheAuditSaysWhoseRecordWasWrittenTo) {
    using Entry = std::pair<std::string, std::string>;
    audited.clear();
    send(Method::Post, "/fhir", std::string(transaction));
    EXPECT_EQ(audited, std::vector{Entry("fhir.write", "")});
    EXPECT_EQ(audited_detail, "Bundle of 3 resources: aa p1");
    send(Method::Put, "/fhir/Patient/p1", R"({"resourceType":"Patient","id":"p1"})");
    EXPECT_EQ(audited.back(), Entry("fhir.write", "p1"));
    send(Method::Post, "/fhir/Observation",
         R"({"resourceType":"Observation","status":"final","subject":{"reference":"Patient/p2"}})");
    EXPECT_EQ(audited.back(), Entry("fhir.write", "p2"));
    send(Method::Post, "/fhir", R"({"resourceType":"Bundle","type":"batch","entry":[
{"resource":{"resourceType":"Patient","id":"p3"},"request":{"method":"PUT","url":"Patient/p3"}}]})");
    EXPECT_EQ(audited.back(), Entry("fhir.write", "p3"));
}

TEST_F(Writing, RefusesATransactionWholeAndABatchByParts) {
    const std::string good =
        R"({"resource":{"resourceType":"Patient","id":"new"},"request":{"method":"PUT","url":"Patient/new"}})";
    for (
        const std::string bad :
        {R"({"resource":{"resourceType":"Pateint","id":"x"},"request":{"method":"POST","url":"Pateint"}})",
         R"({"request":{"method":"DELETE","url":"Patient/p1"}})",
         R"({"request":{"method":"GET","url":"Patient/p1"}})",
         R"({"resource":{"resourceType":"Patient","id":"x"},"request":{"method":"PUT","url":"Patient/y"}})",
         R"({"resource":{"resourceType":"Patient","id":"x"},"request":{"method":"POST","url":"Patient","ifNoneExist":"a=b"}})",
         R"({"resource":{"resourceType":"Patient","id":"x"}})", R"({"resource":5})", "7"}) {
        const auto bundle = [&](std::string_view type) {
            return R"({"resourceType":"Bundle","type":")" + std::string(type) + R"(","entry":[)" +
                   bad + "," + good + "]}";
        };
        const Response refused = send(Method::Post, "/fhir", bundle("transaction"));
        EXPECT_EQ(refused.status, 422) << bad;
        EXPECT_EQ(read(refused)["issue"].elements()[0]["expression"].elements()[0].text(),
                  "Bundle.entry[0]");
        EXPECT_EQ(get("/fhir/Patient/new").status, 404) << bad;
    }
    const Response batch = send(
        Method::Post, "/fhir",
        R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"DELETE","url":"Patient/p1"}},)" +
            good + "]}");
    ASSERT_EQ(batch.status, 200);
    const auto entries = read(batch)["entry"].elements();
    EXPECT_EQ(entries[0]["response"]["status"].text(), "400 Bad Request");
    EXPECT_EQ(entries[1]["response"]["status"].text(), "201 Created");
    EXPECT_EQ(get("/fhir/Patient/new").status, 200);
}

TEST_F(Writing, RefusesAPatientWhoIsNamedByASearch) {
    const std::string condition =
        R"({"resourceType":"Condition","id":"cs1","subject":{"reference":"Patient?identifier=x|y"}})";
    const Response response = send(Method::Put, "/fhir/Condition/cs1", condition);
    EXPECT_EQ(response.status, 422) << text_of(response);
    EXPECT_EQ(get("/fhir/Condition/cs1").status, 404);
}

TEST_F(Writing, RefusesWhatIsNoBundle) {
    for (const std::string bad : {"", "{", "[]", "{}", R"({"resourceType":"Bundle"})",
                                  R"({"resourceType":"Bundle","type":"collection"})",
                                  R"({"resourceType":"Bundle","type":"batch","entry":5})"}) {
        const Response response = send(Method::Post, "/fhir", bad);
        EXPECT_EQ(response.status, bad.empty() ? 415 : 422) << bad << text_of(response);
    }
    EXPECT_EQ(
        send(Method::Post, "/fhir", "<Bundle/>", {{"Content-Type", "application/fhir+xml"}}).status,
        415);
}

TEST_F(Writing, WritesOneResource) {
    const std::string body = R"({"resourceType":"Patient","id":"solo","active":true})";
    const Response created = send(Method::Post, "/fhir/Patient", body);
    ASSERT_EQ(created.status, 201) << text_of(created);
    EXPECT_TRUE(header(created, "Location").ends_with("/fhir/Patient/solo"));
    EXPECT_EQ(text_of(created), body);
    EXPECT_EQ(send(Method::Post, "/fhir/Patient", body).status, 409);
    const std::string changed = R"({"resourceType":"Patient","id":"solo","active":false})";
    EXPECT_EQ(send(Method::Put, "/fhir/Patient/solo", changed, {{"If-Match", "W/\"1\""}}).status,
              412);
    const Response updated =
        send(Method::Put, "/fhir/Patient/solo", changed, {{"If-Match", header(created, "ETag")}});
    EXPECT_EQ(updated.status, 200);
    EXPECT_EQ(text_of(get("/fhir/Patient/solo")), changed);
    EXPECT_EQ(send(Method::Put, "/fhir/Patient/other", changed).status, 400);
    EXPECT_EQ(send(Method::Put, "/fhir/Observation/solo", changed).status, 422);
    const Response anonymous =
        send(Method::Post, "/fhir/Basic", R"({"resourceType":"Basic","code":{"text":"x"}})");
    EXPECT_EQ(anonymous.status, 201);
    EXPECT_FALSE(read(anonymous)["id"].text().empty());
}

TEST_F(FacadeTest, AValueSetThatNobodyCanUseIsToldWithItsEntry) {
    log_in_as(access::Role::Administrator);
    const auto value_set = [](const std::string& id, const std::string& include) {
        return R"({"resource":{"resourceType":"ValueSet","id":")" + id +
               R"(","url":"http://clinic/vs/)" + id +
               R"(","status":"active","compose":{"include":[)" + include +
               R"(]}},"request":{"method":"PUT","url":"ValueSet/)" + id + "\"}}";
    };
    const Response written =
        send(Method::Post, "/fhir",
             R"({"resourceType":"Bundle","type":"batch","entry":[)" +
                 value_set("whole", R"({"system":"s","concept":[{"code":"a"}]})") + "," +
                 value_set("broken", R"({"valueSet":["http://nowhere/vs"]})") + "]}");
    ASSERT_EQ(written.status, 200) << text_of(written);
    const auto entries = read(written)["entry"].elements();
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_FALSE(entries[0]["response"]["outcome"].exists()) << text_of(written);
    const JsonView issue = entries[1]["response"]["outcome"]["issue"].elements().at(0);
    EXPECT_EQ(entries[1]["response"]["status"].text(), "201 Created");
    EXPECT_EQ(issue["severity"].text(), "warning");
    EXPECT_NE(issue["diagnostics"].text().find("http://clinic/vs/broken"), std::string::npos)
        << text_of(written);
    EXPECT_NE(issue["diagnostics"].text().find("http://nowhere/vs"), std::string::npos)
        << text_of(written);
}

}  // namespace
}  // namespace parcours::http::facade::testing
