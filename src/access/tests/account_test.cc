// Duties, recovery codes, sessions by their handles, people of a provider.

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "access/access.h"
#include "access/recovery.h"
#include "access/sessions.h"
#include "access/tests/access_fixture.h"
#include "access/totp.h"

namespace parcours::access {
namespace {

using std::chrono::minutes;
using testing::good_password;
using Outcome = LogIn::Outcome;

class Account : public testing::AccessTest {
  protected:
    /// Sets up a second step; the answer has the recovery codes and the new session.
    LogIn enrol(const LogIn& session) {
        const auto start = access->begin_totp(good_password, by(session)).value();
        EXPECT_EQ(start.outcome, Outcome::Open);
        secret = from_base32(start.enrolment.secret);
        auto confirmed =
            access->confirm_totp(totp_code(secret, totp_step(now)), by(session)).value();
        EXPECT_EQ(confirmed.outcome, Outcome::Open);
        now += minutes(2);
        return confirmed;
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

    ExternalIdentity vouched(std::string subject, std::optional<Role> role = {}) {
        return {"https://id.example", std::move(subject), "Carla", "Carla C.", role, false};
    }

    std::string secret;
};

TEST_F(Account, WhoeverGotAPasswordFromOthersChangesItFirst) {
    ASSERT_TRUE(add("ben", Role::Agent));
    ASSERT_TRUE(set_password("ben", "given by somebody", by_system(), true));
    const LogIn session = log_in("ben", "given by somebody");
    ASSERT_EQ(session.outcome, Outcome::Open);
    EXPECT_EQ(session.principal.duty, Duty::NewPassword);
    EXPECT_FALSE(session.principal.may(Permission::PatientRead));
    EXPECT_TRUE(session.principal.may(Permission::SessionOwn));
    restart();
    EXPECT_EQ(access->authenticate_session(session.cookie, now)->duty, Duty::NewPassword);
    EXPECT_FALSE(access->change_own_password("given by somebody", "given by somebody", by(session)))
        << "the same again";
    const LogIn renewed =
        access->change_own_password("given by somebody", good_password, by(session)).value();
    EXPECT_EQ(renewed.principal.duty, Duty::None);
    EXPECT_TRUE(renewed.principal.may(Permission::PatientRead));
    EXPECT_FALSE(is_in(session));
}

TEST_F(Account, SomeRolesNeedASecondStep) {
    options.second_step_for = {Role::Administrator};
    restart();
    ASSERT_TRUE(add("ben", Role::Agent));
    EXPECT_EQ(log_in("ben").principal.duty, Duty::None);
    const LogIn bare = log_in("anna");
    ASSERT_EQ(bare.principal.duty, Duty::SecondStep);
    EXPECT_FALSE(
        access->change_staff("ben", {.display = {}, .role = {}, .disabled = true}, by(bare)))
        << "nothing else before";
    const LogIn whole = enrol(bare);
    EXPECT_EQ(whole.principal.duty, Duty::None);
    EXPECT_TRUE(whole.principal.may(Permission::UserManage));
    const LogIn again = access->remove_own_totp(good_password, by(whole)).value();
    EXPECT_EQ(again.principal.duty, Duty::SecondStep);
}

TEST_F(Account, ARecoveryCodeOpensOnce) {
    const LogIn session = enrol(log_in("anna"));
    ASSERT_EQ(session.recovery_codes.size(), recovery_code_count);
    const std::string code = session.recovery_codes[3];
    EXPECT_EQ(code.size(), 19U);
    for (const auto& kept : log.records) {
        EXPECT_EQ(kept.payload.find(code), std::string::npos);
    }
    EXPECT_EQ(log_in("anna", good_password, "AAAA-BBBB-CCCC-DDDD").outcome, Outcome::Refused);
    std::string typed = " " + code.substr(0, 4) + code.substr(5);
    typed[2] = typed[2] >= 'A' && typed[2] <= 'Z' ? static_cast<char>(typed[2] + 32) : typed[2];
    EXPECT_EQ(log_in("anna", good_password, typed).outcome, Outcome::Open);
    EXPECT_EQ(find_field(last_entry().detail, "by"), "password and recovery code");
    EXPECT_EQ(log_in("anna", good_password, code).outcome, Outcome::Refused) << "used";
    restart();
    EXPECT_EQ(log_in("anna", good_password, code).outcome, Outcome::Refused) << "still used";
    EXPECT_EQ(access->staff()[0].recovery_count, recovery_code_count - 1);
    EXPECT_EQ(log_in("anna", "wrong", session.recovery_codes[4]).outcome, Outcome::Refused)
        << "it stands in for the telephone, not for the password";
    now += minutes(5);
    EXPECT_EQ(log_in("anna", good_password, session.recovery_codes[4]).outcome, Outcome::Open);
}

TEST_F(Account, NewRecoveryCodesReplaceTheOld) {
    const LogIn session = enrol(log_in("anna"));
    EXPECT_EQ(access->renew_recovery("wrong", by(session)).value().outcome, Outcome::Refused);
    const LogIn renewed = access->renew_recovery(good_password, by(session)).value();
    ASSERT_EQ(renewed.recovery_codes.size(), recovery_code_count);
    EXPECT_TRUE(is_in(session)) << "the second step is the same";
    EXPECT_EQ(log_in("anna", good_password, session.recovery_codes[0]).outcome, Outcome::Refused);
    EXPECT_EQ(log_in("anna", good_password, renewed.recovery_codes[0]).outcome, Outcome::Open);
}

TEST_F(Account, ACodeOfAnotherPersonIsNone) {
    ASSERT_TRUE(add("ben", Role::Agent));
    const LogIn anna = enrol(log_in("anna"));
    enrol(log_in("ben"));
    EXPECT_EQ(log_in("ben", good_password, anna.recovery_codes[0]).outcome, Outcome::Refused);
    EXPECT_NE(recovery_hash("anna", "AAAA"), recovery_hash("ben", "AAAA"));
    EXPECT_EQ(recovery_hash("anna", "aa-a A"), recovery_hash("anna", "AAAA"));
}

TEST_F(Account, ThePasswordTakesTheSecondStepAway) {
    const LogIn session = enrol(log_in("anna"));
    EXPECT_EQ(access->remove_own_totp("wrong", by(session)).value().outcome, Outcome::Refused);
    EXPECT_EQ(log_in("anna").outcome, Outcome::CodeNeeded);
    const LogIn renewed = access->remove_own_totp(good_password, by(session)).value();
    EXPECT_FALSE(is_in(session));
    EXPECT_TRUE(is_in(renewed));
    EXPECT_EQ(log_in("anna").outcome, Outcome::Open);
    EXPECT_EQ(access->staff()[0].recovery_count, 0U);
    EXPECT_FALSE(access->remove_own_totp(good_password, by(renewed)));
    EXPECT_FALSE(access->renew_recovery(good_password, by(renewed)));
}

TEST_F(Account, AChangeIsAllOrNothing) {
    ASSERT_TRUE(add("ben", Role::Agent));
    const std::size_t before = log.records.size();
    StaffChange change{.display = {}, .role = Role::Reader, .disabled = {}};
    change.password = "short";
    EXPECT_EQ(access->change_staff("ben", change, by_system()).error().code,
              ErrorCode::InvalidInput);
    EXPECT_EQ(access->staff()[1].role, Role::Agent);
    EXPECT_EQ(log.records.size(), before);
    change.password = "another long sentence";
    change.role = Role::Reader;
    EXPECT_FALSE(access->change_staff("anna", change, by_system())) << "the last administrator";
    EXPECT_EQ(log_in("anna").outcome, Outcome::Open) << "with the old password";
    ASSERT_TRUE(access->change_staff("ben", change, by_system()));
    EXPECT_EQ(log_in("ben", "another long sentence").principal.role, Role::Reader);
}

TEST_F(Account, SessionsAreRevokedByTheirHandles) {
    ASSERT_TRUE(add("ben", Role::Agent));
    const LogIn anna = log_in("anna");
    const LogIn ben = log_in("ben");
    const auto handle = [](const LogIn& session) {
        return session_handle(session.principal.credential);
    };
    EXPECT_LT(handle(anna).size(), anna.principal.credential.to_hex().size() / 2);
    EXPECT_EQ(access->revoke_session(handle(anna), by(ben)).error().code, ErrorCode::NotFound);
    EXPECT_EQ(access->revoke_session(anna.principal.credential.to_hex(), by(anna)).error().code,
              ErrorCode::NotFound);
    EXPECT_EQ(access->revoke_session("", by(anna)).error().code, ErrorCode::NotFound);
    EXPECT_TRUE(is_in(anna));
    ASSERT_TRUE(access->revoke_session(handle(ben), by(anna)));
    EXPECT_FALSE(is_in(ben));
    ASSERT_TRUE(access->revoke_session(handle(anna), by(anna)));
    EXPECT_FALSE(is_in(anna));
}

TEST_F(Account, OfAProviderIsKnownByNameOnceAndByIdentityFromThenOn) {
    EXPECT_EQ(access->log_in_by_identity(vouched("s-1"), "p", now)->outcome, Outcome::Refused)
        << "nobody here has that name";
    ASSERT_TRUE(access->add_staff({.name = "carla",
                                   .display = {},
                                   .role = Role::Coordinator,
                                   .password = {},
                                   .identity = {},
                                   .by_provider = true},
                                  by_system()));
    EXPECT_EQ(log_in("carla", "").outcome, Outcome::Refused) << "no password, no entry";
    options.second_step_for = {Role::Coordinator};
    restart();
    const LogIn first = access->log_in_by_identity(vouched("s-1"), "p", now).value();
    ASSERT_EQ(first.outcome, Outcome::Open);
    EXPECT_EQ(first.principal.role, Role::Coordinator) << "the role from here";
    EXPECT_EQ(first.principal.duty, Duty::None) << "the second step is the provider's";
    EXPECT_EQ(access->log_in_by_identity(vouched("s-2"), "p", now)->outcome, Outcome::Refused)
        << "the same name, but somebody else";
    restart();
    EXPECT_EQ(access->log_in_by_identity(vouched("s-1"), "p", now)->outcome, Outcome::Open);
    EXPECT_TRUE(is_in(first));
}

TEST_F(Account, OfSomebodyWithAPasswordIsNeverTakenByName) {
    ASSERT_TRUE(add("carla", Role::Administrator));
    EXPECT_EQ(access->log_in_by_identity(vouched("s-1", Role::Reader), "p", now)->outcome,
              Outcome::Refused);
    ExternalIdentity added = vouched("s-1", Role::Reader);
    added.may_add = true;
    EXPECT_EQ(access->log_in_by_identity(added, "p", now).error().code, ErrorCode::Conflict);
    EXPECT_EQ(access->staff().size(), 2U);
}

}  // namespace
}  // namespace parcours::access
