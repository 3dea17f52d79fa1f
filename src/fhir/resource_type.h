#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parcours::fhir {

// clang-format off: a name a line would be a page of names
/// The resource types of FHIR R4 (4.0.1), in alphabetical order.
enum class ResourceType : std::uint8_t {
    Account, ActivityDefinition, AdverseEvent, AllergyIntolerance, Appointment,
    AppointmentResponse, AuditEvent, Basic, Binary, BiologicallyDerivedProduct, BodyStructure,
    Bundle, CapabilityStatement, CarePlan, CareTeam, CatalogEntry, ChargeItem,
    ChargeItemDefinition, Claim, ClaimResponse, ClinicalImpression, CodeSystem, Communication,
    CommunicationRequest, CompartmentDefinition, Composition, ConceptMap, Condition, Consent,
    Contract, Coverage, CoverageEligibilityRequest, CoverageEligibilityResponse, DetectedIssue,
    Device, DeviceDefinition, DeviceMetric, DeviceRequest, DeviceUseStatement, DiagnosticReport,
    DocumentManifest, DocumentReference, EffectEvidenceSynthesis, Encounter, Endpoint,
    EnrollmentRequest, EnrollmentResponse, EpisodeOfCare, EventDefinition, Evidence,
    EvidenceVariable, ExampleScenario, ExplanationOfBenefit, FamilyMemberHistory, Flag, Goal,
    GraphDefinition, Group, GuidanceResponse, HealthcareService, ImagingStudy, Immunization,
    ImmunizationEvaluation, ImmunizationRecommendation, ImplementationGuide, InsurancePlan,
    Invoice, Library, Linkage, List, Location, Measure, MeasureReport, Media, Medication,
    MedicationAdministration, MedicationDispense, MedicationKnowledge, MedicationRequest,
    MedicationStatement, MedicinalProduct, MedicinalProductAuthorization,
    MedicinalProductContraindication, MedicinalProductIndication, MedicinalProductIngredient,
    MedicinalProductInteraction, MedicinalProductManufactured, MedicinalProductPackaged,
    MedicinalProductPharmaceutical, MedicinalProductUndesirableEffect, MessageDefinition,
    MessageHeader, MolecularSequence, NamingSystem, NutritionOrder, Observation,
    ObservationDefinition, OperationDefinition, OperationOutcome, Organization,
    OrganizationAffiliation, Parameters, Patient, PaymentNotice, PaymentReconciliation, Person,
    PlanDefinition, Practitioner, PractitionerRole, Procedure, Provenance, Questionnaire,
    QuestionnaireResponse, RelatedPerson, RequestGroup, ResearchDefinition,
    ResearchElementDefinition, ResearchStudy, ResearchSubject, RiskAssessment,
    RiskEvidenceSynthesis, Schedule, SearchParameter, ServiceRequest, Slot, Specimen,
    SpecimenDefinition, StructureDefinition, StructureMap, Subscription, Substance,
    SubstanceNucleicAcid, SubstancePolymer, SubstanceProtein, SubstanceReferenceInformation,
    SubstanceSourceMaterial, SubstanceSpecification, SupplyDelivery, SupplyRequest, Task,
    TerminologyCapabilities, TestReport, TestScript, ValueSet, VerificationResult,
    VisionPrescription
};
// clang-format on

inline constexpr std::size_t resource_type_count = 146;

/// The type's name as FHIR writes it.
[[nodiscard]] std::string_view resource_type_name(ResourceType type);

/// The type of that name, or nothing where R4 has none.
[[nodiscard]] std::optional<ResourceType> find_resource_type(std::string_view name);

/// The name of R4 nearest to a misspelt one (least edits), for messages.
[[nodiscard]] std::string_view nearest_resource_type(std::string_view name);

}  // namespace parcours::fhir
