#pragma once

#include <fmt/format.h>
#include <string>
#include <string_view>

#include "position/tests/clinic.h"

namespace parcours::position {

/// Tells a patient's story in short calls that make FHIR resources. Times are FHIR dates; SNOMED CT
/// codes where no system is named.
class Story {
  public:
    explicit Story(std::string_view birth = "1960-01-01", std::string_view more = "") {
        clinic_.add(fmt::format(R"({{"resourceType":"Patient","id":"p","birthDate":"{}"{}}})",
                                birth, more));
    }

    std::string condition(std::string_view code, std::string_view text, std::string_view onset,
                          std::string_view abated = "", std::string_view more = "") {
        return add(
            "Condition",
            fmt::format(R"("code":{},"onsetDateTime":"{}"{}{})", coded(code, text), onset,
                        abated.empty() ? "" : fmt::format(R"(,"abatementDateTime":"{}")", abated),
                        more));
    }
    /// Class code, type code, reason code (may be empty), start, end (may be empty).
    std::string visit(std::string_view klass, std::string_view type, std::string_view reason,
                      std::string_view start, std::string_view end = "",
                      std::string_view more = "") {
        const std::string why =
            reason.empty() ? "" : fmt::format(R"(,"reasonCode":[{}])", coded(reason, ""));
        const std::string until = end.empty() ? "" : fmt::format(R"(,"end":"{}")", end);
        return add(
            "Encounter",
            fmt::format(
                R"("status":"{}","class":{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"{}"}},"type":[{}],"period":{{"start":"{}"{}}}{}{})",
                end.empty() ? "in-progress" : "finished", klass, coded(type, ""), start, until, why,
                more));
    }
    std::string check_up(std::string_view day) { return visit("AMB", "185349003", "", day, day); }
    std::string medicine(std::string_view text, std::string_view day, std::string_view reason_key,
                         std::string_view more = "") {
        const std::string why =
            reason_key.empty()
                ? ""
                : fmt::format(R"(,"reasonReference":[{{"reference":"{}"}}])", reason_key);
        return add(
            "MedicationRequest",
            fmt::format(
                R"("status":"active","medicationCodeableConcept":{{"text":"{}"}},"authoredOn":"{}"{}{})",
                text, day, why, more));
    }
    std::string procedure(std::string_view code, std::string_view text, std::string_view day,
                          std::string_view reason_key = "") {
        const std::string why =
            reason_key.empty()
                ? ""
                : fmt::format(R"(,"reasonReference":[{{"reference":"{}"}}])", reason_key);
        return add("Procedure",
                   fmt::format(R"("status":"completed","code":{},"performedDateTime":"{}"{})",
                               coded(code, text), day, why));
    }
    std::string plan(std::string_view code, std::string_view start, std::string_view end,
                     std::string_view addresses) {
        const std::string until = end.empty() ? "" : fmt::format(R"(,"end":"{}")", end);
        const std::string about =
            addresses.empty() ? ""
                              : fmt::format(R"(,"addresses":[{{"reference":"{}"}}])", addresses);
        return add(
            "CarePlan",
            fmt::format(
                R"("status":"active","intent":"plan","category":[{}],"period":{{"start":"{}"{}}}{})",
                coded(code, ""), start, until, about));
    }
    std::string call(std::string_view day, std::string_view more = "") {
        return add(
            "Communication",
            fmt::format(
                R"("status":"completed","medium":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationMode","code":"PHONE"}}]}}],"sender":{{"reference":"Patient/p"}},"sent":"{}"{})",
                day, more));
    }
    std::string observation(std::string_view loinc, std::string_view day) {
        return add(
            "Observation",
            fmt::format(
                R"("status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"{}"}}]}},"effectiveDateTime":"{}")",
                loinc, day));
    }
    std::string vaccination(std::string_view day) {
        return add(
            "Immunization",
            fmt::format(
                R"("status":"completed","vaccineCode":{{"coding":[{{"system":"http://hl7.org/fhir/sid/cvx","code":"140"}}]}},"occurrenceDateTime":"{}")",
                day));
    }
    std::string appointment(std::string_view status, std::string_view created,
                            std::string_view start, std::string_view more = "") {
        return add(
            "Appointment",
            fmt::format(
                R"("status":"{}","created":"{}","start":"{}","participant":[{{"actor":{{"reference":"Patient/p"}}}}]{})",
                status, created, start, more));
    }
    /// Any resource of the patient: its members beside type, id and subject.
    std::string add(std::string_view type, std::string_view members) {
        const std::string id = fmt::format("r{}", ++count_);
        const std::string subject =
            type == "Appointment" ? ""
                                  : fmt::format(R"("{}":{{"reference":"Patient/p"}},)",
                                                type == "Immunization" ? "patient" : "subject");
        clinic_.add(
            fmt::format(R"({{"resourceType":"{}","id":"{}",{}{}}})", type, id, subject, members));
        return fmt::format("{}/{}", type, id);
    }
    static std::string coded(std::string_view code, std::string_view text) {
        return fmt::format(
            R"({{"coding":[{{"system":"http://snomed.info/sct","code":"{}"}}],"text":"{}"}})", code,
            text);
    }

    Clinic& clinic() {
        clinic_.open();
        return clinic_;
    }
    std::string stand(std::string_view as_of) { return clinic().stand("p", as_of); }
    std::string why(std::string_view as_of) { return clinic().why("p", as_of); }
    PatientPositions fold(std::string_view as_of) { return clinic().fold("p", as_of); }
    ConcernPosition at(std::string_view concern, std::string_view as_of) {
        return clinic().at("p", concern, as_of);
    }

  private:
    Clinic clinic_;
    int count_ = 0;
};

}  // namespace parcours::position
