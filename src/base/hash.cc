#include "base/hash.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <sodium/crypto_generichash.h>
#include <string>
#include <string_view>
#include <xxhash.h>

namespace parcours {
namespace {

class Hasher {
  public:
    Hasher() { crypto_generichash_init(&state_, nullptr, 0, sizeof(Digest::bytes)); }

    void add(std::string_view bytes) {
        // The parameter type of libsodium is unsigned char.
        crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()),
                                  bytes.size());
    }

    void add_sized(std::string_view bytes) {
        const std::uint64_t size = bytes.size();
        char prefix[sizeof size];
        std::memcpy(prefix, &size, sizeof size);
        add({prefix, sizeof prefix});
        add(bytes);
    }

    Digest finish() {
        Digest digest;
        crypto_generichash_final(&state_, digest.bytes.data(), digest.bytes.size());
        return digest;
    }

  private:
    crypto_generichash_state state_{};
};

}  // namespace

std::string Digest::to_hex() const {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::optional<Digest> digest_from_hex(std::string_view text) {
    Digest digest;
    if (text.size() != digest.bytes.size() * 2) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
        const char* const at = text.data() + i * 2;
        const auto read = std::from_chars(at, at + 2, digest.bytes[i], 16);
        if (read.ptr != at + 2) {
            return std::nullopt;
        }
    }
    return digest;
}

Digest named_hash(std::string_view kind, std::initializer_list<std::string_view> parts) {
    Hasher hasher;
    hasher.add_sized(kind);
    for (const std::string_view part : parts) {
        hasher.add_sized(part);
    }
    return hasher.finish();
}

Digest content_hash(std::string_view bytes) {
    Hasher hasher;
    hasher.add(bytes);
    return hasher.finish();
}

std::uint64_t fast_hash(std::string_view bytes, std::uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

double hash_fraction(std::string_view kind, std::initializer_list<std::string_view> parts) {
    const Digest digest = named_hash(kind, parts);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        value = value << 8U | digest.bytes[i];
    }
    return static_cast<double>(value >> 11U) * 0x1.0p-53;
}

}  // namespace parcours
