#include "position/care_state.h"

#include "base/time.h"
#include "fhir/resource_type.h"
#include "position/compiled_map.h"
#include "position/fold.h"
#include "record/dictionary.h"
#include "record/engagement.h"
#include "record/fact.h"

namespace parcours::position {

bool may_mark_care(const CompiledMap& map, fhir::ResourceType type, ConceptId code) {
    const SetMask marking = map.care_codes(type);
    return marking != 0 &&
           (marking == CompiledMap::any_code || (map.info(code).sets & marking) != 0);
}

CareState care_of_unmarked(const PatientFact& patient, Instant as_of) {
    CareState care;
    care.born = patient.birth == no_time || patient.birth <= as_of;
    care.dead = patient.deceased == no_time ? patient.deceased_flag : patient.deceased <= as_of;
    care.merged = patient.replaced_by != 0;
    return care;
}

CareState care_of(const PatientPositions& folded) {
    return {folded.born,
            folded.dead,
            folded.status == CareStatus::Left,
            folded.status == CareStatus::Palliative,
            folded.merged,
            folded.suspected_death,
            folded.death_signs};
}

}  // namespace parcours::position
