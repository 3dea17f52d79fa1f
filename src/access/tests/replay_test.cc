// The fold of the log is the state, whatever was done.

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "access/audit_verify.h"
#include "access/tests/access_fixture.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access {
namespace {

class Replay : public testing::AccessTest {
  protected:
    std::string some_name() { return "person" + std::to_string(dice.below(5)); }

    /// One thing that somebody may do; whether it was allowed does not matter.
    void do_something() {
        now += std::chrono::seconds(dice.below(200));
        const std::string name = some_name();
        switch (dice.below(9)) {
            case 0:
                static_cast<void>(add(name, static_cast<Role>(dice.below(role_count))));
                break;
            case 1:
                static_cast<void>(access->change_staff(
                    name, {"Name " + std::to_string(dice.next()), {}, dice.below(3) == 0},
                    by_system()));
                break;
            case 2:
                static_cast<void>(access->change_staff(
                    name, {{}, static_cast<Role>(dice.below(role_count)), false}, by_system()));
                break;
            case 3:
                static_cast<void>(set_password(name, testing::good_password, by_system()));
                break;
            case 4:
                tokens.push_back(
                    access
                        ->add_token({name, {Scope::Read}, now + std::chrono::hours(1)}, by_system())
                        .value());
                break;
            case 5:
                if (const auto all = access->tokens(); !all.empty()) {
                    static_cast<void>(
                        access->revoke_token(all[dice.below(all.size())].id, by_system()));
                }
                break;
            case 6:
                if (const auto all = access->sessions(now); !all.empty()) {
                    static_cast<void>(
                        access->revoke_session(all[dice.below(all.size())].id, by_system()));
                }
                break;
            default:
                if (const LogIn answer = log_in(name); !answer.cookie.empty()) {
                    cookies.push_back(answer.cookie);
                }
        }
    }

    /// All that can be seen from outside, as text.
    std::string picture() {
        std::string text;
        for (const StaffSummary& staff : access->staff()) {
            text += staff.name + " " + staff.display + " " + std::string(role_name(staff.role)) +
                    (staff.disabled ? " disabled\n" : "\n");
        }
        for (const SessionSummary& session : access->sessions(now)) {
            text += session.id.to_hex() + " " + session.name + " " +
                    format_instant(session.opened_at) + " " + format_instant(session.expires_at) +
                    "\n";
        }
        for (const TokenSummary& token : access->tokens()) {
            text += token.id.to_hex() + (token.revoked ? " revoked\n" : "\n");
        }
        for (const std::string& cookie : cookies) {
            text += access->authenticate_session(cookie, now) ? "in " : "out ";
        }
        for (const std::string& token : tokens) {
            text += access->authenticate_bearer(token, now) ? "in " : "out ";
        }
        return text + head_text(access->head());
    }

    SeededRandom dice{1};
    std::vector<std::string> cookies;
    std::vector<std::string> tokens;
};

TEST_F(Replay, GivesTheSameStateFromTheLogAlone) {
    std::size_t in = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        dice = SeededRandom(seed);
        for (int i = 0; i < 40; ++i) {
            do_something();
        }
        static_cast<void>(picture());  // as a use of all that is live: its time is noted now
        const std::string before = picture();
        in += before.find("in ") != std::string::npos ? 1 : 0;
        restart();
        ASSERT_EQ(picture(), before) << "seed " << seed;
        ASSERT_TRUE(verify_chain(log, access->head()).value().is_whole());
    }
    EXPECT_GT(in, 15U) << "somebody is in most of the time";
}

}  // namespace
}  // namespace parcours::access
