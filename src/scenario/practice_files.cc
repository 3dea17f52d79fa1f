#include "scenario/practice_files.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "practice/folder.h"
#include "practice/nearest.h"
#include "scenario/scenario.h"

namespace parcours::scenario {
namespace {

constexpr std::string_view campaigns = "campaigns/";
constexpr std::string_view settings = "practice.yaml";

std::string campaign_name(std::string_view path) {
    return std::string(path.substr(campaigns.size(), path.rfind('.') - campaigns.size()));
}

/// The keys of a YAML document's first level, each with the lines that belong to it.
std::vector<std::pair<std::string, std::string>> top_level(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> keys;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end);
        if (line.find_first_of(" #\r\n") == 0) {
            if (!keys.empty()) {
                keys.back().second += line;
            }
            continue;
        }
        keys.emplace_back(line.substr(0, line.find(':')), line);
    }
    return keys;
}

/// Puts keys in place of those of practice.yaml.
void replace_keys(practice::FileMap& files, const std::set<std::string>& replaced,
                  const std::string& by) {
    std::string text;
    for (const auto& [key, lines] : top_level(files[std::string(settings)])) {
        text += replaced.contains(key) ? std::string() : lines;
    }
    files[std::string(settings)] = text + by;
}

void lay_over(practice::FileMap& files, const Block& block) {
    std::set<std::string> replaced;
    for (const auto& [key, lines] : top_level(block.text)) {
        replaced.insert(key);
    }
    replace_keys(files, replaced, block.text);
}

/// The campaigns of these files.
std::vector<std::string> campaigns_of(const practice::FileMap& files) {
    std::vector<std::string> names;
    for (const auto& [path, text] : files) {
        if (path.starts_with(campaigns)) {
            names.push_back(campaign_name(path));
        }
    }
    return names;
}

/// Takes out the campaigns that are not wanted. `own`: those that the scenario brings.
Result<> choose_campaigns(practice::FileMap& files, const std::vector<std::string>& own,
                          const Setting& setting) {
    using Choice = Setting::Campaigns;
    if (setting.choice == Choice::All || (setting.choice == Choice::NotSaid && own.empty())) {
        return {};
    }
    const std::vector<std::string>& wanted =
        setting.choice == Choice::Listed ? setting.campaigns : own;
    const std::vector<std::string> there = campaigns_of(files);
    for (const std::string& name : wanted) {
        if (std::ranges::find(there, name) == there.end()) {
            return fail(
                ErrorCode::InvalidInput,
                "the practice has no campaign \"" + name + "\"" + practice::suggest(name, there),
                setting.campaigns_where);
        }
    }
    std::erase_if(files, [&wanted](const auto& file) {
        return file.first.starts_with(campaigns) &&
               std::ranges::find(wanted, campaign_name(file.first)) == wanted.end();
    });
    replace_keys(files, {"campaigns"}, "");  // the scenario has chosen
    return {};
}

std::string folder_beside(const std::string& file, const std::string& folder) {
    const std::size_t slash = file.rfind('/');
    return folder.starts_with('/') || slash == std::string::npos
               ? folder
               : file.substr(0, slash + 1) + folder;
}

}  // namespace

Result<std::map<std::string, practice::FileMap, std::less<>>> make_versions(
    const Setting& setting, const std::string& file, const practice::FileMap& under) {
    practice::FileMap first = practice::overlay(practice::built_in_files(), under);
    if (!setting.practice.empty()) {
        const auto beside = practice::read_practice_folder(folder_beside(file, setting.practice));
        if (!beside) {
            return pass_on(beside);
        }
        first = practice::overlay(first, *beside);
    }
    for (const Block& block : setting.clinic) {
        lay_over(first, block);
    }
    practice::FileMap own;
    for (const PracticeFile& one : setting.files) {
        if (one.version.empty()) {
            own[one.path] = one.block.text;
        }
    }
    first = practice::overlay(first, own);
    if (const auto chosen = choose_campaigns(first, campaigns_of(own), setting); !chosen) {
        return pass_on(chosen);
    }
    std::map<std::string, practice::FileMap, std::less<>> versions;
    versions[""] = first;
    for (const PracticeFile& one : setting.files) {
        if (!one.version.empty()) {
            versions.try_emplace(one.version, first).first->second[one.path] = one.block.text;
        }
    }
    return versions;
}

Location place_in_scenario(const Setting& setting, const Location& where) {
    for (const PracticeFile& file : setting.files) {
        if (file.path == where.file) {
            const Location& begin = file.block.where;
            return {begin.file, begin.line + std::max<std::uint64_t>(where.line, 1) - 1,
                    begin.column + std::max<std::uint64_t>(where.column, 1) - 1};
        }
    }
    return where.file == settings && !setting.clinic.empty() ? setting.clinic.front().where : where;
}

}  // namespace parcours::scenario
