#include "position/walk.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>

#include "fhir/resource_type.h"
#include "fhir/status.h"
#include "position/journey_map.h"
#include "record/fact.h"

namespace parcours::position {
namespace {

using fhir::ResourceType;
using fhir::Status;

constexpr std::uint8_t order_of_ends = 200;

/// What happens at one instant is told in this order: what was found, what was done, the visit.
std::uint8_t order_of(ResourceType type) {
    switch (type) {
        case ResourceType::Condition:
            return 0;
        case ResourceType::Appointment:
            return 1;
        case ResourceType::CarePlan:
        case ResourceType::Goal:
            return 2;
        case ResourceType::MedicationRequest:
        case ResourceType::MedicationStatement:
        case ResourceType::MedicationAdministration:
        case ResourceType::MedicationDispense:
            return 3;
        case ResourceType::Procedure:
            return 4;
        case ResourceType::Encounter:
            return 5;
        default:
            return 6;
    }
}

/// Ends that the walk acts on.
bool has_end_event(ResourceType type) {
    return type == ResourceType::Condition || type == ResourceType::Encounter ||
           type == ResourceType::CarePlan;
}

bool is_ahead_of_its_time(Status status) {
    return status == Status::Proposed || status == Status::Pending || status == Status::Waitlist;
}

template <class Use>
void each_concern(ConcernMask mask, Use use) {
    for (; mask != 0; mask &= mask - 1) {
        use(static_cast<std::size_t>(std::countr_zero(mask)));
    }
}

bool has_status(std::uint64_t bits, Status status) {
    return (bits >> static_cast<unsigned>(status) & 1U) != 0;
}

}  // namespace

bool Walk::was_never_true(const Fact& fact) {
    return fact.status == Status::EnteredInError || fact.verification == Status::EnteredInError ||
           fact.verification == Status::Refuted || fact.status == Status::NotDone;
}

Instant Walk::event_time(const Fact& fact, const PatientFact& patient) const {
    if (fact.type == ResourceType::Appointment) {
        // What was only asked for counts from the asking; the rest from the appointment itself.
        const bool lies_ahead = fact.start == no_time || fact.start > moment_;
        return lies_ahead || is_ahead_of_its_time(fact.status) ? fact.occurred : fact.start;
    }
    if (fact.occurred == no_time && fact.type == ResourceType::Condition) {
        return patient.birth != no_time ? patient.birth : Instant{};
    }
    return fact.occurred;
}

void Walk::list_events(const PatientFact& patient) {
    events_.clear();
    const auto facts = evidence_.facts();
    for (std::uint32_t i = 0; i < facts.size(); ++i) {
        const Fact& fact = facts[i];
        const bool told =
            !map_->rules_of(fact.type).empty() ||
            (fact.type == ResourceType::Observation && map_->info(fact.code).monitors != 0);
        if (!told || !fact.seen_at(moment_) || was_never_true(fact)) {
            continue;
        }
        const Instant at = event_time(fact, patient);
        if (at == no_time || (patient.birth != no_time && at < patient.birth)) {
            continue;
        }
        events_.push_back({at.time_since_epoch().count(), i, order_of(fact.type), false, fact.key});
        Instant end = evidence_.known_end(fact);
        const bool over = fact.status == Status::Resolved || fact.status == Status::Inactive ||
                          fact.status == Status::Finished;
        if (end == no_time && over && fact.end == no_time && fact.type != ResourceType::CarePlan) {
            // Over, nobody wrote when: a visit within a day, a condition as soon as it was known.
            const Instant assumed =
                fact.type == ResourceType::Encounter ? at + std::chrono::days{1} : at;
            end = assumed <= moment_ ? assumed : no_time;
        }
        if (has_end_event(fact.type) && end != no_time) {
            const Instant ends_at = std::max(end, at);
            events_.push_back(
                {ends_at.time_since_epoch().count(), i, order_of_ends, true, fact.key});
        }
    }
    std::ranges::sort(events_, [](const Event& a, const Event& b) {
        return std::tie(a.at, a.order, a.key) < std::tie(b.at, b.order, b.key);
    });
}

void Walk::run(const PatientFact& patient, std::span<const Fact> facts, Instant moment) {
    moment_ = moment;
    evidence_.begin(facts, moment);
    for (std::size_t i = 0; i < map_->map().concerns.size(); ++i) {
        states_[i] = ConcernState{};
    }
    intervals_.clear();
    diagnoses_.clear();
    medicines_.clear();
    last_contact_ = palliative_ = palliative_end_ = no_time;
    palliative_fact_ = no_fact;
    death_signs_ = {};
    list_events(patient);
    for (const Event& event : events_) {
        const Instant at{std::chrono::microseconds{event.at}};
        if (event.is_end) {
            on_end(event.fact, at);
        } else {
            on_start(event.fact, at);
        }
    }
    for (std::size_t i = 0; i < map_->map().concerns.size(); ++i) {
        advance(i, moment);
    }
}

bool Walk::is_new_medicine(std::uint32_t ingredient, Instant at) const {
    return std::ranges::none_of(medicines_, [&](const auto& seen) {
        return seen.first == ingredient && at - seen.second <= map_->map().same_medicine_within;
    });
}

bool Walk::is_placed() const {
    return std::ranges::any_of(states_, [](const ConcernState& state) {
        return state.any && state.shown != Stage::Awareness;
    });
}

bool Walk::holds(const Rule& rule, const CompiledRule& compiled, std::uint32_t index, Instant at,
                 ConcernMask about) const {
    const Fact& fact = evidence_.fact(index);
    const auto known_before = [&](std::size_t concern) {
        const ConcernState& state = states_[concern];
        return state.open &&
               (state.chronic || map_->map().concerns[concern].kind == ConcernKind::Chronic) &&
               std::chrono::floor<std::chrono::days>(state.opened) <
                   std::chrono::floor<std::chrono::days>(at);
    };
    if (compiled.concerns != 0 && (about & compiled.concerns) == 0) {
        return false;
    }
    if (rule.known) {
        bool known = false;
        each_concern(about, [&](std::size_t concern) { known = known || known_before(concern); });
        if (known != *rule.known) {
            return false;
        }
    }
    if (rule.placed && *rule.placed != is_placed()) {
        return false;
    }
    if (rule.in_care) {
        bool in_care = false;
        each_concern(about, [&](std::size_t concern) {
            const ConcernState& state = states_[concern];
            const bool standing = map_->map().concerns[concern].kind == ConcernKind::Standing;
            const bool idle = state.shown == Stage::Awareness || state.shown == Stage::Help ||
                              (standing && state.shown == Stage::Ongoing);
            in_care = in_care || (state.open && !idle);
        });
        if (in_care != *rule.in_care) {
            return false;
        }
    }
    return !rule.new_medicine ||
           *rule.new_medicine == is_new_medicine(map_->info(fact.code).ingredient, at);
}

namespace {

/// The conditions of a rule that need nothing but the fact.
bool fits(const Rule& rule, const CompiledRule& compiled, const CompiledMap& map,
          const Evidence& evidence, std::uint32_t index) {
    const Fact& fact = evidence.fact(index);
    const SetMask code = map.info(fact.code).sets;
    if ((rule.statuses != 0 && !has_status(rule.statuses, fact.status)) ||
        has_status(rule.not_statuses, fact.status) ||
        (compiled.code != 0 && (code & compiled.code) == 0) || (code & compiled.not_code) != 0) {
        return false;
    }
    if (compiled.reason != 0 && (map.info(fact.reason).sets & compiled.reason) == 0) {
        return false;
    }
    if (compiled.category != 0 || compiled.not_category != 0) {
        const SetMask category = map.info(fact.category).sets;
        if ((compiled.category != 0 && (category & compiled.category) == 0) ||
            (category & compiled.not_category) != 0) {
            return false;
        }
    }
    if (compiled.holds != 0 && (evidence.inside(index) & compiled.holds) == 0) {
        return false;
    }
    if (rule.has_end && *rule.has_end != (fact.end != no_time)) {
        return false;
    }
    if (rule.from_patient && *rule.from_patient != ((fact.marks & Fact::mark_from_patient) != 0)) {
        return false;
    }
    if (rule.longer_than.count() != 0 || rule.shorter_than.count() != 0) {
        const Instant end = evidence.known_end(fact);
        const Instant until = end != no_time ? end : evidence.moment();
        const Duration length = until - fact.start;
        if (length < rule.longer_than ||
            (rule.shorter_than.count() != 0 && (end == no_time || length >= rule.shorter_than))) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::uint16_t Walk::match(std::uint32_t index, Instant at, ConcernMask& about) {
    for (const std::uint16_t i : map_->rules_of(evidence_.fact(index).type)) {
        const Rule& rule = map_->map().rules[i];
        const CompiledRule& compiled = map_->compiled(i);
        if (!fits(rule, compiled, *map_, evidence_, index)) {
            continue;
        }
        about = evidence_.concerns_of(index, rule, compiled);
        // What a rule asks about a concern is asked of today, not of its last event.
        if (rule.known || rule.in_care) {
            each_concern(about, [&](std::size_t concern) { advance(concern, at); });
        }
        if (holds(rule, compiled, index, at, about)) {
            return i;
        }
    }
    return no_rule;
}

void Walk::on_start(std::uint32_t index, Instant at) {
    monitor(index, at);
    ConcernMask about = 0;
    const std::uint16_t rule = match(index, at, about);
    if (rules_told_ != nullptr) {
        rules_told_->at(index) = rule;
    }
    if (rule != no_rule) {
        apply(rule, index, at, about);
    }
}

void Walk::monitor(std::uint32_t index, Instant at) {
    const ConcernMask mask = map_->info(evidence_.fact(index).code).monitors;
    each_concern(mask, [&](std::size_t concern) {
        advance(concern, at);
        ConcernState& state = states_[concern];
        if (state.open) {
            state.follow_up = at;
        }
    });
}

void Walk::on_end(std::uint32_t index, Instant at) {
    // A visit of a hospice ends, its care does not.
    if (index == palliative_fact_ && evidence_.fact(index).type != ResourceType::Encounter) {
        palliative_end_ = at;
    }
    for (Interval& span : intervals_) {
        if (span.fact == index && !span.over) {
            advance(span.concern, at);
            if (!span.over) {
                end_span(span, at);
            }
        }
    }
    if (evidence_.fact(index).type == ResourceType::Condition) {
        abate(index, at);
    }
}

ConcernMask Walk::dying_of(ConcernMask about) const {
    if (about != ConcernMask{1} << map_->general()) {
        return about;
    }
    ConcernMask serious = 0;
    each_concern(map_->mask_of_kind(ConcernKind::Chronic), [&](std::size_t concern) {
        const ConcernState& state = states_[concern];
        if (state.open && state.serious_chronic && !state.remission) {
            serious |= ConcernMask{1} << concern;
        }
    });
    return serious != 0 ? serious : about;
}

void Walk::apply(std::uint16_t index, std::uint32_t fact_index, Instant at, ConcernMask about) {
    const Rule& rule = map_->map().rules[index];
    const Fact& fact = evidence_.fact(fact_index);
    if (rule.has(Mark::Contact)) {
        last_contact_ = at;
        ConcernState& general = states_[map_->general()];
        advance(map_->general(), at);
        general.follow_up = at;
        general.missed = no_time;
    }
    if (rule.has(Mark::SuspectedDeath)) {
        death_signs_.position = std::max(death_signs_.position, fact.position);
        death_signs_.recorded = std::max({death_signs_.recorded, fact.recorded, at});
        return;
    }
    if (rule.has(Mark::Palliative)) {
        palliative_ = at;
        palliative_fact_ = fact_index;
        palliative_end_ = no_time;
        about = dying_of(about);
    }
    if (rule.has(Mark::FollowUpAll)) {
        check_up(index, fact_index, at);
    }
    if (rule.has(Mark::Diagnosis)) {
        diagnoses_.push_back({about, fact_index, at, false});
    }
    each_concern(about, [&](std::size_t concern) { apply_to(concern, index, fact_index, at); });
    if (rule.has(Mark::Medicine)) {
        medicines_.emplace_back(map_->info(fact.code).ingredient, at);
    }
}

}  // namespace parcours::position
