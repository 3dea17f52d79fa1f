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
#include "access/secret_bytes.h"
#include "base/error.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access {

// Logging in by OpenID Connect: authorisation code with PKCE (RFC 7636). Pure: fetching is the
// caller's (oidc_log_in.h). The order: `parse_discovery` and `WebKeys::parse` once;
// `OidcAttempts::begin`, send the browser to the address; on its return `take` and `read_callback`;
// POST `token_request` to the token endpoint; `judge_id_token`; `identity_of`;
// `Access::log_in_by_identity`.

/// What an administrator configures.
struct OidcSettings {
    std::string name;  ///< of the provider, as the button says it
    std::string issuer;
    std::string client_id;
    std::string redirect_uri;  ///< ours, as it is registered with the provider
    std::string scope = "openid profile email";
    std::string role_claim = "roles";
    std::string name_claim = "preferred_username";
    /// The provider's words and what they mean here; of several, the role that stands first counts.
    std::vector<std::pair<std::string, Role>> roles;
    /// Where not empty: only people with a verified address of electronic mail at one of these.
    std::vector<std::string> domains;
    bool add_people = false;    ///< people with a role who are not known here are added
    std::string client_secret;  ///< empty: a public client
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
    std::string return_to;  ///< the place in the console that was wanted
};

/// Where to send the browser, and the secret that binds the attempt to it: a cookie (SameSite=Lax).
struct OidcDeparture {
    std::string url;
    std::string cookie;
};

/// Attempts under way. The browser keeps each, sealed, so that nobody can make the server forget
/// others' by beginning many; here is only which ones came back: each is taken once, within
/// `attempt_age_max`. Not safe for several threads.
class OidcAttempts {
  public:
    explicit OidcAttempts(const Hash256& key) : key_(key) {}

    OidcDeparture begin(const OidcSettings& settings, const OidcEndpoints& endpoints,
                        std::string_view return_to, Random& random, Instant now);
    /// The attempt of the browser that has this cookie; it cannot be taken again.
    std::optional<OidcAttempt> take(std::string_view cookie, Instant now);

    [[nodiscard]] std::size_t taken_count() const { return taken_.size(); }
    static constexpr std::size_t taken_count_max = 10'000;
    static constexpr Duration attempt_age_max = std::chrono::minutes(10);

  private:
    Hash256 key_;
    std::map<std::string, Instant, std::less<>> taken_;  // states, and when they were begun
};

/// Whether a browser may be sent there after logging in: a place in the console, nowhere else.
[[nodiscard]] bool is_place_here(std::string_view path);

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

/// Who it is here. Errors: Conflict where roles are configured and none of them fits, and where the
/// address is none of the configured domains'.
[[nodiscard]] Result<ExternalIdentity> identity_of(const OidcSettings& settings,
                                                   const IdClaims& claims);

/// Whether secrets may be sent there: by TLS, or to this machine itself. Never where a user stands
/// before the host.
[[nodiscard]] bool is_safe_address(std::string_view url);

/// The challenge of a verifier: S256 (RFC 7636 §4.2).
[[nodiscard]] std::string pkce_challenge(std::string_view verifier);

}  // namespace parcours::access
