#include "access/access.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

#include "access/audit_verify.h"
#include "access/tests/access_fixture.h"

namespace parcours::access {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::good_password;
using Outcome = LogIn::Outcome;

class Staffing : public testing::AccessTest {};

StaffChange to_role(Role role) {
    return {.display = {}, .role = role, .disabled = {}};
}
const StaffChange disable{.display = {}, .role = {}, .disabled = true};
const StaffChange enable{.display = {}, .role = {}, .disabled = false};

TEST_F(Staffing, IsListedWithoutSecrets) {
    ASSERT_TRUE(add("ben", Role::Agent));
    const auto staff = access->staff();
    ASSERT_EQ(staff.size(), 2U);
    EXPECT_EQ(staff[0].name, "anna");
    EXPECT_EQ(staff[1].name, "ben");
    EXPECT_EQ(staff[1].id, staff_id("ben"));
    EXPECT_EQ(staff[1].role, Role::Agent);
    EXPECT_TRUE(staff[1].has_password);
    EXPECT_FALSE(staff[1].has_totp);
}

TEST_F(Staffing, NamesAndPasswordsAreJudged) {
    EXPECT_EQ(add("ANNA", Role::Reader).error().code, ErrorCode::Conflict);
    EXPECT_EQ(add("a b", Role::Reader).error().code, ErrorCode::InvalidInput);
    NewStaff weak{"carl", "", Role::Reader, "short", ""};
    EXPECT_EQ(access->add_staff(weak, by_system()).error().code, ErrorCode::InvalidInput);
    weak.password.clear();
    EXPECT_EQ(access->add_staff(weak, by_system()).error().code, ErrorCode::InvalidInput);
    weak.identity = "https://id.example 1";
    EXPECT_TRUE(access->add_staff(weak, by_system()));
    weak.name = "carla";
    EXPECT_EQ(access->add_staff(weak, by_system()).error().code, ErrorCode::Conflict);
    EXPECT_EQ(access->staff().size(), 2U);
}

TEST_F(Staffing, OnlyAdministratorsChangeIt) {
    for (const Role role :
         {Role::Reader, Role::Agent, Role::Coordinator, Role::OutreachManager, Role::Compliance}) {
        const std::string name(role_name(role));
        ASSERT_TRUE(add(name, role));
        const Occasion occasion = by(log_in(name));
        const std::size_t before = log.records.size();
        EXPECT_FALSE(access->add_staff({"x", "", role, std::string(good_password), ""}, occasion));
        EXPECT_FALSE(access->change_staff("anna", disable, occasion));
        EXPECT_FALSE(access->change_staff(name, to_role(Role::Administrator), occasion));
        EXPECT_FALSE(set_password("anna", good_password, occasion));
        EXPECT_FALSE(access->remove_totp("anna", occasion));
        EXPECT_FALSE(access->add_token({"x", {Scope::Read}, {}}, occasion));
        EXPECT_FALSE(access->revoke_token({}, occasion));
        EXPECT_EQ(log.records.size(), before);
    }
}

TEST_F(Staffing, ANewRoleCountsAtOnceAndEndsSessions) {
    ASSERT_TRUE(add("ben", Role::Reader));
    const LogIn old = log_in("ben");
    ASSERT_TRUE(access->change_staff("ben", to_role(Role::Coordinator), by_system()));
    EXPECT_FALSE(is_in(old));
    EXPECT_TRUE(log_in("ben").principal.may(Permission::CampaignPause));
    ASSERT_TRUE(access->change_staff("ben", disable, by_system()));
    EXPECT_EQ(log_in("ben").outcome, Outcome::Refused);
    ASSERT_TRUE(access->change_staff("ben", enable, by_system()));
    EXPECT_EQ(log_in("ben").outcome, Outcome::Open);
    EXPECT_EQ(access->change_staff("carl", disable, by_system()).error().code, ErrorCode::NotFound);
}

TEST_F(Staffing, TheLastAdministratorStays) {
    EXPECT_EQ(access->change_staff("anna", disable, by_system()).error().code, ErrorCode::Conflict);
    EXPECT_FALSE(access->change_staff("anna", to_role(Role::Reader), by_system()));
    ASSERT_TRUE(add("ben", Role::Administrator));
    EXPECT_TRUE(access->change_staff("anna", to_role(Role::Reader), by_system()));
    EXPECT_FALSE(access->change_staff("ben", disable, by_system()));
    ASSERT_TRUE(access->change_staff("anna", to_role(Role::Administrator), by_system()));
    ASSERT_TRUE(access->change_staff("anna", disable, by_system()));
    EXPECT_FALSE(access->change_staff("ben", disable, by_system())) << "anna cannot log in";
}

TEST_F(Staffing, PasswordsAreChanged) {
    const LogIn session = log_in("anna");
    EXPECT_EQ(
        access->change_own_password("wrong", "another long sentence", by(session)).value().outcome,
        Outcome::Refused);
    EXPECT_FALSE(access->change_own_password(good_password, "short", by(session)));
    EXPECT_TRUE(is_in(session));
    const LogIn renewed =
        access->change_own_password(good_password, "another long sentence", by(session)).value();
    EXPECT_EQ(renewed.outcome, Outcome::Open);
    EXPECT_TRUE(is_in(renewed));
    EXPECT_FALSE(is_in(session));
    EXPECT_EQ(log_in("anna").outcome, Outcome::Refused);
    ASSERT_TRUE(set_password("anna", good_password, by_system()));
    EXPECT_FALSE(is_in(renewed));
    EXPECT_EQ(log_in("anna").outcome, Outcome::Open);
    EXPECT_FALSE(set_password("anna", "password1234", by_system()));
    EXPECT_FALSE(access->change_own_password("", "", by_system()));
}

TEST_F(Staffing, SessionsAreRevokedByOwnerAndAdministrator) {
    ASSERT_TRUE(add("ben", Role::Agent));
    ASSERT_TRUE(add("carl", Role::Agent));
    const LogIn anna = log_in("anna");
    const LogIn ben = log_in("ben");
    const LogIn other = log_in("ben");
    const LogIn carl = log_in("carl");
    EXPECT_EQ(access->sessions(now).size(), 4U);
    EXPECT_EQ(access->sessions(now, staff_id("ben")).size(), 2U);
    EXPECT_EQ(access->sessions(now, staff_id("ben"))[0].name, "ben");
    EXPECT_EQ(access->revoke_session(carl.principal.credential, by(ben)).error().code,
              ErrorCode::NotFound)
        << "another's session";
    EXPECT_TRUE(is_in(carl));
    EXPECT_TRUE(access->revoke_session(other.principal.credential, by(ben)));
    EXPECT_FALSE(is_in(other));
    EXPECT_TRUE(access->revoke_session(carl.principal.credential, by(anna)));
    EXPECT_FALSE(is_in(carl));
    EXPECT_FALSE(access->revoke_session(carl.principal.credential, by(anna)));
    EXPECT_TRUE(is_in(ben));
}

TEST_F(Staffing, TokensOpenWhatTheirScopesSay) {
    const std::string text =
        access->add_token({"nightly export", {Scope::Read}, now + hours(24)}, by_system()).value();
    EXPECT_TRUE(text.starts_with("parcours_"));
    EXPECT_EQ(text.size(), 52U);
    const auto principal = access->authenticate_bearer(text, now);
    ASSERT_TRUE(principal);
    EXPECT_EQ(principal->actor.kind, ActorKind::Token);
    EXPECT_EQ(principal->actor.name, "nightly export");
    EXPECT_TRUE(principal->may(Permission::PatientRead));
    EXPECT_FALSE(principal->may(Permission::TaskClose));
    EXPECT_FALSE(principal->role);
    EXPECT_FALSE(access->authenticate_session(text, now)) << "a token is no cookie";
    EXPECT_FALSE(access->authenticate_bearer(text + "x", now));
    for (const auto& kept : log.records) {
        EXPECT_EQ(kept.payload.find(text), std::string::npos);
    }
    EXPECT_FALSE(access->authenticate_bearer(text, now + hours(24)));
    restart();
    EXPECT_TRUE(access->authenticate_bearer(text, now));
    const auto listed = access->tokens();
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0].used_at, now);
    ASSERT_TRUE(access->revoke_token(listed[0].id, by_system()));
    EXPECT_FALSE(access->authenticate_bearer(text, now));
    EXPECT_FALSE(access->revoke_token(listed[0].id, by_system()));
    restart();
    EXPECT_FALSE(access->authenticate_bearer(text, now));
}

