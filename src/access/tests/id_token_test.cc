#include "access/id_token.h"

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "access/secret_bytes.h"
#include "access/tests/identity_provider.h"
#include "access/web_keys.h"
#include "base/time.h"

namespace parcours::access {
namespace {

using testing::key_set;
using testing::ProviderKey;

constexpr std::int64_t present = 1'790'000'000;
const Instant now{std::chrono::seconds(present)};

const ProviderKey& rsa() {
    static const ProviderKey key = ProviderKey::rsa("rsa");
    return key;
}
const ProviderKey& ec() {
    static const ProviderKey key = ProviderKey::p256("ec");
    return key;
}

class IdToken : public ::testing::Test {
  protected:
    IdToken() : keys(WebKeys::parse(key_set(rsa().to_json() + "," + ec().to_json())).value()) {
        claims = {{"iss", R"("https://id.example")"},
                  {"aud", R"("parcours")"},
                  {"sub", R"("subject-1")"},
                  {"exp", std::to_string(present + 300)},
                  {"iat", std::to_string(present)},
                  {"nonce", R"("n-1")"},
                  {"preferred_username", R"("carla")"},
                  {"name", R"("Carla")"},
                  {"roles", R"(["nurse","admin"])"}};
    }

    using Claims = std::map<std::string, std::string>;

    std::string payload() const { return payload_of(claims); }
    static std::string payload_of(const Claims& all) {
        std::string json = "{";
        for (const auto& [name, value] : all) {
            json += (json.size() > 1 ? ",\"" : "\"") + name + "\":" + value;
        }
        return json + "}";
    }
    Result<IdClaims> judge(const std::string& token) const {
        return judge_id_token(token, terms, keys, now);
    }
    /// The judgement of the claims with one of them changed, or taken out.
    Result<IdClaims> with(const std::string& name, const std::string& value) const {
        Claims changed = claims;
        changed[name] = value;
        std::erase_if(changed, [](const auto& claim) { return claim.second.empty(); });
        return judge(ec().sign(payload_of(changed)));
    }

    IdTokenTerms terms{.issuer = "https://id.example", .client_id = "parcours", .nonce = "n-1"};
    WebKeys keys;
    Claims claims;
};

TEST_F(IdToken, BothAlgorithmsAreAccepted) {
    for (const ProviderKey* const key : {&rsa(), &ec()}) {
        const auto judged = judge(key->sign(payload()));
        ASSERT_TRUE(judged) << judged.error().message;
        EXPECT_EQ(judged->subject, "subject-1");
        EXPECT_EQ(judged->name, "carla");
        EXPECT_EQ(judged->display, "Carla");
        EXPECT_EQ(judged->roles, (std::vector<std::string>{"nurse", "admin"}));
    }
    EXPECT_EQ(id_token_key_id(rsa().sign(payload())), "rsa");
    EXPECT_EQ(id_token_key_id("rubbish"), "");
}

TEST_F(IdToken, UnsignedAndForeignSignaturesAreRefused) {
    const std::string body = to_base64url(payload());
    for (const char* const header :
         {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"HS256","kid":"rsa"})",
          R"({"alg":"RS512","kid":"rsa"})", R"({"kid":"rsa"})", "{}", "[]", ""}) {
        EXPECT_FALSE(judge(to_base64url(header) + "." + body + ".")) << header;
        EXPECT_FALSE(judge(rsa().sign(header, payload()))) << header;
    }
    EXPECT_FALSE(judge(ProviderKey::rsa("rsa").sign(payload()))) << "another's key of that name";
    EXPECT_FALSE(judge(rsa().sign(R"({"alg":"ES256","kid":"rsa"})", payload())));
    EXPECT_FALSE(judge(ec().sign(R"({"alg":"RS256","kid":"rsa"})", payload())));
    EXPECT_FALSE(judge(rsa().sign(R"({"alg":"RS256","kid":"ec"})", payload())));
    EXPECT_FALSE(judge(rsa().sign(R"({"alg":"RS256","kid":"rsa","crit":["b64"]})", payload())));
}

/// The public key of the provider must not do as the secret of an HMAC.
TEST_F(IdToken, ThePublicKeyIsNoSecret) {
    const std::string signed_part =
        to_base64url(R"({"alg":"HS256","kid":"rsa"})") + "." + to_base64url(payload());
    const Hash256 mac = hmac_sha256(rsa().to_json(), signed_part);
    EXPECT_FALSE(judge(signed_part + "." + to_base64url(mac.view())));
}

TEST_F(IdToken, EveryChangedByteIsRefused) {
    const std::string token = ec().sign(payload());
    ASSERT_TRUE(judge(token));
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        if (changed != token) {
            EXPECT_FALSE(judge(changed)) << i;
        }
        EXPECT_FALSE(judge(token.substr(0, i)));
    }
    EXPECT_FALSE(judge(token + "." + token));
    EXPECT_FALSE(judge(std::string(100'000, 'a')));
}

TEST_F(IdToken, IsForUs) {
    EXPECT_FALSE(with("iss", R"("https://id.example/")"));
    EXPECT_FALSE(with("iss", ""));
    EXPECT_FALSE(with("aud", R"("other")"));
    EXPECT_FALSE(with("aud", ""));
    EXPECT_FALSE(with("aud", "[]"));
    EXPECT_TRUE(with("aud", R"(["parcours"])"));
    EXPECT_FALSE(with("aud", R"(["parcours","other"])")) << "several need azp";
    EXPECT_TRUE(with("azp", R"("parcours")"));
    EXPECT_FALSE(with("azp", R"("other")"));
    EXPECT_FALSE(with("azp", "1"));
}

TEST_F(IdToken, IsOfNow) {
    const auto at = [](std::int64_t offset) { return std::to_string(present + offset); };
    EXPECT_TRUE(with("exp", at(-59)));
    EXPECT_FALSE(with("exp", at(-60)));
    EXPECT_FALSE(with("exp", ""));
    EXPECT_FALSE(with("exp", "\"" + at(300) + "\""));
    EXPECT_FALSE(with("exp", "-1"));
    EXPECT_FALSE(with("exp", "1e300"));
    EXPECT_TRUE(with("iat", at(60)));
    EXPECT_FALSE(with("iat", at(61)));
    EXPECT_TRUE(with("iat", at(-900)));
    EXPECT_FALSE(with("iat", at(-961)));
    EXPECT_FALSE(with("iat", ""));
    EXPECT_TRUE(with("nbf", at(60)));
    EXPECT_FALSE(with("nbf", at(61)));
    EXPECT_FALSE(with("nbf", "\"x\""));
}

TEST_F(IdToken, AnswersThisAttempt) {
    EXPECT_FALSE(with("nonce", R"("n-2")"));
    EXPECT_FALSE(with("nonce", ""));
    terms.nonce.clear();
    EXPECT_FALSE(with("nonce", R"("")")) << "an attempt without nonce takes nothing";
}

TEST_F(IdToken, SaysWhoItIsAbout) {
    EXPECT_FALSE(with("sub", ""));
    EXPECT_FALSE(with("sub", R"("")"));
    EXPECT_FALSE(with("sub", "7"));
    EXPECT_FALSE(with("sub", "\"" + std::string(256, 'x') + "\""));
    EXPECT_TRUE(with("name", "")->display.empty());
    EXPECT_FALSE(judge(ec().sign("[]")));
    EXPECT_FALSE(judge(ec().sign("rubbish")));
}

TEST_F(IdToken, RolesStandWhereTheyAreConfigured) {
    terms.role_claim = "realm_access.roles";
    EXPECT_EQ(with("realm_access", R"({"roles":["a",1,"b"]})")->roles,
              (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(with("realm_access", "7")->roles.empty());
    EXPECT_TRUE(with("roles", "")->roles.empty());
    terms.role_claim = "https://clinic.example/roles";
    EXPECT_EQ(with("https://clinic.example/roles", R"("nurse")")->roles,
              std::vector<std::string>{"nurse"});
}

}  // namespace
}  // namespace parcours::access
