#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "access/roles.h"
#include "base/hash.h"
#include "base/time.h"

namespace parcours::access {

/// Who acts: a person, a program with a token, or this program itself.
enum class ActorKind : std::uint8_t { Staff, Token, System };

/// "staff", "token", "system".
[[nodiscard]] std::string_view actor_kind_name(ActorKind kind);
[[nodiscard]] std::optional<ActorKind> actor_kind_from_name(std::string_view name);

/// Who did something, as the audit keeps it.
struct Actor {
    ActorKind kind = ActorKind::System;
    Digest id;         ///< of the member of staff or the token; zeros for the system
    std::string name;  ///< as it was then

    bool operator==(const Actor&) const = default;
};

/// What somebody who is logged in must do before anything else.
enum class Duty : std::uint8_t { None, NewPassword, SecondStep };

/// Who asks, once that is proved, and what they may do.
struct Principal {
    Actor actor;
    std::optional<Role> role;  ///< of staff
    std::string display;       ///< the name on a screen
    Permissions permissions;   ///< with a duty open, no more than is needed for it
    Duty duty = Duty::None;
    Digest credential;  ///< the id of the session or the token
    std::string csrf;   ///< what a page must send back with every change; empty for tokens

    [[nodiscard]] bool may(Permission permission) const { return permissions.has(permission); }
};

/// Whoever owns the data folder, at the command line. `name` tells the command.
[[nodiscard]] Principal system_principal(std::string_view name);

/// The circumstances of a change: who, from where, when and why.
struct Occasion {
    Principal by;
    std::string peer;  ///< the address it came from; empty at the command line
    Instant now;
    std::string why;  ///< empty where no reason was asked for
};

}  // namespace parcours::access
