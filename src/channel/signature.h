#pragma once

#include <string>
#include <string_view>

namespace parcours::channel {

/// HMAC-SHA1 (RFC 2104): 20 bytes. Only where a provider's protocol demands it.
[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view bytes);

/// HMAC-SHA256 (RFC 2104): 32 bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);

/// Compares without telling by its duration where two values differ. Lengths are not secret.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace parcours::channel
