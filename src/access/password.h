#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/random.h"

namespace parcours::access {

/// What one guess costs (argon2id, RFC 9106). The default is libsodium's MODERATE; tests hand in
/// less.
struct PasswordLimits {
    unsigned long long passes = 3;
    std::size_t memory_bytes = 268'435'456;
};

inline constexpr std::size_t password_characters_min = 12;
inline constexpr std::size_t password_bytes_max = 1000;

/// Whether somebody of that name may have that password (NIST SP 800-63B §5.1.1.2): long enough,
/// not the name itself, not one that everybody tries first. Says what would be right. Errors:
/// InvalidInput.
[[nodiscard]] Result<> judge_password(std::string_view name, std::string_view password);

/// A salted argon2id hash as text ("$argon2id$v=19$…"). Errors: Limit where memory is short.
[[nodiscard]] Result<std::string> hash_password(std::string_view password,
                                                const PasswordLimits& limits, Random& random);

/// A hash that costs the same and that no password fits: what a guess at an unknown name is
/// compared with, so that its answer takes as long.
[[nodiscard]] std::string hash_of_nobody(const PasswordLimits& limits, Random& random);

/// Whether the password belongs to the hash; costs what the hash says. False for a broken hash.
[[nodiscard]] bool password_fits(std::string_view hash, std::string_view password);

}  // namespace parcours::access
