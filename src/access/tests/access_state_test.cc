#include "access/access_state.h"

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "access/audit.h"
#include "access/roles.h"
#include "access/secret_bytes.h"
#include "access/sessions.h"
#include "access/staff.h"
#include "access/tokens.h"
#include "base/time.h"

namespace parcours::access {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Instant start{std::chrono::seconds(1'790'000'000)};

AuditEntry change(std::string_view action, AuditFields detail, AuditFields kept = {},
                  Instant at = start) {
    AuditEntry entry;
    entry.sequence = 1;
    entry.at = at;
    entry.action = action;
    entry.detail = std::move(detail);
    entry.kept = std::move(kept);
    return entry;
}

AuditEntry adding(const std::string& name, Role role) {
    return change(action::staff_add,
                  {{"staff", staff_id(name).to_hex()},
                   {"name", name},
                   {"display", name},
                   {"role", std::string(role_name(role))}},
                  {{"password", "hash of " + name}});
}

AuditEntry opening(const std::string& name, const std::string& secret, Instant at = start) {
    const Hash256 hash = secret_hash(secret);
    return change(action::session_open,
                  {{"staff", staff_id(name).to_hex()},
                   {"session", session_id(hash).to_hex()},
                   {"expires", format_instant(at + hours(12))}},
                  {{"token", hash.to_hex()}}, at);
}

class State : public ::testing::Test {
  protected:
    State() {
        EXPECT_TRUE(state.apply(adding("anna", Role::Administrator)));
        EXPECT_TRUE(state.apply(adding("ben", Role::Agent)));
        EXPECT_TRUE(state.apply(opening("anna", "a1")));
        EXPECT_TRUE(state.apply(opening("ben", "b1")));
        EXPECT_TRUE(state.apply(opening("ben", "b2")));
    }
    AuditFields of_ben(std::string name = {}, std::string value = {}) {
        AuditFields detail{{"staff", staff_id("ben").to_hex()}};
        if (!name.empty()) {
            detail.emplace_back(std::move(name), std::move(value));
        }
        return detail;
    }
    void expect_closed_for_ben_alone() {
        EXPECT_EQ(state.find_session("b1"), nullptr);
        EXPECT_EQ(state.find_session("b2"), nullptr);
        EXPECT_NE(state.find_session("a1"), nullptr);
    }
    AccessState state;
};

TEST_F(State, FindsByWhatIsPresented) {
    ASSERT_NE(state.find_session("b1"), nullptr);
    EXPECT_EQ(state.find_session("b1")->staff, staff_id("ben"));
    EXPECT_EQ(state.find_session(""), nullptr);
    EXPECT_EQ(state.find_session(secret_hash("b1").to_hex()), nullptr);
    EXPECT_EQ(state.find_staff(staff_id("ben"))->role, Role::Agent);
    EXPECT_EQ(state.find_staff(staff_id("ben"))->password, "hash of ben");
    EXPECT_EQ(state.find_staff(staff_id("carl")), nullptr);
    EXPECT_EQ(state.administrator_count(), 1U);
}

TEST_F(State, ANewRoleEndsSessions) {
    ASSERT_TRUE(state.apply(change(action::staff_change, of_ben("role", "coordinator"))));
    EXPECT_EQ(state.find_staff(staff_id("ben"))->role, Role::Coordinator);
    expect_closed_for_ben_alone();
}

TEST_F(State, BeingDisabledEndsSessions) {
    ASSERT_TRUE(state.apply(change(action::staff_change, of_ben("disabled", "yes"))));
    EXPECT_TRUE(state.find_staff(staff_id("ben"))->disabled);
    expect_closed_for_ben_alone();
}

TEST_F(State, ANewPasswordEndsSessions) {
    ASSERT_TRUE(state.apply(change(action::staff_password, of_ben(), {{"password", "another"}})));
    EXPECT_EQ(state.find_staff(staff_id("ben"))->password, "another");
    expect_closed_for_ben_alone();
}

TEST_F(State, ASecondStepEndsSessions) {
    ASSERT_TRUE(
        state.apply(change(action::staff_totp, of_ben(), {{"totp", to_base64url("sealed")}})));
    EXPECT_EQ(state.find_staff(staff_id("ben"))->totp, "sealed");
    expect_closed_for_ben_alone();
    ASSERT_TRUE(state.apply(change(action::staff_totp, of_ben())));
    EXPECT_TRUE(state.find_staff(staff_id("ben"))->totp.empty());
}

TEST_F(State, AnotherNameToBeShownEndsNothing) {
    ASSERT_TRUE(state.apply(change(action::staff_change, of_ben("display", "Benoît"))));
    ASSERT_TRUE(state.apply(change(action::staff_change, of_ben("role", "agent"))));
    EXPECT_EQ(state.find_staff(staff_id("ben"))->display, "Benoît");
    EXPECT_NE(state.find_session("b1"), nullptr);
}

TEST_F(State, SessionsAreClosedOneByOne) {
    const auto id = session_id(secret_hash("b1")).to_hex();
    ASSERT_TRUE(state.apply(change(action::session_close, {{"session", id}})));
    EXPECT_EQ(state.find_session("b1"), nullptr);
    EXPECT_NE(state.find_session("b2"), nullptr);
    EXPECT_TRUE(state.apply(change(action::session_close, {{"session", id}}))) << "over already";
}

TEST_F(State, ThereIsABoundOfSessionsAndTheOldestGivesWay) {
    for (std::size_t i = 0; i < sessions_per_person_max + 5; ++i) {
        ASSERT_TRUE(state.apply(opening("ben", "s" + std::to_string(i), start + minutes(1 + i))));
    }
    EXPECT_EQ(state.sessions().size(), sessions_per_person_max + 1);
    EXPECT_EQ(state.find_session("b1"), nullptr);
    EXPECT_EQ(state.find_session("s4"), nullptr);
    EXPECT_NE(state.find_session("s5"), nullptr);
    EXPECT_NE(state.find_session("a1"), nullptr);
}

TEST_F(State, ExpiredSessionsAreForgotten) {
    ASSERT_TRUE(state.apply(opening("anna", "late", start + hours(13))));
    EXPECT_EQ(state.sessions().size(), 1U);
}

TEST_F(State, LastUseIsNotedAndNeverGoesBack) {
    const AuditFields detail{{"session", session_id(secret_hash("b1")).to_hex()}};
    ASSERT_TRUE(state.apply(change(action::session_used, detail, {}, start + minutes(5))));
    ASSERT_TRUE(state.apply(change(action::session_used, detail, {}, start + minutes(3))));
    EXPECT_EQ(state.find_session("b1")->used_at, start + minutes(5));
    const AuditFields unknown{{"session", session_id(secret_hash("x")).to_hex()}};
    EXPECT_TRUE(state.apply(change(action::session_used, unknown)));
}

TEST_F(State, TokensAreAddedUsedAndRevoked) {
    const Hash256 hash = secret_hash("parcours_t");
    const std::string id = token_id(hash).to_hex();
    ASSERT_TRUE(state.apply(change(action::token_add,
                                   {{"token", id},
                                    {"name", "export"},
                                    {"scopes", "read import"},
                                    {"expires", format_instant(start + hours(1))}},
                                   {{"token", hash.to_hex()}})));
    const ApiToken* const token = state.find_token("parcours_t");
    ASSERT_NE(token, nullptr);
    EXPECT_EQ(scopes_text(token->scopes), "read import");
    EXPECT_TRUE(is_live(*token, start + minutes(59)));
    EXPECT_FALSE(is_live(*token, start + hours(1)));
    EXPECT_FALSE(token->used_at);
    ASSERT_TRUE(state.apply(change(action::token_used, {{"token", id}}, {}, start + minutes(1))));
    EXPECT_EQ(token->used_at, start + minutes(1));
    ASSERT_TRUE(state.apply(change(action::token_revoke, {{"token", id}})));
    EXPECT_FALSE(is_live(*token, start));
    EXPECT_EQ(state.find_token("parcours_x"), nullptr);
}

TEST_F(State, ReadsChangeNothing) {
    EXPECT_TRUE(state.apply(change("patient.read", {{"staff", "rubbish"}})));
    EXPECT_FALSE(changes_state("patient.read"));
    EXPECT_FALSE(changes_state(action::log_in_refused));
    EXPECT_FALSE(changes_state(action::session_used));
    EXPECT_FALSE(changes_state(action::token_used));
    EXPECT_TRUE(changes_state(action::session_open));
}

TEST_F(State, RefusesWhatIsNeverWritten) {
    const auto broken = [this](const AuditEntry& entry) {
        const auto applied = state.apply(entry);
        return !applied && applied.error().code == ErrorCode::Damaged;
    };
    EXPECT_TRUE(broken(adding("anna", Role::Reader))) << "twice";
    EXPECT_TRUE(broken(change(action::staff_add, {})));
    EXPECT_TRUE(broken(change(action::staff_change, of_ben("role", "king"))));
    EXPECT_TRUE(broken(change(action::staff_change, {})));
    EXPECT_TRUE(broken(change(action::staff_password, {})));
    EXPECT_TRUE(broken(change(action::staff_totp, of_ben(), {{"totp", "="}})));
    EXPECT_TRUE(broken(change(action::session_open, of_ben())));
    EXPECT_TRUE(broken(opening("carl", "c")));
    EXPECT_TRUE(broken(change(action::session_close, {})));
    EXPECT_TRUE(broken(change(action::token_add, {{"name", "x"}, {"scopes", "all"}})));
    EXPECT_TRUE(broken(change(action::token_revoke, {{"token", "x"}})));
}

TEST(StaffName, IsKeptInOneForm) {
    EXPECT_EQ(staff_name("Anna.Roux@Clinic").value(), "anna.roux@clinic");
    EXPECT_EQ(staff_name("7").value(), "7");
    EXPECT_EQ(staff_name(std::string(64, 'a')).value().size(), 64U);
    for (const std::string& name :
         {std::string(), std::string(65, 'a'), std::string("-a"), std::string("a b"),
          std::string("é"), std::string("a\n"), std::string("a\0b", 3), std::string("../a")}) {
        EXPECT_FALSE(staff_name(name)) << name;
    }
}

TEST(DisplayName, IsTextOnOneLine) {
    EXPECT_EQ(display_name("  Anna Roux ").value(), "Anna Roux");
    EXPECT_EQ(display_name("李医生").value(), "李医生");
    for (const std::string& name : {std::string(), std::string("   "), std::string("a\nb"),
                                    std::string(121, 'a'), std::string("\xff")}) {
        EXPECT_FALSE(display_name(name)) << name;
    }
}

TEST(Scopes, AreReadFromText) {
    EXPECT_EQ(scopes_text(parse_scopes("import,read  fhir.read read").value()),
              "read fhir.read import");
    EXPECT_FALSE(parse_scopes(""));
    EXPECT_FALSE(parse_scopes(" , "));
    EXPECT_NE(parse_scopes("read admin").error().message.find("\"admin\""), std::string::npos);
}

TEST(Session, LivesAsLongAsItsLimits) {
    const SessionLimits limits;
    Session session;
    session.used_at = start;
    session.expires_at = start + hours(12);
    EXPECT_TRUE(is_live(session, limits, start + minutes(14)));
    EXPECT_FALSE(is_live(session, limits, start + minutes(15)));
    EXPECT_TRUE(is_live(session, limits, start - hours(1))) << "a clock that went back";
    session.used_at = start + hours(12) - minutes(1);
    EXPECT_FALSE(is_live(session, limits, start + hours(12)));
}

}  // namespace
}  // namespace parcours::access
