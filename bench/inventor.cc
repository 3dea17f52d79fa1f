#include "inventor.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <string>

#include "base/json.h"
#include "fhir/summary.h"
#include "population/builder.h"

namespace parcours::bench {

void Inventor::add(population::IndexPart& part, std::size_t number) {
    const std::string who = fmt::format("p{}", number);
    const char* const gender = random_.below(2) == 0 ? "female" : "male";
    put(part,
        fmt::format(R"({{"resourceType":"Patient","id":"{}","gender":"{}","birthDate":"{}"}})", who,
                    gender, date(how_.births)));
    for (int i = 0; i < 30; ++i) {
        put(part, resource(i, fmt::format(R"("id":"{}-{}","subject":{{"reference":"Patient/{}"}},)"
                                          R"("code":{{"coding":[{{"system":"s","code":"{}"}}]}})",
                                          who, i, who, code())));
    }
}

std::string Inventor::resource(int number, const std::string& head) {
    if (number < 4) {
        const std::string onset = date(how_.onsets);
        const bool ended = how_.conditions_end && random_.below(2) != 0;
        return fmt::format(
            R"({{"resourceType":"Condition",{},"onsetDateTime":"{}"{}}})", head, onset,
            ended ? fmt::format(R"(,"abatementDateTime":"{}")", date({2019, 1})) : "");
    }
    if (number < 20) {
        const std::string day = date(how_.visits);
        const std::uint64_t minute = random_.below(60);
        const std::uint64_t whole = 4 + random_.below(8);
        return fmt::format(
            R"({{"resourceType":"Observation",{},"status":"final","effectiveDateTime":"{}T10:{:02}:00Z",)"
            R"("valueQuantity":{{"value":{}.{},"unit":"%","code":"%"}}}})",
            head, day, minute, whole, random_.below(10));
    }
    if (number < 26) {
        const std::string day = date(how_.visits);
        return fmt::format(R"({{"resourceType":"Encounter",{},"status":"finished",)"
                           R"("period":{{"start":"{}T08:00:00Z","end":"{}T08:30:00Z"}}}})",
                           head, day, day);
    }
    return fmt::format(
        R"({{"resourceType":"Immunization",{},"status":"completed","occurrenceDateTime":"{}"}})",
        head, date(how_.vaccinations));
}

std::uint64_t Inventor::code() {
    const std::uint64_t one = random_.below(how_.concepts);
    return how_.some_are_common ? std::min(one, random_.below(how_.concepts)) : one;
}

std::string Inventor::date(const Invention::Years& years) {
    const std::uint64_t year = years.from + random_.below(years.count);
    const std::uint64_t month = 1 + random_.below(12);
    return fmt::format("{}-{:02}-{:02}", year, month, 1 + random_.below(28));
}

void Inventor::put(population::IndexPart& part, const std::string& json) {
    const auto resource = document_.parse(json);
    if (resource && fhir::summarise(*resource, summary_)) {
        part.add("main", summary_, *resource, ++position_);
    }
}

}  // namespace parcours::bench
