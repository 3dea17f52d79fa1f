#include "http/fhir/parameters.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "fhir/resource_type.h"

namespace parcours::http::facade {
namespace {

using fhir::ResourceType;

constexpr Parameter patient{"patient", Matching::Patient, {}, {}, {}, {}};
constexpr Parameter subject{"subject", Matching::Patient, {}, {}, {}, {}};
constexpr Parameter status{"status", Matching::Status, "status", {}, {}, {}};

constexpr Parameter code(std::string_view name, std::string_view member) {
    return {name, Matching::Code, member, {}, {}, {}};
}
constexpr Parameter category(std::string_view name, std::string_view member) {
    return {name, Matching::Category, member, {}, {}, {}};
}
constexpr Parameter date(std::string_view name, std::string_view point, std::string_view period,
                         std::string_view other_point = {}) {
    return {name, Matching::Date, {}, point, other_point, period};
}

constexpr std::array common{Parameter{"_id", Matching::Id, {}, {}, {}, {}},
                            Parameter{"_lastUpdated", Matching::LastUpdated, {}, {}, {}, {}}};

constexpr std::array of_patient{
    Parameter{"identifier", Matching::Identifier, "identifier", {}, {}, {}},
    Parameter{"name", Matching::Name, "name", {}, {}, {}},
    Parameter{"family", Matching::Family, "name", {}, {}, {}},
    Parameter{"given", Matching::Given, "name", {}, {}, {}},
    Parameter{"birthdate", Matching::Birthdate, {}, "birthDate", {}, {}},
    Parameter{"gender", Matching::Gender, "gender", {}, {}, {}},
    Parameter{"phone", Matching::Phone, "telecom", {}, {}, {}},
    Parameter{"email", Matching::Email, "telecom", {}, {}, {}},
    Parameter{"active", Matching::Active, "active", {}, {}, {}},
    Parameter{"deceased", Matching::Deceased, {}, {}, {}, {}}};

constexpr std::array of_allergy{
    patient,
    code("code", "code"),
    category("category", "category"),
    date("onset", "onsetDateTime", ""),
    Parameter{"clinical-status", Matching::ClinicalStatus, "clinicalStatus", {}, {}, {}},
    Parameter{"verification-status", Matching::Verification, "verificationStatus", {}, {}, {}}};
constexpr std::array of_condition{
    patient,
    subject,
    code("code", "code"),
    category("category", "category"),
    date("onset-date", "onsetDateTime", "onsetPeriod"),
    Parameter{"clinical-status", Matching::ClinicalStatus, "clinicalStatus", {}, {}, {}},
    Parameter{"verification-status", Matching::Verification, "verificationStatus", {}, {}, {}}};
constexpr std::array of_observation{
    patient,
    subject,
    code("code", "code"),
    category("category", "category"),
    date("date", "effectiveDateTime", "effectivePeriod", "effectiveInstant"),
    status};
constexpr std::array of_report{patient,
                               subject,
                               code("code", "code"),
                               category("category", "category"),
                               date("date", "effectiveDateTime", "effectivePeriod"),
                               status};
constexpr std::array of_encounter{
    patient, subject, code("type", "type"), category("class", "class"), date("date", "", "period"),
    status};
constexpr std::array of_procedure{patient,
                                  subject,
                                  code("code", "code"),
                                  category("category", "category"),
                                  date("date", "performedDateTime", "performedPeriod"),
                                  status};
constexpr std::array of_immunization{patient, code("vaccine-code", "vaccineCode"),
                                     date("date", "occurrenceDateTime", ""), status};
constexpr std::array of_plan{patient, subject, code("category", "category"),
                             date("date", "", "period"), status};
constexpr std::array of_request{patient,
                                subject,
                                code("code", "medicationCodeableConcept"),
                                category("category", "category"),
                                date("authoredon", "authoredOn", ""),
                                status};
constexpr std::array of_statement{patient,
                                  subject,
                                  code("code", "medicationCodeableConcept"),
                                  category("category", "category"),
                                  date("effective", "effectiveDateTime", "effectivePeriod"),
                                  status};
constexpr std::array of_administration{
    patient, subject, code("code", "medicationCodeableConcept"),
    date("effective-time", "effectiveDateTime", "effectivePeriod"), status};
constexpr std::array of_dispense{patient, subject, code("code", "medicationCodeableConcept"),
                                 status};
constexpr std::array of_appointment{patient, date("date", "start", ""), status};
constexpr std::array of_service{patient, subject, code("code", "code"),
                                category("category", "category"), status};
constexpr std::array of_goal{
    patient, subject, category("category", "category"), date("start-date", "startDate", ""),
    Parameter{"lifecycle-status", Matching::Status, "lifecycleStatus", {}, {}, {}}};
constexpr std::array of_response{patient, subject, date("authored", "authored", ""), status};
constexpr std::array of_imaging{patient, subject, date("started", "started", ""), status};
constexpr std::array of_communication{
    patient,
    subject,
    Parameter{"category", Matching::MixedCategory, "category", {}, {}, {}},
    Parameter{"medium", Matching::MixedCategory, "medium", {}, {}, {}},
    date("sent", "sent", ""),
    status};
constexpr std::array of_task{patient, subject, code("code", "code"), status};
constexpr std::array of_patient_alone{patient, status};
constexpr std::array of_subject{patient, subject, status};
constexpr std::array of_document{patient, subject, code("type", "type"),
                                 category("category", "category"), status};
constexpr std::array of_medication{code("code", "code"), status};
/// What the definitions of measures, libraries and terminology are found by.
constexpr std::array of_definition{Parameter{"url", Matching::Uri, "url", {}, {}, {}},
                                   Parameter{"version", Matching::Member, "version", {}, {}, {}},
                                   Parameter{"name", Matching::Text, "name", {}, {}, {}},
                                   Parameter{"title", Matching::Text, "title", {}, {}, {}},
                                   Parameter{"status", Matching::Member, "status", {}, {}, {}}};
constexpr std::array of_device{patient, code("type", "type"), status};

struct Entry {
    ResourceType type;
    std::span<const Parameter> parameters;
};

constexpr std::array entries{
    Entry{ResourceType::AllergyIntolerance, of_allergy},
    Entry{ResourceType::Appointment, of_appointment},
    Entry{ResourceType::CarePlan, of_plan},
    Entry{ResourceType::CareTeam, of_subject},
    Entry{ResourceType::Claim, of_patient_alone},
    Entry{ResourceType::CodeSystem, of_definition},
    Entry{ResourceType::Communication, of_communication},
    Entry{ResourceType::Condition, of_condition},
    Entry{ResourceType::Consent, of_patient_alone},
    Entry{ResourceType::Coverage, of_patient_alone},
    Entry{ResourceType::Device, of_device},
    Entry{ResourceType::DiagnosticReport, of_report},
    Entry{ResourceType::DocumentReference, of_document},
    Entry{ResourceType::Encounter, of_encounter},
    Entry{ResourceType::ExplanationOfBenefit, of_patient_alone},
    Entry{ResourceType::Goal, of_goal},
    Entry{ResourceType::ImagingStudy, of_imaging},
    Entry{ResourceType::Immunization, of_immunization},
    Entry{ResourceType::Library, of_definition},
    Entry{ResourceType::Measure, of_definition},
    Entry{ResourceType::Medication, of_medication},
    Entry{ResourceType::MedicationAdministration, of_administration},
    Entry{ResourceType::MedicationDispense, of_dispense},
    Entry{ResourceType::MedicationRequest, of_request},
    Entry{ResourceType::MedicationStatement, of_statement},
    Entry{ResourceType::Observation, of_observation},
    Entry{ResourceType::Patient, of_patient},
    Entry{ResourceType::Procedure, of_procedure},
    Entry{ResourceType::QuestionnaireResponse, of_response},
    Entry{ResourceType::ServiceRequest, of_service},
    Entry{ResourceType::Task, of_task},
    Entry{ResourceType::ValueSet, of_definition},
};
static_assert(std::ranges::is_sorted(entries, {}, &Entry::type));

}  // namespace

std::string_view parameter_type(Matching matching) {
    switch (matching) {
        case Matching::LastUpdated:
        case Matching::Date:
        case Matching::Birthdate:
            return "date";
        case Matching::Patient:
            return "reference";
        case Matching::Name:
        case Matching::Family:
        case Matching::Given:
        case Matching::Text:
            return "string";
        case Matching::Uri:
            return "uri";
        default:
            return "token";
    }
}

std::span<const Parameter> parameters_of(fhir::ResourceType type) {
    const auto* const found = std::ranges::lower_bound(entries, type, {}, &Entry::type);
    return found != entries.end() && found->type == type ? found->parameters
                                                         : std::span<const Parameter>();
}

std::span<const Parameter> common_parameters() {
    return common;
}

const Parameter* find_parameter(fhir::ResourceType type, std::string_view name) {
    for (const auto& list : {parameters_of(type), common_parameters()}) {
        for (const Parameter& one : list) {
            if (one.name == name) {
                return &one;
            }
        }
    }
    return nullptr;
}

bool has_patient(fhir::ResourceType type) {
    return find_parameter(type, "patient") != nullptr;
}

const Parameter* dating_parameter(fhir::ResourceType type) {
    const auto list = parameters_of(type);
    const auto found = std::ranges::find_if(list, [](const Parameter& one) {
        return one.matching == Matching::Date || one.matching == Matching::Birthdate;
    });
    return found == list.end() ? nullptr : &*found;
}

}  // namespace parcours::http::facade
