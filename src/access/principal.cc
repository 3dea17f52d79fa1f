#include "access/principal.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "access/roles.h"

namespace parcours::access {
namespace {

constexpr std::array<std::string_view, 3> kind_names{"staff", "token", "system"};

}  // namespace

std::string_view actor_kind_name(ActorKind kind) {
    return kind_names.at(static_cast<std::size_t>(kind));
}

std::optional<ActorKind> actor_kind_from_name(std::string_view name) {
    for (std::size_t i = 0; i < kind_names.size(); ++i) {
        if (kind_names[i] == name) {
            return static_cast<ActorKind>(i);
        }
    }
    return std::nullopt;
}

Principal system_principal(std::string_view name) {
    Principal system;
    system.actor = {ActorKind::System, {}, std::string(name)};
    system.display = name;
    system.permissions = all_permissions();
    return system;
}

}  // namespace parcours::access
