#pragma once

#include <cstdint>
#include <span>

#include "base/time.h"
#include "fhir/resource_type.h"
#include "fhir/status.h"
#include "record/dictionary.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours {

/// "No time given" in columns and facts.
inline constexpr Instant no_time = Instant::min();

/// What one current resource version says about a patient, in numbers: a row of the population
/// index, and the input of the fold to positions. A pure function of the version. Small marks are
/// bits of `marks`.
struct Fact {
    fhir::ResourceType type = fhir::ResourceType::Basic;
    fhir::Status status = fhir::Status::None;
    fhir::Status verification = fhir::Status::None;
    Precision precision = Precision::Day;  ///< of `start`
    std::uint8_t marks = 0;
    Key key = 0;               ///< of the resource
    LogPosition position = 0;  ///< of its body in the log
    ConceptId code = 0;        ///< roles as in fhir::Summary
    ConceptId category = 0;
    ConceptId reason = 0;
    ConceptId value = 0;  ///< coded value, discharge disposition
    ConceptId interpretation = 0;
    UnitId unit = 0;
    double quantity = 0;         ///< NaN where there is none
    Instant occurred = no_time;  ///< `--as-of` sees the fact from here on; no_time: always seen
    Instant recorded = no_time;  ///< when its source knew it
    Instant start = no_time;
    Instant end = no_time;       ///< no_time: open or unknown; prescriptions: end of supply
    Instant updated = no_time;   ///< meta.lastUpdated: when the source last changed it
    Key encounter = 0;           ///< of the encounter it belongs to
    std::span<const Key> links;  ///< reasonReference, addresses, diagnosis, goal, basedOn …

    /// A Communication that came from the patient or a relative.
    static constexpr std::uint8_t mark_from_patient = 1;
    /// `end` was given as a date alone (a whole day).
    static constexpr std::uint8_t mark_end_is_day = 2;

    [[nodiscard]] bool seen_at(Instant as_of) const { return occurred <= as_of; }
};

/// What is known of a patient as a person, beside the facts: of the current Patient resource.
struct PatientFact {
    Key key = 0;
    LogPosition position = 0;    ///< of the Patient's body; 0: only referred to so far
    Instant birth = no_time;     ///< midnight UTC of the birth date; no_time: unknown
    Instant deceased = no_time;  ///< the moment of death; no_time: alive or unknown
    bool deceased_flag = false;  ///< deceasedBoolean: dead at an unknown time
    bool active = true;          ///< Patient.active
    std::uint8_t gender = 0;     ///< 0 unknown, 1 female, 2 male, 3 other
    Key replaced_by = 0;         ///< the patient it was merged into; 0: none
    Instant recorded = no_time;  ///< meta.lastUpdated, for `active: false` and merges
};

}  // namespace parcours
