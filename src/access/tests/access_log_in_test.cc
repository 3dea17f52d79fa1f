#include <chrono>
#include <gtest/gtest.h>
#include <string>

#include "access/access.h"
#include "access/audit_verify.h"
#include "access/tests/access_fixture.h"
#include "access/totp.h"

namespace parcours::access {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::good_password;
using Outcome = LogIn::Outcome;

class LoggingIn : public testing::AccessTest {
  protected:
    /// Sets up a second step for whoever is in, and gives its secret in plain bytes.
    std::string enrol(LogIn& session) {
        const auto start = access->begin_totp(good_password, by(session)).value();
        EXPECT_EQ(start.outcome, Outcome::Open);
        const std::string secret = from_base32(start.enrolment.secret);
        const auto confirmed =
            access->confirm_totp(totp_code(secret, totp_step(now)), by(session)).value();
        EXPECT_EQ(confirmed.outcome, Outcome::Open);
        session = confirmed;
        now += minutes(2);
        return secret;
    }

    static std::string from_base32(std::string_view text) {
        std::string bytes;
        unsigned bits = 0;
        unsigned count = 0;
        for (const char c : text) {
            bits = bits << 5U | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
            if (count += 5; count >= 8) {
                count -= 8;
                bytes += static_cast<char>(bits >> count & 0xFFU);
            }
        }
        return bytes;
    }

    ExternalIdentity vouched(std::optional<Role> role) {
        return {"https://id.example", "subject-1", "carla", "Carla", role, true};
    }
};

TEST_F(LoggingIn, OpensASessionThatIsAuthenticated) {
    const LogIn session = log_in("Anna");
    ASSERT_EQ(session.outcome, Outcome::Open);
    EXPECT_EQ(session.cookie.size(), 43U);
    const auto principal = access->authenticate_session(session.cookie, now);
    ASSERT_TRUE(principal);
    EXPECT_EQ(principal->actor.name, "anna");
    EXPECT_EQ(principal->role, Role::Administrator);
    EXPECT_TRUE(principal->may(Permission::UserManage));
    EXPECT_EQ(principal->credential, session.principal.credential);
    EXPECT_EQ(principal->csrf, session.principal.csrf);
    EXPECT_GE(principal->csrf.size(), 43U);
    EXPECT_EQ(last_entry().action, "session.open");
    EXPECT_EQ(last_entry().who.name, "anna");
    EXPECT_EQ(last_entry().peer, "192.0.2.1");
}

TEST_F(LoggingIn, EachTimeTheSecretIsNew) {
    const LogIn first = log_in("anna");
    const LogIn second = log_in("anna");
    EXPECT_NE(first.cookie, second.cookie);
    EXPECT_NE(first.principal.csrf, second.principal.csrf);
    EXPECT_TRUE(is_in(first));
    EXPECT_TRUE(is_in(second));
}

TEST_F(LoggingIn, NoSecretStandsInTheLog) {
    const LogIn session = log_in("anna");
    log_in("anna", "not her password");
    log_in("my password by mistake", "x");
    for (const auto& kept : log.records) {
        for (const std::string_view secret :
             {std::string_view(session.cookie), std::string_view(session.principal.csrf),
              good_password, std::string_view("not her password"),
              std::string_view("my password by mistake")}) {
            EXPECT_EQ(kept.payload.find(secret), std::string::npos) << kept.payload;
        }
    }
}

TEST_F(LoggingIn, WrongUnknownAndDisabledLookTheSame) {
    ASSERT_TRUE(add("ben", Role::Agent));
    ASSERT_TRUE(
        access->change_staff("ben", {.display = {}, .role = {}, .disabled = true}, by_system()));
    for (const auto& [name, password] : {std::pair{"anna", "wrong"},
                                         {"nobody", "wrong"},
                                         {"ben", "a walk along the river"},
                                         {"", ""},
                                         {"!", "x"}}) {
        const std::size_t before = log.records.size();
        const LogIn answer = log_in(name, password, "", name);
        EXPECT_EQ(answer.outcome, Outcome::Refused) << name;
        EXPECT_TRUE(answer.cookie.empty());
        EXPECT_EQ(answer.principal.actor.name, "");
        EXPECT_EQ(log.records.size(), before + 1) << "each is written down";
        EXPECT_EQ(last_entry().action, "log-in.refused");
    }
}

TEST_F(LoggingIn, FailuresOfANameSlowItDown) {
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(log_in("anna", "wrong", "", std::to_string(i)).outcome, Outcome::Refused);
    }
    const std::size_t before = log.records.size();
    const LogIn early = log_in("anna", good_password, "", "elsewhere");
    EXPECT_EQ(early.outcome, Outcome::Wait) << "even with the right password";
    EXPECT_EQ(early.wait, seconds(1));
    EXPECT_EQ(log.records.size(), before) << "a flood does not fill the audit";
    now += seconds(1);
    EXPECT_EQ(log_in("anna", good_password, "", "elsewhere").outcome, Outcome::Open);
    EXPECT_EQ(log_in("anna", "wrong").outcome, Outcome::Refused) << "forgiven";
}

