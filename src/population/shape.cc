#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "fhir/resource_type.h"
#include "fhir/status.h"
#include "fhir/summary.h"
#include "population/part_rows.h"
#include "population/patients.h"
#include "population/table.h"

namespace parcours::population {
namespace {

using fhir::ResourceType;

/// The members of a type that hold its clinical date.
struct DateMembers {
    ResourceType type;
    std::string_view point;
    std::string_view period;
};

constexpr std::array date_members = {
    DateMembers{ResourceType::AllergyIntolerance, "onsetDateTime", {}},
    DateMembers{ResourceType::Appointment, "start", {}},
    DateMembers{ResourceType::CarePlan, {}, "period"},
    DateMembers{ResourceType::Claim, {}, "billablePeriod"},
    DateMembers{ResourceType::Communication, "sent", {}},
    DateMembers{ResourceType::Condition, "onsetDateTime", {}},
    DateMembers{ResourceType::DiagnosticReport, "effectiveDateTime", "effectivePeriod"},
    DateMembers{ResourceType::Encounter, {}, "period"},
    DateMembers{ResourceType::ExplanationOfBenefit, {}, "billablePeriod"},
    DateMembers{ResourceType::Goal, "startDate", {}},
    DateMembers{ResourceType::ImagingStudy, "started", {}},
    DateMembers{ResourceType::Immunization, "occurrenceDateTime", {}},
    DateMembers{ResourceType::MedicationAdministration, "effectiveDateTime", "effectivePeriod"},
    DateMembers{ResourceType::MedicationRequest, "authoredOn", {}},
    DateMembers{ResourceType::MedicationStatement, "effectiveDateTime", "effectivePeriod"},
    DateMembers{ResourceType::Observation, "effectiveDateTime", "effectivePeriod"},
    DateMembers{ResourceType::Procedure, "performedDateTime", "performedPeriod"},
    DateMembers{ResourceType::QuestionnaireResponse, "authored", {}},
};

static_assert(std::ranges::is_sorted(date_members, {}, &DateMembers::type));

/// Whether the text says just this date: a date that does not exist reads as another's.
bool says(const JsonView& text, const std::optional<DateTime>& date) {
    if (!text) {
        return !date;
    }
    const auto parsed = parse_date_time(text.text());
    return parsed && date && *parsed == *date;
}

DateShape find_date_shape(const fhir::Summary& summary, const JsonView& resource) {
    const auto members =
        std::ranges::lower_bound(date_members, summary.type, {}, &DateMembers::type);
    if (members == date_members.end() || members->type != summary.type || !summary.span.start) {
        return DateShape::Unknown;
    }
    const JsonView point = members->point.empty() ? JsonView() : resource[members->point];
    const JsonView period = members->period.empty() ? JsonView() : resource[members->period];
    if (point && !period && says(point, summary.span.start)) {
        return DateShape::Point;
    }
    if (period && !point && period["start"] && says(period["start"], summary.span.start) &&
        says(period["end"], summary.span.end)) {
        return DateShape::Period;
    }
    return DateShape::Unknown;
}

bool has_other_value(const JsonView& resource) {
    constexpr std::array names = {
        "valueQuantity", "valueString", "valueBoolean",  "valueInteger", "valueRange",
        "valueRatio",    "valueTime",   "valueDateTime", "valuePeriod",  "valueSampledData"};
    return std::ranges::any_of(names, [&](const char* name) { return resource[name].exists(); });
}

ValueShape find_value_shape(const fhir::Summary& summary, const JsonView& resource) {
    if (summary.type != ResourceType::Observation) {
        return ValueShape::Unknown;
    }
    if (!summary.quantity) {
        if (has_other_value(resource)) {
            return ValueShape::Other;
        }
        return resource["valueCodeableConcept"] ? ValueShape::Coded : ValueShape::None;
    }
    const JsonView quantity = resource["valueQuantity"];
    const bool plain = quantity && !quantity["comparator"] && !summary.unit.empty();
    return plain ? ValueShape::Quantity : ValueShape::Other;
}

/// Whether a Condition's abatement is a date or none at all.
bool has_plain_abatement(const fhir::Summary& summary, const JsonView& resource) {
    if (summary.type != ResourceType::Condition) {
        return false;
    }
    if (summary.span.end) {
        return !resource["abatementPeriod"] &&
               says(resource["abatementDateTime"], summary.span.end);
    }
    for (const std::string_view name : {"abatementDateTime", "abatementPeriod", "abatementAge",
                                        "abatementRange", "abatementString"}) {
        if (resource[name]) {
            return false;
        }
    }
    return true;
}

/// Whether a state is one code of `system`, that of the summary, or there is none.
bool is_plain_state(const JsonView& state, std::string_view system, fhir::Status status) {
    if (!state) {
        return status == fhir::Status::None;
    }
    std::size_t count = 0;
    bool plain = status != fhir::Status::None && status != fhir::Status::Other;
    for (const JsonView coding : state["coding"].elements()) {
        plain = plain && (!coding["system"] || coding["system"].text() == system) &&
                coding["code"].text() == fhir::status_code(status);
        ++count;
    }
    return plain && count == 1;
}

bool has_plain_states(const fhir::Summary& summary, const JsonView& resource) {
    return summary.type == ResourceType::Condition &&
           is_plain_state(resource["clinicalStatus"], fhir::clinical_status_system,
                          summary.status) &&
           is_plain_state(resource["verificationStatus"], fhir::verification_status_system,
                          summary.verification);
}

bool is_known_gender(const JsonView& gender) {
    const std::string_view text = gender.text();
    return !gender || text == "female" || text == "male" || text == "other" || text == "unknown";
}

}  // namespace

std::uint8_t find_patient_shape(const fhir::Summary& summary, const JsonView& resource) {
    const JsonView dead = resource["deceasedBoolean"];
    const JsonView died = resource["deceasedDateTime"];
    const JsonView gender = resource["gender"];
    const JsonView active = resource["active"];
    const bool exact = is_known_gender(gender) && says(resource["birthDate"], summary.birth) &&
                       says(died, summary.deceased) && (!dead || (dead.is_bool() && !died)) &&
                       (!active || active.is_bool());
    if (!resource || !exact) {
        return 0;
    }
    unsigned flags = Patients::flag_exact;
    flags |= dead && !summary.deceased_flag ? Patients::flag_said_alive : 0U;
    flags |= gender.text() == "unknown" ? Patients::flag_said_unknown : 0U;
    flags |= active ? Patients::flag_said_active : 0U;
    return static_cast<std::uint8_t>(flags);
}

std::uint8_t find_shape(const fhir::Summary& summary, const JsonView& resource) {
    if (!resource) {
        return 0;
    }
    const auto date = static_cast<unsigned>(find_date_shape(summary, resource));
    const auto value = static_cast<unsigned>(find_value_shape(summary, resource));
    const unsigned abatement =
        has_plain_abatement(summary, resource) ? RowShape::exact_abatement : 0U;
    const unsigned states = has_plain_states(summary, resource) ? RowShape::exact_states : 0U;
    return static_cast<std::uint8_t>(date | (value << RowShape::value_shift) | abatement | states);
}

}  // namespace parcours::population
