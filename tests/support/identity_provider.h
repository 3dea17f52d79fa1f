#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "access/tests/identity_provider.h"
#include "base/time.h"
#include "http/message.h"
#include "http/router.h"
#include "http/server.h"
#include "http/site.h"

namespace parcours::testing {

/// A provider of OpenID Connect on loopback with one person, Carla, and one client, "parcours",
/// whose secret is "a client's secret". It holds the client to the standard (PKCE, redirect
/// address, a code for one use) and can be told to misbehave.
class IdentityProvider {
  public:
    IdentityProvider();
    ~IdentityProvider();
    IdentityProvider(const IdentityProvider&) = delete;
    IdentityProvider& operator=(const IdentityProvider&) = delete;

    [[nodiscard]] std::string issuer() const;
    /// Carla agrees to what a browser that was sent to this address asks: the query to return with.
    /// Empty where the address lacks something.
    std::string agree(std::string_view address);
    /// Signs with a new key from now on, and publishes it instead of the old one.
    void change_key(const std::string& id);
    /// Answers nothing but 503 from now on.
    void fail_from_now_on() { fails_ = true; }

    // What is said of Carla. Change it only while no request is under way.
    std::string subject = "s-1";
    std::string audience = "parcours";
    std::string roles = R"(["nurse"])";
    std::int64_t age_seconds = 0;     ///< how long ago the token was made
    std::int64_t life_seconds = 300;  ///< from then on
    std::string nonce;                ///< instead of the one that was asked for
    /// Makes the token of its claims; signed by the key of the provider where it is not set.
    std::function<std::string(const std::string& claims)> forge;
    std::atomic<int> keys_asked = 0;
    std::atomic<int> tokens_asked = 0;

    /// The JSON Web Key Set as it is published.
    [[nodiscard]] std::string keys() const;

  private:
    struct Agreed {
        std::string challenge;
        std::string nonce;
        std::string redirect;
    };
    http::Router routes();
    http::Response give_token(const http::Request& request);
    [[nodiscard]] std::string claims(const Agreed& agreed) const;

    SystemClock clock_;
    access::testing::ProviderKey key_;
    mutable std::mutex mutex_;
    std::map<std::string, Agreed, std::less<>> agreed_;  // by code
    std::atomic<bool> fails_ = false;
    http::Site site_;
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
};

}  // namespace parcours::testing
