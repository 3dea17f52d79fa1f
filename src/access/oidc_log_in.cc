#include "access/oidc_log_in.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/fetch.h"
#include "access/id_token.h"
#include "access/oidc.h"
#include "access/secret_bytes.h"
#include "access/web_keys.h"
#include "base/error.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"
#include "base/time.h"

namespace parcours::access {
namespace {

constexpr long status_ok = 200;

Hash256 fresh_key(Random& random) {
    return sha256(random_bytes(random, sizeof(Hash256::bytes)));
}

std::string discovery_address(std::string_view issuer) {
    while (issuer.ends_with('/')) {
        issuer.remove_suffix(1);
    }
    return std::string(issuer) + "/.well-known/openid-configuration";
}

/// Whether the provider failed, so that nothing is known of who asks.
bool is_providers(const Error& error) {
    return error.code == ErrorCode::Unavailable || error.code == ErrorCode::Limit;
}

}  // namespace

OidcLogIn::OidcLogIn(OidcSettings settings, Fetch fetch, Random& random)
    : settings_(std::move(settings)),
      fetch_(std::move(fetch)),
      random_(random),
      attempts_(fresh_key(random)) {}

Result<FetchAnswer> OidcLogIn::ask(const FetchRequest& request) {
    {
        const std::scoped_lock lock(mutex_);
        if (asking_ >= asked_at_once_max) {
            return fail(ErrorCode::Limit, "the provider is being asked by others: try again");
        }
        ++asking_;
    }
    auto answer = fetch_(request);
    const std::scoped_lock lock(mutex_);
    --asking_;
    return answer;
}

Result<OidcEndpoints> OidcLogIn::endpoints(Instant now) {
    {
        const std::scoped_lock lock(mutex_);
        if (endpoints_ && now - endpoints_at_ < endpoints_age_max) {
            return *endpoints_;
        }
        if (failed_at_ && now - *failed_at_ < endpoints_again_after) {
            return fail(ErrorCode::Limit, "the provider did not answer a moment ago: try again");
        }
    }
    auto fetched = fetch_endpoints();
    const std::scoped_lock lock(mutex_);
    if (!fetched) {
        if (fetched.error().code != ErrorCode::Limit) {
            failed_at_ = now;
        }
        return fetched;
    }
    endpoints_ = *fetched;
    endpoints_at_ = now;
    failed_at_.reset();
    return fetched;
}

Result<OidcEndpoints> OidcLogIn::fetch_endpoints() {
    const auto answer = ask(
        {.url = discovery_address(settings_.issuer), .form = {}, .username = {}, .password = {}});
    if (!answer) {
        return pass_on(answer);
    }
    auto read = answer->status == status_ok
                    ? parse_discovery(answer->body, settings_.issuer)
                    : fail(ErrorCode::Unavailable, "the provider answered " +
                                                       std::to_string(answer->status) +
                                                       " when asked for its configuration");
    // To whoever logs in it is the same: the provider cannot be used now.
    return read ? read : fail(ErrorCode::Unavailable, read.error().message);
}

Result<OidcDeparture> OidcLogIn::start(std::string_view return_to, Instant now) {
    const auto known = endpoints(now);
    if (!known) {
        return pass_on(known);
    }
    const std::scoped_lock lock(mutex_);
    return attempts_.begin(settings_, *known, return_to, random_, now);
}

Result<OidcArrival> OidcLogIn::finish(std::string_view cookie, const OidcCallback& callback,
                                      std::string_view peer, Instant now) {
    std::optional<OidcAttempt> attempt;
    {
        const std::scoped_lock lock(mutex_);
        if (peers_.wait(peer, now) > Duration::zero()) {
            return fail(ErrorCode::Limit, "too many attempts to log in failed: wait and try again");
        }
        peers_.count(peer, now);
        attempt = attempts_.take(cookie, now);
    }
    if (!attempt) {
        return fail(ErrorCode::NotFound,
                    "this attempt to log in is over, or was begun in another browser");
    }
    auto identity = prove(*attempt, callback, now);
    if (identity || is_providers(identity.error())) {
        const std::scoped_lock lock(mutex_);
        peers_.take_back(peer);
    }
    if (!identity) {
        return pass_on(identity);
    }
    return OidcArrival{std::move(*identity), attempt->return_to};
}

Result<ExternalIdentity> OidcLogIn::prove(const OidcAttempt& attempt, const OidcCallback& callback,
                                          Instant now) {
    const auto code = read_callback(settings_, attempt, callback);
    if (!code) {
        return pass_on(code);
    }
    const auto places = endpoints(now);
    if (!places) {
        return pass_on(places);
    }
    const auto token = exchange(*places, attempt, *code);
    if (!token) {
        return pass_on(token);
    }
    const auto keys = keys_for(*places, id_token_key_id(*token), now);
    if (!keys) {
        return pass_on(keys);
    }
    const auto claims = judge_id_token(*token, id_token_terms(settings_, attempt), *keys, now);
    return claims ? identity_of(settings_, *claims) : pass_on(claims);
}

Result<std::string> OidcLogIn::exchange(const OidcEndpoints& endpoints, const OidcAttempt& attempt,
                                        const std::string& code) {
    FetchRequest request;
    request.url = endpoints.token;
    request.form = token_request(settings_, attempt, code);
    if (!settings_.client_secret.empty()) {
        // RFC 6749 §2.3.1: both are encoded before they become basic authentication.
        request.username = percent_encode(settings_.client_id);
        request.password = percent_encode(settings_.client_secret);
    }
    const auto answer = ask(request);
    if (!answer) {
        return pass_on(answer);
    }
    if (answer->status >= 500 || answer->status == 429) {
        return fail(ErrorCode::Unavailable, "the provider answered " +
                                                std::to_string(answer->status) +
                                                " when asked for the ID token");
    }
    JsonDocument document;
    const auto json = document.parse(answer->body);
    const std::string token(json ? (*json)["id_token"].text() : std::string_view());
    if (answer->status != status_ok || token.empty()) {
        return fail(ErrorCode::InvalidInput,
                    "the provider gave no ID token for the code (status " +
                        std::to_string(answer->status) +
                        "): compare client-id, client-secret and redirect address");
    }
    return token;
}

Result<WebKeys> OidcLogIn::keys_for(const OidcEndpoints& endpoints, std::string_view key_id,
                                    Instant now) {
    {
        const std::scoped_lock lock(mutex_);
        const bool known = keys_ && (key_id.empty() || keys_->has(key_id));
        // A key that the provider took back counts no longer than this.
        if (keys_ && now - keys_at_ < (known ? endpoints_age_max : keys_again_after)) {
            return *keys_;
        }
    }
    const auto answer = ask({.url = endpoints.keys, .form = {}, .username = {}, .password = {}});
    if (!answer) {
        return pass_on(answer);
    }
    auto read =
        answer->status == status_ok
            ? WebKeys::parse(answer->body)
            : fail(ErrorCode::Unavailable, "the provider's keys cannot be fetched: status " +
                                               std::to_string(answer->status));
    if (!read) {
        return fail(ErrorCode::Unavailable, read.error().message);
    }
    const std::scoped_lock lock(mutex_);
    keys_ = *read;
    keys_at_ = now;
    return read;
}

}  // namespace parcours::access