TEST_F(Staffing, TokensAreJudged) {
    EXPECT_FALSE(access->add_token({"", {Scope::Read}, {}}, by_system()));
    EXPECT_FALSE(access->add_token({"x", {}, {}}, by_system()));
    EXPECT_FALSE(access->add_token({"x", {Scope::Read}, now}, by_system()));
    EXPECT_TRUE(access->add_token({"x", {Scope::Read}, {}}, by_system()));
}

TEST_F(Staffing, UseOfATokenIsNotedOnceAnHour) {
    const std::string text = access->add_token({"x", {Scope::Read}, {}}, by_system()).value();
    ASSERT_TRUE(access->authenticate_bearer(text, now));
    const std::size_t noted = log.records.size();
    for (int i = 0; i < 59; ++i) {
        now += minutes(1);
        ASSERT_TRUE(access->authenticate_bearer(text, now));
    }
    EXPECT_EQ(log.records.size(), noted);
    now += minutes(1);
    ASSERT_TRUE(access->authenticate_bearer(text, now));
    EXPECT_EQ(log.records.size(), noted + 1);
    EXPECT_EQ(access->tokens()[0].used_at, now);
    restart();
    EXPECT_EQ(access->tokens()[0].used_at, now);
}

TEST_F(Staffing, ReadsAreWrittenDownBeforeTheAnswer) {
    const LogIn session = log_in("anna");
    AuditEntry entry = entry_of(by(session), "patient.read", {{"route", "patient"}});
    entry.patient = "main/Patient/p1";
    bool told = false;
    access->record(entry, [&](const Result<AuditHead>& head) {
        told = head.has_value() && log.records.size() == head->sequence;
    });
    EXPECT_TRUE(told);
    EXPECT_EQ(last_entry().patient, "main/Patient/p1");
    EXPECT_EQ(last_entry().who, session.principal.actor);
    log.failure = Error{ErrorCode::Unavailable, "the disk does not answer", {}};
    EXPECT_FALSE(access->record(entry));
}