TEST_F(LoggingIn, FailuresOfAPeerSlowItDown) {
    for (unsigned i = 0; i < options.peer.free_count; ++i) {
        EXPECT_EQ(log_in("name" + std::to_string(i), "wrong").outcome, Outcome::Refused);
    }
    EXPECT_EQ(log_in("anna").outcome, Outcome::Wait);
    EXPECT_EQ(log_in("anna", good_password, "", "198.51.100.9").outcome, Outcome::Open);
}

TEST_F(LoggingIn, EndsAfterIdleTime) {
    const LogIn session = log_in("anna");
    for (int i = 0; i < 5; ++i) {
        now += minutes(14);
        EXPECT_TRUE(is_in(session));
    }
    now += minutes(15);
    EXPECT_FALSE(is_in(session));
    EXPECT_TRUE(access->sessions(now).empty());
}

TEST_F(LoggingIn, EndsAfterItsWholeTimeHoweverUsed) {
    const LogIn session = log_in("anna");
    const Instant opened = now;
    while (now - opened < hours(12)) {
        EXPECT_TRUE(is_in(session));
        now += minutes(10);
    }
    EXPECT_FALSE(is_in(session));
}

TEST_F(LoggingIn, IsOverAfterLoggingOut) {
    const LogIn session = log_in("anna");
    const LogIn other = log_in("anna");
    ASSERT_TRUE(access->log_out(by(session)));
    EXPECT_FALSE(is_in(session));
    EXPECT_TRUE(is_in(other));
    EXPECT_FALSE(access->log_out(by(session)));
    EXPECT_FALSE(access->log_out(by_system()));
}

