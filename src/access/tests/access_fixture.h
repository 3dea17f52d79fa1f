#pragma once

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "access/access.h"
#include "access/log_in.h"
#include "access/tests/memory_log.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access::testing {

inline constexpr std::string_view good_password = "a walk along the river";

/// An `Access` over a log in memory, with one administrator, "anna", and a clock set by hand.
class AccessTest : public ::testing::Test {
  protected:
    AccessTest() {
        options.password = {.passes = 1, .memory_bytes = 8192};
        restart();
        EXPECT_TRUE(add("anna", Role::Administrator));
    }

    /// As after a crash: only the log is left.
    void restart() {
        access.reset();
        auto opened = Access::open(log, random, std::string(32, 's'), options);
        ASSERT_TRUE(opened) << opened.error().message;
        access = std::move(*opened);
    }

    Occasion by_system() { return {system_principal("test"), "", now, "a test"}; }
    Occasion by(const LogIn& log_in) { return {log_in.principal, "192.0.2.1", now, ""}; }

    Result<Digest> add(std::string_view name, Role role) {
        return access->add_staff({.name = std::string(name),
                                  .display = {},
                                  .role = role,
                                  .password = std::string(good_password),
                                  .identity = {}},
                                 by_system());
    }

    Result<> set_password(std::string_view name, std::string_view password,
                          const Occasion& occasion, bool must_change = false) {
        return access->change_staff(name,
                                    {.display = {},
                                     .role = {},
                                     .disabled = {},
                                     .password = std::string(password),
                                     .must_change = must_change},
                                    occasion);
    }

    LogIn log_in(std::string_view name, std::string_view password = good_password,
                 std::string_view code = {}, std::string_view peer = "192.0.2.1") {
        const auto answer = access->log_in(
            {std::string(name), std::string(password), std::string(code)}, peer, now);
        EXPECT_TRUE(answer) << answer.error().message;
        return answer.value_or(LogIn{});
    }

    bool is_in(const LogIn& log_in) {
        return access->authenticate_session(log_in.cookie, now).has_value();
    }

    /// The last entry of the audit.
    AuditEntry last_entry() { return read_record(log.records.back().payload).value(); }

    MemoryLog log;
    SeededRandom random{2026};
    AccessOptions options;
    Instant now{std::chrono::seconds(1'790'000'000)};
    std::unique_ptr<Access> access;
};

}  // namespace parcours::access::testing
