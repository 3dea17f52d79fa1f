#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.h"
#include "access/secret_bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access {

/// The last use of a token is written down this often.
inline constexpr Duration token_noted_every = std::chrono::hours(1);

/// A program's way in, as `Authorization: Bearer parcours_…`. Its text is shown once; here is its
/// SHA-256.
struct ApiToken {
    Digest id;
    Hash256 token;
    std::string name;
    std::vector<Scope> scopes;
    Instant added_at;
    std::optional<Instant> expires_at;
    std::optional<Instant> used_at;
    Instant noted_at;  ///< the last use that was written down
    bool revoked = false;
};

/// A token that is to be made.
struct NewToken {
    std::string name;  ///< what it is for, as `display_name` allows it
    std::vector<Scope> scopes;
    std::optional<Instant> expires_at;
};

/// "parcours_" and 256 random bits: a prefix by which leaked ones are found in files.
[[nodiscard]] std::string new_token_text(Random& random);

[[nodiscard]] Digest token_id(const Hash256& token);

[[nodiscard]] bool is_live(const ApiToken& token, Instant now);

/// "read import": the names with a space between them, in the order of `Scope`.
[[nodiscard]] std::string scopes_text(const std::vector<Scope>& scopes);
/// Reads names with spaces or commas between them. Errors: InvalidInput for none, and for an
/// unknown one, with those there are.
[[nodiscard]] Result<std::vector<Scope>> parse_scopes(std::string_view text);

/// What may be known of a token once it was shown.
struct TokenSummary {
    Digest id;
    std::string name;
    std::vector<Scope> scopes;
    Instant added_at;
    std::optional<Instant> expires_at;
    std::optional<Instant> used_at;
    bool revoked = false;
};

[[nodiscard]] TokenSummary summary_of(const ApiToken& token);

}  // namespace parcours::access
