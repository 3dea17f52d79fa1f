#include "position/evidence.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "fhir/resource_type.h"
#include "record/fact.h"

namespace parcours::position {
namespace {

using fhir::ResourceType;

/// Billing says nothing and is most of some exports.
bool is_billing(ResourceType type) {
    return type == ResourceType::Claim || type == ResourceType::ExplanationOfBenefit;
}

/// A visit at least this long is a stay, to which somebody was admitted.
constexpr Duration stay_least = std::chrono::hours{12};

}  // namespace

void Evidence::begin(std::span<const Fact> facts, Instant moment) {
    facts_ = facts;
    moment_ = moment;
    const std::size_t size = std::bit_ceil(facts.size() * 2 + 2);
    table_.assign(size, {0, no_fact});
    table_mask_ = size - 1;
    for (std::uint32_t i = 0; i < facts.size(); ++i) {
        if (facts[i].key == 0 || is_billing(facts[i].type)) {
            continue;
        }
        std::size_t slot = facts[i].key & table_mask_;
        while (table_[slot].first != 0) {
            slot = (slot + 1) & table_mask_;
        }
        table_[slot] = {facts[i].key, i};
    }
    look_inside();
    follow_admissions();
}

std::uint32_t Evidence::find(Key key) const {
    if (key == 0) {
        return no_fact;
    }
    for (std::size_t slot = key & table_mask_;; slot = (slot + 1) & table_mask_) {
        if (table_[slot].first == key || table_[slot].first == 0) {
            return table_[slot].second;
        }
    }
}

void Evidence::look_inside() {
    inside_sets_.assign(facts_.size(), 0);
    inside_conditions_.assign(facts_.size(), 0);
    inside_others_.assign(facts_.size(), 0);
    for (std::uint32_t i = 0; i < facts_.size(); ++i) {
        const Fact& fact = facts_[i];
        if (fact.encounter == 0 || fact.type == ResourceType::Observation ||
            is_billing(fact.type) || !fact.seen_at(moment_)) {
            continue;
        }
        const std::uint32_t encounter = find(fact.encounter);
        if (encounter == no_fact || encounter == i) {
            continue;
        }
        const ConceptInfo& info = map_->info(fact.code);
        inside_sets_[encounter] |= info.sets;
        if (fact.type == ResourceType::Condition) {
            inside_conditions_[encounter] |= info.concerns;
        } else if (fact.type != ResourceType::CarePlan) {
            inside_others_[encounter] |=
                info.concerns | (by_reason(fact) & ~general()) | (by_links(fact) & ~general());
        }
    }
}

ConcernMask Evidence::examined_in(Key encounter) const {
    ConcernMask mask = 0;
    for (const Fact& fact : facts_) {
        if (fact.encounter == encounter && fact.type == ResourceType::Procedure &&
            fact.seen_at(moment_)) {
            mask |= map_->info(fact.code).monitors;
        }
    }
    return mask;
}

void Evidence::follow_admissions() {
    for (std::uint32_t i = 0; i < facts_.size(); ++i) {
        const Fact& stay = facts_[i];
        const bool tells = stay.reason != 0 || !stay.links.empty() || inside_conditions_[i] != 0 ||
                           inside_others_[i] != 0 || map_->info(stay.code).concerns != 0;
        if (stay.type != ResourceType::Encounter || tells || stay.start == no_time ||
            (stay.end != no_time && stay.end - stay.start < stay_least)) {
            continue;
        }
        ConcernMask told = 0;
        ConcernMask examined = examined_in(stay.key);
        for (std::uint32_t k = 0; k < facts_.size(); ++k) {
            const Fact& before = facts_[k];
            if (before.type == ResourceType::Encounter && k != i && before.start != no_time &&
                before.start <= stay.start && stay.start - before.start < std::chrono::days{1} &&
                before.seen_at(moment_)) {
                told |= (by_reason(before) | by_encounter(k)) & ~general();
                examined |= examined_in(before.key);
            }
        }
        inside_others_[i] = told != 0 ? told : examined;
    }
}

ConcernMask Evidence::by_reason(const Fact& fact) const {
    if (fact.reason == 0) {
        return 0;
    }
    const ConcernMask mask = map_->info(fact.reason).concerns;
    return mask != 0 ? mask : general();
}

ConcernMask Evidence::by_links(const Fact& fact) const {
    ConcernMask conditions = 0;
    ConcernMask others = 0;
    bool named = false;
    for (const Key key : fact.links) {
        const std::uint32_t target = find(key);
        if (target == no_fact) {
            continue;
        }
        const Fact& linked = facts_[target];
        const ConcernMask mask = map_->info(linked.code).concerns;
        if (linked.type == ResourceType::Condition) {
            named = true;
            conditions |= mask;
        } else if (linked.type != ResourceType::Goal) {
            others |= mask != 0 ? mask : map_->info(linked.reason).concerns;
        }
    }
    // A named disease is what it is about, whatever else it refers to.
    if (named) {
        return conditions != 0 ? conditions : general();
    }
    return others;
}

ConcernMask Evidence::by_encounter(std::uint32_t index) const {
    const Fact& fact = facts_[index];
    const std::uint32_t at = fact.type == ResourceType::Encounter ? index : find(fact.encounter);
    if (at == no_fact) {
        return 0;
    }
    if (at != index) {
        const Fact& encounter = facts_[at];
        ConcernMask own = map_->info(encounter.code).concerns;
        own = own != 0 ? own : by_reason(encounter);
        own = own != 0 ? own : by_links(encounter);
        if (own != 0) {
            return own;
        }
    }
    return inside_conditions_[at] != 0 ? inside_conditions_[at] : inside_others_[at];
}

ConcernMask Evidence::concerns_of(std::uint32_t index, const Rule& rule,
                                  const CompiledRule& compiled) const {
    if (compiled.about != 0) {
        return compiled.about;
    }
    const Fact& fact = facts_[index];
    const ConceptInfo& info = map_->info(fact.code);
    for (const About about : rule.about) {
        ConcernMask mask = 0;
        switch (about) {
            case About::Code:
                mask = info.concerns;
                break;
            case About::Medicine:
                mask = info.medicines;
                break;
            case About::Reason:
                mask = by_reason(fact);
                break;
            case About::Links:
                mask = by_links(fact);
                break;
            case About::Encounter:
                mask = by_encounter(index);
                break;
        }
        if (mask != 0) {
            return mask;
        }
    }
    return general();
}

}  // namespace parcours::position
