#include <algorithm>
#include <chrono>
#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/access.h"
#include "access/principal.h"
#include "access/roles.h"
#include "access/totp.h"
#include "base/json.h"
#include "base/time.h"
#include "engine/holds.h"
#include "engine/runner.h"
#include "http/api/schema.h"
#include "http/api/system_routes.h"
#include "http/api/tests/clinic_fixture.h"
#include "http/message.h"
#include "http/router.h"

namespace parcours::http::api::testing {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return out;
}

/// The code that a telephone would show, from the secret as it is typed.
std::string telephone_code(std::string_view typed, Instant now) {
    std::string secret;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : typed) {
        bits = bits << 5U | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
        if (count += 5; count >= 8) {
            count -= 8;
            secret += static_cast<char>(bits >> count & 0xFFU);
        }
    }
    return access::totp_code(secret, access::totp_step(now));
}

/// An operation of the OpenAPI file.
struct Operation {
    std::string method;
    std::string path;
    std::string id;
    std::string permission;
    JsonView described;
};

class Contract : public ApiTest {
  protected:
    Contract() : root(document.parse(openapi_json()).value()), judge(root) {
        for (const auto& [path, methods] : root["paths"].members()) {
            for (const auto& [method, described] : methods.members()) {
                operations.push_back({std::string(method), std::string(path),
                                      std::string(described["operationId"].text()),
                                      std::string(described["x-permission"].text()), described});
            }
        }
    }

    /// Asks and holds the answer against what the file says of it.
    JsonView expect(const std::string& id, const Ask& asked, int status = 200) {
        const auto found = std::ranges::find(operations, id, &Operation::id);
        EXPECT_NE(found, operations.end()) << id;
        called.insert(id);
        const Response response = ask(asked);
        EXPECT_EQ(response.status, status) << id << ": " << text_of(response);
        if (response.headers.find("Set-Cookie") && status == 200 && id != "logIn") {
            take_session(response);
        }
        const JsonView responses = found->described["responses"];
        const std::string code = std::to_string(status);
        JsonView schema = responses[code]["content"]["application/json"]["schema"];
        if (!responses[code]) {
            schema = judge.resolve("#/components/schemas/Problem");
        }
        if (status == 204) {
            return {};
        }
        answers.emplace_back();
        const auto parsed = answers.back().parse(text_of(response));
        EXPECT_TRUE(parsed) << id << ": " << text_of(response);
        if (!parsed) {
            return {};
        }
        for (const FieldProblem& fault : judge.judge(schema, *parsed)) {
            ADD_FAILURE() << id << ' ' << fault.at << ": " << fault.detail;
        }
        return *parsed;
    }

    std::string get_release(const std::string& campaign) {
        answers.emplace_back();
        const auto parsed = answers.back().parse(text_of(get("/api/v1/campaigns/" + campaign)));
        return parsed ? std::string((*parsed)["release"].text()) : std::string();
    }

    static std::string code_of(const Response& response) {
        JsonDocument answer;
        return std::string(answer.parse(text_of(response)).value()["code"].text());
    }

    JsonDocument document;
    JsonView root;
    SchemaJudge judge;
    std::vector<Operation> operations;
    std::set<std::string> called;
    std::deque<JsonDocument> answers;
};

TEST_F(Contract, EveryOperationHasItsRouteAndEveryRouteItsOperation) {
    std::map<std::string, const Route*> routes;
    for (const auto& route : site->router().routes()) {
        routes[lower(method_name(route->method)) + " " + std::string(route->path)] = route.get();
    }
    std::set<std::string> described;
    for (const Operation& operation : operations) {
        const std::string place = operation.method + " " + operation.path;
        described.insert(place);
        const auto found = routes.find(place);
        if (found == routes.end()) {
            ADD_FAILURE() << "no route for " << place;
            continue;
        }
        EXPECT_EQ(found->second->operation, operation.id);
        const auto permission = found->second->access.permission();
        EXPECT_EQ(permission ? access::permission_name(*permission) : "public",
                  operation.permission)
            << place;
    }
    for (const auto& [place, route] : routes) {
        if (route->path.starts_with("/api/v1")) {
            EXPECT_TRUE(described.contains(place)) << place << " is not in the OpenAPI file";
        }
    }
}

