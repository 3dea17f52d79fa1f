#include "engine/left_behind.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/hash.h"
#include "engine/clinic.h"
#include "engine/ledger.h"

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

std::vector<std::string> campaign_names(const Clinic& clinic) {
    std::vector<std::string> names;
    for (const LoadedCampaign& campaign : clinic.campaigns) {
        names.push_back(campaign.definition.name);
    }
    return names;
}

}  // namespace parcours::engine
