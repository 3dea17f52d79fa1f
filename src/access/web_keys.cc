#include "access/web_keys.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/types.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/secret_bytes.h"
#include "base/error.h"
#include "base/json.h"

namespace parcours::access {
namespace {

template <class T, void (*release)(T*)>
struct Release {
    void operator()(T* owned) const { release(owned); }
};
using KeyOwner = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY, EVP_PKEY_free>>;
using ContextOwner = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using DigestOwner = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX, EVP_MD_CTX_free>>;
using NumberOwner = std::unique_ptr<BIGNUM, Release<BIGNUM, BN_free>>;
using BuilderOwner = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using ParamsOwner = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM, OSSL_PARAM_free>>;
using SignatureOwner = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG, ECDSA_SIG_free>>;

constexpr std::size_t coordinate_size = 32;
constexpr int rsa_bits_min = 2048;
constexpr int rsa_bits_max = 8192;

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

NumberOwner number_of(std::string_view bytes) {
    return NumberOwner(BN_bin2bn(raw(bytes), static_cast<int>(bytes.size()), nullptr));
}

KeyOwner make_key(const char* kind, OSSL_PARAM_BLD* builder) {
    const ParamsOwner params(OSSL_PARAM_BLD_to_param(builder));
    const ContextOwner context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
    EVP_PKEY* key = nullptr;
    if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
        return nullptr;
    }
    return KeyOwner(key);
}

KeyOwner rsa_key(const JsonView& json) {
    const auto modulus = from_base64url(json["n"].text());
    const auto exponent = from_base64url(json["e"].text());
    if (!modulus || !exponent || modulus->size() > rsa_bits_max / 8 || exponent->size() > 8) {
        return nullptr;
    }
    const NumberOwner n = number_of(*modulus);
    const NumberOwner e = number_of(*exponent);
    const BuilderOwner builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    KeyOwner key = make_key("RSA", builder.get());
    return key != nullptr && EVP_PKEY_get_bits(key.get()) >= rsa_bits_min ? std::move(key)
                                                                          : nullptr;
}

KeyOwner ec_key(const JsonView& json) {
    const auto x = from_base64url(json["x"].text());
    const auto y = from_base64url(json["y"].text());
    if (json["crv"].text() != "P-256" || !x || !y || x->size() != coordinate_size ||
        y->size() != coordinate_size) {
        return nullptr;
    }
    const std::string point = '\x04' + *x + *y;  // SEC 1 §2.3.3, uncompressed
    const BuilderOwner builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                     point.size());
    return make_key("EC", builder.get());
}

/// ECDSA signatures of tokens are two plain numbers (RFC 7518 §3.4); OpenSSL wants them in DER.
std::optional<std::string> der_signature(std::string_view signature) {
    if (signature.size() != 2 * coordinate_size) {
        return std::nullopt;
    }
    NumberOwner r = number_of(signature.substr(0, coordinate_size));
    NumberOwner s = number_of(signature.substr(coordinate_size));
    const SignatureOwner pair(ECDSA_SIG_new());
    if (pair == nullptr || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) {
        return std::nullopt;
    }
    // The pair owns both numbers from here on.
    [[maybe_unused]] const BIGNUM* const first = r.release();
    [[maybe_unused]] const BIGNUM* const second = s.release();
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(pair.get(), &der);
    if (size <= 0) {
        return std::nullopt;
    }
    std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return bytes;
}

}  // namespace

struct WebKeys::Key {
    std::string id;
    SignatureKind kind = SignatureKind::Rs256;
    KeyOwner key;
};

Result<WebKeys> WebKeys::parse(std::string_view json) {
    JsonDocument document;
    const auto root = document.parse(json);
    if (!root || !(*root)["keys"].is_array()) {
        return fail(ErrorCode::InvalidInput,
                    "the keys of the provider are not a JSON object with an array \"keys\"");
    }
    WebKeys keys;
    for (const JsonView& entry : (*root)["keys"].elements()) {
        const bool rsa = entry["kty"].text() == "RSA";
        const auto kind = rsa ? SignatureKind::Rs256 : SignatureKind::Es256;
        const std::string_view algorithm = rsa ? "RS256" : "ES256";
        if ((!rsa && entry["kty"].text() != "EC") || entry["use"].text("sig") != "sig" ||
            entry["alg"].text(algorithm) != algorithm || keys.keys_.size() >= key_count_max) {
            continue;
        }
        if (KeyOwner key = rsa ? rsa_key(entry) : ec_key(entry)) {
            keys.keys_.push_back(std::make_shared<const Key>(
                Key{std::string(entry["kid"].text()), kind, std::move(key)}));
        }
    }
    if (keys.keys_.empty()) {
        return fail(ErrorCode::InvalidInput,
                    "the provider publishes no key that can be used: an RSA key of 2048 bits or "
                    "more, or one on the curve P-256, is needed");
    }
    return keys;
}

bool WebKeys::has(std::string_view key_id) const {
    return std::ranges::any_of(keys_, [key_id](const auto& key) { return key->id == key_id; });
}

bool WebKeys::verify(SignatureKind kind, std::string_view key_id, std::string_view bytes,
                     std::string_view signature) const {
    const Key* chosen = nullptr;
    for (const auto& key : keys_) {
        if (key->kind != kind || (!key_id.empty() && key->id != key_id)) {
            continue;
        }
        if (chosen != nullptr) {
            return false;  // which one is meant cannot be told
        }
        chosen = key.get();
    }
    std::optional<std::string> proof(signature);
    if (kind == SignatureKind::Es256) {
        proof = der_signature(signature);
    }
    const DigestOwner context(EVP_MD_CTX_new());
    return chosen != nullptr && proof && context != nullptr &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, chosen->key.get()) ==
               1 &&
           EVP_DigestVerify(context.get(), raw(*proof), proof->size(), raw(bytes), bytes.size()) ==
               1;
}

}  // namespace parcours::access
