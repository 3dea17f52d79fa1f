// Complex types and backbone elements of FHIR R4, and the types of engagement.

#include <array>
#include <span>
#include <string_view>

#include "cql/model/fhir_r4.h"

namespace parcours::cql::model {
namespace {

constexpr auto elements = std::to_array<Description>({
    {"Identifier", "",
     "use:code type:CodeableConcept system:uri value:string period:Period assigner:Reference"},
    {"HumanName", "",
     "use:code text:string family:string given*:string prefix*:string suffix*:string "
     "period:Period"},
    {"Address", "",
     "use:code type:code text:string line*:string city:string district:string state:string "
     "postalCode:string "
     "country:string period:Period"},
    {"ContactPoint", "", "system:code value:string use:code rank:positiveInt period:Period"},
    {"Reference", "", "reference:string type:uri identifier:Identifier display:string"},
    {"Annotation", "", "author:Reference|string time:dateTime text:markdown"},
    {"Meta", "",
     "versionId:id lastUpdated:instant source:uri profile*:canonical security*:Coding tag*:Coding"},
    {"Timing", "", "event*:dateTime repeat:Timing.repeat code:CodeableConcept"},
    {"Timing.repeat", "",
     "bounds:Duration|Range|Period count:positiveInt duration:decimal durationUnit:code "
     "frequency:positiveInt "
     "period:decimal periodUnit:code dayOfWeek*:code timeOfDay*:time when*:code"},
    {"Dosage", "",
     "sequence:integer text:string additionalInstruction*:CodeableConcept "
     "patientInstruction:string timing:Timing "
     "asNeeded:boolean|CodeableConcept site:CodeableConcept route:CodeableConcept "
     "method:CodeableConcept "
     "maxDosePerPeriod:Ratio"},
    {"Patient.contact", "",
     "relationship*:CodeableConcept name:HumanName telecom*:ContactPoint address:Address "
     "gender:code "
     "organization:Reference period:Period"},
    {"Patient.communication", "", "language:CodeableConcept preferred:boolean"},
    {"Patient.link", "", "other:Reference type:code"},
    {"Condition.stage", "", "summary:CodeableConcept assessment*:Reference type:CodeableConcept"},
    {"Condition.evidence", "", "code*:CodeableConcept detail*:Reference"},
    {"Observation.referenceRange", "",
     "low:Quantity high:Quantity type:CodeableConcept appliesTo*:CodeableConcept age:Range "
     "text:string"},
    {"Observation.component", "",
     "code:CodeableConcept "
     "value:Quantity|CodeableConcept|string|boolean|integer|Range|Ratio|SampledData|time|dateTime|"
     "Period "
     "dataAbsentReason:CodeableConcept interpretation*:CodeableConcept "
     "referenceRange*:Observation.referenceRange"},
    {"Procedure.performer", "", "function:CodeableConcept actor:Reference onBehalfOf:Reference"},
    {"Encounter.statusHistory", "", "status:code period:Period"},
    {"Encounter.participant", "", "type*:CodeableConcept period:Period individual:Reference"},
    {"Encounter.diagnosis", "", "condition:Reference use:CodeableConcept rank:positiveInt"},
    {"Encounter.hospitalization", "",
     "preAdmissionIdentifier:Identifier origin:Reference admitSource:CodeableConcept "
     "reAdmission:CodeableConcept "
     "dietPreference*:CodeableConcept specialCourtesy*:CodeableConcept "
     "specialArrangement*:CodeableConcept "
     "destination:Reference dischargeDisposition:CodeableConcept"},
    {"Encounter.location", "",
     "location:Reference status:code physicalType:CodeableConcept period:Period"},
    {"AllergyIntolerance.reaction", "",
     "substance:CodeableConcept manifestation*:CodeableConcept description:string onset:dateTime "
     "severity:code "
     "exposureRoute:CodeableConcept note*:Annotation"},
    {"Immunization.protocolApplied", "",
     "series:string authority:Reference targetDisease*:CodeableConcept "
     "doseNumber:positiveInt|string "
     "seriesDoses:positiveInt|string"},
    {"FamilyMemberHistory.condition", "",
     "code:CodeableConcept outcome:CodeableConcept contributedToDeath:boolean "
     "onset:Age|Range|Period|string "
     "note*:Annotation"},
    {"Specimen.collection", "",
     "collector:Reference collected:dateTime|Period method:CodeableConcept "
     "bodySite:CodeableConcept"},
    {"MedicationRequest.dispenseRequest", "",
     "dispenseInterval:Duration validityPeriod:Period numberOfRepeatsAllowed:unsignedInt "
     "quantity:Quantity "
     "expectedSupplyDuration:Duration performer:Reference"},
    {"CarePlan.activity", "",
     "outcomeCodeableConcept*:CodeableConcept outcomeReference*:Reference progress*:Annotation "
     "reference:Reference "
     "detail:CarePlan.activity.detail"},
    {"CarePlan.activity.detail", "",
     "kind:code code:CodeableConcept reasonCode*:CodeableConcept reasonReference*:Reference "
     "goal*:Reference "
     "status:code statusReason:CodeableConcept doNotPerform:boolean scheduled:Timing|Period|string "
     "location:Reference description:string"},
    {"Goal.target", "",
     "measure:CodeableConcept detail:Quantity|Range|CodeableConcept|string|boolean|integer|Ratio "
     "due:date|Duration"},
    {"Appointment.participant", "",
     "type*:CodeableConcept actor:Reference required:code status:code period:Period"},
    {"Communication.payload", "", "content:string|Attachment|Reference"},
    {"Attachment", "",
     "contentType:code language:code url:url size:unsignedInt title:string creation:dateTime"},
    {"Consent.provision", "",
     "type:code period:Period action*:CodeableConcept securityLabel*:Coding purpose*:Coding "
     "class*:Coding "
     "code*:CodeableConcept dataPeriod:Period provision*:Consent.provision"},
    {"QuestionnaireResponse.item", "",
     "linkId:string definition:uri text:string answer*:QuestionnaireResponse.item.answer "
     "item*:QuestionnaireResponse.item"},
    {"QuestionnaireResponse.item.answer", "",
     "value:boolean|decimal|integer|date|dateTime|time|string|uri|Attachment|Coding|Quantity|"
     "Reference "
     "item*:QuestionnaireResponse.item"},
    {"Extension", "",
     "url:uri extension*:Extension "
     "value:boolean|code|date|dateTime|decimal|instant|integer|string|uri|CodeableConcept|Coding|"
     "Quantity|Period|Range|"
     "Reference|Address|Identifier"},
});

// Contact is a Communication (see contact.h for what it adds); the others are folded by the engine.
constexpr auto engagement = std::to_array<Description>({
    {"Contact", "category",
     "id:id@Id status:code@Status direction:code channel:code "
     "medium*:CodeableConcept@Category category*:CodeableConcept@Code "
     "topic:CodeableConcept reasonCode*:CodeableConcept@Reason at:dateTime@Clinical "
     "sent:dateTime@Clinical received:dateTime@Recorded"},
    {"Position", "",
     "concern:code stage:code since:dateTime@Clinical open:boolean overdue:boolean lost:boolean "
     "expected:dateTime headline:boolean"},
    {"Enrolment", "",
     "id:id@Id campaign:code release:string key:string enrolled:dateTime@Clinical step:code "
     "ended:dateTime result:code holdout:boolean"},
    {"Answer", "question",
     "id:id@Id question:CodeableConcept@Code "
     "value:Quantity|CodeableConcept|string|boolean|integer|dateTime@Value "
     "given:dateTime@Clinical source:code status:code@Status"},
    {"Message", "",
     "id:id@Id campaign:code step:code content:code channel:code purpose:code topic:code "
     "status:code@Status reason:code planned:dateTime@Recorded at:dateTime@Clinical"},
});

}  // namespace

std::span<const Description> element_descriptions() {
    return elements;
}
std::span<const Description> engagement_descriptions() {
    return engagement;
}

}  // namespace parcours::cql::model
