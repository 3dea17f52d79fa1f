#include "access/id_token.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/secret_bytes.h"
#include "access/web_keys.h"
#include "base/error.h"
#include "base/json.h"
#include "base/time.h"

namespace parcours::access {
namespace {

constexpr std::size_t roles_max = 200;
constexpr std::size_t subject_bytes_max = 255;

std::unexpected<Error> refused(std::string_view what) {
    return fail(ErrorCode::InvalidInput, "the provider's ID token " + std::string(what));
}

/// header.payload.signature (RFC 7515 §7.1); nothing for any other form.
std::optional<std::array<std::string_view, 3>> parts_of(std::string_view token) {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (token.size() > id_token_bytes_max || first == std::string_view::npos || first == last ||
        token.find('.', first + 1) != last) {
        return std::nullopt;
    }
    return std::array{token.substr(0, first), token.substr(first + 1, last - first - 1),
                      token.substr(last + 1)};
}

std::optional<SignatureKind> kind_of(std::string_view algorithm) {
    if (algorithm == "RS256") {
        return SignatureKind::Rs256;
    }
    if (algorithm == "ES256") {
        return SignatureKind::Es256;
    }
    return std::nullopt;
}

/// A NumericDate (RFC 7519 §2) within what an `Instant` can hold.
std::optional<Instant> instant_of(const JsonView& seconds) {
    constexpr double seconds_max = 253'402'300'800;  // the year 10000
    const auto number = seconds.number();
    if (!number || !std::isfinite(*number) || *number < 0 || *number > seconds_max) {
        return std::nullopt;
    }
    return Instant{std::chrono::seconds(static_cast<std::int64_t>(*number))};
}

Result<> judge_audience(const JsonView& claims, const IdTokenTerms& terms) {
    const JsonView audience = claims["aud"];
    std::vector<JsonView> all = audience.elements();
    if (audience.is_string()) {
        all.push_back(audience);
    }
    const bool ours = std::ranges::any_of(
        all, [&terms](const JsonView& one) { return one.text() == terms.client_id; });
    const JsonView party = claims["azp"];
    if (!ours || terms.client_id.empty()) {
        return refused("is for another program (aud)");
    }
    if ((all.size() > 1 && !party) || (party && party.text() != terms.client_id)) {
        return refused("was asked for by another program (azp)");
    }
    return {};
}

Result<> judge_times(const JsonView& claims, Instant now) {
    const auto expires = instant_of(claims["exp"]);
    const auto issued = instant_of(claims["iat"]);
    if (!expires || now >= *expires + clock_skew_max) {
        return refused("is over, or does not say until when it counts (exp)");
    }
    if (!issued || *issued > now + clock_skew_max ||
        now - *issued > id_token_age_max + clock_skew_max) {
        return refused("was not made just now (iat): compare the clocks of both machines");
    }
    const auto not_before = instant_of(claims["nbf"]);
    if (claims["nbf"] && (!not_before || *not_before > now + clock_skew_max)) {
        return refused("does not count yet (nbf)");
    }
    return {};
}

/// What a path of names leads to.
JsonView follow(JsonView view, std::string_view path) {
    if (const JsonView whole = view[path]) {
        return whole;  // a claim may have dots in its name, such as a URL
    }
    while (!path.empty()) {
        const auto end = std::min(path.find('.'), path.size());
        view = view[path.substr(0, end)];
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return view;
}

Result<IdClaims> read_claims(const JsonView& json, const IdTokenTerms& terms) {
    IdClaims claims;
    claims.subject = json["sub"].text();
    if (claims.subject.empty() || claims.subject.size() > subject_bytes_max) {
        return refused("does not say who it is about (sub)");
    }
    claims.name = follow(json, terms.name_claim).text();
    claims.display = json["name"].text();
    claims.email = json["email"].text();
    claims.email_verified = json["email_verified"].boolean().value_or(false);
    const JsonView roles = follow(json, terms.role_claim);
    if (roles.is_string()) {
        claims.roles.emplace_back(roles.text());
    }
    for (const JsonView& role : roles.elements()) {
        if (claims.roles.size() < roles_max && role.is_string()) {
            claims.roles.emplace_back(role.text());
        }
    }
    return claims;
}

Result<IdClaims> judge_claims(const JsonView& claims, const IdTokenTerms& terms, Instant now) {
    if (terms.issuer.empty() || claims["iss"].text() != terms.issuer) {
        return refused("comes from another provider (iss)");
    }
    if (const auto judged = judge_audience(claims, terms); !judged) {
        return pass_on(judged);
    }
    if (const auto judged = judge_times(claims, now); !judged) {
        return pass_on(judged);
    }
    if (terms.nonce.empty() || !same_secret(claims["nonce"].text(), terms.nonce)) {
        return refused("answers another attempt to log in (nonce)");
    }
    return read_claims(claims, terms);
}

}  // namespace

std::string id_token_key_id(std::string_view token) {
    const auto parts = parts_of(token);
    const auto header = parts ? from_base64url(parts->front()) : std::nullopt;
    JsonDocument document;
    const auto json = document.parse(header.value_or(""));
    return json ? std::string((*json)["kid"].text()) : std::string();
}

Result<IdClaims> judge_id_token(std::string_view token, const IdTokenTerms& terms,
                                const WebKeys& keys, Instant now) {
    const auto parts = parts_of(token);
    if (!parts) {
        return refused("has not the form of a signed token");
    }
    const auto header = from_base64url((*parts)[0]);
    const auto payload = from_base64url((*parts)[1]);
    const auto signature = from_base64url((*parts)[2]);
    if (!header || !payload || !signature) {
        return refused("has not the form of a signed token");
    }
    JsonDocument header_document;
    const auto header_json = header_document.parse(*header);
    if (!header_json || (*header_json)["crit"]) {
        return refused("has a header that is not understood");
    }
    const auto kind = kind_of((*header_json)["alg"].text());
    if (!kind) {
        return refused("is not signed by RS256 or ES256 (alg)");
    }
    const auto signed_part = token.substr(0, (*parts)[0].size() + 1 + (*parts)[1].size());
    if (!keys.verify(*kind, (*header_json)["kid"].text(), signed_part, *signature)) {
        return refused("is not signed by a key that the provider publishes");
    }
    JsonDocument document;
    const auto claims = document.parse(*payload);
    if (!claims || !claims->is_object()) {
        return refused("holds no JSON object");
    }
    return judge_claims(*claims, terms, now);
}

}  // namespace parcours::access
