#include "position/fold.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "fhir/resource_type.h"
#include "position/outcome.h"
#include "position/walk.h"
#include "record/engagement.h"
#include "record/fact.h"

namespace parcours::position {
namespace {

/// Contacts of a patient with care: what shows that somebody who left came back.
bool is_contact(const Fact& fact) {
    using enum fhir::ResourceType;
    return fact.type == Encounter || fact.type == Procedure || fact.type == MedicationRequest ||
           fact.type == Immunization || fact.type == Condition;
}

/// Whether a patient whose record is inactive has left by `as_of`. `recorded` is when the record
/// was made inactive, if known; contact after that is a return.
bool has_left(const PatientFact& patient, std::span<const Fact> facts, Instant as_of) {
    if (patient.active || patient.replaced_by != 0) {
        return false;
    }
    if (patient.recorded == no_time) {
        return true;
    }
    const bool left_later = patient.recorded > as_of;
    return std::ranges::none_of(facts, [&](const Fact& fact) {
        if (!is_contact(fact) || fact.occurred == no_time) {
            return false;
        }
        // Still in care at as_of, or returned before it.
        return left_later ? fact.occurred > as_of && fact.occurred <= patient.recorded
                          : fact.occurred > patient.recorded && fact.occurred <= as_of;
    });
}

/// No later than the last contact, where the patient's positions are frozen.
Instant frozen_at(const PatientFact& patient, Instant as_of) {
    return patient.recorded != no_time ? std::min(patient.recorded, as_of) : as_of;
}

}  // namespace

struct Folder::Work {
    explicit Work(const CompiledMap& compiled) : map(&compiled), walk(compiled) {}
    const CompiledMap* map;
    Walk walk;
    PatientPositions out;
};

Folder::Folder(const CompiledMap& map) : work_(std::make_unique<Work>(map)) {}
Folder::~Folder() = default;
Folder::Folder(Folder&&) noexcept = default;
Folder& Folder::operator=(Folder&&) noexcept = default;

const PatientPositions& Folder::fold(const PatientFact& patient, std::span<const Fact> facts,
                                     Instant as_of, std::span<const ManualSetting> manual) {
    PatientPositions& out = work_->out;
    auto kept = std::move(out.positions);
    kept.clear();
    out = PatientPositions{};
    out.positions = std::move(kept);
    out.born = patient.birth == no_time || patient.birth <= as_of;
    out.merged = patient.replaced_by != 0;
    Instant moment = as_of;
    if (patient.deceased != no_time) {
        out.dead = patient.deceased <= as_of;
        moment = std::min(moment, patient.deceased);
    }
    const bool left = has_left(patient, facts, as_of);
    if (left) {
        moment = std::min(moment, frozen_at(patient, as_of));
    }
    Walk& walk = work_->walk;
    walk.run(patient, facts, moment);
    // A death without a day has no date of its own: it is always known.
    out.dead = out.dead || (patient.deceased_flag && patient.deceased == no_time);
    out.suspected_death = walk.death_signs().recorded != no_time && !out.dead;
    out.death_signs = out.suspected_death ? walk.death_signs() : DeathSigns{};
    const bool palliative = walk.palliative() != no_time && walk.palliative_end() == no_time;
    out.status = out.dead     ? CareStatus::Deceased
                 : left       ? CareStatus::Left
                 : palliative ? CareStatus::Palliative
                              : CareStatus::Active;
    read_outcome(*work_->map, walk, patient, moment, manual, out);
    const bool known = std::ranges::any_of(out.positions, [](const ConcernPosition& position) {
        return position.phase != Phase::NoEvidence;
    });
    if (!known && out.status == CareStatus::Active) {
        out.status = CareStatus::Registered;
    }
    if (out.dead || left) {
        out.in_hospital = false;
        out.next_change = no_time;
        for (ConcernPosition& position : out.positions) {
            position.overdue = position.lost = false;
            position.expected = no_time;
            position.open = position.open && !out.dead;  // Death ends all; who left may return.
        }
    } else if (patient.deceased != no_time && patient.deceased > as_of) {
        out.next_change = no_time == out.next_change ? patient.deceased
                                                     : std::min(out.next_change, patient.deceased);
    }
    return out;
}

PatientPositions fold(const CompiledMap& map, const PatientFact& patient,
                      std::span<const Fact> facts, Instant as_of,
                      std::span<const ManualSetting> manual) {
    return Folder(map).fold(patient, facts, as_of, manual);
}

}  // namespace parcours::position
