#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/releases.h"

namespace parcours::engine {

/// A campaign that the practice does not run, and in which people are.
struct LeftBehind {
    std::string campaign;
    std::uint64_t running = 0;
};

/// All of them, by name.
[[nodiscard]] std::vector<LeftBehind> find_left_behind(const Clinic& clinic, const Ledger& ledger);
/// Those among them that are named: campaigns that an earlier practice ran.
[[nodiscard]] std::vector<LeftBehind> find_left_behind(const Clinic& clinic, const Ledger& ledger,
                                                       const std::vector<std::string>& earlier);
/// The release in which a campaign was launched last; none where none was ever called so.
[[nodiscard]] std::optional<Digest> launched_release(const Ledger& ledger,
                                                     const std::string& campaign);
/// A campaign as the practice runs it, or, where the practice leaves it out, in the release in
/// which it was `launched` last; null where neither is known. Errors: those of reading the release.
Result<const LoadedCampaign*> find_with_left_out(Releases& releases, const std::string& campaign,
                                                 const std::optional<Digest>& launched);
/// The campaigns that a practice runs.
[[nodiscard]] std::vector<std::string> campaign_names(const Clinic& clinic);

}  // namespace parcours::engine
