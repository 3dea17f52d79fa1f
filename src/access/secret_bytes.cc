#include "access/secret_bytes.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/crypto_hash_sha256.h>
#include <sodium/utils.h>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/random.h"

namespace parcours::access {
namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;

// The parameter type of libsodium is unsigned char.
const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace

std::string Hash256::to_hex() const {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::optional<Hash256> hash256_from_hex(std::string_view text) {
    Hash256 hash;
    if (text.size() != hash.bytes.size() * 2 ||
        text.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < hash.bytes.size(); ++i) {
        const char* const at = text.data() + i * 2;
        std::from_chars(at, at + 2, hash.bytes[i], 16);
    }
    return hash;
}

Hash256 sha256(std::string_view first, std::string_view second) {
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, raw(first), first.size());
    crypto_hash_sha256_update(&state, raw(second), second.size());
    Hash256 hash;
    crypto_hash_sha256_final(&state, hash.bytes.data());
    return hash;
}

Hash256 hmac_sha256(std::string_view key, std::string_view bytes) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, raw(key), key.size());
    crypto_auth_hmacsha256_update(&state, raw(bytes), bytes.size());
    Hash256 hash;
    crypto_auth_hmacsha256_final(&state, hash.bytes.data());
    return hash;
}

bool same_secret(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           (left.empty() || sodium_memcmp(left.data(), right.data(), left.size()) == 0);
}

std::string random_bytes(Random& random, std::size_t count) {
    std::string bytes;
    while (bytes.size() < count) {
        const std::uint64_t number = random.next();
        for (unsigned shift = 0; shift < 64 && bytes.size() < count; shift += 8) {
            bytes += static_cast<char>(number >> shift & 0xFFU);
        }
    }
    return bytes;
}

std::string to_base64url(std::string_view bytes) {
    std::string text(
        sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    sodium_bin2base64(text.data(), text.size(), raw(bytes), bytes.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    text.pop_back();  // its closing NUL
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string bytes(text.size(), '\0');
    std::size_t size = 0;
    if (sodium_base642bin(raw(bytes), bytes.size(), text.data(), text.size(), nullptr, &size,
                          nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
        return std::nullopt;
    }
    bytes.resize(size);
    // libsodium takes some bytes beyond ASCII for letters.
    if (to_base64url(bytes) != text) {
        return std::nullopt;
    }
    return bytes;
}

std::string seal(const Hash256& key, Random& random, std::string_view plain,
                 std::string_view about) {
    const std::string nonce = random_bytes(random, nonce_size);
    std::string sealed(plain.size() + tag_size, '\0');
    unsigned long long size = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw(sealed), &size, raw(plain), plain.size(),
                                               raw(about), about.size(), nullptr,
                                               raw(std::string_view(nonce)), key.bytes.data());
    return nonce + sealed;
}

Result<std::string> open_sealed(const Hash256& key, std::string_view sealed,
                                std::string_view about) {
    constexpr const char* wrong =
        "a sealed secret does not open: it was changed, or the key is not the one it was sealed "
        "under";
    if (sealed.size() < nonce_size + tag_size) {
        return fail(ErrorCode::Damaged, wrong);
    }
    const auto nonce = sealed.substr(0, nonce_size);
    const auto body = sealed.substr(nonce_size);
    std::string plain(body.size() - tag_size, '\0');
    unsigned long long size = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain), &size, nullptr, raw(body),
                                                   body.size(), raw(about), about.size(),
                                                   raw(nonce), key.bytes.data()) != 0) {
        return fail(ErrorCode::Damaged, wrong);
    }
    return plain;
}

}  // namespace parcours::access
