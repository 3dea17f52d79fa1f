#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "access/web_keys.h"
#include "base/error.h"
#include "base/time.h"

namespace parcours::access {

/// What an ID token must say to be for us and of now.
struct IdTokenTerms {
    std::string issuer;
    std::string client_id;
    std::string nonce;  ///< of the attempt that it answers
    /// Where the roles stand: the name of a claim, or a path such as "realm_access.roles".
    std::string role_claim = "roles";
    std::string name_claim = "preferred_username";
};

/// What a provider says of somebody, proved.
struct IdClaims {
    std::string subject;
    std::string name;                ///< empty where the claim is missing
    std::string display;             ///< the claim "name"; empty where missing
    std::vector<std::string> roles;  ///< the provider's words
    std::string email;
    bool email_verified = false;  ///< the provider says that the address is theirs
};

/// Judges an ID token as OpenID Connect Core 1.0 §3.1.3.7 demands: form, algorithm (RS256 or
/// ES256), signature, iss, aud, azp, exp, nbf, iat, nonce, sub. Clocks may differ by
/// `clock_skew_max`. Errors: InvalidInput with what is wrong; never with the token's content.
[[nodiscard]] Result<IdClaims> judge_id_token(std::string_view token, const IdTokenTerms& terms,
                                              const WebKeys& keys, Instant now);

/// The id of the key that a token names, unjudged: to learn whether keys must be fetched again.
[[nodiscard]] std::string id_token_key_id(std::string_view token);

inline constexpr Duration clock_skew_max = std::chrono::seconds(60);
/// A token is fetched at once, so an old one was taken from somewhere else.
inline constexpr Duration id_token_age_max = std::chrono::minutes(15);
inline constexpr std::size_t id_token_bytes_max = 16'384;

}  // namespace parcours::access
