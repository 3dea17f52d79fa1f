// What CQL adds to the resource types of FHIR R4: the element a retrieve filters by (as FHIR's
// model for CQL names it), and which elements an index can hold in columns. Their types are FHIR's
// own (fhir/model.h).

#include <array>
#include <span>

#include "cql/model/fhir_r4.h"

namespace parcours::cql::model {
namespace {

constexpr auto resources = std::to_array<Description>({
    {"Account", "type", ""},
    {"ActivityDefinition", "topic", ""},
    {"AdverseEvent", "event", "category@Category event@Code date@Clinical recordedDate@Recorded"},
    {"AllergyIntolerance", "code",
     "clinicalStatus@ClinicalStatus verificationStatus@VerificationStatus category@Category "
     "code@Code onset@Clinical recordedDate@Recorded"},
    {"Appointment", "serviceType",
     "status@Status serviceType@Code appointmentType@Category reasonCode@Reason start@Clinical "
     "created@Recorded"},
    {"Basic", "code", ""},
    {"BodyStructure", "location", ""},
    {"CarePlan", "category", "status@Status category@Code period@Clinical created@Recorded"},
    {"CareTeam", "category", "status@Status category@Code period@Clinical reasonCode@Reason"},
    {"ChargeItem", "code", ""},
    {"ChargeItemDefinition", "code", ""},
    {"Claim", "type", "status@Status type@Code created@Recorded"},
    {"ClinicalImpression", "code", "status@Status code@Code effective@Clinical date@Recorded"},
    {"Communication", "category",
     "status@Status category@Code medium@Category sent@Clinical received@Recorded "
     "reasonCode@Reason"},
    {"CommunicationRequest", "category",
     "status@Status category@Code medium@Category occurrence@Clinical authoredOn@Recorded "
     "reasonCode@Reason"},
    {"CompartmentDefinition", "code", ""},
    {"Composition", "type", "status@Status type@Code category@Category date@Clinical"},
    {"Condition", "code",
     "clinicalStatus@ClinicalStatus verificationStatus@VerificationStatus category@Category "
     "code@Code onset@Clinical abatement@Abatement recordedDate@Recorded"},
    {"Consent", "category", "status@Status scope@Category category@Code dateTime@Clinical"},
    {"Contract", "type", ""},
    {"Coverage", "type", "status@Status type@Code period@Clinical"},
    {"DetectedIssue", "code", "status@Status code@Code identified@Clinical"},
    {"Device", "type", "status@Status type@Code"},
    {"DeviceMetric", "type", ""},
    {"DeviceRequest", "code",
     "status@Status code@Code occurrence@Clinical authoredOn@Recorded reasonCode@Reason"},
    {"DeviceUseStatement", "",
     "status@Status timing@Clinical recordedOn@Recorded reasonCode@Reason"},
    {"DiagnosticReport", "code",
     "status@Status category@Category code@Code effective@Clinical issued@Recorded"},
    {"DocumentManifest", "type", ""},
    {"DocumentReference", "type", "status@Status type@Code category@Category date@Clinical"},
    {"Encounter", "type", "status@Status class@Class type@Code period@Clinical reasonCode@Reason"},
    {"EpisodeOfCare", "type", "status@Status type@Code period@Clinical"},
    {"ExplanationOfBenefit", "type", "status@Status type@Code created@Recorded"},
    {"FamilyMemberHistory", "relationship",
     "status@Status date@Clinical relationship@Code reasonCode@Reason"},
    {"Flag", "code", "status@Status category@Category code@Code period@Clinical"},
    {"Goal", "description",
     "lifecycleStatus@Status achievementStatus@VerificationStatus category@Category "
     "description@Code start@Clinical statusDate@Recorded"},
    {"Group", "code", ""},
    {"GuidanceResponse", "module", ""},
    {"HealthcareService", "type", ""},
    {"ImagingStudy", "procedureCode",
     "status@Status modality@Category started@Clinical procedureCode@Code reasonCode@Reason"},
    {"Immunization", "vaccineCode",
     "status@Status vaccineCode@Code occurrence@Clinical recorded@Recorded reasonCode@Reason"},
    {"InsurancePlan", "type", ""},
    {"Invoice", "type", ""},
    {"Library", "topic", ""},
    {"List", "code", "status@Status code@Code date@Clinical"},
    {"Location", "type", "status@Status type@Code"},
    {"Measure", "topic", ""},
    {"Media", "type", "status@Status type@Code created@Clinical issued@Recorded reasonCode@Reason"},
    {"Medication", "code", "code@Code status@Status"},
    {"MedicationAdministration", "medication",
     "status@Status category@Category medication@Code effective@Clinical reasonCode@Reason"},
    {"MedicationDispense", "medication",
     "status@Status category@Category medication@Code whenPrepared@Recorded "
     "whenHandedOver@Clinical"},
    {"MedicationKnowledge", "code", ""},
    {"MedicationRequest", "medication",
     "status@Status category@Category medication@Code authoredOn@Clinical reasonCode@Reason"},
    {"MedicationStatement", "medication",
     "status@Status category@Category medication@Code effective@Clinical dateAsserted@Recorded "
     "reasonCode@Reason"},
    {"MessageDefinition", "event", ""},
    {"NamingSystem", "type", ""},
    {"NutritionOrder", "", "status@Status dateTime@Clinical"},
    {"Observation", "code",
     "status@Status category@Category code@Code effective@Clinical issued@Recorded value@Value "
     "interpretation@Interpretation"},
    {"ObservationDefinition", "code", ""},
    {"OperationDefinition", "code", ""},
    {"Organization", "type", "active@Active type@Code"},
    {"OrganizationAffiliation", "code", ""},
    {"Patient", "", "active@Active gender@Gender birthDate@BirthDate deceased@Deceased"},
    {"PlanDefinition", "topic", ""},
    {"Practitioner", "", "active@Active"},
    {"PractitionerRole", "code", ""},
    {"Procedure", "code",
     "status@Status category@Category code@Code performed@Clinical reasonCode@Reason"},
    {"QuestionnaireResponse", "questionnaire",
     "questionnaire@Code status@Status authored@Clinical"},
    {"RelatedPerson", "relationship", "active@Active relationship@Code"},
    {"RequestGroup", "code", ""},
    {"ResearchDefinition", "topic", ""},
    {"RiskAssessment", "code", "status@Status code@Code occurrence@Clinical reasonCode@Reason"},
    {"SearchParameter", "code", ""},
    {"ServiceRequest", "code",
     "status@Status category@Category code@Code occurrence@Clinical authoredOn@Recorded "
     "reasonCode@Reason"},
    {"Specimen", "type", "status@Status type@Code receivedTime@Recorded"},
    {"Substance", "code", ""},
    {"SupplyDelivery", "type", ""},
    {"SupplyRequest", "category", ""},
    {"Task", "code",
     "status@Status code@Code executionPeriod@Clinical authoredOn@Recorded reasonCode@Reason"},
});

}  // namespace

std::span<const Description> resource_descriptions() {
    return resources;
}

}  // namespace parcours::cql::model
