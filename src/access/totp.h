#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace parcours::access {

// Codes from a telephone: TOTP (RFC 6238) with SHA-1, 30 seconds and six digits, which is what the
// programs on telephones understand.

inline constexpr std::size_t totp_secret_bytes = 20;

/// What a person needs to set up their telephone; shown once.
struct TotpEnrolment {
    std::string secret;  ///< to be typed
    std::string uri;     ///< to be photographed
};

/// The number of 30-second steps since 1970.
[[nodiscard]] std::int64_t totp_step(Instant now);

/// The six digits of a step.
[[nodiscard]] std::string totp_code(std::string_view secret, std::int64_t step);

/// The code as somebody types it: "123 456" is one.
[[nodiscard]] std::string totp_code_typed(std::string_view text);

/// The step that a code belongs to: the present one, the one before or the one after. Nothing for
/// a wrong code, or one of a step that is not after `used_step`: a code counts once.
[[nodiscard]] std::optional<std::int64_t> find_totp_step(std::string_view secret,
                                                         std::string_view code, Instant now,
                                                         std::int64_t used_step);

/// Base32 (RFC 4648 §6) in capitals, as it is typed into a telephone.
[[nodiscard]] std::string totp_secret_text(std::string_view secret);

/// "otpauth://totp/…", which becomes a picture to be photographed.
[[nodiscard]] std::string totp_uri(std::string_view secret, std::string_view name);

}  // namespace parcours::access
