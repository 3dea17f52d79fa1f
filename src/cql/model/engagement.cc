// The types of engagement.

#include <array>
#include <span>

#include "cql/model/fhir_r4.h"

namespace parcours::cql::model {
namespace {

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
    {"Answer", "",
     "id:id@Id kind:code name:code value:string|boolean|integer form:code given:dateTime@Clinical "
     "source:string status:code@Status"},
    {"Message", "",
     "id:id@Id campaign:code step:code content:code channel:code purpose:code topic:code "
     "status:code@Status reason:code planned:dateTime@Recorded at:dateTime@Clinical"},
});

}  // namespace

std::span<const Description> engagement_descriptions() {
    return engagement;
}

}  // namespace parcours::cql::model
