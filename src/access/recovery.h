#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "access/secret_bytes.h"
#include "base/random.h"

namespace parcours::access {

// Codes for whoever has lost the telephone: each opens one session in place of a code from it.

inline constexpr std::size_t recovery_code_count = 10;

/// New codes of 80 random bits, as they are written on paper: "K7QF-2MNB-XJ4T-A5WD".
[[nodiscard]] std::vector<std::string> new_recovery_codes(Random& random);

/// What is kept of a code of that person, however it was typed: case, spaces and hyphens do not
/// matter.
[[nodiscard]] Hash256 recovery_hash(std::string_view staff_name, std::string_view typed);

/// The hashes of codes with a space between them, as the audit keeps them.
[[nodiscard]] std::string recovery_hashes_text(std::string_view staff_name,
                                               const std::vector<std::string>& codes);

}  // namespace parcours::access
