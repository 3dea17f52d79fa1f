// What staff may do to staff, and what is told of sessions.

#include <chrono>
#include <gtest/gtest.h>
#include <string>

#include "access/access.h"
#include "access/principal.h"
#include "access/sessions.h"
#include "base/json.h"
#include "http/api/tests/clinic_fixture.h"
#include "http/message.h"

namespace parcours::http::api::testing {
namespace {

class Staffing : public ApiTest {
  protected:
    Response change(const std::string& name, const std::string& body) {
        return ask({.method = Method::Patch, .target = "/api/v1/users/" + name, .body = body});
    }
    access::LogIn log_in(const std::string& name, const std::string& password) {
        return access->log_in({name, password, {}}, "192.0.2.9", clock.now()).value();
    }
    static std::string code_of(const Response& response) {
        JsonDocument document;
        return std::string(document.parse(text_of(response)).value()["code"].text());
    }
};

TEST_F(Staffing, AChangeIsAllOrNothing) {
    log_in_as(access::Role::Administrator);
    EXPECT_EQ(change("agent", R"({"role":"reader","password":"short"})").status, 422);
    EXPECT_EQ(log_in("agent", "a walk along the river").principal.role, access::Role::Agent);
    EXPECT_EQ(change("agent", R"({"role":"reader","password":"a walk along the sea"})").status,
              200);
    const auto session = log_in("agent", "a walk along the sea");
    EXPECT_EQ(session.principal.role, access::Role::Reader);
    EXPECT_EQ(session.principal.duty, access::Duty::NewPassword);
}

TEST_F(Staffing, WhoeverGotAPasswordDoesNothingElseBefore) {
    log_in_as(access::Role::Administrator);
    ASSERT_EQ(change("agent", R"({"password":"a walk along the sea"})").status, 200);
    log_out();
    take_session(ask({.method = Method::Post,
                      .target = "/api/v1/session",
                      .body = R"({"name":"agent","password":"a walk along the sea"})"}));
    EXPECT_NE(text_of(get("/api/v1/session")).find(R"("duty":"new_password")"), std::string::npos);
    const Response refused = get("/api/v1/patients");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(code_of(refused), "new-password-needed");
    take_session(ask({.method = Method::Put,
                      .target = "/api/v1/account/password",
                      .body = R"({"old":"a walk along the sea","new":"a walk along the lake"})"}));
    EXPECT_EQ(get("/api/v1/patients").status, 200);
}

TEST_F(Staffing, OwnPasswordsAreNotSetWithoutTheOldOne) {
    log_in_as(access::Role::Administrator);
    EXPECT_EQ(change("administrator", R"({"password":"a walk along the sea"})").status, 409);
    EXPECT_EQ(change("Administrator", R"({"password":"a walk along the sea"})").status, 409);
    const Response wrong = ask({.method = Method::Put,
                                .target = "/api/v1/account/password",
                                .body = R"({"old":"not it at all","new":"a walk along the sea"})"});
    EXPECT_EQ(wrong.status, 403);
    EXPECT_EQ(code_of(wrong), "wrong-password");
    EXPECT_EQ(get("/api/v1/users").status, 200) << "still logged in";
}

TEST_F(Staffing, LoggingInAgainEndsTheSessionOfThatBrowser) {
    log_in_as(access::Role::Agent);
    const auto before = access->sessions(clock.now());
    ASSERT_EQ(before.size(), 1U);
    const Ask again{.method = Method::Post,
                    .target = "/api/v1/session",
                    .body = R"({"name":"agent","password":"a walk along the river"})"};
    EXPECT_EQ(ask({.method = again.method,
                   .target = again.target,
                   .body = R"({"name":"x","password":"y"})"})
                  .status,
              401);
    EXPECT_EQ(get("/api/v1/patients").status, 200) << "a failed attempt ends nothing";
    take_session(ask(again));
    const auto after = access->sessions(clock.now());
    ASSERT_EQ(after.size(), 1U);
    EXPECT_NE(after.front().id, before.front().id);
}

TEST_F(Staffing, SessionsAreNamedByHandlesOnly) {
    const std::string whole =
        log_in("agent", "a walk along the river").principal.credential.to_hex();
    log_in_as(access::Role::Administrator);
    const std::string sessions = text_of(get("/api/v1/session/all?staff=all"));
    const std::string audit = text_of(get("/api/v1/audit?limit=200"));
    const std::string handle = access::session_handle(*digest_from_hex(whole));
    for (const std::string& answer : {sessions, audit}) {
        EXPECT_EQ(answer.find(whole), std::string::npos);
        EXPECT_NE(answer.find(handle), std::string::npos) << answer;
    }
    log_in_as(access::Role::Reader);
    EXPECT_EQ(ask({.method = Method::Delete, .target = "/api/v1/session/all/" + handle}).status,
              404)
        << "another's";
    EXPECT_EQ(get("/api/v1/session/all?staff=all").status, 403);
    log_in_as(access::Role::Administrator);
    EXPECT_EQ(ask({.method = Method::Delete, .target = "/api/v1/session/all/" + whole}).status,
              404);
    EXPECT_EQ(ask({.method = Method::Delete, .target = "/api/v1/session/all/" + handle}).status,
              204);
}

TEST_F(Staffing, WhatAPageAsksForByItselfKeepsNoSessionOpen) {
    log_in_as(access::Role::Agent);
    const Ask refetch{.target = "/api/v1/patients", .headers = {{"Parcours-Refetch", "true"}}};
    clock.set(clock.now() + std::chrono::minutes(14));
    EXPECT_EQ(ask(refetch).status, 200);
    EXPECT_TRUE(audited_refetch);
    EXPECT_EQ(ask({.method = Method::Post,
                   .target = "/api/v1/cohorts/count",
                   .body = R"({"cql":"true"})",
                   .headers = refetch.headers})
                  .status,
              200)
        << "a count by POST only reads";
    EXPECT_TRUE(audited_refetch);
    clock.set(clock.now() + std::chrono::minutes(1));
    EXPECT_EQ(ask(refetch).status, 401) << "nobody asked for 15 minutes";

    log_in_as(access::Role::Agent);
    clock.set(clock.now() + std::chrono::minutes(14));
    EXPECT_EQ(get("/api/v1/patients").status, 200);
    EXPECT_FALSE(audited_refetch);
    clock.set(clock.now() + std::chrono::minutes(14));
    EXPECT_EQ(ask(refetch).status, 200) << "somebody asked 14 minutes ago";
}

TEST_F(Staffing, AChangeIsAlwaysSomebodys) {
    log_in_as(access::Role::Coordinator);
    clock.set(clock.now() + std::chrono::minutes(14));
    auto headers = replacing("mine");
    headers["Parcours-Refetch"] = "true";
    EXPECT_EQ(ask({.method = Method::Put,
                   .target = "/api/v1/cohorts/mine",
                   .body = R"({"cql":"true"})",
                   .headers = headers})
                  .status,
              200);
    EXPECT_FALSE(audited_refetch);
    clock.set(clock.now() + std::chrono::minutes(14));
    EXPECT_EQ(get("/api/v1/patients").status, 200) << "the change was a use";
}

TEST_F(Staffing, PeopleAreToldApartByTheNameTheyLogInWith) {
    ASSERT_TRUE(access->add_staff({.name = "zoe",
                                   .display = "Zoë Administrator",
                                   .role = access::Role::Administrator,
                                   .password = "a walk along the river",
                                   .identity = {}},
                                  {access::system_principal("test"), "", clock.now(), ""}));
    take_session(ask({.method = Method::Post,
                      .target = "/api/v1/session",
                      .body = R"({"name":"zoe","password":"a walk along the river"})"}));
    const std::string session = text_of(get("/api/v1/session"));
    const std::string both = R"("name":"zoe","display":"Zoë Administrator")";
    EXPECT_NE(session.find(both), std::string::npos) << session;
    const std::string users = text_of(get("/api/v1/users"));
    EXPECT_NE(users.find(both), std::string::npos) << users;
}

TEST_F(Staffing, NewPeopleHaveAPasswordOrAProvider) {
    log_in_as(access::Role::Administrator);
    const auto add = [&](const std::string& rest) {
        return ask({.method = Method::Post,
                    .target = "/api/v1/users",
                    .body = R"({"name":"carla","role":"agent")" + rest + "}"})
            .status;
    };
    EXPECT_EQ(add(""), 422);
    EXPECT_EQ(add(R"(,"password":"a walk along the sea","by_provider":true)"), 422);
    EXPECT_EQ(add(R"(,"by_provider":true)"), 201);
    EXPECT_EQ(log_in("carla", "").outcome, access::LogIn::Outcome::Refused);
}

}  // namespace
}  // namespace parcours::http::api::testing
