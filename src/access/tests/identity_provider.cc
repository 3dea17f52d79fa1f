#include "access/tests/identity_provider.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string>
#include <string_view>
#include <utility>

#include "access/secret_bytes.h"
#include "access/web_keys.h"
#include "base/error.h"

namespace parcours::access::testing {
namespace {

std::string number_bytes(const BIGNUM* number, std::size_t size_min) {
    const auto size = std::max(static_cast<std::size_t>(BN_num_bytes(number)), size_min);
    std::string bytes(size, '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size));
    return bytes;
}

}  // namespace

ProviderKey::ProviderKey(std::string id, SignatureKind kind, EVP_PKEY* key)
    : id_(std::move(id)), kind_(kind), key_(key, &EVP_PKEY_free) {
    check(key != nullptr, "OpenSSL makes a key");
}

ProviderKey ProviderKey::rsa(std::string id, unsigned bits) {
    return {std::move(id), SignatureKind::Rs256, EVP_RSA_gen(bits)};
}

ProviderKey ProviderKey::p256(std::string id) {
    return {std::move(id), SignatureKind::Es256, EVP_EC_gen("P-256")};
}

std::string ProviderKey::number(const char* name) const {
    BIGNUM* found = nullptr;
    check(EVP_PKEY_get_bn_param(key_.get(), name, &found) == 1, "a key has its numbers");
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> owner(found, &BN_free);
    return to_base64url(number_bytes(found, kind_ == SignatureKind::Es256 ? 32 : 0));
}

std::string ProviderKey::to_json(std::string_view extra) const {
    std::string json = R"({"kid":")" + id_ + "\"";
    if (kind_ == SignatureKind::Rs256) {
        json += R"(,"kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
                number(OSSL_PKEY_PARAM_RSA_E);
    } else {
        json += R"(,"kty":"EC","crv":"P-256","x":")" + number(OSSL_PKEY_PARAM_EC_PUB_X) +
                R"(","y":")" + number(OSSL_PKEY_PARAM_EC_PUB_Y);
    }
    return json + "\"" + std::string(extra) + "}";
}

std::string ProviderKey::signature_of(std::string_view bytes) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
    std::array<unsigned char, 1024> made{};
    std::size_t size = made.size();
    check(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
              EVP_DigestSign(context.get(), made.data(), &size, data, bytes.size()) == 1,
          "OpenSSL signs");
    if (kind_ == SignatureKind::Rs256) {
        return {reinterpret_cast<const char*>(made.data()), size};
    }
    const unsigned char* der = made.data();
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
        d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(size)), &ECDSA_SIG_free);
    return number_bytes(ECDSA_SIG_get0_r(pair.get()), 32) +
           number_bytes(ECDSA_SIG_get0_s(pair.get()), 32);
}

std::string ProviderKey::sign(std::string_view header, std::string_view payload) const {
    const std::string signed_part = to_base64url(header) + "." + to_base64url(payload);
    return signed_part + "." + to_base64url(signature_of(signed_part));
}

std::string ProviderKey::sign(std::string_view payload) const {
    const std::string algorithm = kind_ == SignatureKind::Rs256 ? "RS256" : "ES256";
    return sign(R"({"alg":")" + algorithm + R"(","typ":"JWT","kid":")" + id_ + "\"}", payload);
}

std::string key_set(std::string_view members) {
    return R"({"keys":[)" + std::string(members) + "]}";
}

}  // namespace parcours::access::testing