TEST_F(Contract, EveryRoleReachesWhatTheTableSaysAndNothingElse) {
    for (std::size_t i = 0; i < access::role_count; ++i) {
        const auto role = static_cast<access::Role>(i);
        for (const auto& route : site->router().routes()) {
            const auto permission = route->access.permission();
            if (!permission || route->operation == "logOut") {
                continue;
            }
            log_in_as(role);
            std::string target(route->path);
            for (std::size_t open = target.find('{'); open != std::string::npos;
                 open = target.find('{')) {
                target.replace(open, target.find('}') - open + 1, "none-such");
            }
            const Response response = ask({.method = route->method, .target = target});
            const bool may = access::may(role, *permission);
            EXPECT_EQ(response.status != 403, may) << access::role_name(role) << " at "
                                                   << route->operation << ": " << text_of(response);
        }
    }
}

TEST_F(Contract, NobodyGetsInWithoutLoggingIn) {
    for (const auto& route : site->router().routes()) {
        if (route->access.permission()) {
            const Response response =
                ask({.method = route->method, .target = "/" + std::string(route->path.substr(1))});
            EXPECT_EQ(response.status, 401) << route->operation;
        }
    }
    EXPECT_TRUE(audited.empty());
}

TEST_F(Contract, AnswersAreWhatTheFileDescribes) {
    expect("getSession", {.target = "/api/v1/session"});
    expect("logIn", {.method = Method::Post,
                     .target = "/api/v1/session",
                     .body = R"({"name":"administrator","password":"a walk along the river"})"});
    expect("logIn",
           {.method = Method::Post,
            .target = "/api/v1/session",
            .body = R"({"name":"administrator","password":"wrong and long enough"})"},
           401);
    log_in_as(access::Role::Administrator);
    const JsonView session = expect("getSession", {.target = "/api/v1/session"});
    EXPECT_EQ(session["staff"]["role"].text(), "administrator");
    expect("listSessions", {.target = "/api/v1/session/all?staff=all"});
    expect("revokeSession", {.method = Method::Delete, .target = "/api/v1/session/all/00"}, 404);
    const JsonView practice = expect("getPractice", {.target = "/api/v1/practice"});
    EXPECT_TRUE(practice["sandbox"].boolean().value_or(false));
    const JsonView map = expect("getMap", {.target = "/api/v1/map"});
    EXPECT_EQ(map["patients"].integer(), 8);
    expect("getMap", {.target = "/api/v1/map?concern=diabetes&as_of=2020-06-01"});
    expect("getMap", {.target = "/api/v1/map?concern=none"}, 400);
    expect("getAttention", {.target = "/api/v1/attention"});
    const JsonView found = expect("listPatients", {.target = "/api/v1/patients?q=muller+zoe"});
    ASSERT_EQ(found["total"].integer(), 1);
    EXPECT_EQ(found["patients"].elements().front()["name"].text(), "Zoë Müller");
    expect("listPatients",
           {.target = "/api/v1/patients?concern=diabetes&state=overdue&sort=-age&limit=2"});
    const JsonView patient = expect("getPatient", {.target = "/api/v1/patients/p1"});
    EXPECT_FALSE(patient["messages"].elements().empty());
    expect("getPatient", {.target = "/api/v1/patients/nobody"}, 404);
    const JsonView inside =
        expect("getPatientCampaign", {.target = "/api/v1/patients/p1/campaigns/diabetes-hba1c"});
    EXPECT_EQ(inside["campaign"].text(), "diabetes-hba1c");
    expect("getPatientCampaign", {.target = "/api/v1/patients/p1/campaigns/nothing"}, 404);
    const JsonView record = expect("listRecord", {.target = "/api/v1/patients/p1/record"});
    EXPECT_EQ(record["resources"].elements().size(), 2U);
    const std::string key(patient["timeline"].elements().front()["key"].text());
    expect("getRecordItem", {.target = "/api/v1/patients/p1/record/ffff"}, 404);
    EXPECT_EQ(ask({.target = "/api/v1/patients/p1/record/" + key}).status, 200);
}

