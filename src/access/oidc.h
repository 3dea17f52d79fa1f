#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/id_token.h"
#include "access/log_in.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access {

// Logging in by OpenID Connect: authorisation code with PKCE (RFC 7636). Pure: fetching is the
// caller's. The order: `parse_discovery` and `WebKeys::parse` once; `OidcAttempts::begin`, send the
// browser to the address; on its return `take` and `read_callback`; POST `token_request` to the
// token endpoint; `judge_id_token`; `identity_of`; `Access::log_in_by_identity`.

/// What an administrator configures.
struct OidcSettings {
    std::string issuer;
    std::string client_id;
    std::string redirect_uri;  ///< ours, as it is registered with the provider
    std::string scope = "openid profile email";
    std::string role_claim = "roles";
    std::string name_claim = "preferred_username";
    /// The provider's words and what they mean here; of several, the role that stands first counts.
    std::vector<std::pair<std::string, Role>> roles;
};

/// What a provider says of itself at ISSUER/.well-known/openid-configuration.
struct OidcEndpoints {
    std::string authorization;
    std::string token;
    std::string keys;
};

/// Errors: InvalidInput where the issuer is another than the configured one, or an address is
/// neither https nor http to this machine itself.
[[nodiscard]] Result<OidcEndpoints> parse_discovery(std::string_view json, std::string_view issuer);

/// One attempt to log in, between leaving for the provider and coming back.
struct OidcAttempt {
    std::string state;
    std::string nonce;
    std::string verifier;
    Instant begun_at;
};

/// Where to send the browser, and the secret that binds the attempt to it: a cookie (SameSite=Lax).
struct OidcDeparture {
    std::string url;
    std::string cookie;
};

/// Attempts under way. Each is taken once, within `attempt_age_max`; bounded, the oldest goes
/// first. Not safe for several threads.
class OidcAttempts {
  public:
    OidcDeparture begin(const OidcSettings& settings, const OidcEndpoints& endpoints,
                        Random& random, Instant now);
    /// The attempt of the browser that has this cookie; it cannot be taken again.
    std::optional<OidcAttempt> take(std::string_view cookie, Instant now);

    [[nodiscard]] std::size_t count() const { return attempts_.size(); }
    static constexpr std::size_t attempt_count_max = 1000;
    static constexpr Duration attempt_age_max = std::chrono::minutes(10);

  private:
    std::map<std::string, OidcAttempt, std::less<>> attempts_;  // by the cookie's hash
};

/// The parameters of the address that the browser came back to, decoded; empty where missing.
struct OidcCallback {
    std::string code;
    std::string state;
    std::string issuer;  ///< "iss" (RFC 9207)
    std::string error;
};

/// The code to be exchanged. Errors: InvalidInput for another state or issuer, and for what the
/// provider refused.
[[nodiscard]] Result<std::string> read_callback(const OidcSettings& settings,
                                                const OidcAttempt& attempt,
                                                const OidcCallback& callback);

/// The form (application/x-www-form-urlencoded, encoded) that is posted to the token endpoint. A
/// client's secret goes into the Authorization header, which is the caller's.
[[nodiscard]] std::string token_request(const OidcSettings& settings, const OidcAttempt& attempt,
                                        std::string_view code);

[[nodiscard]] IdTokenTerms id_token_terms(const OidcSettings& settings, const OidcAttempt& attempt);

/// Who it is here. Errors: Conflict where roles are configured and none of them fits.
[[nodiscard]] Result<ExternalIdentity> identity_of(const OidcSettings& settings,
                                                   const IdClaims& claims);

/// The challenge of a verifier: S256 (RFC 7636 §4.2).
[[nodiscard]] std::string pkce_challenge(std::string_view verifier);

}  // namespace parcours::access
