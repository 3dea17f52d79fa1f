#include "access/oidc.h"

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "access/access.h"
#include "access/secret_bytes.h"
#include "access/tests/access_fixture.h"
#include "access/tests/identity_provider.h"
#include "access/web_keys.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Hash256 key = sha256("a key");
const OidcSettings settings{
    .name = "The hospital",
    .issuer = "https://id.example",
    .client_id = "parcours",
    .redirect_uri = "https://clinic.example/log-in/back",
    .scope = "openid profile email",
    .role_claim = "roles",
    .name_claim = "preferred_username",
    .roles = {{"clinic-admin", Role::Administrator}, {"nurse", Role::Agent}},
    .domains = {},
    .add_people = true,
    .client_secret = {}};
const OidcEndpoints endpoints{.authorization = "https://id.example/authorize",
                              .token = "https://id.example/token",
                              .keys = "https://id.example/keys"};
const Instant start{seconds(1'790'000'000)};

/// The value of a parameter of an address, as it stands.
std::string parameter(std::string_view url, std::string_view name) {
    const auto at = url.find(std::string(name) + "=");
    if (at == std::string_view::npos) {
        return {};
    }
    const auto begin = at + name.size() + 1;
    return std::string(url.substr(begin, url.find('&', begin) - begin));
}

// RFC 7636, appendix B.
TEST(Pkce, ChallengeIsThatOfTheStandard) {
    EXPECT_EQ(pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(OidcAttempts, DepartureNamesWhatTheAnswerMustFit) {
    SeededRandom random(1);
    OidcAttempts attempts(key);
    const OidcDeparture departure = attempts.begin(settings, endpoints, "/tasks", random, start);
    EXPECT_TRUE(departure.url.starts_with("https://id.example/authorize?response_type=code&"));
    EXPECT_EQ(parameter(departure.url, "redirect_uri"),
              "https%3A%2F%2Fclinic.example%2Flog-in%2Fback");
    EXPECT_EQ(parameter(departure.url, "scope"), "openid%20profile%20email");
    EXPECT_EQ(parameter(departure.url, "code_challenge_method"), "S256");
    const auto attempt = attempts.take(departure.cookie, start + minutes(10));
    ASSERT_TRUE(attempt);
    EXPECT_EQ(parameter(departure.url, "state"), attempt->state);
    EXPECT_EQ(parameter(departure.url, "nonce"), attempt->nonce);
    EXPECT_EQ(parameter(departure.url, "code_challenge"), pkce_challenge(attempt->verifier));
    EXPECT_EQ(departure.url.find(attempt->verifier), std::string::npos);
    EXPECT_GE(attempt->verifier.size(), 43U);
    EXPECT_FALSE(attempts.take(departure.cookie, start)) << "once";
    const OidcEndpoints query{"https://id.example/a?tenant=1", "", ""};
    EXPECT_TRUE(attempts.begin(settings, query, "/", random, start)
                    .url.starts_with("https://id.example/a?tenant=1&response_type"));
}

TEST(OidcAttempts, AreBoundToTheBrowserAndToTime) {
    SeededRandom random(1);
    OidcAttempts attempts(key);
    const OidcDeparture one = attempts.begin(settings, endpoints, "/tasks", random, start);
    EXPECT_FALSE(attempts.take("", start));
    EXPECT_FALSE(attempts.take("other", start));
    EXPECT_FALSE(attempts.take(one.cookie.substr(1), start));
    EXPECT_FALSE(attempts.take(one.cookie, start + minutes(10) + seconds(1)));
    EXPECT_FALSE(attempts.take(one.cookie, start - minutes(1)));
    EXPECT_FALSE(OidcAttempts(sha256("another key")).take(one.cookie, start));
    EXPECT_EQ(attempts.take(one.cookie, start)->return_to, "/tasks");
    EXPECT_FALSE(attempts.take(one.cookie, start)) << "once";
    EXPECT_EQ(attempts.taken_count(), 1U);
    const OidcDeparture later =
        attempts.begin(settings, endpoints, "/tasks", random, start + minutes(11));
    EXPECT_TRUE(attempts.take(later.cookie, start + minutes(11)));
    EXPECT_EQ(attempts.taken_count(), 1U) << "what is over anyway is forgotten";
}

TEST(OidcAttempts, LeadBackIntoTheConsoleOnly) {
    for (const char* const place : {"/", "/tasks?state=all", "/patients/p1#record"}) {
        EXPECT_TRUE(is_place_here(place)) << place;
    }
    for (const char* const place :
         {"", "tasks", "//evil.example", "/\\evil.example", "https://evil.example", "/a b",
          "/a\r\nSet-Cookie: x", "/api/v1/session", "/\xff"}) {
        EXPECT_FALSE(is_place_here(place)) << place;
    }
    EXPECT_FALSE(is_place_here("/" + std::string(500, 'x')));
    SeededRandom random(1);
    OidcAttempts attempts(key);
    const auto departure = attempts.begin(settings, endpoints, "//evil.example", random, start);
    EXPECT_EQ(attempts.take(departure.cookie, start)->return_to, "/");
}

TEST(OidcCallback, MustFitTheAttempt) {
    const OidcAttempt attempt{"state-1", "nonce-1", "verifier-1", start, "/"};
    EXPECT_EQ(read_callback(settings, attempt, {"code-1", "state-1", "", ""}).value(), "code-1");
    EXPECT_TRUE(read_callback(settings, attempt, {"code-1", "state-1", "https://id.example", ""}));
    EXPECT_FALSE(read_callback(settings, attempt, {"code-1", "state-2", "", ""}));
    EXPECT_FALSE(read_callback(settings, attempt, {"code-1", "", "", ""}));
    EXPECT_FALSE(read_callback(settings, {}, {"code-1", "", "", ""}));
    EXPECT_FALSE(read_callback(settings, attempt, {"code-1", "state-1", "https://evil", ""}));
    EXPECT_FALSE(read_callback(settings, attempt, {"", "state-1", "", ""}));
    EXPECT_FALSE(read_callback(settings, attempt, {"code-1", "state-1", "", "access_denied"}));
}

TEST(OidcTokenRequest, IsAForm) {
    const OidcAttempt attempt{"state-1", "nonce-1", "verifier-1", start, "/"};
    EXPECT_EQ(token_request(settings, attempt, "a&b=c d"),
              "grant_type=authorization_code&code=a%26b%3Dc%20d&"
              "redirect_uri=https%3A%2F%2Fclinic.example%2Flog-in%2Fback&client_id=parcours&"
              "code_verifier=verifier-1");
}

std::string discovery(std::string_view token_endpoint) {
    return R"({"issuer":"https://id.example","authorization_endpoint":"https://id.example/a",)"
           R"("token_endpoint":")" +
           std::string(token_endpoint) + R"(","jwks_uri":"https://id.example/k"})";
}

TEST(OidcAddress, SendsSecretsByTlsOrToThisMachineOnly) {
    for (const char* const good :
         {"https://id.example", "https://id.example/a@b?c=d@e", "http://localhost:8080/t",
          "http://127.0.0.1", "http://[::1]:1/t", "http://localhost/a@b"}) {
        EXPECT_TRUE(is_safe_address(good)) << good;
    }
    for (const char* const bad :
         {"", "https://", "http://id.example", "http://localhost.example/t", "ftp://localhost",
          "http://localhost:1@evil.example/token", "http://127.0.0.1:80@evil.example",
          "https://id.example@evil.example/token", "https://id.example/t#x"}) {
        EXPECT_FALSE(is_safe_address(bad)) << bad;
    }
    const std::string evil = discovery("http://localhost:1@evil.example/token");
    EXPECT_FALSE(parse_discovery(evil, "https://id.example"));
}

TEST(OidcDiscovery, IsReadAndJudged) {
    const auto read = parse_discovery(discovery("https://id.example/t"), "https://id.example");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->authorization, "https://id.example/a");
    EXPECT_EQ(read->token, "https://id.example/t");
    EXPECT_EQ(read->keys, "https://id.example/k");
    EXPECT_FALSE(parse_discovery(discovery("https://id.example/t"), "https://other.example"));
    EXPECT_TRUE(parse_discovery(discovery("http://127.0.0.1:9000/t"), "https://id.example"));
    for (const char* const url :
         {"", "http://id.example/t", "http://127.0.0.1.evil/t", "http://localhost@evil/", "ftp://x",
          "https://", "https://id.example/t#x", "https://id.example/ x"}) {
        EXPECT_FALSE(parse_discovery(discovery(url), "https://id.example")) << url;
    }
    EXPECT_FALSE(parse_discovery("", "https://id.example"));
    EXPECT_FALSE(parse_discovery("[]", ""));
}

