#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "campaign/compare.h"
#include "engine/ledger.h"
#include "engine/releases.h"

namespace parcours::engine {

/// A release of a campaign that was published here.
struct KnownRelease {
    Digest id;
    Instant launched_at;
    std::uint64_t running = 0;  ///< people in flight in it
    bool is_present = false;    ///< the one by which people come in now
};

/// Those of a campaign, the newest first; one that was launched twice stands once.
[[nodiscard]] std::vector<KnownRelease> known_releases(const Ledger& ledger,
                                                       const std::string& campaign);

/// Two releases side by side.
struct ReleaseComparison {
    Digest before;
    Digest after;
    std::vector<campaign::Difference> differences;
};

/// Which releases are compared: ids or their beginnings. Empty: `after` is the present one,
/// `before` the newest of the others.
struct ComparisonOrder {
    std::string campaign;
    std::string before;
    std::string after;
};

/// `known` are those of the campaign. Errors: NotFound (no such campaign, no such release, no
/// earlier one), Usage (a beginning that several have), and those of releases.
Result<ReleaseComparison> compare_releases(Releases& releases, std::vector<KnownRelease> known,
                                           const ComparisonOrder& order);

}  // namespace parcours::engine
