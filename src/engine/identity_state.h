#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/error.h"
#include "engine/flat_map.h"
#include "engine/flat_set.h"
#include "population/live_index.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::engine {

/// What the one who appends must know of the log: every version stored so far, so that nothing is
/// stored twice; which of several was appended last, so that a resource can go back to former
/// content; and each patient's last record, so that the chain of a timeline goes on.
struct IdentityState {
    FlatSet versions;                            ///< `version_hash` of each body and refusal
    std::unordered_set<std::uint64_t> resolved;  ///< those of refusals that were resolved since
    /// Resource → its version that was appended last. Of those with several versions; some others
    /// may be there.
    FlatMap newest;
    FlatMap heads;  ///< patient → last record
};

/// Tells a version of a resource by its key and content (XXH3-64).
[[nodiscard]] std::uint64_t version_hash(Key resource, std::string_view content);

/// Calls `use` with the key of each resource of an index and where its current version stands.
void for_each_resource(const population::LiveIndex& index,
                       const std::function<void(Key, LogPosition)>& use);

/// As a blob: format and counts, then little-endian numbers. `heads` is written instead of those of
/// `state`, which change beside.
[[nodiscard]] std::string write_identity(const IdentityState& state, const FlatMap& heads);
/// Errors: Damaged.
Result<IdentityState> read_identity(std::string_view bytes);

}  // namespace parcours::engine
