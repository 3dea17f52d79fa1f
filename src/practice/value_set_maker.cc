#include "practice/value_set_maker.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "practice/nearest.h"

namespace parcours::practice {
namespace {

std::string place_text(const Location& where) {
    return where.file + (where.line == 0 ? "" : ":" + std::to_string(where.line));
}

}  // namespace

void ValueSets::Maker::refuse(Number set, ErrorCode code, std::string message) {
    ValueSet& one = all_.sets_[set];
    if (!one.imported) {
        errors_.push_back({code, std::move(message), one.where});
    } else if (one.flaw.empty()) {
        one.flaw = std::move(message);
    }
}

bool ValueSets::Maker::add_name(Number set, const std::string& name) {
    return name.empty() || all_.by_name_.emplace(name, set).second;
}

void ValueSets::Maker::add(ValueSet set) {
    if (set.name.empty()) {
        return;  // its reader has said why
    }
    const auto number = static_cast<Number>(all_.sets_.size());
    const auto first = all_.by_name_.find(set.name);
    if (first != all_.by_name_.end() && !set.imported) {
        errors_.push_back({ErrorCode::InvalidInput,
                           "the value set \"" + set.name + "\" is defined twice: first in " +
                               place_text(all_.sets_[first->second].where) +
                               "; rename or remove one",
                           set.where});
        return;
    }
    if (set.imported && !set.url.empty() && all_.by_name_.contains(set.url)) {
        return;  // the practice's own says it
    }
    const bool named = add_name(number, set.name);
    const bool known_by_url = add_name(number, set.url);
    if (!known_by_url) {
        errors_.push_back({ErrorCode::InvalidInput,
                           "the value set \"" + set.name + "\" has the URL of \"" +
                               all_.sets_[all_.by_name_.at(set.url)].name +
                               "\"; each needs its own",
                           set.where});
    }
    bool known = named || !set.url.empty();
    for (const std::string& alias : set.aliases) {
        known = add_name(number, alias) || known;
    }
    if (known) {
        all_.sets_.push_back(std::move(set));
    }
}

std::optional<ValueSets::Maker::Number> ValueSets::Maker::find_part(Number set,
                                                                    const std::string& name) {
    const auto found = all_.find(name);
    if (!found) {
        refuse(set, ErrorCode::NotFound,
               "the value set \"" + all_.sets_[set].name + "\" includes \"" + name +
                   "\", which is not defined" + suggest(name, all_.value_set_names()));
    }
    return found;
}

bool ValueSets::Maker::apply_filters(Number set, const CodeSelection& selection, Selected& out) {
    const auto system = all_.systems_.find(selection.system);
    if (system == all_.systems_.end()) {
        refuse(set, ErrorCode::InvalidInput,
               "the value set \"" + all_.sets_[set].name + "\" selects codes of " +
                   selection.system +
                   " by a filter, and that CodeSystem is not here; import it, or "
                   "give the value set's expansion");
        return false;
    }
    std::optional<TextSet> codes;
    for (const CodeFilter& filter : selection.filters) {
        auto passing = system->second.select(filter);
        if (!passing) {
            refuse(set, passing.error().code,
                   "the value set \"" + all_.sets_[set].name + "\": " + passing.error().message);
            return false;
        }
        if (codes) {
            std::erase_if(*codes, [&](const auto& code) { return !passing->contains(code); });
        } else {
            codes = std::move(*passing);
        }
    }
    out.codes = std::move(*codes);
    return true;
}

std::optional<ValueSets::Selected> ValueSets::Maker::work_out(Number set,
                                                              const CodeSelection& selection) {
    Selected out;
    out.system = selection.system;
    out.whole = selection.codes.empty() && selection.filters.empty();
    if (!selection.filters.empty() && !apply_filters(set, selection, out)) {
        return std::nullopt;
    }
    for (const std::string& code : selection.codes) {
        out.codes.insert(code);
    }
    for (const std::string& name : selection.value_sets) {
        const auto part = find_part(set, name);
        if (!part) {
            return std::nullopt;
        }
        out.sets.push_back(*part);
    }
    return out;
}

void ValueSets::Maker::link_selections(Number set, const std::vector<CodeSelection>& from,
                                       std::vector<Selected>& to) {
    for (const CodeSelection& selection : from) {
        if (auto selected = work_out(set, selection)) {
            to.push_back(std::move(*selected));
        }
    }
}

void ValueSets::Maker::link() {
    const std::size_t count = all_.sets_.size();
    all_.includes_.resize(count);
    all_.selected_.resize(count);
    all_.excluded_.resize(count);
    visits_.assign(count, Visit::New);
    for (Number set = 0; set < count; ++set) {
        for (const std::string& name : std::vector<std::string>(all_.sets_[set].includes)) {
            if (const auto part = find_part(set, name)) {
                all_.includes_[set].push_back(*part);
            }
        }
        link_selections(set, all_.sets_[set].selections, all_.selected_[set]);
        link_selections(set, all_.sets_[set].excluded_selections, all_.excluded_[set]);
    }
    for (Number set = 0; set < count; ++set) {
        if (visits_[set] == Visit::New) {
            cut_circles(set);
        }
    }
    spread_flaws();
}

bool ValueSets::Maker::closes_circle(Number set, Number next) {
    if (visits_[next] == Visit::New) {
        cut_circles(next);
    }
    if (visits_[next] != Visit::Open) {
        return false;
    }
    refuse(set, ErrorCode::InvalidInput,
           "the value set \"" + all_.sets_[set].name + "\" includes \"" + all_.sets_[next].name +
               "\", which includes it in turn; remove one of the two");
    return true;
}

void ValueSets::Maker::cut_circles(Number set) {
    visits_[set] = Visit::Open;
    const auto circular = [&](Number next) { return closes_circle(set, next); };
    std::erase_if(all_.includes_[set], circular);
    for (auto* const selections : {&all_.selected_[set], &all_.excluded_[set]}) {
        std::erase_if(*selections,
                      [&](const Selected& one) { return std::ranges::any_of(one.sets, circular); });
    }
    visits_[set] = Visit::Done;
}

std::optional<ValueSets::Maker::Number> ValueSets::Maker::find_flawed_part(Number set) const {
    std::vector<Number> parts = all_.includes_[set];
    for (const auto* const selections : {&all_.selected_[set], &all_.excluded_[set]}) {
        for (const Selected& one : *selections) {
            parts.insert(parts.end(), one.sets.begin(), one.sets.end());
        }
    }
    const auto found =
        std::ranges::find_if(parts, [this](Number part) { return !all_.sets_[part].flaw.empty(); });
    return found == parts.end() ? std::nullopt : std::optional(*found);
}

void ValueSets::Maker::spread_flaws() {
    for (bool more = true; more;) {
        more = false;
        for (Number set = 0; set < all_.sets_.size(); ++set) {
            const auto part =
                all_.sets_[set].flaw.empty() ? find_flawed_part(set) : std::optional<Number>();
            if (part) {
                const std::string why = all_.sets_[*part].flaw;
                all_.sets_[set].flaw = "it includes \"" + all_.sets_[*part].name + "\": " + why;
                if (!all_.sets_[set].imported) {
                    errors_.push_back({ErrorCode::InvalidInput,
                                       "the value set \"" + all_.sets_[set].name +
                                           "\" cannot be used: " + all_.sets_[set].flaw,
                                       all_.sets_[set].where});
                }
                more = true;
            }
        }
    }
}

}  // namespace parcours::practice
