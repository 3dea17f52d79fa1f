#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parcours::access {

/// What a member of staff does here. Each person has one role.
enum class Role : std::uint8_t {
    Reader,
    Agent,
    Coordinator,
    OutreachManager,
    Compliance,
    Administrator
};
inline constexpr std::size_t role_count = 6;

/// What an API token was made for. A token may have several.
enum class Scope : std::uint8_t { Read, Write, FhirRead, FhirWrite, Import };
inline constexpr std::size_t scope_count = 5;

/// What every route names. Whatever is not granted below is denied.
enum class Permission : std::uint8_t {
    PatientSearch,
    PatientRead,
    MapRead,
    CohortRead,
    CohortSave,
    DefinitionRead,
    DefinitionPublish,
    CampaignRead,
    CampaignPause,
    CampaignEnrol,
    TaskRead,
    TaskClose,
    AnswerSave,
    OutboxRead,
    QuarantineRead,
    QuarantineRetry,
    ImportRun,
    AuditRead,
    UserManage,
    TokenManage,
    SessionOwn,
    FhirRead,
    FhirWrite,
    MetricsRead,
    SensitiveRead,
    HiddenAddressRead
};

/// One row of the table: whether it changes anything, who has it ("x") and who has not ("-").
struct Grant {
    Permission permission;
    std::string_view name;
    bool writes;
    std::string_view roles;   ///< in the order of `Role`
    std::string_view scopes;  ///< in the order of `Scope`
};

// clang-format off
inline constexpr auto grants = std::to_array<Grant>({
    {Permission::PatientSearch,     "patient.search",     false, "xxxxxx", "x----"},
    {Permission::PatientRead,       "patient.read",       false, "xxxxxx", "x----"},
    {Permission::MapRead,           "map.read",           false, "xxxxxx", "x----"},
    {Permission::CohortRead,        "cohort.read",        false, "xxxxxx", "x----"},
    {Permission::CohortSave,        "cohort.save",        true,  "--xx-x", "-x---"},
    {Permission::DefinitionRead,    "definition.read",    false, "xxxxxx", "x----"},
    {Permission::DefinitionPublish, "definition.publish", true,  "---x-x", "-x---"},
    {Permission::CampaignRead,      "campaign.read",      false, "xxxxxx", "x----"},
    {Permission::CampaignPause,     "campaign.pause",     true,  "--xx-x", "-x---"},
    {Permission::CampaignEnrol,     "campaign.enrol",     true,  "--xx-x", "-x---"},
    {Permission::TaskRead,          "task.read",          false, "xxxxxx", "x----"},
    {Permission::TaskClose,         "task.close",         true,  "-xxx-x", "-x---"},
    {Permission::AnswerSave,        "answer.save",        true,  "-xxx-x", "-x---"},
    {Permission::OutboxRead,        "outbox.read",        false, "-xxxxx", "x----"},
    {Permission::QuarantineRead,    "quarantine.read",    false, "--xxxx", "x---x"},
    {Permission::QuarantineRetry,   "quarantine.retry",   true,  "--xx-x", "-x--x"},
    {Permission::ImportRun,         "import.run",         true,  "--x--x", "----x"},
    {Permission::AuditRead,         "audit.read",         false, "----xx", "-----"},
    {Permission::UserManage,        "user.manage",        true,  "-----x", "-----"},
    {Permission::TokenManage,       "token.manage",       true,  "-----x", "-----"},
    {Permission::SessionOwn,        "session.own",        false, "xxxxxx", "-----"},
    {Permission::FhirRead,          "fhir.read",          false, "--xx-x", "x-x--"},
    {Permission::FhirWrite,         "fhir.write",         true,  "--x--x", "-x-x-"},
    {Permission::MetricsRead,       "metrics.read",       false, "---x-x", "x----"},
    {Permission::SensitiveRead,     "sensitive.read",     false, "-xx--x", "-----"},
    {Permission::HiddenAddressRead, "hidden-address.read", false, "-xx--x", "-----"},
});
// clang-format on

/// Whether the table's rows stand in the order of `Permission` and say something on every column.
consteval bool grants_are_whole() {
    for (std::size_t i = 0; i < grants.size(); ++i) {
        const bool sized =
            grants[i].roles.size() == role_count && grants[i].scopes.size() == scope_count;
        if (static_cast<std::size_t>(grants[i].permission) != i || !sized ||
            grants[i].roles.find_first_not_of("x-") != std::string_view::npos ||
            grants[i].scopes.find_first_not_of("x-") != std::string_view::npos) {
            return false;
        }
    }
    return true;
}
static_assert(grants_are_whole());

constexpr bool may(Role role, Permission permission) {
    return grants[static_cast<std::size_t>(permission)].roles[static_cast<std::size_t>(role)] ==
           'x';
}

constexpr bool may(Scope scope, Permission permission) {
    return grants[static_cast<std::size_t>(permission)].scopes[static_cast<std::size_t>(scope)] ==
           'x';
}

class Permissions {
  public:
    constexpr Permissions& add(Permission permission) {
        bits_ |= std::uint64_t{1} << static_cast<unsigned>(permission);
        return *this;
    }
    [[nodiscard]] constexpr bool has(Permission permission) const {
        return (bits_ >> static_cast<unsigned>(permission) & 1U) != 0;
    }
    bool operator==(const Permissions&) const = default;

  private:
    std::uint64_t bits_ = 0;
};

[[nodiscard]] Permissions permissions_of(Role role);
[[nodiscard]] Permissions permissions_of(std::span<const Scope> scopes);
[[nodiscard]] Permissions all_permissions();  ///< of the program itself, at the command line
/// "outreach_manager", "fhir.read", "patient.read"; nothing for a name that is none.
[[nodiscard]] std::string_view role_name(Role role);
[[nodiscard]] std::optional<Role> role_from_name(std::string_view name);
/// All of them, as a sentence says what would be right: "reader, agent … or administrator".
[[nodiscard]] std::string role_words();
[[nodiscard]] std::string_view scope_name(Scope scope);
[[nodiscard]] std::optional<Scope> scope_from_name(std::string_view name);
[[nodiscard]] std::string_view permission_name(Permission permission);

}  // namespace parcours::access