TEST(OidcIdentity, RolesAreMappedInTheOrderOfTheSettings) {
    IdClaims claims{.subject = "s", .name = "carla", .display = "Carla", .roles = {}, .email = {}};
    EXPECT_EQ(identity_of(settings, claims).error().code, ErrorCode::Conflict);
    claims.roles = {"Nurse"};
    EXPECT_FALSE(identity_of(settings, claims)) << "words are taken as they are";
    claims.roles = {"other", "nurse"};
    EXPECT_EQ(identity_of(settings, claims)->role, Role::Agent);
    claims.roles = {"nurse", "clinic-admin"};
    EXPECT_EQ(identity_of(settings, claims)->role, Role::Administrator);
    claims.display = std::string(300, 'x');
    EXPECT_EQ(identity_of(settings, claims)->display.size(), display_bytes_max);
    OidcSettings without = settings;
    without.roles.clear();
    EXPECT_FALSE(identity_of(without, claims)->role);
}

TEST(OidcIdentity, AddressesOfOtherDomainsAreRefused) {
    OidcSettings strict = settings;
    strict.domains = {"Clinic.example"};
    IdClaims claims{.subject = "s",
                    .name = "carla",
                    .display = "Carla",
                    .roles = {"nurse"},
                    .email = "carla@clinic.EXAMPLE",
                    .email_verified = true};
    EXPECT_TRUE(identity_of(strict, claims));
    claims.email_verified = false;
    EXPECT_EQ(identity_of(strict, claims).error().code, ErrorCode::Conflict);
    claims.email_verified = true;
    for (const char* const email :
         {"", "carla", "carla@evil.example", "x@clinic.example@evil.example",
          "carla@sub.clinic.example", "carla@"}) {
        claims.email = email;
        EXPECT_FALSE(identity_of(strict, claims)) << email;
    }
}

