#include "support/identity_provider.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fmt/format.h>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "access/oidc.h"
#include "access/tests/identity_provider.h"
#include "base/error.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"
#include "http/server.h"
#include "http/site.h"

namespace parcours::testing {
namespace {

/// The basic authentication of "parcours" and "a client's secret", encoded as RFC 6749 demands.
constexpr std::string_view credentials = "Basic cGFyY291cnM6YSUyMGNsaWVudCUyN3MlMjBzZWNyZXQ=";

std::string decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(
                std::strtol(std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// The decoded value of a name in a query or form.
std::string value_of(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto pair = query.substr(0, end);
        if (pair.starts_with(std::string(name) + "=")) {
            return decode(pair.substr(name.size() + 1));
        }
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return {};
}

}  // namespace

IdentityProvider::IdentityProvider()
    : key_(access::testing::ProviderKey::rsa("k1")), site_({routes(), {}, nullptr, nullptr, {}}) {
    http::ServerOptions options;
    options.port = 0;
    options.worker_count = 1;
    auto opened = http::Server::open(options, site_, clock_);
    check(opened.has_value(), "a provider can listen on loopback");
    server_ = std::move(*opened);
    thread_ = std::thread([this] { server_->run(); });
}

IdentityProvider::~IdentityProvider() {
    server_->stop();
    thread_.join();
}

std::string IdentityProvider::issuer() const {
    return "http://127.0.0.1:" + std::to_string(server_->port());
}

std::string IdentityProvider::keys() const {
    const std::scoped_lock lock(mutex_);
    return access::testing::key_set(key_.to_json());
}

void IdentityProvider::change_key(const std::string& id) {
    auto made = access::testing::ProviderKey::p256(id);
    const std::scoped_lock lock(mutex_);
    key_ = std::move(made);
}

http::Router IdentityProvider::routes() {
    const auto add = [this](http::Router& router, http::Method method, std::string_view path,
                            std::string_view name, auto make) {
        router.add({method, path, name, http::RouteAccess::open("a test's own provider"),
                    http::answering([this, make](const http::Request& request) {
                        return fails_ ? http::problem(503, "the provider is down") : make(request);
                    })});
    };
    http::Router router;
    add(router, http::Method::Get, "/.well-known/openid-configuration", "configuration",
        [this](const http::Request&) {
            return http::Response::json(fmt::format(
                R"({{"issuer":"{0}","authorization_endpoint":"{0}/authorize","token_endpoint":"{0}/token","jwks_uri":"{0}/keys"}})",
                issuer()));
        });
    add(router, http::Method::Get, "/keys", "keys", [this](const http::Request&) {
        ++keys_asked;
        return http::Response::json(keys());
    });
    add(router, http::Method::Post, "/token", "token",
        [this](const http::Request& request) { return give_token(request); });
    return router;
}

std::string IdentityProvider::agree(std::string_view address) {
    const auto query = address.substr(std::min(address.find('?') + 1, address.size()));
    const bool whole = address.starts_with(issuer() + "/authorize?") &&
                       value_of(query, "response_type") == "code" &&
                       value_of(query, "client_id") == "parcours" &&
                       value_of(query, "scope").starts_with("openid") &&
                       value_of(query, "code_challenge_method") == "S256" &&
                       !value_of(query, "state").empty() && !value_of(query, "nonce").empty();
    if (!whole) {
        return {};
    }
    const std::scoped_lock lock(mutex_);
    const std::string code = "code-" + std::to_string(agreed_.size());
    agreed_[code] = {value_of(query, "code_challenge"), value_of(query, "nonce"),
                     value_of(query, "redirect_uri")};
    return "code=" + code + "&state=" + value_of(query, "state");
}

http::Response IdentityProvider::give_token(const http::Request& request) {
    ++tokens_asked;
    const std::scoped_lock lock(mutex_);
    auto found = agreed_.extract(value_of(request.body, "code"));
    const bool right = !found.empty() &&
                       value_of(request.body, "grant_type") == "authorization_code" &&
                       value_of(request.body, "redirect_uri") == found.mapped().redirect &&
                       access::pkce_challenge(value_of(request.body, "code_verifier")) ==
                           found.mapped().challenge &&
                       request.headers.find("Authorization") == credentials;
    if (!right) {
        return http::Response::json(R"({"error":"invalid_grant"})", 400);
    }
    const std::string said = claims(found.mapped());
    const std::string token = forge ? forge(said) : key_.sign(said);
    return http::Response::json(
        fmt::format(R"({{"access_token":"x","token_type":"Bearer","id_token":"{}"}})", token));
}

std::string IdentityProvider::claims(const Agreed& agreed) const {
    const auto since = clock_.now().time_since_epoch();
    const std::int64_t made =
        std::chrono::duration_cast<std::chrono::seconds>(since).count() - age_seconds;
    return fmt::format(
        R"({{"iss":"{}","aud":"{}","sub":"{}","iat":{},"exp":{},"nonce":"{}","preferred_username":"carla","name":"Carla C.","roles":{}}})",
        issuer(), audience, subject, made, made + life_seconds,
        nonce.empty() ? agreed.nonce : nonce, roles);
}

}  // namespace parcours::testing
