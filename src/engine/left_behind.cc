#include "engine/left_behind.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/ledger_state.h"
#include "engine/releases.h"

namespace parcours::engine {

std::vector<LeftBehind> find_left_behind(const Clinic& clinic, const Ledger& ledger) {
    std::map<std::string, std::uint64_t> people;
    for (const Digest& id : ledger.running()) {
        ++people[std::string(ledger.find_enrolment(id).campaign())];
    }
    std::vector<LeftBehind> left;
    for (const auto& [campaign, running] : people) {
        if (clinic.find_campaign(campaign) == nullptr) {
            left.push_back({campaign, running});
        }
    }
    return left;
}

std::vector<LeftBehind> find_left_behind(const Clinic& clinic, const Ledger& ledger,
                                         const std::vector<std::string>& earlier) {
    std::vector<LeftBehind> left = find_left_behind(clinic, ledger);
    std::erase_if(left, [&earlier](const LeftBehind& one) {
        return std::ranges::find(earlier, one.campaign) == earlier.end();
    });
    return left;
}

std::optional<Digest> launched_release(const Ledger& ledger, const std::string& campaign) {
    const LaunchedCampaign* const launched = ledger.find_launched(campaign);
    return launched == nullptr ? std::nullopt : std::optional(launched->release);
}

Result<const LoadedCampaign*> find_with_left_out(Releases& releases, const std::string& campaign,
                                                 const std::optional<Digest>& launched) {
    const LoadedCampaign* const present = releases.current().find_campaign(campaign);
    return present != nullptr || !launched ? present : releases.find(campaign, *launched);
}

std::vector<std::string> campaign_names(const Clinic& clinic) {
    std::vector<std::string> names;
    for (const LoadedCampaign& campaign : clinic.campaigns) {
        names.push_back(campaign.definition.name);
    }
    return names;
}

}  // namespace parcours::engine
