#include "access/web_keys.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>

#include "access/secret_bytes.h"
#include "access/tests/identity_provider.h"

namespace parcours::access {
namespace {

using testing::key_set;
using testing::ProviderKey;

// RFC 7515, appendix A.3.
TEST(WebKeys, VerifiesTheExampleOfTheStandard) {
    const auto keys = WebKeys::parse(
        key_set(R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})"));
    ASSERT_TRUE(keys);
    const std::string_view signed_part =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
        "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const auto signature = from_base64url(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
    ASSERT_TRUE(signature);
    EXPECT_TRUE(keys->verify(SignatureKind::Es256, "", signed_part, *signature));
    EXPECT_FALSE(keys->verify(SignatureKind::Rs256, "", signed_part, *signature));
    EXPECT_FALSE(keys->verify(SignatureKind::Es256, "", "x", *signature));
    for (std::size_t i = 0; i < signature->size(); ++i) {
        std::string changed = *signature;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(keys->verify(SignatureKind::Es256, "", signed_part, changed));
    }
    for (const std::string& wrong : {std::string(), std::string(64, '\0'), *signature + "x",
                                     signature->substr(1), std::string(64, '\xff')}) {
        EXPECT_FALSE(keys->verify(SignatureKind::Es256, "", signed_part, wrong));
    }
}

/// The signed part and the signature of a token.
std::pair<std::string, std::string> split(const std::string& token) {
    const auto last = token.rfind('.');
    return {token.substr(0, last), from_base64url(token.substr(last + 1)).value()};
}

TEST(WebKeys, ChoosesTheKeyByItsId) {
    const auto one = ProviderKey::rsa("one");
    const auto two = ProviderKey::rsa("two");
    const auto [bytes, signature] = split(one.sign("{}"));
    const WebKeys both = WebKeys::parse(key_set(one.to_json() + "," + two.to_json())).value();
    EXPECT_TRUE(both.has("one"));
    EXPECT_FALSE(both.has("three"));
    EXPECT_TRUE(both.verify(SignatureKind::Rs256, "one", bytes, signature));
    EXPECT_FALSE(both.verify(SignatureKind::Rs256, "two", bytes, signature));
    EXPECT_FALSE(both.verify(SignatureKind::Rs256, "three", bytes, signature));
    EXPECT_FALSE(both.verify(SignatureKind::Rs256, "", bytes, signature)) << "which of them?";
    const WebKeys alone = WebKeys::parse(key_set(one.to_json())).value();
    EXPECT_TRUE(alone.verify(SignatureKind::Rs256, "", bytes, signature));
}

TEST(WebKeys, PassesOverWhatIsNotForSigning) {
    const auto rsa = ProviderKey::rsa("rsa");
    const auto weak = ProviderKey::rsa("weak", 1024);
    const auto ec = ProviderKey::p256("ec");
    for (const std::string& members :
         {rsa.to_json(R"(,"use":"enc")"), rsa.to_json(R"(,"alg":"RS512")"), weak.to_json(),
          ec.to_json(R"(,"alg":"ES384")"), std::string(R"({"kty":"oct","k":"c2VjcmV0"})"),
          std::string(R"({"kty":"RSA"})"), std::string(R"({"kty":"RSA","n":"!","e":"AQAB"})"),
          std::string(R"({"kty":"RSA","n":"","e":""})"), std::string("1"),
          std::string(R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})"),
          // Not on the curve.
          R"({"kty":"EC","crv":"P-256","x":")" + to_base64url(std::string(32, '\1')) +
              R"(","y":")" + to_base64url(std::string(32, '\2')) + "\"}"}) {
        EXPECT_FALSE(WebKeys::parse(key_set(members))) << members;
        EXPECT_TRUE(WebKeys::parse(key_set(members + "," + ec.to_json(R"(,"use":"sig")"))));
    }
}

TEST(WebKeys, RefusesWhatIsNoKeySet) {
    for (const char* const json : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[]})", "{"}) {
        EXPECT_FALSE(WebKeys::parse(json)) << json;
    }
}

}  // namespace
}  // namespace parcours::access