/// The whole way, with an invented provider.
class WholeWay : public testing::AccessTest {};

TEST_F(WholeWay, FromTheButtonToTheSession) {
    const auto signing = testing::ProviderKey::p256("k1");
    const WebKeys keys = WebKeys::parse(testing::key_set(signing.to_json())).value();
    OidcAttempts attempts(key);
    const OidcDeparture departure = attempts.begin(settings, endpoints, "/tasks", random, now);
    now += seconds(40);

    const auto attempt = attempts.take(departure.cookie, now);
    ASSERT_TRUE(attempt);
    const auto code =
        read_callback(settings, *attempt, {"code-1", parameter(departure.url, "state"), "", ""});
    ASSERT_TRUE(code);
    const std::string second =
        std::to_string(std::chrono::duration_cast<seconds>(now.time_since_epoch()).count());
    const std::string token = signing.sign(
        R"({"iss":"https://id.example","aud":"parcours","sub":"s-1","iat":)" + second +
        R"(,"exp":)" + second + R"(,"nonce":")" + parameter(departure.url, "nonce") +
        R"(","preferred_username":"Carla@clinic.example","name":"Carla","roles":["nurse"]})");
    const auto claims = judge_id_token(token, id_token_terms(settings, *attempt), keys, now);
    ASSERT_TRUE(claims) << claims.error().message;
    const auto identity = identity_of(settings, *claims);
    ASSERT_TRUE(identity);
    const auto session = access->log_in_by_identity(*identity, "192.0.2.1", now);
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_EQ(session->outcome, LogIn::Outcome::Open);
    EXPECT_EQ(session->principal.actor.name, "carla@clinic.example");
    EXPECT_EQ(session->principal.role, Role::Agent);
    restart();
    EXPECT_TRUE(is_in(*session));
}

}  // namespace
}  // namespace parcours::access
