// Elements of FHIR R4 (hl7.org/fhir/R4), by resource type.

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "cql/model/fhir_r4.h"

namespace parcours::cql::model {
namespace {

constexpr auto clinical = std::to_array<Description>({
    {"Patient", "",
     "identifier*:Identifier active:boolean@Active name*:HumanName telecom*:ContactPoint "
     "gender:code@Gender "
     "birthDate:date@BirthDate deceased:boolean|dateTime@Deceased address*:Address "
     "maritalStatus:CodeableConcept "
     "multipleBirth:boolean|integer contact*:Patient.contact communication*:Patient.communication "
     "generalPractitioner*:Reference managingOrganization:Reference link*:Patient.link"},
    {"Condition", "code",
     "identifier*:Identifier clinicalStatus:CodeableConcept@ClinicalStatus "
     "verificationStatus:CodeableConcept@VerificationStatus category*:CodeableConcept@Category "
     "severity:CodeableConcept code:CodeableConcept@Code bodySite*:CodeableConcept "
     "subject:Reference "
     "encounter:Reference onset:dateTime|Age|Period|Range|string@Clinical "
     "abatement:dateTime|Age|Period|Range|string@Abatement recordedDate:dateTime@Recorded "
     "recorder:Reference "
     "asserter:Reference stage*:Condition.stage evidence*:Condition.evidence note*:Annotation"},
    {"Observation", "code",
     "identifier*:Identifier basedOn*:Reference partOf*:Reference status:code@Status "
     "category*:CodeableConcept@Category code:CodeableConcept@Code subject:Reference "
     "focus*:Reference "
     "encounter:Reference effective:dateTime|Period|Timing|instant@Clinical "
     "issued:instant@Recorded "
     "performer*:Reference "
     "value:Quantity|CodeableConcept|string|boolean|integer|Range|Ratio|SampledData|time|dateTime|"
     "Period@Value "
     "dataAbsentReason:CodeableConcept interpretation*:CodeableConcept@Interpretation "
     "note*:Annotation "
     "bodySite:CodeableConcept method:CodeableConcept specimen:Reference device:Reference "
     "referenceRange*:Observation.referenceRange hasMember*:Reference derivedFrom*:Reference "
     "component*:Observation.component"},
    {"Procedure", "code",
     "identifier*:Identifier basedOn*:Reference partOf*:Reference status:code@Status "
     "statusReason:CodeableConcept "
     "category:CodeableConcept@Category code:CodeableConcept@Code subject:Reference "
     "encounter:Reference "
     "performed:dateTime|Period|string|Age|Range@Clinical recorder:Reference asserter:Reference "
     "performer*:Procedure.performer location:Reference reasonCode*:CodeableConcept@Reason "
     "reasonReference*:Reference bodySite*:CodeableConcept outcome:CodeableConcept "
     "report*:Reference "
     "complication*:CodeableConcept complicationDetail*:Reference followUp*:CodeableConcept "
     "note*:Annotation "
     "usedReference*:Reference usedCode*:CodeableConcept"},
    {"Encounter", "type",
     "identifier*:Identifier status:code@Status statusHistory*:Encounter.statusHistory "
     "class:Coding@Class "
     "type*:CodeableConcept@Code serviceType:CodeableConcept priority:CodeableConcept "
     "subject:Reference "
     "episodeOfCare*:Reference basedOn*:Reference participant*:Encounter.participant "
     "appointment*:Reference "
     "period:Period@Clinical length:Duration reasonCode*:CodeableConcept@Reason "
     "reasonReference*:Reference "
     "diagnosis*:Encounter.diagnosis hospitalization:Encounter.hospitalization "
     "location*:Encounter.location "
     "serviceProvider:Reference partOf:Reference"},
    {"AllergyIntolerance", "code",
     "identifier*:Identifier clinicalStatus:CodeableConcept@ClinicalStatus "
     "verificationStatus:CodeableConcept@VerificationStatus type:code category*:code@Category "
     "criticality:code "
     "code:CodeableConcept@Code patient:Reference encounter:Reference "
     "onset:dateTime|Age|Period|Range|string@Clinical recordedDate:dateTime@Recorded "
     "recorder:Reference "
     "asserter:Reference lastOccurrence:dateTime note*:Annotation "
     "reaction*:AllergyIntolerance.reaction"},
    {"Immunization", "vaccineCode",
     "identifier*:Identifier status:code@Status statusReason:CodeableConcept "
     "vaccineCode:CodeableConcept@Code "
     "patient:Reference encounter:Reference occurrence:dateTime|string@Clinical "
     "recorded:dateTime@Recorded "
     "primarySource:boolean reportOrigin:CodeableConcept location:Reference manufacturer:Reference "
     "lotNumber:string "
     "expirationDate:date site:CodeableConcept route:CodeableConcept doseQuantity:Quantity "
     "reasonCode*:CodeableConcept@Reason reasonReference*:Reference isSubpotent:boolean "
     "note*:Annotation "
     "protocolApplied*:Immunization.protocolApplied"},
    {"DiagnosticReport", "code",
     "identifier*:Identifier basedOn*:Reference status:code@Status "
     "category*:CodeableConcept@Category "
     "code:CodeableConcept@Code subject:Reference encounter:Reference "
     "effective:dateTime|Period@Clinical "
     "issued:instant@Recorded performer*:Reference resultsInterpreter*:Reference "
     "specimen*:Reference "
     "result*:Reference imagingStudy*:Reference conclusion:string conclusionCode*:CodeableConcept"},
    {"FamilyMemberHistory", "relationship",
     "identifier*:Identifier status:code@Status dataAbsentReason:CodeableConcept patient:Reference "
     "date:dateTime@Clinical name:string relationship:CodeableConcept@Code sex:CodeableConcept "
     "born:Period|date|string age:Age|Range|string estimatedAge:boolean "
     "deceased:boolean|Age|Range|date|string "
     "reasonCode*:CodeableConcept@Reason reasonReference*:Reference note*:Annotation "
     "condition*:FamilyMemberHistory.condition"},
    {"ClinicalImpression", "code",
     "status:code@Status code:CodeableConcept@Code description:string subject:Reference "
     "encounter:Reference "
     "effective:dateTime|Period@Clinical date:dateTime@Recorded problem*:Reference summary:string "
     "note*:Annotation"},
    {"RiskAssessment", "code",
     "status:code@Status method:CodeableConcept code:CodeableConcept@Code subject:Reference "
     "encounter:Reference "
     "occurrence:dateTime|Period@Clinical reasonCode*:CodeableConcept@Reason mitigation:string "
     "note*:Annotation"},
    {"AdverseEvent", "event",
     "actuality:code category*:CodeableConcept@Category event:CodeableConcept@Code "
     "subject:Reference "
     "encounter:Reference date:dateTime@Clinical detected:dateTime recordedDate:dateTime@Recorded "
     "seriousness:CodeableConcept severity:CodeableConcept outcome:CodeableConcept"},
    {"DetectedIssue", "code",
     "status:code@Status code:CodeableConcept@Code severity:code patient:Reference "
     "identified:dateTime|Period@Clinical detail:string"},
    {"ImagingStudy", "procedureCode",
     "identifier*:Identifier status:code@Status modality*:Coding@Category subject:Reference "
     "encounter:Reference "
     "started:dateTime@Clinical basedOn*:Reference procedureReference:Reference "
     "procedureCode*:CodeableConcept@Code "
     "reasonCode*:CodeableConcept@Reason reasonReference*:Reference numberOfSeries:unsignedInt "
     "numberOfInstances:unsignedInt note*:Annotation description:string"},
    {"Specimen", "type",
     "status:code@Status type:CodeableConcept@Code subject:Reference "
     "receivedTime:dateTime@Recorded "
     "collection:Specimen.collection note*:Annotation"},
    {"Media", "type",
     "status:code@Status type:CodeableConcept@Code modality:CodeableConcept subject:Reference "
     "encounter:Reference "
     "created:dateTime|Period@Clinical issued:instant@Recorded reasonCode*:CodeableConcept@Reason"},
    {"EpisodeOfCare", "type",
     "identifier*:Identifier status:code@Status type*:CodeableConcept@Code patient:Reference "
     "managingOrganization:Reference period:Period@Clinical team*:Reference"},
    {"Flag", "code",
     "status:code@Status category*:CodeableConcept@Category code:CodeableConcept@Code "
     "subject:Reference "
     "period:Period@Clinical encounter:Reference author:Reference"},
});

constexpr auto medicines_and_plans = std::to_array<Description>({
    {"MedicationRequest", "medication",
     "identifier*:Identifier status:code@Status statusReason:CodeableConcept intent:code "
     "category*:CodeableConcept@Category priority:code doNotPerform:boolean "
     "reported:boolean|Reference "
     "medication:CodeableConcept|Reference@Code subject:Reference encounter:Reference "
     "authoredOn:dateTime@Clinical requester:Reference performer:Reference "
     "reasonCode*:CodeableConcept@Reason "
     "reasonReference*:Reference basedOn*:Reference courseOfTherapyType:CodeableConcept "
     "note*:Annotation "
     "dosageInstruction*:Dosage dispenseRequest:MedicationRequest.dispenseRequest "
     "priorPrescription:Reference"},
    {"MedicationStatement", "medication",
     "identifier*:Identifier status:code@Status statusReason*:CodeableConcept "
     "category:CodeableConcept@Category "
     "medication:CodeableConcept|Reference@Code subject:Reference context:Reference "
     "effective:dateTime|Period@Clinical dateAsserted:dateTime@Recorded "
     "reasonCode*:CodeableConcept@Reason "
     "reasonReference*:Reference note*:Annotation dosage*:Dosage"},
    {"MedicationAdministration", "medication",
     "status:code@Status statusReason*:CodeableConcept category:CodeableConcept@Category "
     "medication:CodeableConcept|Reference@Code subject:Reference context:Reference "
     "effective:dateTime|Period@Clinical reasonCode*:CodeableConcept@Reason "
     "reasonReference*:Reference "
     "request:Reference note*:Annotation"},
    {"MedicationDispense", "medication",
     "status:code@Status category:CodeableConcept@Category "
     "medication:CodeableConcept|Reference@Code "
     "subject:Reference context:Reference type:CodeableConcept quantity:Quantity "
     "daysSupply:Quantity "
     "whenPrepared:dateTime@Recorded whenHandedOver:dateTime@Clinical note*:Annotation "
     "dosageInstruction*:Dosage"},
    {"Medication", "code",
     "identifier*:Identifier code:CodeableConcept@Code status:code@Status form:CodeableConcept "
     "amount:Ratio"},
    {"CarePlan", "category",
     "identifier*:Identifier basedOn*:Reference replaces*:Reference partOf*:Reference "
     "status:code@Status intent:code "
     "category*:CodeableConcept@Code title:string description:string subject:Reference "
     "encounter:Reference "
     "period:Period@Clinical created:dateTime@Recorded author:Reference contributor*:Reference "
     "careTeam*:Reference "
     "addresses*:Reference goal*:Reference activity*:CarePlan.activity note*:Annotation"},
    {"CareTeam", "category",
     "status:code@Status category*:CodeableConcept@Code name:string subject:Reference "
     "encounter:Reference "
     "period:Period@Clinical reasonCode*:CodeableConcept@Reason reasonReference*:Reference "
     "managingOrganization*:Reference note*:Annotation"},
    {"Goal", "description",
     "identifier*:Identifier lifecycleStatus:code@Status "
     "achievementStatus:CodeableConcept@VerificationStatus "
     "category*:CodeableConcept@Category priority:CodeableConcept description:CodeableConcept@Code "
     "subject:Reference "
     "start:date|CodeableConcept@Clinical target*:Goal.target statusDate:date@Recorded "
     "statusReason:string "
     "addresses*:Reference note*:Annotation outcomeCode*:CodeableConcept "
     "outcomeReference*:Reference"},
    {"ServiceRequest", "code",
     "identifier*:Identifier basedOn*:Reference status:code@Status intent:code "
     "category*:CodeableConcept@Category "
     "priority:code doNotPerform:boolean code:CodeableConcept@Code subject:Reference "
     "encounter:Reference "
     "occurrence:dateTime|Period|Timing@Clinical authoredOn:dateTime@Recorded requester:Reference "
     "performerType:CodeableConcept performer*:Reference reasonCode*:CodeableConcept@Reason "
     "reasonReference*:Reference specimen*:Reference bodySite*:CodeableConcept note*:Annotation"},
    {"DeviceRequest", "code",
     "status:code@Status intent:code priority:code code:CodeableConcept|Reference@Code "
     "subject:Reference "
     "encounter:Reference occurrence:dateTime|Period|Timing@Clinical authoredOn:dateTime@Recorded "
     "reasonCode*:CodeableConcept@Reason reasonReference*:Reference"},
    {"NutritionOrder", "",
     "status:code@Status intent:code patient:Reference encounter:Reference "
     "dateTime:dateTime@Clinical note*:Annotation"},
    {"Device", "type",
     "identifier*:Identifier status:code@Status manufacturer:string type:CodeableConcept@Code "
     "patient:Reference"},
    {"DeviceUseStatement", "",
     "status:code@Status subject:Reference timing:Timing|Period|dateTime@Clinical "
     "recordedOn:dateTime@Recorded "
     "device:Reference reasonCode*:CodeableConcept@Reason bodySite:CodeableConcept"},
});

constexpr auto around = std::to_array<Description>({
    {"Appointment", "serviceType",
     "identifier*:Identifier status:code@Status cancelationReason:CodeableConcept "
     "serviceCategory*:CodeableConcept "
     "serviceType*:CodeableConcept@Code specialty*:CodeableConcept "
     "appointmentType:CodeableConcept@Category "
     "reasonCode*:CodeableConcept@Reason reasonReference*:Reference priority:unsignedInt "
     "description:string "
     "start:instant@Clinical end:instant minutesDuration:positiveInt slot*:Reference "
     "created:dateTime@Recorded "
     "comment:string basedOn*:Reference participant*:Appointment.participant "
     "requestedPeriod*:Period"},
    {"Communication", "category",
     "identifier*:Identifier basedOn*:Reference inResponseTo*:Reference status:code@Status "
     "statusReason:CodeableConcept category*:CodeableConcept@Code priority:code "
     "medium*:CodeableConcept@Category "
     "subject:Reference topic:CodeableConcept about*:Reference encounter:Reference "
     "sent:dateTime@Clinical "
     "received:dateTime@Recorded recipient*:Reference sender:Reference "
     "reasonCode*:CodeableConcept@Reason "
     "reasonReference*:Reference payload*:Communication.payload note*:Annotation"},
    {"CommunicationRequest", "category",
     "status:code@Status category*:CodeableConcept@Code priority:code "
     "medium*:CodeableConcept@Category "
     "subject:Reference encounter:Reference occurrence:dateTime|Period@Clinical "
     "authoredOn:dateTime@Recorded "
     "requester:Reference recipient*:Reference sender:Reference "
     "reasonCode*:CodeableConcept@Reason"},
    {"Consent", "category",
     "identifier*:Identifier status:code@Status scope:CodeableConcept@Category "
     "category*:CodeableConcept@Code "
     "patient:Reference dateTime:dateTime@Clinical performer*:Reference organization*:Reference "
     "policyRule:CodeableConcept provision:Consent.provision"},
    {"QuestionnaireResponse", "questionnaire",
     "identifier:Identifier basedOn*:Reference questionnaire:canonical@Code status:code@Status "
     "subject:Reference "
     "encounter:Reference authored:dateTime@Clinical author:Reference source:Reference "
     "item*:QuestionnaireResponse.item"},
    {"Task", "code",
     "identifier*:Identifier status:code@Status statusReason:CodeableConcept "
     "businessStatus:CodeableConcept "
     "intent:code priority:code code:CodeableConcept@Code description:string focus:Reference "
     "for:Reference "
     "encounter:Reference executionPeriod:Period@Clinical authoredOn:dateTime@Recorded "
     "lastModified:dateTime "
     "requester:Reference owner:Reference reasonCode:CodeableConcept@Reason note*:Annotation"},
    {"Coverage", "type",
     "identifier*:Identifier status:code@Status type:CodeableConcept@Code subscriber:Reference "
     "beneficiary:Reference "
     "relationship:CodeableConcept period:Period@Clinical payor*:Reference"},
    {"Claim", "type",
     "identifier*:Identifier status:code@Status type:CodeableConcept@Code subType:CodeableConcept "
     "use:code "
     "patient:Reference billablePeriod:Period created:dateTime@Recorded insurer:Reference "
     "provider:Reference "
     "priority:CodeableConcept prescription:Reference"},
    {"ExplanationOfBenefit", "type",
     "identifier*:Identifier status:code@Status type:CodeableConcept@Code use:code "
     "patient:Reference "
     "billablePeriod:Period created:dateTime@Recorded insurer:Reference provider:Reference "
     "outcome:code"},
    {"DocumentReference", "type",
     "identifier*:Identifier status:code@Status docStatus:code type:CodeableConcept@Code "
     "category*:CodeableConcept@Category subject:Reference date:instant@Clinical author*:Reference "
     "description:string"},
    {"Composition", "type",
     "status:code@Status type:CodeableConcept@Code category*:CodeableConcept@Category "
     "subject:Reference "
     "encounter:Reference date:dateTime@Clinical title:string"},
    {"List", "code",
     "status:code@Status mode:code title:string code:CodeableConcept@Code subject:Reference "
     "encounter:Reference "
     "date:dateTime@Clinical note*:Annotation"},
    {"RelatedPerson", "relationship",
     "identifier*:Identifier active:boolean@Active patient:Reference "
     "relationship*:CodeableConcept@Code "
     "name*:HumanName telecom*:ContactPoint gender:code birthDate:date address*:Address "
     "period:Period"},
    {"Practitioner", "",
     "identifier*:Identifier active:boolean@Active name*:HumanName telecom*:ContactPoint "
     "address*:Address "
     "gender:code birthDate:date"},
    {"Organization", "type",
     "identifier*:Identifier active:boolean@Active type*:CodeableConcept@Code name:string "
     "telecom*:ContactPoint "
     "address*:Address partOf:Reference"},
    {"Location", "type",
     "identifier*:Identifier status:code@Status name:string type*:CodeableConcept@Code "
     "telecom*:ContactPoint "
     "address:Address"},
});

template <std::size_t... sizes>
constexpr auto join(const std::array<Description, sizes>&... lists) {
    std::array<Description, (sizes + ...)> out{};
    std::size_t at = 0;
    const auto append = [&out, &at](const auto& list) {
        for (const Description& description : list) {
            out[at++] = description;
        }
    };
    (append(lists), ...);
    return out;
}

constexpr auto all = join(clinical, medicines_and_plans, around);

}  // namespace

std::span<const Description> resource_descriptions() {
    return all;
}

}  // namespace parcours::cql::model
