#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "access/secret_bytes.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access {

/// How long a session lives, and how many a person may have; the oldest gives way.
struct SessionLimits {
    Duration idle = std::chrono::minutes(15);
    Duration whole = std::chrono::hours(12);
    /// The last use is written down this often: after a restart it is known this exactly.
    Duration noted_every = std::chrono::minutes(1);
};
inline constexpr std::size_t sessions_per_person_max = 20;

/// Somebody who is logged in. The cookie's 256 bits are known to the browser alone: here is their
/// SHA-256.
struct Session {
    Digest id;
    Hash256 token;
    Digest staff;
    std::string peer;  ///< from where it was opened
    Instant opened_at;
    Instant used_at;
    Instant noted_at;          ///< the last use that was written down
    Instant expires_at;        ///< whatever its use
    bool by_provider = false;  ///< opened on the word of a provider of OpenID Connect
};

/// Whether a person asks, or a page that is open.
enum class Asking : std::uint8_t { ByPerson, ByItself };

/// A new random secret of 256 bits as text for a cookie or a header.
[[nodiscard]] std::string new_secret_text(Random& random);

/// What is stored of a secret text.
[[nodiscard]] Hash256 secret_hash(std::string_view text);

[[nodiscard]] Digest session_id(const Hash256& token);

/// What a session is called outside of this program: enough to tell it from others, too little to
/// be its id.
[[nodiscard]] std::string session_handle(const Digest& id);

/// Whether it may be used at `now`: neither idle for too long nor too old. A clock that went back
/// does not end it.
[[nodiscard]] bool is_live(const Session& session, const SessionLimits& limits, Instant now);

/// What a page of this session must send back with every change (an HMAC of the session).
[[nodiscard]] std::string csrf_of(const Hash256& key, const Session& session);

/// What may be known of a session by its owner and administrators.
struct SessionSummary {
    Digest id;
    Digest staff;
    std::string name;
    std::string peer;
    Instant opened_at;
    Instant used_at;
    Instant expires_at;
};

}  // namespace parcours::access
