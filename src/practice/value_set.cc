#include "practice/value_set.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/terminology.h"
#include "practice/code_group.h"
#include "practice/value_set_maker.h"

namespace parcours::practice {
namespace {

bool any_contains(const std::vector<CodeGroup>& groups, std::string_view system,
                  std::string_view code) {
    return std::ranges::any_of(groups, [&](const CodeGroup& group) {
        return group.system == system && group.contains(code);
    });
}

}  // namespace

ValueSets ValueSets::make(std::vector<ValueSet> sets, std::vector<Error>& errors,
                          CodeSystems systems) {
    ValueSets all;
    all.systems_ = std::move(systems);
    Maker maker(all, errors);
    for (ValueSet& set : sets) {
        maker.add(std::move(set));
    }
    maker.link();
    return all;
}

/// By name, or by URL with or without a version.
std::optional<std::uint32_t> ValueSets::find(std::string_view name) const {
    auto found = by_name_.find(std::string(name));
    if (found == by_name_.end()) {
        found = by_name_.find(std::string(name.substr(0, name.find('|'))));
    }
    return found == by_name_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<cql::ValueSetId> ValueSets::find_value_set(std::string_view name) const {
    const auto found = find(name);
    const bool usable = found && sets_[*found].flaw.empty();
    return usable ? std::optional(cql::ValueSetId{*found}) : std::nullopt;
}

std::optional<std::string> ValueSets::why_unusable(std::string_view name) const {
    const auto found = find(name);
    const bool flawed = found && !sets_[*found].flaw.empty();
    return flawed ? std::optional(sets_[*found].flaw) : std::nullopt;
}

bool ValueSets::contains(cql::ValueSetId set, std::string_view system,
                         std::string_view code) const {
    return !system.empty() &&
           holds(static_cast<std::uint32_t>(set), canonical_system(system), code);
}

bool ValueSets::contains_code(cql::ValueSetId set, std::string_view code) const {
    std::set<std::string> systems;
    add_systems(static_cast<std::uint32_t>(set), systems);
    return systems.size() == 1 && holds(static_cast<std::uint32_t>(set), *systems.begin(), code);
}

void ValueSets::add_systems(std::uint32_t set, std::set<std::string>& out) const {
    for (const CodeGroup& group : sets_[set].codes) {
        out.insert(group.system);
    }
    for (const std::uint32_t included : includes_[set]) {
        add_systems(included, out);
    }
    for (const Selected& one : selected_[set]) {
        if (!one.system.empty()) {
            out.insert(one.system);
        } else if (!one.sets.empty()) {
            add_systems(one.sets.front(), out);
        }
    }
}

bool ValueSets::contains(std::string_view name, std::string_view system,
                         std::string_view code) const {
    const auto set = find_value_set(name);
    return set && contains(*set, system, code);
}

bool ValueSets::selects(const Selected& one, std::string_view system, std::string_view code) const {
    return (one.system.empty() || one.system == system) &&
           (one.whole || one.codes.contains(code)) &&
           std::ranges::all_of(one.sets,
                               [&](std::uint32_t set) { return holds(set, system, code); });
}

bool ValueSets::holds(std::uint32_t set, std::string_view system, std::string_view code) const {
    const ValueSet& own = sets_[set];
    const auto selected = [&](const Selected& one) { return selects(one, system, code); };
    const bool named = any_contains(own.codes, system, code) ||
                       std::ranges::any_of(
                           includes_[set],
                           [&](std::uint32_t included) { return holds(included, system, code); }) ||
                       std::ranges::any_of(selected_[set], selected);
    return named && !any_contains(own.excluded, system, code) &&
           !std::ranges::any_of(excluded_[set], selected);
}

/// The codes of a system that fall into ranges: all of it, or those that begin alike.
Result<> ValueSets::add_system(const std::string& system, const std::vector<CodeRange>& ranges,
                               std::set<std::pair<std::string, std::string>>& out) const {
    if (ranges.empty()) {
        return {};
    }
    const auto known = systems_.find(system);
    if (known == systems_.end()) {
        return fail(ErrorCode::NotFound,
                    "it holds all codes of " + system +
                        ", or all that begin alike, and that CodeSystem is not here; import it");
    }
    const CodeGroup group{system, {}, ranges};
    for (const CodeSystem::Entry& entry : known->second.entries()) {
        if (group.contains(entry.code)) {
            out.emplace(system, entry.code);
        }
    }
    return {};
}

/// All that may be in the set: what is excluded is taken out afterwards.
Result<> ValueSets::add_codes(std::uint32_t set,
                              std::set<std::pair<std::string, std::string>>& out) const {
    for (const CodeGroup& group : sets_[set].codes) {
        for (const std::string& code : group.codes) {
            out.emplace(group.system, code);
        }
        if (auto added = add_system(group.system, group.ranges, out); !added) {
            return added;
        }
    }
    for (const std::uint32_t included : includes_[set]) {
        if (auto added = add_codes(included, out); !added) {
            return added;
        }
    }
    for (const Selected& one : selected_[set]) {
        for (const std::string& code : one.codes) {
            out.emplace(one.system, code);
        }
        if (!one.whole) {
            continue;
        }
        auto added = one.sets.empty() ? add_system(one.system, {{"", ""}}, out)
                                      : add_codes(one.sets.front(), out);
        if (!added) {
            return added;
        }
    }
    return {};
}

Result<std::vector<cql::Code>> ValueSets::expand(cql::ValueSetId set) const {
    const auto number = static_cast<std::uint32_t>(set);
    std::set<std::pair<std::string, std::string>> all;
    if (const auto added = add_codes(number, all); !added) {
        return fail(added.error().code, "the codes of the value set \"" + sets_[number].name +
                                            "\" cannot be listed: " + added.error().message);
    }
    std::vector<cql::Code> codes;
    for (const auto& [system, code] : all) {
        if (!holds(number, system, code)) {
            continue;
        }
        const auto known = systems_.find(system);
        const CodeSystem::Entry* const entry =
            known == systems_.end() ? nullptr : known->second.find(code);
        codes.push_back({system, code, entry == nullptr ? std::string() : entry->display, {}});
    }
    return codes;
}

Result<bool> ValueSets::subsumes(std::string_view system, std::string_view general,
                                 std::string_view special) const {
    const auto known = systems_.find(canonical_system(system));
    if (known == systems_.end()) {
        return fail(ErrorCode::NotFound,
                    "which codes of " + std::string(system) +
                        " lie below others is not known: that CodeSystem is not here; import it");
    }
    return known->second.subsumes(general, special);
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
    if (auto known = find_system_name(name)) {
        return known;
    }
    const auto found = std::ranges::find_if(
        systems_, [name](const auto& one) { return one.second.name() == name; });
    return found == systems_.end() ? std::nullopt : std::optional(found->first);
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