TEST_F(Contract, AnswersAboutWorkAreWhatTheFileDescribes) {
    log_in_as(access::Role::Administrator);
    expect("listCohorts", {.target = "/api/v1/cohorts"});
    const JsonView count = expect("countCohort", {.method = Method::Post,
                                                  .target = "/api/v1/cohorts/count",
                                                  .body = R"({"cql":"AgeInYears() > 40"})"});
    EXPECT_EQ(count["patients"].integer(), 8);
    expect("countCohort",
           {.method = Method::Post, .target = "/api/v1/cohorts/count", .body = R"({"cql":"1 +"})"},
           422);
    const JsonView plan = expect("explainCohort", {.method = Method::Post,
                                                   .target = "/api/v1/cohorts/explain",
                                                   .body = R"({"cql":"AgeInYears() > 40"})"});
    EXPECT_EQ(plan["patients"].integer(), 8);
    expect("explainNamedCohort", {.target = "/api/v1/cohorts/explain?cql=true"});
    expect("saveCohort", {.method = Method::Put,
                          .target = "/api/v1/cohorts/mine",
                          .body = R"({"cql":"AgeInYears() > 40"})",
                          .headers = replacing("mine")});
    expect("listCohorts", {.target = "/api/v1/cohorts"});
    expect("saveCohort",
           {.method = Method::Put, .target = "/api/v1/cohorts/mine", .body = R"({"cql":"true"})"},
           428);
    expect("listDefinitions", {.target = "/api/v1/definitions"});
    expect("getDefinition", {.target = "/api/v1/definitions/practice.yaml"});
    expect(
        "checkDefinitions",
        {.method = Method::Post,
         .target = "/api/v1/definitions/check",
         .body = R"({"files":[{"path":"campaigns/x.yaml","text":"campaign: x\ncampaign: y"}]})"});
    const std::string tag(get("/api/v1/definitions").headers.find("ETag").value_or(""));
    expect(
        "publishDefinitions",
        {.method = Method::Post,
         .target = "/api/v1/definitions/publish",
         .body =
             R"({"note":"a test","files":[{"path":"cohorts/x.yaml","text":"cohort: x\ncql: 'true'"}]})",
         .headers = {{"If-Match", tag}}});
    expect("listDefinitionVersions", {.target = "/api/v1/definitions/history?limit=1"});
    expect("getDefinitionVersion", {.target = "/api/v1/definitions/history/2"});
    expect("listCampaigns", {.target = "/api/v1/campaigns"});
    expect("getCampaign", {.target = "/api/v1/campaigns/diabetes-hba1c"});
    const JsonView paused =
        expect("pauseCampaign", {.method = Method::Put,
                                 .target = "/api/v1/campaigns/diabetes-hba1c/pause",
                                 .body = R"({"paused":true,"reason":"a test"})"});
    EXPECT_TRUE(paused["paused"].boolean().value_or(false));
    expect("compareReleases", {.target = "/api/v1/campaigns/diabetes-hba1c/comparison"}, 404);
    const JsonView alike =
        expect("compareReleases", {.target = "/api/v1/campaigns/diabetes-hba1c/comparison?before=" +
                                             std::string(get_release("diabetes-hba1c"))});
    EXPECT_TRUE(alike["differences"].elements().empty());
    const JsonView plan_of_moves =
        expect("previewMoves", {.method = Method::Post,
                                .target = "/api/v1/campaigns/diabetes-hba1c/moves/preview",
                                .body = R"({"moves":{"reminder":"reminder"}})"});
    EXPECT_EQ(plan_of_moves["moving"].integer(), 0);
    expect(
        "previewMoves",
        {.method = Method::Post, .target = "/api/v1/campaigns/nothing/moves/preview", .body = "{}"},
        404);
    const JsonView moved = expect("movePeople", {.method = Method::Post,
                                                 .target = "/api/v1/campaigns/diabetes-hba1c/moves",
                                                 .body = R"({"rest":"finish"})"});
    EXPECT_EQ(moved["moved"].integer(), 0);
    expect("movePeople",
           {.method = Method::Post,
            .target = "/api/v1/campaigns/diabetes-hba1c/moves",
            .body = R"({"rest":"vanish"})"},
           422);
    expect(
        "undoLaunch",
        {.method = Method::Post, .target = "/api/v1/campaigns/nothing/undo-launch", .body = "{}"},
        404);
    expect("enrolPatient",
           {.method = Method::Post,
            .target = "/api/v1/campaigns/diabetes-hba1c/enrolments",
            .body = R"({"patient":"p1"})"},
           400);
    const JsonView answers = expect("saveAnswers", {.method = Method::Post,
                                                    .target = "/api/v1/patients/p1/answers",
                                                    .body = R"({"answers":{"smoker":false}})"});
    EXPECT_EQ(answers["saved"].elements().front().text(), "smoker");
    EXPECT_EQ(audited.back(), (std::pair<std::string, std::string>("saveAnswers", "p1")));
    expect("saveAnswers",
           {.method = Method::Post,
            .target = "/api/v1/patients/p1/answers",
            .body = R"({"answers":{"smoker":false},"form":"nothing"})"},
           404);
    expect("saveAnswers",
           {.method = Method::Post,
            .target = "/api/v1/patients/p1/answers",
            .body = R"({"answers":{"smoker":[1]}})"},
           422);
    expect("setHold", {.method = Method::Put,
                       .target = "/api/v1/holds/sms",
                       .body = R"({"held":true,"reason":"a test"})"});
    const JsonView holds = expect("listHolds", {.target = "/api/v1/holds"});
    EXPECT_EQ(holds["holds"].elements().front()["name"].text(), "sms");
    expect("setHold",
           {.method = Method::Put, .target = "/api/v1/holds/fax", .body = R"({"held":true})"}, 404);
    expect("setHold",
           {.method = Method::Put, .target = "/api/v1/holds/sms", .body = R"({"held":false})"});
    expect("listTasks", {.target = "/api/v1/tasks?state=all"});
    expect("listTasks", {.target = "/api/v1/tasks?late=true&campaign=x&step=y&as_of=2026-04-01"});
    expect("getTask", {.target = "/api/v1/tasks/00"}, 404);
    expect("closeTask",
           {.method = Method::Post,
            .target = "/api/v1/tasks/00/close",
            .body = R"({"outcome":"done"})"},
           404);
    const JsonView outbox = expect("listOutbox", {.target = "/api/v1/outbox?limit=3"});
    EXPECT_GE(outbox["total"].integer(), 8);
    const std::string message(outbox["messages"].elements().front()["id"].text());
    const JsonView one = expect("getMessage", {.target = "/api/v1/outbox/" + message});
    EXPECT_EQ(one["id"].text(), message);
    expect("getMessage", {.target = "/api/v1/outbox/00112233445566778899aabbccddeeff"}, 404);
    const JsonView quarantine = expect("listQuarantine", {.target = "/api/v1/quarantine"});
    EXPECT_EQ(quarantine["total"].integer(), 1);
    expect("listImports", {.target = "/api/v1/imports"});
    expect("startImport",
           {.method = Method::Post, .target = "/api/v1/imports", .body = R"({"paths":["/etc"]})"},
           400);
    expect("retryQuarantine", {.method = Method::Post, .target = "/api/v1/quarantine/retry"});
}

