#pragma once

#include "base/time.h"
#include "fhir/resource_type.h"
#include "position/compiled_map.h"
#include "position/fold.h"
#include "record/dictionary.h"
#include "record/fact.h"

namespace parcours::position {

/// What decides whether anybody may write to a patient at all: of the fold's answer, what is told
/// without their concerns.
struct CareState {
    bool born = true;
    bool dead = false;
    bool left = false;        ///< and not dead
    bool palliative = false;  ///< and neither dead nor gone
    bool merged = false;      ///< counts as the patient it was merged into
    bool suspected_death = false;
    DeathSigns death_signs;  ///< where one is suspected

    /// As `PatientPositions::counted`.
    [[nodiscard]] bool counted() const { return born && !dead && !merged; }
    bool operator==(const CareState&) const = default;
};

/// Whether a rule of the map may let a fact of this type and code speak for a death or for
/// palliative care, whatever else it asks of it.
[[nodiscard]] bool may_mark_care(const CompiledMap& map, fhir::ResourceType type, ConceptId code);

/// Of a patient who is active and of whose facts none may mark care: the same as of the fold.
[[nodiscard]] CareState care_of_unmarked(const PatientFact& patient, Instant as_of);

[[nodiscard]] CareState care_of(const PatientPositions& folded);

}  // namespace parcours::position
