#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.h"
#include "access/secret_bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"

namespace parcours::access {

/// A member of staff. Never removed, only disabled: the audit names them for ever.
struct Staff {
    Digest id;
    std::string name;     ///< what they log in with; never changes
    std::string display;  ///< what screens show
    Role role = Role::Reader;
    std::string password;           ///< its hash; empty: logs in elsewhere only
    std::string totp;               ///< the sealed secret; empty: no second step
    std::int64_t totp_step = 0;     ///< of the last code that was accepted
    std::vector<Hash256> recovery;  ///< of the codes for a lost telephone that are not used yet
    bool must_change = false;       ///< somebody else knows the password: a new one is due
    bool disabled = false;
    std::string identity;  ///< "issuer subject" of OpenID Connect; empty: none
    Instant added_at;
};

/// Somebody who is to be let in. Needs a password or an identity, or waits for the provider.
struct NewStaff {
    std::string name;
    std::string display;  ///< empty: the name
    Role role = Role::Reader;
    std::string password;  ///< empty: none
    std::string identity;  ///< "issuer subject", where OpenID Connect proves who they are
    /// Without both: whoever first comes from the provider by this name is this person.
    bool by_provider = false;
    bool must_change = false;  ///< they choose another password at the first log-in
};

/// What is to become different; what is not named stays.
struct StaffChange {
    std::optional<std::string> display;
    std::optional<Role> role;
    std::optional<bool> disabled;
    std::optional<std::string> password = std::nullopt;  ///< in plain
    bool must_change = false;  ///< with a new password: they choose another at the next log-in
};

/// named_hash("staff", name).
[[nodiscard]] Digest staff_id(std::string_view name);

/// The name as it is kept: ASCII letters in lower case. Errors: InvalidInput for what is not 1–64
/// of a–z, 0–9, ".", "_", "-", "@", beginning with a letter or digit.
[[nodiscard]] Result<std::string> staff_name(std::string_view typed);

/// A name to be shown, without spaces at its ends. Errors: InvalidInput for none, for more than
/// `display_bytes_max` bytes, for control characters and for what is not UTF-8.
[[nodiscard]] Result<std::string> display_name(std::string_view typed);
inline constexpr std::size_t display_bytes_max = 120;

/// What may be known of a member of staff by others: no secrets.
struct StaffSummary {
    Digest id;
    std::string name;
    std::string display;
    Role role = Role::Reader;
    bool disabled = false;
    bool has_password = false;
    bool has_totp = false;
    bool has_identity = false;
    bool must_change = false;
    std::size_t recovery_count = 0;  ///< codes for a lost telephone that are left
    Instant added_at;
};

[[nodiscard]] StaffSummary summary_of(const Staff& staff);

}  // namespace parcours::access