TEST_F(Contract, AMessageThatWaitsSaysWhoHoldsItOrUntilWhen) {
    log_in_as(access::Role::OutreachManager);
    const auto first_waiting = [this] {
        const JsonView outbox =
            expect("listOutbox", {.target = "/api/v1/outbox?status=waiting&limit=1"});
        return outbox["messages"].elements().front();
    };
    const JsonView free = first_waiting();
    EXPECT_EQ(free["held"].text(), "");
    EXPECT_FALSE(free["until"].is_null());
    const std::string pause = "/api/v1/campaigns/diabetes-hba1c/pause";
    expect("pauseCampaign", {.method = Method::Put,
                             .target = pause,
                             .body = R"({"paused":true,"reason":"a strike"})"});
    const JsonView held = first_waiting();
    EXPECT_TRUE(held["held"].text().starts_with("the campaign is paused since 20"))
        << held["held"].text();
    EXPECT_TRUE(held["held"].text().ends_with(": a strike")) << held["held"].text();
    EXPECT_TRUE(held["until"].is_null());
    const std::string patient(held["patient"].text());
    log_in_as(access::Role::Coordinator);
    const JsonView story =
        expect("getPatientCampaign",
               {.target = "/api/v1/patients/" + patient + "/campaigns/diabetes-hba1c"});
    EXPECT_EQ(story["enrolments"].elements().front()["held"].text(), held["held"].text());
}

