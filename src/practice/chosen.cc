#include "practice/chosen.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "practice/folder.h"
#include "practice/nearest.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

constexpr std::string_view campaigns_folder = "campaigns/";

/// "campaigns/welcome.yaml" → "welcome".
std::string name_of(std::string_view path) {
    path.remove_prefix(campaigns_folder.size());
    return std::string(path.substr(0, path.rfind('.')));
}

}  // namespace

void keep_chosen(const Node& practice, const FileMap& files, std::vector<Document>& campaigns,
                 std::vector<Error>& errors) {
    const Node* const node = practice.is_map() ? practice.find("campaigns") : nullptr;
    if (node == nullptr) {
        return;
    }
    const auto chosen = read_texts(*node, "campaigns");
    if (!chosen) {
        errors.push_back(chosen.error());
        return;
    }
    std::vector<std::string> known;
    for (const auto& [path, text] : files) {
        if (path.starts_with(campaigns_folder)) {
            known.push_back(name_of(path));
        }
    }
    for (const std::string& name : *chosen) {
        if (std::ranges::find(known, name) == known.end()) {
            errors.push_back(error_at(
                *node, "there is no file campaigns/" + name + ".yaml" + suggest(name, known)));
        }
    }
    std::erase_if(campaigns, [&chosen](const Document& campaign) {
        return std::ranges::find(*chosen, name_of(campaign.path)) == chosen->end();
    });
}

std::vector<std::string> resting_campaigns(const Folder& folder) {
    std::vector<std::string> names;
    for (const auto& [path, text] : folder.files) {
        const bool runs =
            std::ranges::find(folder.campaigns, path, &Document::path) != folder.campaigns.end();
        if (path.starts_with(campaigns_folder) && !runs) {
            names.push_back(name_of(path));
        }
    }
    return names;
}

}  // namespace parcours::practice
