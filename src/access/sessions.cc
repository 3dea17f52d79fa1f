#include "access/sessions.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "access/secret_bytes.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access {

std::string new_secret_text(Random& random) {
    constexpr std::size_t secret_size = 32;
    return to_base64url(random_bytes(random, secret_size));
}

Hash256 secret_hash(std::string_view text) {
    return sha256(text);
}

Digest session_id(const Hash256& token) {
    return named_hash("session", {token.view()});
}

std::string session_handle(const Digest& id) {
    constexpr std::size_t handle_digits = 12;
    return id.to_hex().substr(0, handle_digits);
}

bool is_live(const Session& session, const SessionLimits& limits, Instant now) {
    return now < session.expires_at && now - session.used_at < limits.idle;
}

std::string csrf_of(const Hash256& key, const Session& session) {
    return to_base64url(hmac_sha256(key.view(), session.token.view()).view());
}

}  // namespace parcours::access