TEST_F(LoggingIn, ForgedCookiesAreNobody) {
    const LogIn session = log_in("anna");
    for (const std::string& cookie :
         {std::string(), std::string("x"), session.cookie.substr(1), session.cookie + "A",
          secret_hash(session.cookie).to_hex(), std::string(100'000, 'x')}) {
        EXPECT_FALSE(access->authenticate_session(cookie, now));
        EXPECT_FALSE(access->authenticate_bearer(cookie, now));
    }
    EXPECT_FALSE(access->authenticate_bearer(session.cookie, now)) << "a cookie is no token";
}

TEST_F(LoggingIn, SurvivesARestart) {
    const LogIn session = log_in("anna");
    now += minutes(10);
    EXPECT_TRUE(is_in(session));
    EXPECT_EQ(last_entry().action, "session.used");
    const std::size_t noted = log.records.size();
    now += seconds(30);
    EXPECT_TRUE(is_in(session));
    EXPECT_EQ(log.records.size(), noted) << "noted once a minute";
    EXPECT_FALSE(log.records.back().changes) << "a start must not read every minute of everybody";
    restart();
    now += minutes(14);
    EXPECT_TRUE(is_in(session));
    EXPECT_EQ(access->authenticate_session(session.cookie, now)->csrf, session.principal.csrf);
    now += minutes(16);
    restart();
    EXPECT_FALSE(is_in(session));
}

TEST_F(LoggingIn, AWholeNetworkOfIPv6IsSlowedDownTogether) {
    const auto attempts = [this](const std::string& network) {
        int judged = 0;
        for (int i = 0; i < 60; ++i) {
            const std::string number = std::to_string(i);
            judged +=
                log_in("name" + number, "wrong", "", network + number).outcome == Outcome::Refused
                    ? 1
                    : 0;
        }
        return judged;
    };
    EXPECT_LT(attempts("2001:db8:0:1::"), 60);
    EXPECT_EQ(attempts("192.0.2."), 60) << "addresses of their own";
}

TEST_F(LoggingIn, WithoutTheKeptUsesASessionEndsEarlierAndNeverLater) {
    const LogIn session = log_in("anna");
    now += minutes(10);
    EXPECT_TRUE(is_in(session));
    const std::string kept = log.uses;
    EXPECT_FALSE(kept.empty());
    for (const std::string& damaged : {std::string(), kept.substr(0, kept.size() / 2),
                                       std::string("\n \nx y\n"), std::string(5'000, 'f')}) {
        log.uses = damaged;
        restart();
        EXPECT_EQ(access->sessions(now).front().used_at, now - minutes(10));
    }
    log.uses = kept;
    restart();
    EXPECT_EQ(access->sessions(now).front().used_at, now);
}

TEST_F(LoggingIn, SecondStepAsksForTheCode) {
    LogIn session = log_in("anna");
    const LogIn before = session;
    const std::string secret = enrol(session);
    EXPECT_TRUE(is_in(session));
    EXPECT_FALSE(is_in(before));
    EXPECT_EQ(log_in("anna").outcome, Outcome::CodeNeeded);
    EXPECT_EQ(log_in("anna", "wrong", totp_code(secret, totp_step(now))).outcome, Outcome::Refused);
    EXPECT_EQ(log_in("anna", good_password, "000000").outcome, Outcome::Refused);
    const std::string code = totp_code(secret, totp_step(now));
    EXPECT_EQ(log_in("anna", good_password, code.substr(0, 3) + " " + code.substr(3)).outcome,
              Outcome::Open);
    EXPECT_EQ(log_in("anna", good_password, code).outcome, Outcome::Refused) << "used";
    restart();
    EXPECT_EQ(log_in("anna", good_password, code).outcome, Outcome::Refused) << "still used";
    now += minutes(1);
    EXPECT_EQ(log_in("anna", good_password, totp_code(secret, totp_step(now))).outcome,
              Outcome::Open);
}

TEST_F(LoggingIn, GuessingTheCodeSlowsDownThoughThePasswordIsRight) {
    LogIn session = log_in("anna");
    enrol(session);
    unsigned judged = 0;
    for (int i = 0; i < 50; ++i) {
        EXPECT_NE(log_in("anna").outcome, Outcome::Open);
        judged += log_in("anna", good_password, "000000").outcome == Outcome::Refused ? 1 : 0;
    }
    EXPECT_EQ(judged, options.name.free_count);
}

TEST_F(LoggingIn, TheSecondStepIsSealed) {
    LogIn session = log_in("anna");
    const std::string secret = enrol(session);
    for (const auto& kept : log.records) {
        EXPECT_EQ(kept.payload.find(totp_secret_text(secret)), std::string::npos);
        EXPECT_EQ(kept.payload.find(to_base64url(secret)), std::string::npos);
    }
    access.reset();
    access = Access::open(log, random, std::string(32, 'x'), options).value();
    const auto answer = access->log_in(
        {"anna", std::string(good_password), totp_code(secret, totp_step(now))}, "p", now);
    ASSERT_FALSE(answer) << "another key lets nobody in";
    EXPECT_EQ(answer.error().code, ErrorCode::Damaged);
}

TEST_F(LoggingIn, AnAdministratorTakesTheSecondStepAway) {
    LogIn session = log_in("anna");
    enrol(session);
    ASSERT_TRUE(access->remove_totp("anna", by_system()));
    EXPECT_FALSE(is_in(session));
    EXPECT_EQ(log_in("anna").outcome, Outcome::Open);
}

TEST_F(LoggingIn, TheSecondStepCountsOnceConfirmed) {
    LogIn session = log_in("anna");
    EXPECT_FALSE(access->confirm_totp("000000", by(session)));
    EXPECT_EQ(access->begin_totp("wrong", by(session)).value().outcome, Outcome::Refused);
    ASSERT_TRUE(access->begin_totp(good_password, by(session)));
    EXPECT_EQ(access->confirm_totp("000000", by(session)).value().outcome, Outcome::Refused);
    EXPECT_EQ(log_in("anna").outcome, Outcome::Open);
    EXPECT_FALSE(access->begin_totp(good_password, by_system()));
}

TEST_F(LoggingIn, ByTheWordOfAProvider) {
    const auto refused = access->log_in_by_identity(vouched(std::nullopt), "p", now).value();
    EXPECT_EQ(refused.outcome, Outcome::Refused);
    const auto first = access->log_in_by_identity(vouched(Role::Agent), "p", now).value();
    ASSERT_EQ(first.outcome, Outcome::Open);
    EXPECT_EQ(first.principal.role, Role::Agent);
    EXPECT_TRUE(is_in(first));
    const auto second = access->log_in_by_identity(vouched(std::nullopt), "p", now).value();
    EXPECT_EQ(second.principal.role, Role::Agent);
    EXPECT_TRUE(is_in(first));
    const auto promoted = access->log_in_by_identity(vouched(Role::Coordinator), "p", now).value();
    EXPECT_EQ(promoted.principal.role, Role::Coordinator);
    EXPECT_FALSE(is_in(first)) << "a new role ends earlier sessions";
    EXPECT_EQ(log_in("carla", "").outcome, Outcome::Refused) << "she has no password";
    ASSERT_TRUE(
        access->change_staff("carla", {.display = {}, .role = {}, .disabled = true}, by_system()));
    EXPECT_EQ(access->log_in_by_identity(vouched(Role::Agent), "p", now).value().outcome,
              Outcome::Refused);
}

TEST_F(LoggingIn, AProviderDoesNotTakeOverSomebodysName) {
    ExternalIdentity thief = vouched(Role::Administrator);
    thief.name = "anna";
    EXPECT_EQ(access->log_in_by_identity(thief, "p", now).error().code, ErrorCode::Conflict);
    thief.name = "../x";
    EXPECT_FALSE(access->log_in_by_identity(thief, "p", now));
}

TEST_F(LoggingIn, WithoutAuditNobodyComesIn) {
    log.failure = Error{ErrorCode::NoSpace, "the disk is full", {}};
    EXPECT_FALSE(access->log_in({"anna", std::string(good_password), ""}, "p", now));
    EXPECT_TRUE(access->sessions(now).empty());
    log.failure.reset();
    EXPECT_EQ(log_in("anna").outcome, Outcome::Open);
    EXPECT_TRUE(verify_chain(log, access->head()).value().is_whole());
}

}  // namespace
}  // namespace parcours::access