TEST_F(Contract, ACampaignThatThePracticeLeftOutIsLetGoOn) {
    log_in_as(access::Role::OutreachManager);
    // Paused before anybody published it; then the practice did without.
    ASSERT_TRUE(service->act([](engine::Runner& runner, Instant now) {
        return engine::pause_campaign(runner, "autumn", true, {"Ann", "not yet"}, now);
    }));
    restart();
    log_in_as(access::Role::OutreachManager);
    const std::string pause = "/api/v1/campaigns/autumn/pause";
    const JsonView resumed =
        expect("pauseCampaign",
               {.method = Method::Put, .target = pause, .body = R"({"paused":false})"});
    EXPECT_FALSE(resumed["paused"].boolean().value_or(true));
    EXPECT_EQ(service->ledger().ledger.find_pause("autumn"), nullptr);
    expect("pauseCampaign",
           {.method = Method::Put, .target = pause, .body = R"({"paused":false})"}, 404);
}

TEST_F(Contract, ATaskSaysWhomToCallAndWhatToSay) {
    // Into the hours of writing, then past both letters.
    for (const int hours : {6, 24 * 11, 24 * 3, 24 * 15}) {
        clock.set(clock.now() + std::chrono::hours(hours));
        do {
            ASSERT_TRUE(service->work());
        } while (service->idle_ms(1) == 0);
    }
    log_in_as(access::Role::Coordinator);
    const JsonView list = expect("listTasks", {.target = "/api/v1/tasks?campaign=diabetes-hba1c"});
    ASSERT_FALSE(list["tasks"].elements().empty());
    const JsonView first = list["tasks"].elements().front();
    EXPECT_FALSE(first["phones"]);
    const std::string id(first["id"].text());
    const std::string patient(first["patient"].text());
    const JsonView one = expect("getTask", {.target = "/api/v1/tasks/" + id});
    ASSERT_EQ(one["phones"].elements().size(), 1U);
    EXPECT_EQ(one["phones"].elements().front().text(), "+1 212 555 010" + patient.substr(1));
    EXPECT_EQ(one["emails"].elements().front().text(), patient + "@example.org");
    EXPECT_EQ(one["birth_date"].text(), "1960-05-0" + patient.substr(1));
    EXPECT_EQ(one["language"].text(), "en");
    EXPECT_NE(one["script_text"].text().find("Zoë"), std::string_view::npos)
        << one["script_text"].text();
    EXPECT_EQ(audited.back(), (std::pair<std::string, std::string>("task.read", patient)));

    const std::string why(one["reason"].text());
    EXPECT_FALSE(why.empty());
    const JsonView closed = expect("closeTask", {.method = Method::Post,
                                                 .target = "/api/v1/tasks/" + id + "/close",
                                                 .body = R"({"outcome":"declined"})"});
    EXPECT_EQ(closed["reason"].text(), why);
    EXPECT_EQ(closed["closed_by"].text(), "coordinator");
    EXPECT_EQ(audited.back(), (std::pair<std::string, std::string>("closeTask", patient)));
    EXPECT_TRUE(audited_detail.ends_with("/" + id + "/close: closed as declined"))
        << audited_detail;
}

