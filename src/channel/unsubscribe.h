#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace parcours::channel {

/// Makes the token that lets its holder, and nobody else, stop the messages to one address:
/// base32(message id ‖ first 14 bytes of HMAC-SHA256(secret, kind ‖ message id ‖ address hash)).
/// It has 48 lower-case letters and digits: mail servers may change the case of a mailbox name and
/// the name may have 64 characters (RFC 5321 §4.5.3.1.1), so "unsubscribe+TOKEN" must survive both
/// (which base64url would not). 112 bits cannot be guessed against a server that answers online.
///
/// `message_id` has 32 hexadecimal digits; `address_hash` is any stable hash of the address the
/// message went to, so that a token says nothing about the address and serves no other one.
/// Errors: InvalidInput for a message id of another form or an empty secret.
[[nodiscard]] Result<std::string> make_unsubscribe_token(std::string_view secret,
                                                         std::string_view message_id,
                                                         std::string_view address_hash);

/// The message that a token claims to be about, not verified: with it the address is looked up.
[[nodiscard]] std::optional<std::string> find_token_message(std::string_view token);

/// Whether the token was made with this secret for this address; compares in constant time.
[[nodiscard]] bool verify_unsubscribe_token(std::string_view secret, std::string_view token,
                                            std::string_view address_hash);

}  // namespace parcours::channel
