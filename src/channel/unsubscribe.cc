#include "channel/unsubscribe.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "channel/encoding.h"
#include "channel/signature.h"

namespace parcours::channel {
namespace {

constexpr std::size_t id_size = 16;
constexpr std::size_t mac_size = 14;
constexpr std::string_view kind = "parcours unsubscribe 1";

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::string mac_of(std::string_view secret, std::string_view id_bytes,
                   std::string_view address_hash) {
    std::string named(kind);
    named += '\0';
    named += id_bytes;
    named += address_hash;
    return hmac_sha256(secret, named).substr(0, mac_size);
}

/// Message id and HMAC in one, or nothing for a text that is no token.
std::optional<std::string> read_token(std::string_view token) {
    auto bytes = from_base32(token);
    if (!bytes || bytes->size() != id_size + mac_size) {
        return std::nullopt;
    }
    return bytes;
}

}  // namespace

Result<std::string> make_unsubscribe_token(std::string_view secret, std::string_view message_id,
                                           std::string_view address_hash) {
    const auto id_bytes = from_hex(message_id);
    if (!id_bytes || id_bytes->size() != id_size) {
        return fail(ErrorCode::InvalidInput, "a message id must have 32 hexadecimal digits, not '" +
                                                 std::string(message_id) + "'");
    }
    if (secret.empty()) {
        return fail(ErrorCode::InvalidInput, "the secret of unsubscribe tokens is empty");
    }
    return to_base32(*id_bytes + mac_of(secret, *id_bytes, address_hash));
}

std::optional<std::string> find_token_message(std::string_view token) {
    const auto bytes = read_token(token);
    if (!bytes) {
        return std::nullopt;
    }
    return to_hex(std::string_view(*bytes).substr(0, id_size));
}

bool verify_unsubscribe_token(std::string_view secret, std::string_view token,
                              std::string_view address_hash) {
    const auto bytes = read_token(token);
    if (!bytes || secret.empty()) {
        return false;
    }
    const std::string_view claimed(*bytes);
    return equal_in_constant_time(claimed.substr(id_size),
                                  mac_of(secret, claimed.substr(0, id_size), address_hash));
}

}  // namespace parcours::channel