TEST_F(Contract, TheAuditSaysWhatAChangeDid) {
    log_in_as(access::Role::Coordinator);
    const std::string pause = "/api/v1/campaigns/diabetes-hba1c/pause";
    ask({.method = Method::Put, .target = pause, .body = R"({"paused":true,"reason":"a strike"})"});
    EXPECT_EQ(audited_detail, pause + ": paused, a strike");
    ask({.method = Method::Put, .target = pause, .body = R"({"paused":false})"});
    EXPECT_EQ(audited_detail, pause + ": resumed");
    ask({.method = Method::Put,
         .target = "/api/v1/cohorts/mine",
         .body = R"({"cql":"AgeInYears() > 40"})",
         .headers = replacing("mine")});
    EXPECT_EQ(audited_detail, "/api/v1/cohorts/mine: saved mine as AgeInYears() > 40");
    ask({.method = Method::Post, .target = "/api/v1/quarantine/retry"});
    EXPECT_EQ(audited_detail, "/api/v1/quarantine/retry: tried 1, resolved 0");
    log_in_as(access::Role::OutreachManager);
    const std::string tag(get("/api/v1/definitions").headers.find("ETag").value_or(""));
    ask({.method = Method::Post,
         .target = "/api/v1/definitions/publish",
         .body =
             R"({"note":"a test","files":[{"path":"cohorts/x.yaml","text":"cohort: x\ncql: 'true'"}]})",
         .headers = {{"If-Match", tag}}});
    EXPECT_TRUE(audited_detail.ends_with(", a test")) << audited_detail;
    log_in_as(access::Role::Administrator);
    ask({.method = Method::Post,
         .target = "/api/v1/imports",
         .body = R"({"paths":[")" + import_folder() + R"("]})"});
    EXPECT_TRUE(audited_detail.starts_with("/api/v1/imports: into the feed main from /"))
        << audited_detail;
}

TEST_F(ApiTest, ATokenIsToldWhichScopeItLacks) {
    const auto token =
        access->add_token({.name = "t", .scopes = {access::Scope::Import}, .expires_at = {}},
                          {access::system_principal("test"), "", clock.now(), ""});
    ASSERT_TRUE(token);
    const auto refused = [&](const std::string& target) {
        const Response response =
            ask({.target = target, .headers = {{"Authorization", "Bearer " + *token}}});
        EXPECT_EQ(response.status, 403);
        JsonDocument document;
        return std::string(document.parse(text_of(response)).value()["cure"].text());
    };
    EXPECT_EQ(refused("/api/v1/tasks"), "use a token with the scope \"read\"");
    EXPECT_EQ(refused("/api/v1/audit"), "no token may do this: log in as staff");
    log_in_as(access::Role::Reader);
    EXPECT_NE(text_of(get("/api/v1/audit")).find("ask an administrator"), std::string::npos);
}

TEST_F(Contract, AnswersAboutStaffAreWhatTheFileDescribes) {
    log_in_as(access::Role::Administrator);
    expect("listUsers", {.target = "/api/v1/users"});
    expect("addUser",
           {.method = Method::Post,
            .target = "/api/v1/users",
            .body = R"({"name":"bo","role":"agent","password":"a walk along the sea"})"},
           201);
    expect("changeUser", {.method = Method::Patch,
                          .target = "/api/v1/users/bo",
                          .body = R"({"role":"reader","disabled":true})"});
    expect("changeUser",
           {.method = Method::Patch, .target = "/api/v1/users/bo", .body = R"({"rule":"x"})"}, 422);
    expect("addUser",
           {.method = Method::Post,
            .target = "/api/v1/users",
            .body = R"({"name":"carla","role":"agent","by_provider":true})"},
           201);
    expect("removeUsersSecondStep",
           {.method = Method::Delete, .target = "/api/v1/users/bo/second-step"});
    expect("removeUsersSecondStep",
           {.method = Method::Delete, .target = "/api/v1/users/administrator/second-step"}, 409);
    const JsonView audit = expect("listAudit", {.target = "/api/v1/audit?limit=5"});
    EXPECT_EQ(audit["entries"].elements().size(), 5U);
    expect("logOut", {.method = Method::Delete, .target = "/api/v1/session"}, 204);
    EXPECT_EQ(get("/api/v1/users").status, 401);
}

