#include "access/oidc.h"

#include <algorithm>
#include <cstddef>
#include <fmt/core.h>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/id_token.h"
#include "access/log_in.h"
#include "access/secret_bytes.h"
#include "access/sessions.h"
#include "access/staff.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/random.h"
#include "base/text.h"
#include "base/time.h"
#include "base/utf8.h"

namespace parcours::access {
namespace {

constexpr std::string_view attempt_purpose = "openid-connect attempt";

std::string write_form(
    std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    std::string form;
    for (const auto& [name, value] : fields) {
        form += form.empty() ? "" : "&";
        form.append(name).append("=").append(percent_encode(value));
    }
    return form;
}

std::string seal_attempt(const Hash256& key, Random& random, const OidcAttempt& attempt) {
    std::string plain;
    JsonWriter(plain)
        .begin_array()
        .value(attempt.state)
        .value(attempt.nonce)
        .value(attempt.verifier)
        .value(format_instant(attempt.begun_at))
        .value(attempt.return_to)
        .end_array();
    return to_base64url(seal(key, random, plain, attempt_purpose));
}

std::optional<OidcAttempt> open_attempt(const Hash256& key, std::string_view cookie) {
    const auto sealed = from_base64url(cookie);
    const auto plain = sealed ? open_sealed(key, *sealed, attempt_purpose)
                              : fail(ErrorCode::Damaged, "no cookie of ours");
    JsonDocument document;
    const auto json = document.parse(plain ? *plain : std::string("[]"));
    if (!json || json->elements().size() != 5) {
        return std::nullopt;
    }
    const std::vector<JsonView> parts = json->elements();
    const auto begun = parse_instant(parts[3].text());
    if (!begun) {
        return std::nullopt;
    }
    return OidcAttempt{.state = std::string(parts[0].text()),
                       .nonce = std::string(parts[1].text()),
                       .verifier = std::string(parts[2].text()),
                       .begun_at = *begun,
                       .return_to = std::string(parts[4].text())};
}

/// Whether one of the domains is that of the address, which is proved to be theirs.
bool is_of_domain(const OidcSettings& settings, const IdClaims& claims) {
    const auto at = claims.email.rfind('@');
    if (!claims.email_verified || at == std::string::npos) {
        return false;
    }
    const std::string domain = to_lower_ascii(std::string_view(claims.email).substr(at + 1));
    return std::ranges::any_of(
        settings.domains, [&](const std::string& one) { return to_lower_ascii(one) == domain; });
}

}  // namespace

bool is_safe_address(std::string_view url) {
    if (url.find_first_of(" \r\n\t#") != std::string_view::npos) {
        return false;
    }
    // What stands before an @ is no host, however much it looks like one.
    const auto begin = url.find("://");
    const auto behind = begin == std::string_view::npos ? url : url.substr(begin + 3);
    if (behind.substr(0, behind.find_first_of("/?")).find('@') != std::string_view::npos) {
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

bool is_place_here(std::string_view path) {
    constexpr std::size_t bytes_max = 500;
    const bool strange = std::ranges::any_of(path, [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '\\';
    });
    return path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/api/") &&
           path.size() <= bytes_max && !strange && is_utf8(path);
}

OidcDeparture OidcAttempts::begin(const OidcSettings& settings, const OidcEndpoints& endpoints,
                                  std::string_view return_to, Random& random, Instant now) {
    const OidcAttempt attempt{.state = new_secret_text(random),
                              .nonce = new_secret_text(random),
                              .verifier = new_secret_text(random),
                              .begun_at = now,
                              .return_to = is_place_here(return_to) ? std::string(return_to) : "/"};
    OidcDeparture departure;
    departure.cookie = seal_attempt(key_, random, attempt);
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
    return departure;
}

std::optional<OidcAttempt> OidcAttempts::take(std::string_view cookie, Instant now) {
    auto attempt = open_attempt(key_, cookie);
    if (!attempt || attempt->begun_at > now || now - attempt->begun_at > attempt_age_max) {
        return std::nullopt;
    }
    std::erase_if(taken_,
                  [now](const auto& entry) { return now - entry.second > attempt_age_max; });
    if (taken_.contains(attempt->state)) {
        return std::nullopt;
    }
    if (taken_.size() >= taken_count_max) {
        taken_.erase(
            std::ranges::min_element(taken_, {}, [](const auto& entry) { return entry.second; }));
    }
    taken_.emplace(attempt->state, attempt->begun_at);
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
                              .role = std::nullopt,
                              .may_add = settings.add_people};
    if (!settings.domains.empty() && !is_of_domain(settings, claims)) {
        return fail(ErrorCode::Conflict,
                    "your address at the provider is not of this organisation, or not verified");
    }
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
