#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/clinic.h"
#include "engine/ledger.h"

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
/// The campaigns that a practice runs.
[[nodiscard]] std::vector<std::string> campaign_names(const Clinic& clinic);

}  // namespace parcours::engine
