#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace parcours::access {

/// How a token is signed. Everything else, "none" above all, is refused.
enum class SignatureKind : unsigned char {
    Rs256,  ///< RSA, PKCS #1 v1.5, SHA-256 (RFC 7518 §3.3)
    Es256   ///< ECDSA, P-256, SHA-256 (RFC 7518 §3.4)
};

/// The public keys that a provider publishes (a JWK Set, RFC 7517). Cheap to copy, never changes.
class WebKeys {
  public:
    /// Keys of other kinds, for other uses and RSA keys below 2048 bits are passed over. Errors:
    /// InvalidInput for what is no key set, or one without any key that can be used.
    static Result<WebKeys> parse(std::string_view json);

    /// Whether the signature over `bytes` was made with the key of that id; without an id, with the
    /// only key of that kind. False where there is no such key.
    [[nodiscard]] bool verify(SignatureKind kind, std::string_view key_id, std::string_view bytes,
                              std::string_view signature) const;

    /// Whether a key of that id is here: where not, the provider may have changed its keys, and
    /// they should be fetched again, at most once a minute.
    [[nodiscard]] bool has(std::string_view key_id) const;

    static constexpr std::size_t key_count_max = 50;

  private:
    struct Key;
    std::vector<std::shared_ptr<const Key>> keys_;
};

}  // namespace parcours::access
