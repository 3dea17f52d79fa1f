#pragma once

#include <memory>
#include <openssl/evp.h>
#include <string>
#include <string_view>

#include "access/web_keys.h"

namespace parcours::access::testing {

/// A key pair of a provider that tests invent.
class ProviderKey {
  public:
    static ProviderKey rsa(std::string id, unsigned bits = 2048);
    static ProviderKey p256(std::string id);

    /// The public half, as one member of a key set; `extra` is put in, such as `,"use":"enc"`.
    [[nodiscard]] std::string to_json(std::string_view extra = {}) const;
    /// A signed token with that header and payload, whatever they say.
    [[nodiscard]] std::string sign(std::string_view header, std::string_view payload) const;
    /// A signed token with the header that belongs to the key.
    [[nodiscard]] std::string sign(std::string_view payload) const;

  private:
    ProviderKey(std::string id, SignatureKind kind, EVP_PKEY* key);
    [[nodiscard]] std::string number(const char* name) const;
    [[nodiscard]] std::string signature_of(std::string_view bytes) const;

    std::string id_;
    SignatureKind kind_;
    std::shared_ptr<EVP_PKEY> key_;
};

/// {"keys":[…]}
[[nodiscard]] std::string key_set(std::string_view members);

}  // namespace parcours::access::testing
