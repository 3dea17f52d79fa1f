#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "channel/channel.h"
#include "channel/encoding.h"

namespace parcours::channel {

/// The name of the query field of a status callback's URL that carries our message id.
inline constexpr std::string_view callback_message_field = "message";

/// The longest callback that is read, in bytes.
inline constexpr std::size_t callback_size_max = 65536;

/// What Twilio writes into X-Twilio-Signature: base64(HMAC-SHA1(auth token, URL ‖ the fields
/// sorted by name, each name followed by its value)).
[[nodiscard]] std::string sign_twilio_callback(std::string_view auth_token, std::string_view url,
                                               FormFields fields);

/// Reads a callback. The signature is checked first, in constant time, over the URL as it was
/// called and with the scheme's own port added or removed. Errors: Conflict (wrong signature),
/// InvalidInput (no form), Limit (too large). Nothing comes of states that say nothing new
/// ("queued", "sent").
[[nodiscard]] Result<std::vector<Inbound>> read_twilio_callback(std::string_view auth_token,
                                                                std::string_view url,
                                                                std::string_view body,
                                                                std::string_view signature);

/// Whether an error code says that the number itself cannot take messages.
[[nodiscard]] bool is_twilio_bad_address(long code);

}  // namespace parcours::channel