TEST_F(Contract, AnswersAboutMyAccountAreWhatTheFileDescribes) {
    log_in_as(access::Role::Agent);
    expect("getAccount", {.target = "/api/v1/account"});
    const std::string old = R"({"password":"a walk along the river"})";
    expect("beginSecondStep",
           {.method = Method::Post,
            .target = "/api/v1/account/second-step",
            .body = R"({"password":"wrong and long enough"})"},
           403);
    const JsonView begun =
        expect("beginSecondStep",
               {.method = Method::Post, .target = "/api/v1/account/second-step", .body = old});
    const std::string code = telephone_code(begun["secret"].text(), clock.now());
    expect("confirmSecondStep",
           {.method = Method::Put,
            .target = "/api/v1/account/second-step",
            .body = R"({"code":"12345"})"},
           422);
    const JsonView confirmed = expect("confirmSecondStep", {.method = Method::Put,
                                                            .target = "/api/v1/account/second-step",
                                                            .body = R"({"code":")" + code + "\"}"});
    EXPECT_EQ(confirmed["recovery_codes"].elements().size(), 10U);
    expect("renewRecoveryCodes",
           {.method = Method::Post, .target = "/api/v1/account/recovery-codes", .body = old});
    EXPECT_EQ(expect("getAccount", {.target = "/api/v1/account"})["recovery_codes_left"].integer(),
              10);
    const JsonView asked = expect("logIn", {.method = Method::Post,
                                            .target = "/api/v1/session",
                                            .body = R"({"name":"agent",)" + old.substr(1)});
    EXPECT_TRUE(asked["code_needed"].boolean().value_or(false));
    expect("removeSecondStep",
           {.method = Method::Post, .target = "/api/v1/account/second-step/remove", .body = old});
    expect("changeOwnPassword",
           {.method = Method::Put,
            .target = "/api/v1/account/password",
            .body = R"({"old":"a walk along the river","new":"password1234"})"},
           422);
    expect("changeOwnPassword",
           {.method = Method::Put,
            .target = "/api/v1/account/password",
            .body = R"({"old":"a walk along the river","new":"a walk along the sea"})"});
    const JsonView sessions = expect("listSessions", {.target = "/api/v1/session/all"});
    ASSERT_EQ(sessions["sessions"].elements().size(), 1U) << "all others have ended";
    const std::string handle(sessions["sessions"].elements().front()["id"].text());
    expect("revokeSession", {.method = Method::Delete, .target = "/api/v1/session/all/" + handle},
           204);
    EXPECT_EQ(get("/api/v1/account").status, 401);
    expect("startProviderLogIn", {.target = "/api/v1/session/provider"}, 404);
    expect("finishProviderLogIn", {.target = "/api/v1/session/provider/callback"}, 404);
}

TEST_F(Contract, AnswersAboutTokensAreWhatTheFileDescribes) {
    log_in_as(access::Role::Administrator);
    expect("addToken",
           {.method = Method::Post,
            .target = "/api/v1/tokens",
            .body = R"({"name":"report","scopes":["none"]})"},
           422);
    expect("addToken",
           {.method = Method::Post,
            .target = "/api/v1/tokens",
            .body = R"({"name":"report","scopes":["read"],"expires":"2027-01-01T00:00:00Z"})"},
           201);
    const JsonView listed = expect("listTokens", {.target = "/api/v1/tokens"});
    const std::string id(listed["tokens"].elements().front()["id"].text());
    expect("revokeToken", {.method = Method::Delete, .target = "/api/v1/tokens/" + id}, 204);
    expect("revokeToken", {.method = Method::Delete, .target = "/api/v1/tokens/none"}, 404);
}

