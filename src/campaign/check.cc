#include "campaign/check.h"

#include <algorithm>
#include <fmt/core.h>
#include <iterator>
#include <tuple>
#include <utility>
#include <vector>

#include "base/error.h"
#include "campaign/definition.h"
#include "campaign/read.h"
#include "practice/folder.h"

namespace parcours::campaign {

std::vector<Error> check(const Campaign& campaign, const practice::Folder& folder) {
    std::vector<Error> errors = check_flow(campaign);
    std::vector<Error> names = check_names(campaign, folder);
    std::move(names.begin(), names.end(), std::back_inserter(errors));
    std::ranges::sort(errors, {}, [](const Error& error) {
        return std::tuple(error.where.file, error.where.line, error.where.column, error.message);
    });
    return errors;
}

std::vector<Campaign> read_campaigns(const practice::Folder& folder, std::vector<Error>& errors) {
    std::vector<Campaign> campaigns;
    for (const practice::Document& document : folder.campaigns) {
        std::vector<Error> mistakes;
        Campaign campaign = read_campaign(document.root, mistakes);
        if (mistakes.empty()) {
            mistakes = check(campaign, folder);
        }
        const auto twin = std::ranges::find(campaigns, campaign.name, &Campaign::name);
        if (mistakes.empty() && twin != campaigns.end()) {
            mistakes.push_back({ErrorCode::InvalidInput,
                                fmt::format("the campaign \"{}\" exists already in {}; give one of "
                                            "them another name",
                                            campaign.name, twin->where.file),
                                campaign.where});
        }
        if (mistakes.empty()) {
            campaigns.push_back(std::move(campaign));
        } else {
            std::move(mistakes.begin(), mistakes.end(), std::back_inserter(errors));
        }
    }
    return campaigns;
}

}  // namespace parcours::campaign
