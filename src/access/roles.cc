#include "access/roles.h"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parcours::access {
namespace {

constexpr std::array<std::string_view, role_count> role_names{
    "reader", "agent", "coordinator", "outreach_manager", "compliance", "administrator"};
constexpr std::array<std::string_view, scope_count> scope_names{"read", "write", "fhir.read",
                                                                "fhir.write", "import"};

template <class T, std::size_t count>
std::optional<T> from_name(const std::array<std::string_view, count>& names,
                           std::string_view name) {
    for (std::size_t i = 0; i < count; ++i) {
        if (names[i] == name) {
            return static_cast<T>(i);
        }
    }
    return std::nullopt;
}

}  // namespace

Permissions permissions_of(Role role) {
    Permissions all;
    for (const Grant& grant : grants) {
        if (may(role, grant.permission)) {
            all.add(grant.permission);
        }
    }
    return all;
}

Permissions permissions_of(std::span<const Scope> scopes) {
    Permissions all;
    for (const Grant& grant : grants) {
        for (const Scope scope : scopes) {
            if (may(scope, grant.permission)) {
                all.add(grant.permission);
            }
        }
    }
    return all;
}

Permissions all_permissions() {
    Permissions all;
    for (const Grant& grant : grants) {
        all.add(grant.permission);
    }
    return all;
}

std::string_view role_name(Role role) {
    return role_names.at(static_cast<std::size_t>(role));
}

std::optional<Role> role_from_name(std::string_view name) {
    return from_name<Role>(role_names, name);
}

std::string_view scope_name(Scope scope) {
    return scope_names.at(static_cast<std::size_t>(scope));
}

std::optional<Scope> scope_from_name(std::string_view name) {
    return from_name<Scope>(scope_names, name);
}

std::string_view permission_name(Permission permission) {
    return grants.at(static_cast<std::size_t>(permission)).name;
}

std::string role_words() {
    std::string words;
    for (std::size_t i = 0; i < role_count; ++i) {
        words += i == 0 ? "" : i + 1 == role_count ? " or " : ", ";
        words += role_name(static_cast<Role>(i));
    }
    return words;
}

}  // namespace parcours::access
