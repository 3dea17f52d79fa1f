#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "fhir/resource_type.h"
#include "fhir/status.h"

namespace parcours::fhir {

/// One coding of a CodeableConcept. A code given as plain `code` has an empty system.
struct Coding {
    std::string_view system;
    std::string_view code;
    std::string_view display;
};

/// All codings of one role of a resource (several CodeableConcepts are joined), and its text.
struct Codings {
    std::vector<Coding> codings;
    std::string_view text;

    void clear() {
        codings.clear();
        text = {};
    }
    [[nodiscard]] bool empty() const { return codings.empty() && text.empty(); }
};

/// A span of clinical time as it was written; nothing where the resource has none.
struct Span {
    std::optional<DateTime> start;
    std::optional<DateTime> end;
};

/// The longest id that is taken, in bytes.
inline constexpr std::size_t id_bytes_max = 256;

/// What a journey, a cohort or a campaign reads of a resource: a pure function of one version of
/// it. Views live in the document it was read from.
struct Summary {
    ResourceType type = ResourceType::Basic;
    std::string_view id;
    std::string_view version;              ///< meta.versionId
    std::optional<DateTime> last_updated;  ///< meta.lastUpdated: orders versions, nothing else
    std::string_view patient;  ///< reference of the patient it is about; of a Patient: empty
    Codings code;  ///< what it is: code, vaccineCode, medication, Encounter.type, CarePlan.category
    Codings
        category;  ///< category, Encounter.class, Communication.medium, Appointment.appointmentType
    Codings reason;  ///< reasonCode
    Codings value;   ///< valueCodeableConcept, dischargeDisposition, Goal target, outcome
    Codings interpretation;
    Status status = Status::None;        ///< status, clinicalStatus, lifecycleStatus
    Status verification = Status::None;  ///< verificationStatus, achievementStatus
    Span span;  ///< when it is or was: onset–abatement, period, effective …
    std::optional<DateTime>
        occurred;  ///< the clinical date that `--as-of` cuts by (issue of dates)
    std::optional<DateTime> recorded;    ///< issued, recordedDate, authoredOn, created
    std::optional<double> quantity;      ///< valueQuantity.value, valueInteger
    std::string_view unit;               ///< its UCUM code, else its unit
    std::optional<DateTime> supply_end;  ///< of a prescription: authored + expected supply duration
    std::string_view encounter;          ///< reference
    std::vector<std::string_view>
        links;                  ///< reasonReference, addresses, diagnosis, goal, basedOn, replaces
    bool from_patient = false;  ///< a Communication whose sender is a patient or relative
    bool ends_period = false;   ///< `span.end` is the end of a period, not of an illness
    bool date_unreadable = false;  ///< one of its dates does not exist, such as 2019-02-30
    // Patient only:
    std::optional<DateTime> birth;
    std::optional<DateTime> deceased;  ///< deceasedDateTime
    bool deceased_flag = false;        ///< deceasedBoolean true, or a date that does not exist
    bool active = true;                ///< Patient.active, true where absent
    std::string_view gender;
    std::string_view replaced_by;  ///< link of type replaced-by: the patient it was merged into

    void clear();
};

/// Reads a summary from a parsed resource. Dates that do not exist and members of the wrong kind
/// are passed over (`Summary` lacks them): a record with one bad date is still a record. Errors,
/// InvalidInput: not an object, no resourceType or none of R4 (the nearest is named), no id
/// or one that cannot be used.
Result<> summarise(const JsonView& resource, Summary& out);

}  // namespace parcours::fhir
