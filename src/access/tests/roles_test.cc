#include "access/roles.h"

#include <array>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace parcours::access {
namespace {

// What must hold whatever else is changed in the table.
static_assert(may(Role::Compliance, Permission::AuditRead));
static_assert(!may(Role::Coordinator, Permission::AuditRead));
static_assert(!may(Role::Agent, Permission::CampaignPause));
static_assert(may(Role::Coordinator, Permission::CampaignPause));
static_assert(!may(Role::Coordinator, Permission::DefinitionPublish));
static_assert(may(Role::OutreachManager, Permission::DefinitionPublish));

Role role_at(std::size_t i) {
    return static_cast<Role>(i);
}

TEST(Roles, WhoOnlyReadsChangesNothing) {
    for (const Grant& grant : grants) {
        for (const Role role : {Role::Reader, Role::Compliance}) {
            EXPECT_FALSE(grant.writes && may(role, grant.permission))
                << role_name(role) << " " << grant.name;
        }
    }
}

TEST(Roles, OnlyAdministratorsManageUsersAndTokens) {
    for (std::size_t i = 0; i < role_count; ++i) {
        const bool administrator = role_at(i) == Role::Administrator;
        EXPECT_EQ(may(role_at(i), Permission::UserManage), administrator);
        EXPECT_EQ(may(role_at(i), Permission::TokenManage), administrator);
    }
}

TEST(Roles, EachPermissionHasSomebodyAndEachPersonTheirOwnSessions) {
    for (const Grant& grant : grants) {
        EXPECT_TRUE(may(Role::Administrator, grant.permission)) << grant.name;
    }
    for (std::size_t i = 0; i < role_count; ++i) {
        EXPECT_TRUE(may(role_at(i), Permission::SessionOwn));
    }
}

TEST(Roles, MoreResponsibilityTakesNothingAway) {
    const std::array<Role, 3> ladder{Role::Reader, Role::Agent, Role::Coordinator};
    for (const Grant& grant : grants) {
        for (std::size_t i = 1; i < ladder.size(); ++i) {
            EXPECT_TRUE(!may(ladder[i - 1], grant.permission) || may(ladder[i], grant.permission))
                << grant.name;
        }
    }
}

TEST(Scopes, NoTokenManagesPeopleOrReadsTheAudit) {
    for (std::size_t i = 0; i < scope_count; ++i) {
        for (const Permission permission : {Permission::UserManage, Permission::TokenManage,
                                            Permission::AuditRead, Permission::SessionOwn}) {
            EXPECT_FALSE(may(static_cast<Scope>(i), permission));
        }
    }
}

TEST(Scopes, ReadingScopesChangeNothing) {
    for (const Grant& grant : grants) {
        EXPECT_FALSE(grant.writes && may(Scope::Read, grant.permission)) << grant.name;
        EXPECT_FALSE(grant.writes && may(Scope::FhirRead, grant.permission)) << grant.name;
    }
    EXPECT_TRUE(may(Scope::Read, Permission::FhirRead));
    EXPECT_FALSE(may(Scope::FhirRead, Permission::PatientRead));
}

TEST(Permissions, SetsAreThoseOfTheTable) {
    for (std::size_t i = 0; i < role_count; ++i) {
        const Permissions set = permissions_of(role_at(i));
        for (const Grant& grant : grants) {
            EXPECT_EQ(set.has(grant.permission), may(role_at(i), grant.permission));
        }
    }
    const std::vector<Scope> both{Scope::FhirWrite, Scope::Import};
    EXPECT_TRUE(permissions_of(both).has(Permission::FhirWrite));
    EXPECT_TRUE(permissions_of(both).has(Permission::ImportRun));
    EXPECT_FALSE(permissions_of(both).has(Permission::FhirRead));
    EXPECT_EQ(permissions_of(std::vector<Scope>{}), Permissions{});
}

TEST(Names, AreReadBack) {
    for (std::size_t i = 0; i < role_count; ++i) {
        EXPECT_EQ(role_from_name(role_name(role_at(i))), role_at(i));
    }
    for (std::size_t i = 0; i < scope_count; ++i) {
        EXPECT_EQ(scope_from_name(scope_name(static_cast<Scope>(i))), static_cast<Scope>(i));
    }
    for (const Grant& grant : grants) {
        EXPECT_EQ(permission_name(grant.permission), grant.name);
    }
    EXPECT_FALSE(role_from_name("root"));
    EXPECT_FALSE(scope_from_name(""));
    EXPECT_EQ(role_words(),
              "reader, agent, coordinator, outreach_manager, compliance or administrator");
}

}  // namespace
}  // namespace parcours::access
