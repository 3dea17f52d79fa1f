#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/password.h"
#include "access/principal.h"
#include "access/roles.h"
#include "access/sessions.h"
#include "access/throttle.h"
#include "access/totp.h"
#include "base/time.h"

namespace parcours::access {

/// What somebody types to log in.
struct Credentials {
    std::string name;
    std::string password;
    std::string code;  ///< of their telephone, or for a lost one; empty at the first step
};

/// Whom a provider of OpenID Connect vouches for.
struct ExternalIdentity {
    std::string issuer;
    std::string subject;  ///< the provider's own name of the person: never given to another
    std::string name;     ///< by which the person is awaited, or added where they are new here
    std::string display;
    /// What the provider says they do here. Nothing: whoever is known or awaited keeps the role
    /// they have, anybody else is not let in.
    std::optional<Role> role;
    bool may_add = false;  ///< an unknown person with a role is added
};

/// What comes of an attempt to log in.
struct LogIn {
    enum class Outcome : std::uint8_t {
        Open,        ///< `cookie` and `principal` are set
        CodeNeeded,  ///< the password is right; ask for the code and send all three again
        Refused,     ///< for whatever reason: unknown, disabled and wrong look the same
        Wait         ///< not judged at all; come again after `wait`
    };
    Outcome outcome = Outcome::Refused;
    std::string cookie;  ///< the session's secret: for the browser's cookie, told once
    Principal principal;
    Duration wait{};
    /// Codes for a lost telephone, each good once: told once, where new ones were made.
    std::vector<std::string> recovery_codes;
};

/// What comes of asking for a second step: Open with what the telephone needs, Refused or Wait.
struct TotpStart {
    LogIn::Outcome outcome = LogIn::Outcome::Refused;
    Duration wait{};
    TotpEnrolment enrolment;
};

/// Settings of logging in.
struct AccessOptions {
    PasswordLimits password;
    SessionLimits session;
    /// Roles whose people must set up a second step before they can do anything else. Whoever comes
    /// by a provider is excepted: the second step is the provider's there.
    std::set<Role> second_step_for;
    ThrottleRule name{.free_count = 4, .delay_max = std::chrono::minutes(1)};
    /// Several people may come from one address.
    ThrottleRule peer{.free_count = 20, .delay_max = std::chrono::minutes(15)};
    /// Passwords judged at once: bounds memory (`password.memory_bytes` each) and threads.
    unsigned judged_at_once_max = 2;
};

}  // namespace parcours::access
