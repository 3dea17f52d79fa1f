// Campaigns that start campaigns: they must exist, take people in so, and not lead in a circle.

#include <algorithm>
#include <fmt/core.h>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "campaign/check.h"
#include "campaign/definition.h"
#include "campaign/flows.h"
#include "campaign/steps.h"
#include "practice/folder.h"
#include "practice/nearest.h"
#include "practice/yaml.h"

namespace parcours::campaign {
namespace {

std::vector<const StartStep*> starts_of(const Campaign& campaign) {
    std::vector<const StartStep*> starts;
    for (const Step& step : campaign.steps) {
        if (const auto* start = std::get_if<StartStep>(&step.what)) {
            starts.push_back(start);
        }
    }
    return starts;
}

/// The checks of one campaign's start steps among all campaigns of the practice.
class StartCheck {
  public:
    StartCheck(const Campaign& campaign, std::span<const Campaign> all) : campaign_(campaign) {
        for (const Campaign& other : all) {
            names_.push_back(other.name);
            others_.try_emplace(other.name, &other);
        }
        others_.insert_or_assign(campaign.name, &campaign);
    }

    std::vector<Error> run() {
        for (const StartStep* start : starts_of(campaign_)) {
            check(*start);
        }
        return std::move(errors_);
    }

  private:
    void mistake(const StartStep& start, std::string message) {
        errors_.push_back({ErrorCode::InvalidInput, std::move(message), start.where});
    }

    void check(const StartStep& start) {
        const auto found = others_.find(start.campaign);
        if (found == others_.end()) {
            mistake(start, fmt::format("there is no campaign \"{}\"{}", start.campaign,
                                       practice::suggest(start.campaign, names_)));
            return;
        }
        const Enter& enter = found->second->enter;
        if (enter.by != Enter::By::Hand) {
            mistake(start,
                    fmt::format("the campaign \"{}\" takes patients in by itself; one that is "
                                "started has \"enter: {{ by: campaign }}\"",
                                start.campaign));
        } else if (!enter.key.empty() && enter.key != campaign_.enter.key) {
            mistake(start,
                    fmt::format("the campaign \"{0}\" is for each {1}, but this one is not: "
                                "nothing says for which {1}; give both the same key, or none",
                                start.campaign, enter.key));
        }
        std::vector<std::string> path{campaign_.name};
        if (leads_back(start.campaign, path)) {
            std::string circle;
            for (const std::string& name : path) {
                circle += name + " → ";
            }
            mistake(start,
                    fmt::format("campaigns start each other in a circle, for ever: {}{}; take "
                                "one of these starts out",
                                circle, campaign_.name));
        }
    }

    /// Whether starting a campaign leads to this one again; `path` is then the way.
    bool leads_back(const std::string& name, std::vector<std::string>& path) const {
        if (name == campaign_.name) {
            return true;
        }
        const auto found = others_.find(name);
        if (found == others_.end() || std::ranges::find(path, name) != path.end()) {
            return false;
        }
        path.push_back(name);
        for (const StartStep* start : starts_of(*found->second)) {
            if (leads_back(start->campaign, path)) {
                return true;
            }
        }
        path.pop_back();
        return false;
    }

    const Campaign& campaign_;
    std::vector<std::string> names_;
    std::map<std::string, const Campaign*> others_;
    std::vector<Error> errors_;
};

}  // namespace

Flows flows_of(const practice::Folder& folder, std::vector<Error>& errors) {
    std::vector<const practice::Node*> documents;
    std::ranges::transform(folder.flows, std::back_inserter(documents),
                           [](const practice::Document& document) { return &document.root; });
    return Flows::of_files(documents, errors);
}

std::vector<Error> check_starts(const Campaign& campaign, std::span<const Campaign> all) {
    return starts_of(campaign).empty() ? std::vector<Error>{} : StartCheck(campaign, all).run();
}

}  // namespace parcours::campaign
