#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/random.h"

namespace parcours::access {

/// 32 bytes: a SHA-256 digest, or a key.
struct Hash256 {
    std::array<std::uint8_t, 32> bytes{};

    [[nodiscard]] std::string_view view() const {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    /// 64 lower-case hexadecimal digits.
    [[nodiscard]] std::string to_hex() const;
    bool operator==(const Hash256&) const = default;
};

/// Reads `Hash256::to_hex`; nothing for any other text.
[[nodiscard]] std::optional<Hash256> hash256_from_hex(std::string_view text);

/// SHA-256 (FIPS 180-4) of one text, or of two after each other.
[[nodiscard]] Hash256 sha256(std::string_view first, std::string_view second = {});

/// HMAC-SHA256 (RFC 2104) under a key of any length.
[[nodiscard]] Hash256 hmac_sha256(std::string_view key, std::string_view bytes);

/// Whether two secrets are the same, in a time that depends on their lengths alone.
[[nodiscard]] bool same_secret(std::string_view left, std::string_view right);

/// Chance for several threads at once.
class SharedRandom final : public Random {
  public:
    /// `random` is borrowed and must outlive this.
    explicit SharedRandom(Random& random) : random_(random) {}
    std::uint64_t next() override {
        const std::scoped_lock lock(mutex_);
        return random_.next();
    }

  private:
    std::mutex mutex_;
    Random& random_;
};

[[nodiscard]] std::string random_bytes(Random& random, std::size_t count);

/// Base64 with the alphabet of URLs, without padding (RFC 4648 §5).
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// Nothing for anything that `to_base64url` would not have written.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

/// Encrypts and authenticates (XChaCha20-Poly1305) under `key`. `about` is not stored but must be
/// the same on opening: it binds a secret to its owner.
[[nodiscard]] std::string seal(const Hash256& key, Random& random, std::string_view plain,
                               std::string_view about);
/// Errors: Damaged for another key, another `about` or changed bytes.
[[nodiscard]] Result<std::string> open_sealed(const Hash256& key, std::string_view sealed,
                                              std::string_view about);

}  // namespace parcours::access
