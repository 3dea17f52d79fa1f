#include "access/oidc.h"

#include <algorithm>
#include <fmt/core.h>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/id_token.h"
#include "access/log_in.h"
#include "access/secret_bytes.h"
#include "access/sessions.h"
#include "access/staff.h"
#include "base/error.h"
#include "base/json.h"
#include "base/random.h"
#include "base/time.h"
#include "base/utf8.h"

namespace parcours::access {
namespace {

std::string percent_encode(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        encoded +=
            plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

std::string write_form(
    std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    std::string form;
    for (const auto& [name, value] : fields) {
        form += form.empty() ? "" : "&";
        form.append(name).append("=").append(percent_encode(value));
    }
    return form;
}

/// Tokens and codes travel by TLS, or do not leave this machine.
bool is_safe_address(std::string_view url) {
    if (url.find_first_of(" \r\n\t#") != std::string_view::npos) {
        return false;
    }
    if (url.starts_with("https://")) {
        return url.size() > 8;
    }
    for (const std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
        if (url.starts_with(host)) {
            const auto rest = url.substr(host.size());
            return rest.empty() || rest.front() == ':' || rest.front() == '/';
        }
    }
    return false;
}

}  // namespace

Result<OidcEndpoints> parse_discovery(std::string_view json, std::string_view issuer) {
    JsonDocument document;
    const auto root = document.parse(json);
    if (!root || !root->is_object()) {
        return fail(ErrorCode::InvalidInput,
                    "the provider's openid-configuration is not a JSON object");
    }
    if ((*root)["issuer"].text() != issuer) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the provider calls itself another issuer than \"{}\": configure "
                                "the issuer exactly as its openid-configuration has it",
                                issuer));
    }
    OidcEndpoints endpoints{.authorization = std::string((*root)["authorization_endpoint"].text()),
                            .token = std::string((*root)["token_endpoint"].text()),
                            .keys = std::string((*root)["jwks_uri"].text())};
    if (!is_safe_address(endpoints.authorization) || !is_safe_address(endpoints.token) ||
        !is_safe_address(endpoints.keys)) {
        return fail(ErrorCode::InvalidInput,
                    "the provider's authorization_endpoint, token_endpoint and jwks_uri must be "
                    "there and begin with https://");
    }
    return endpoints;
}

std::string pkce_challenge(std::string_view verifier) {
    return to_base64url(sha256(verifier).view());
}

OidcDeparture OidcAttempts::begin(const OidcSettings& settings, const OidcEndpoints& endpoints,
                                  Random& random, Instant now) {
    std::erase_if(attempts_, [now](const auto& entry) {
        return now - entry.second.begun_at > attempt_age_max;
    });
    if (attempts_.size() >= attempt_count_max) {
        attempts_.erase(std::ranges::min_element(
            attempts_, {}, [](const auto& entry) { return entry.second.begun_at; }));
    }
    OidcAttempt attempt{.state = new_secret_text(random),
                        .nonce = new_secret_text(random),
                        .verifier = new_secret_text(random),
                        .begun_at = now};
    OidcDeparture departure;
    departure.cookie = new_secret_text(random);
    const bool has_query = endpoints.authorization.find('?') != std::string::npos;
    departure.url = endpoints.authorization + (has_query ? "&" : "?") +
                    write_form({{"response_type", "code"},
                                {"client_id", settings.client_id},
                                {"redirect_uri", settings.redirect_uri},
                                {"scope", settings.scope},
                                {"state", attempt.state},
                                {"nonce", attempt.nonce},
                                {"code_challenge", pkce_challenge(attempt.verifier)},
                                {"code_challenge_method", "S256"}});
    attempts_.emplace(secret_hash(departure.cookie).to_hex(), std::move(attempt));
    return departure;
}

std::optional<OidcAttempt> OidcAttempts::take(std::string_view cookie, Instant now) {
    const auto found = attempts_.find(secret_hash(cookie).to_hex());
    if (found == attempts_.end()) {
        return std::nullopt;
    }
    OidcAttempt attempt = std::move(found->second);
    attempts_.erase(found);
    if (now - attempt.begun_at > attempt_age_max) {
        return std::nullopt;
    }
    return attempt;
}

Result<std::string> read_callback(const OidcSettings& settings, const OidcAttempt& attempt,
                                  const OidcCallback& callback) {
    if (attempt.state.empty() || !same_secret(callback.state, attempt.state)) {
        return fail(ErrorCode::InvalidInput,
                    "the provider's answer belongs to another attempt to log in: begin again");
    }
    if (!callback.issuer.empty() && callback.issuer != settings.issuer) {
        return fail(ErrorCode::InvalidInput,
                    "the answer comes from another provider than the one that was asked");
    }
    if (!callback.error.empty() || callback.code.empty()) {
        const bool denied = callback.error == "access_denied";
        return fail(ErrorCode::InvalidInput,
                    denied ? "the provider did not let you in" : "the provider gave no code");
    }
    return callback.code;
}

std::string token_request(const OidcSettings& settings, const OidcAttempt& attempt,
                          std::string_view code) {
    return write_form({{"grant_type", "authorization_code"},
                       {"code", code},
                       {"redirect_uri", settings.redirect_uri},
                       {"client_id", settings.client_id},
                       {"code_verifier", attempt.verifier}});
}

IdTokenTerms id_token_terms(const OidcSettings& settings, const OidcAttempt& attempt) {
    return {.issuer = settings.issuer,
            .client_id = settings.client_id,
            .nonce = attempt.nonce,
            .role_claim = settings.role_claim,
            .name_claim = settings.name_claim};
}

Result<ExternalIdentity> identity_of(const OidcSettings& settings, const IdClaims& claims) {
    ExternalIdentity identity{.issuer = settings.issuer,
                              .subject = claims.subject,
                              .name = claims.name,
                              .display = std::string(cut_utf8(claims.display, display_bytes_max)),
                              .role = std::nullopt};
    for (const auto& [word, role] : settings.roles) {
        if (!identity.role && std::ranges::find(claims.roles, word) != claims.roles.end()) {
            identity.role = role;
        }
    }
    if (!settings.roles.empty() && !identity.role) {
        return fail(ErrorCode::Conflict,
                    "the provider gives you no role here: ask an administrator for one");
    }
    return identity;
}

}  // namespace parcours::access