TEST_F(Contract, AChangeWithoutTheSessionsTokenIsRefused) {
    log_in_as(access::Role::Administrator);
    const Response response = ask({.method = Method::Put,
                                   .target = "/api/v1/cohorts/mine",
                                   .body = R"({"cql":"true"})",
                                   .headers = replacing("mine"),
                                   .with_csrf = false});
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(code_of(response), "forbidden");
    EXPECT_EQ(service->ledger().ledger.cohorts().count("mine"), 0U);
}

TEST_F(Contract, AChangeWithTheTokenOfASessionBeforeSaysSo) {
    log_in_as(access::Role::Agent);
    const std::string before = csrf;
    log_in_as(access::Role::Administrator);
    const std::string now = std::exchange(csrf, before);
    const Ask save{.method = Method::Put,
                   .target = "/api/v1/cohorts/mine",
                   .body = R"({"cql":"true"})",
                   .headers = replacing("mine")};
    const Response refused = ask(save);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(code_of(refused), "session-changed");
    csrf = now;
    EXPECT_EQ(ask(save).status, 200);
}

TEST_F(Contract, NoPatientsDataLeavesWhereTheAuditCannotBeWritten) {
    log_in_as(access::Role::Administrator);
    audit_works = false;
    for (const char* const target :
         {"/api/v1/patients", "/api/v1/patients/p1", "/api/v1/patients/p1/record", "/api/v1/tasks",
          "/api/v1/outbox"}) {
        const Response response = get(target);
        EXPECT_EQ(response.status, 503) << target;
        EXPECT_EQ(text_of(response).find("Zo"), std::string::npos) << target;
    }
}

TEST_F(Contract, WhyTheServerFailedStandsInItsLogAndNowhereElse) {
    log_in_as(access::Role::Administrator);
    EXPECT_EQ(get("/api/v1/patients/nobody").status, 404);
    EXPECT_TRUE(logged.empty()) << "the caller's mistake is no failure";
    audit_works = false;
    const Response response = get("/api/v1/patients");
    EXPECT_EQ(logged, std::vector<std::string>{"listPatients: the audit cannot be written"});
    EXPECT_EQ(text_of(response).find("audit"), std::string::npos) << text_of(response);
}

TEST_F(Contract, NothingIsChangedWhereTheAuditCannotBeWritten) {
    log_in_as(access::Role::Administrator);
    audit_works = false;
    EXPECT_EQ(ask({.method = Method::Put,
                   .target = "/api/v1/cohorts/mine",
                   .body = R"({"cql":"true"})",
                   .headers = replacing("mine")})
                  .status,
              503);
    EXPECT_FALSE(service->ledger().ledger.cohorts().contains("mine"));
    EXPECT_EQ(ask({.method = Method::Put,
                   .target = "/api/v1/campaigns/diabetes-hba1c/pause",
                   .body = R"({"paused":true})"})
                  .status,
              503);
    EXPECT_EQ(service->ledger().ledger.find_pause("diabetes-hba1c"), nullptr);
    EXPECT_EQ(ask({.method = Method::Post, .target = "/api/v1/quarantine/retry"}).status, 503);
    EXPECT_FALSE(service->intake().busy());
}

TEST_F(Contract, TheAuditKeepsALongQuestionWhole) {
    log_in_as(access::Role::Administrator);
    std::string cql = "AgeInYears() > 1";
    while (cql.size() < 5'000) {
        cql += " or AgeInYears() > 1";
    }
    EXPECT_EQ(ask({.method = Method::Post,
                   .target = "/api/v1/cohorts/count",
                   .body = R"({"cql":")" + cql + R"("})"})
                  .status,
              200);
    ASSERT_EQ(audited.size(), 3U);
    EXPECT_TRUE(audited_detail.starts_with("(3 of 3) ")) << audited_detail;
    EXPECT_TRUE(cql.ends_with(audited_detail.substr(9)));
}

}  // namespace
}  // namespace parcours::http::api::testing
