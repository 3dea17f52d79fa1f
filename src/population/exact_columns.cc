#include "population/exact_columns.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "cql/model/type_id.h"
#include "fhir/resource_type.h"
#include "population/table.h"

namespace parcours::population {
namespace {

using enum fhir::ResourceType;

struct ConceptElement {
    fhir::ResourceType type;
    std::string_view element;
    ConceptColumn column;
};

// Found by walking through it, once for each query: any order.
constexpr std::array concept_elements = {
    ConceptElement{Condition, "code", &Table::code},
    ConceptElement{Condition, "category", &Table::category},
    ConceptElement{Observation, "code", &Table::code},
    ConceptElement{Observation, "category", &Table::category},
    ConceptElement{Observation, "interpretation", &Table::interpretation},
    ConceptElement{Observation, "value", &Table::value},
    ConceptElement{Procedure, "code", &Table::code},
    ConceptElement{Procedure, "category", &Table::category},
    ConceptElement{Procedure, "reasonCode", &Table::reason},
    ConceptElement{Encounter, "type", &Table::code},
    ConceptElement{Encounter, "class", &Table::category},
    ConceptElement{Encounter, "reasonCode", &Table::reason},
    ConceptElement{AllergyIntolerance, "code", &Table::code},
    ConceptElement{Immunization, "vaccineCode", &Table::code},
    ConceptElement{Immunization, "reasonCode", &Table::reason},
    ConceptElement{DiagnosticReport, "code", &Table::code},
    ConceptElement{DiagnosticReport, "category", &Table::category},
    ConceptElement{MedicationRequest, "medication", &Table::code},
    ConceptElement{MedicationRequest, "category", &Table::category},
    ConceptElement{MedicationRequest, "reasonCode", &Table::reason},
    ConceptElement{MedicationStatement, "medication", &Table::code},
    ConceptElement{MedicationStatement, "category", &Table::category},
    ConceptElement{MedicationStatement, "reasonCode", &Table::reason},
    ConceptElement{MedicationAdministration, "medication", &Table::code},
    ConceptElement{MedicationAdministration, "category", &Table::category},
    ConceptElement{MedicationAdministration, "reasonCode", &Table::reason},
    ConceptElement{CarePlan, "category", &Table::code},
    ConceptElement{Goal, "description", &Table::code},
    ConceptElement{Goal, "category", &Table::category},
    ConceptElement{ServiceRequest, "code", &Table::code},
    ConceptElement{ServiceRequest, "category", &Table::category},
    ConceptElement{ServiceRequest, "reasonCode", &Table::reason},
    ConceptElement{Appointment, "serviceType", &Table::code},
    ConceptElement{Appointment, "appointmentType", &Table::category},
    ConceptElement{Appointment, "reasonCode", &Table::reason},
    ConceptElement{Claim, "type", &Table::code},
    ConceptElement{ExplanationOfBenefit, "type", &Table::code},
    ConceptElement{DocumentReference, "type", &Table::code},
    ConceptElement{DocumentReference, "category", &Table::category},
    ConceptElement{Coverage, "type", &Table::code},
    ConceptElement{Flag, "code", &Table::code},
    ConceptElement{Flag, "category", &Table::category},
};

struct DateElement {
    fhir::ResourceType type;
    std::string_view element;
};

constexpr std::array date_elements = {
    DateElement{AllergyIntolerance, "onset"},
    DateElement{Appointment, "start"},
    DateElement{CarePlan, "period"},
    DateElement{Claim, "billablePeriod"},
    DateElement{Communication, "sent"},
    DateElement{Condition, "onset"},
    DateElement{DiagnosticReport, "effective"},
    DateElement{Encounter, "period"},
    DateElement{ExplanationOfBenefit, "billablePeriod"},
    DateElement{ImagingStudy, "started"},
    DateElement{Immunization, "occurrence"},
    DateElement{MedicationAdministration, "effective"},
    DateElement{MedicationRequest, "authoredOn"},
    DateElement{MedicationStatement, "effective"},
    DateElement{Observation, "effective"},
    DateElement{Procedure, "performed"},
    DateElement{QuestionnaireResponse, "authored"},
};

}  // namespace

ConceptColumn find_concept_column(cql::model::TypeId type, std::string_view element) {
    if (!cql::model::is_fhir(type)) {
        return nullptr;
    }
    const auto found = std::ranges::find_if(concept_elements, [&](const ConceptElement& one) {
        return one.type == cql::model::resource_type(type) && one.element == element;
    });
    return found == concept_elements.end() ? nullptr : found->column;
}

bool is_status_element(cql::model::TypeId type, std::string_view element) {
    if (type == cql::model::contact) {
        return element == "status";
    }
    if (!cql::model::is_fhir(type)) {
        return false;
    }
    return element == (cql::model::resource_type(type) == Goal ? "lifecycleStatus" : "status");
}

bool is_date_element(cql::model::TypeId type, std::string_view element) {
    if (type == cql::model::contact) {
        return element == "sent" || element == "at";  // columns know it only where it was sent
    }
    if (!cql::model::is_fhir(type)) {
        return false;
    }
    return std::ranges::any_of(date_elements, [&](const DateElement& one) {
        return one.type == cql::model::resource_type(type) && one.element == element;
    });
}

}  // namespace parcours::population