TEST_F(Staffing, NothingChangesThatIsNotWrittenDown) {
    log.failure = Error{ErrorCode::NoSpace, "the disk is full", {}};
    EXPECT_FALSE(add("ben", Role::Agent));
    EXPECT_FALSE(access->change_staff("anna", {"Other", {}, {}}, by_system()));
    EXPECT_FALSE(set_password("anna", "another long sentence", by_system()));
    EXPECT_FALSE(access->add_token({"x", {Scope::Read}, {}}, by_system()));
    log.failure.reset();
    EXPECT_EQ(access->staff().size(), 1U);
    EXPECT_EQ(access->staff()[0].display, "anna");
    EXPECT_TRUE(access->tokens().empty());
    EXPECT_EQ(log_in("anna").outcome, Outcome::Open);
}

/// The same entries give the same state, live and after a restart.
TEST_F(Staffing, ARestartLosesNothing) {
    ASSERT_TRUE(add("ben", Role::Agent));
    ASSERT_TRUE(access->change_staff("ben", {"Ben \"B\" é", Role::Coordinator, {}}, by_system()));
    const LogIn ben = log_in("ben");
    now += minutes(1);
    log_in("anna");
    const auto staff = access->staff();
    const auto sessions = access->sessions(now);
    const AuditHead head = access->head();
    restart();
    ASSERT_EQ(access->staff().size(), staff.size());
    for (std::size_t i = 0; i < staff.size(); ++i) {
        EXPECT_EQ(access->staff()[i].display, staff[i].display);
        EXPECT_EQ(access->staff()[i].role, staff[i].role);
        EXPECT_EQ(access->staff()[i].added_at, staff[i].added_at);
    }
    ASSERT_EQ(access->sessions(now).size(), sessions.size());
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        EXPECT_EQ(access->sessions(now)[i].id, sessions[i].id);
        EXPECT_EQ(access->sessions(now)[i].expires_at, sessions[i].expires_at);
    }
    EXPECT_EQ(access->head(), head);
    EXPECT_TRUE(is_in(ben));
    EXPECT_TRUE(verify_chain(log, access->head()).value().is_whole());
}

TEST_F(Staffing, ADamagedLogDoesNotOpen) {
    log.records[0].payload[100] ^= 1;
    access.reset();
    const auto opened = Access::open(log, random, std::string(32, 's'), options);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Damaged);
    EXPECT_FALSE(Access::open(log, random, "short", options));
}

TEST_F(Staffing, ManyThreadsAtOnce) {
    constexpr std::size_t thread_count = 4;
    std::thread server([this] { access->serve(); });
    const LogIn anna = log_in("anna");
    std::atomic<std::size_t> read = 0;
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < thread_count; ++t) {
        threads.emplace_back([&, t] {
            EXPECT_TRUE(add("person" + std::to_string(t), Role::Agent));
            for (int i = 0; i < 200; ++i) {
                const auto principal = access->authenticate_session(anna.cookie, now);
                ASSERT_TRUE(principal);
                AuditEntry entry = entry_of({*principal, "p", now, ""}, "patient.read");
                access->record(std::move(entry),
                               [&read](const auto& head) { read += head ? 1 : 0; });
                EXPECT_FALSE(access->sessions(now).empty());
            }
            EXPECT_FALSE(add("anna", Role::Agent));
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    access->stop();
    server.join();
    EXPECT_EQ(read, thread_count * 200);
    EXPECT_EQ(access->staff().size(), thread_count + 1);
    EXPECT_TRUE(verify_chain(log, access->head()).value().is_whole());
}

}  // namespace
}  // namespace parcours::access
