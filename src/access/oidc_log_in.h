#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "access/fetch.h"
#include "access/log_in.h"
#include "access/oidc.h"
#include "access/throttle.h"
#include "access/web_keys.h"
#include "base/error.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access {

/// Whom a provider vouches for, and where they wanted to go.
struct OidcArrival {
    ExternalIdentity identity;
    std::string return_to;
};

/// Logging in by one provider: what it says of itself and its keys are fetched when they are needed
/// and kept. Safe for several threads. However many ask, at most `asked_at_once_max` wait for the
/// provider; the others are told to come again.
class OidcLogIn {
  public:
    /// `random` is borrowed and safe for several threads.
    OidcLogIn(OidcSettings settings, Fetch fetch, Random& random);

    [[nodiscard]] const OidcSettings& settings() const { return settings_; }

    /// Where to send the browser. Errors: Unavailable where the provider does not answer as one;
    /// Limit where it is not even asked, because others ask or it failed a moment ago.
    Result<OidcDeparture> start(std::string_view return_to, Instant now);

    /// What comes of the browser's return; an attempt can be finished once. Errors: NotFound for an
    /// attempt that is over, another browser's or none of ours; Limit for a peer that failed too
    /// often and as above; Unavailable; Conflict for somebody who may not come in; InvalidInput for
    /// everything that is not as the standard demands.
    Result<OidcArrival> finish(std::string_view cookie, const OidcCallback& callback,
                               std::string_view peer, Instant now);

    static constexpr unsigned asked_at_once_max = 2;
    /// What the provider says of itself is asked for again after this long.
    static constexpr Duration endpoints_age_max = std::chrono::hours(1);
    /// A key that is not known makes the keys be fetched again, but not more often than this.
    static constexpr Duration keys_again_after = std::chrono::minutes(1);
    /// After a failure the provider is left in peace for so long.
    static constexpr Duration endpoints_again_after = std::chrono::seconds(5);

  private:
    Result<ExternalIdentity> prove(const OidcAttempt& attempt, const OidcCallback& callback,
                                   Instant now);
    Result<OidcEndpoints> endpoints(Instant now);
    Result<OidcEndpoints> fetch_endpoints();
    Result<std::string> exchange(const OidcEndpoints& endpoints, const OidcAttempt& attempt,
                                 const std::string& code);
    Result<WebKeys> keys_for(const OidcEndpoints& endpoints, std::string_view key_id, Instant now);
    Result<FetchAnswer> ask(const FetchRequest& request);

    OidcSettings settings_;
    Fetch fetch_;
    Random& random_;

    std::mutex mutex_;  ///< guards what follows; never held while waiting
    OidcAttempts attempts_;
    PeerThrottle peers_{{.free_count = 10, .delay_max = std::chrono::minutes(5)}};
    unsigned asking_ = 0;
    std::optional<OidcEndpoints> endpoints_;
    Instant endpoints_at_;
    std::optional<Instant> failed_at_;
    std::optional<WebKeys> keys_;
    Instant keys_at_;
};

}  // namespace parcours::access
