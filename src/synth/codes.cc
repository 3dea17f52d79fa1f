#include "synth/codes.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace parcours::synth {

std::string_view system_url(System system) {
    constexpr std::array<std::string_view, 8> urls = {
        "http://snomed.info/sct",
        "http://hl7.org/fhir/sid/icd-10-cm",
        "http://loinc.org",
        "http://www.nlm.nih.gov/research/umls/rxnorm",
        "http://hl7.org/fhir/sid/cvx",
        "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode",
        "https://parcours.example/fhir/CodeSystem/contact"};
    return urls[static_cast<std::size_t>(system)];
}

}  // namespace parcours::synth
