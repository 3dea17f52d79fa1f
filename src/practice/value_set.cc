#include "practice/value_set.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/terminology.h"
#include "practice/code_group.h"
#include "practice/nearest.h"

namespace parcours::practice {
namespace {

bool any_contains(const std::vector<CodeGroup>& groups, std::string_view system,
                  std::string_view code) {
    return std::ranges::any_of(groups, [&](const CodeGroup& group) {
        return group.system == system && group.contains(code);
    });
}

std::string place_text(const Location& where) {
    return where.file + (where.line == 0 ? "" : ":" + std::to_string(where.line));
}

/// Marks for the search for circles.
enum class Visit : std::uint8_t { New, Open, Done };

/// Removes the include that closes a circle, so that asking always ends.
void cut_circles(std::uint32_t set, std::vector<std::vector<std::uint32_t>>& includes,
                 std::vector<Visit>& visits, const std::vector<ValueSet>& sets,
                 std::vector<Error>& errors) {
    visits[set] = Visit::Open;
    std::erase_if(includes[set], [&](std::uint32_t next) {
        if (visits[next] == Visit::New) {
            cut_circles(next, includes, visits, sets, errors);
        }
        if (visits[next] != Visit::Open) {
            return false;
        }
        errors.push_back({ErrorCode::InvalidInput,
                          "the value set \"" + sets[set].name + "\" includes \"" + sets[next].name +
                              "\", which includes it in turn; remove one of the "
                              "two",
                          sets[set].where});
        return true;
    });
    visits[set] = Visit::Done;
}

}  // namespace

ValueSets ValueSets::make(std::vector<ValueSet> sets, std::vector<Error>& errors) {
    ValueSets all;
    for (ValueSet& set : sets) {
        if (set.name.empty()) {
            continue;  // its reader has said why
        }
        const auto number = static_cast<std::uint32_t>(all.sets_.size());
        const auto [first, is_new] = all.by_name_.emplace(set.name, number);
        if (!is_new) {
            errors.push_back({ErrorCode::InvalidInput,
                              "the value set \"" + set.name + "\" is defined twice: first in " +
                                  place_text(all.sets_[first->second].where) +
                                  "; rename or remove one",
                              set.where});
            continue;
        }
        if (!set.url.empty()) {
            const auto [owner, url_is_new] = all.by_name_.emplace(set.url, number);
            if (!url_is_new) {
                errors.push_back({ErrorCode::InvalidInput,
                                  "the value set \"" + set.name + "\" has the URL of \"" +
                                      all.sets_[owner->second].name + "\"; each needs its own",
                                  set.where});
            }
        }
        all.sets_.push_back(std::move(set));
    }
    all.includes_.resize(all.sets_.size());
    for (std::uint32_t set = 0; set < all.sets_.size(); ++set) {
        for (const std::string& name : all.sets_[set].includes) {
            if (const auto found = all.find_value_set(name)) {
                all.includes_[set].push_back(static_cast<std::uint32_t>(*found));
                continue;
            }
            errors.push_back({ErrorCode::NotFound,
                              "the value set \"" + all.sets_[set].name + "\" includes \"" + name +
                                  "\", which is not defined" + suggest(name, all.value_set_names()),
                              all.sets_[set].where});
        }
    }
    std::vector<Visit> visits(all.sets_.size(), Visit::New);
    for (std::uint32_t set = 0; set < all.sets_.size(); ++set) {
        if (visits[set] == Visit::New) {
            cut_circles(set, all.includes_, visits, all.sets_, errors);
        }
    }
    return all;
}

std::optional<cql::ValueSetId> ValueSets::find_value_set(std::string_view name) const {
    const auto found = by_name_.find(std::string(name));
    if (found == by_name_.end()) {
        return std::nullopt;
    }
    return cql::ValueSetId{found->second};
}

bool ValueSets::contains(cql::ValueSetId set, std::string_view system,
                         std::string_view code) const {
    return !system.empty() &&
           holds(static_cast<std::uint32_t>(set), canonical_system(system), code);
}

bool ValueSets::contains(std::string_view name, std::string_view system,
                         std::string_view code) const {
    const auto set = find_value_set(name);
    return set && contains(*set, system, code);
}

bool ValueSets::holds(std::uint32_t set, std::string_view system, std::string_view code) const {
    const ValueSet& own = sets_[set];
    const bool named = any_contains(own.codes, system, code) ||
                       std::ranges::any_of(includes_[set], [&](std::uint32_t included) {
                           return holds(included, system, code);
                       });
    return named && !any_contains(own.excluded, system, code);
}

std::vector<std::string> ValueSets::value_set_names() const {
    std::vector<std::string> names;
    names.reserve(sets_.size());
    for (const ValueSet& set : sets_) {
        names.push_back(set.name);
    }
    std::ranges::sort(names);
    return names;
}

std::optional<std::string> ValueSets::find_code_system(std::string_view name) const {
    return find_system_name(name);
}

const ValueSet& ValueSets::get(cql::ValueSetId set) const {
    return sets_.at(static_cast<std::size_t>(set));
}

std::size_t ValueSets::code_count(cql::ValueSetId set) const {
    std::size_t count = 0;
    for (const CodeGroup& group : get(set).codes) {
        count += group.codes.size();
    }
    return count;
}

}  // namespace parcours::practice
