#include "engine/tests/stories/records.h"

#include <fmt/format.h>
#include <string>
#include <string_view>

namespace parcours::engine::testing {
namespace {

void add(std::string& list, const std::string& item) {
    list += (list.empty() ? "" : ",") + item;
}

std::string coding(std::string_view system, std::string_view code) {
    return fmt::format(R"({{"coding":[{{"system":"{}","code":"{}"}}]}})", system, code);
}

constexpr std::string_view snomed_system = "http://snomed.info/sct";

}  // namespace

PatientRecord& PatientRecord::born(std::string_view date) {
    born_ = date;
    return *this;
}

PatientRecord& PatientRecord::speaks(std::string_view language) {
    language_ = language;
    return *this;
}

PatientRecord& PatientRecord::email(std::string_view address) {
    add(telecom_, fmt::format(R"({{"system":"email","value":"{}"}})", address));
    return *this;
}

PatientRecord& PatientRecord::mobile(std::string_view number) {
    add(telecom_, fmt::format(R"({{"system":"phone","use":"mobile","value":"{}"}})", number));
    return *this;
}

PatientRecord& PatientRecord::guardian(std::string_view name, std::string_view email,
                                       std::string_view phone) {
    add(contacts_, fmt::format(R"({{"relationship":[{}],"name":{{"text":"{}"}},"telecom":[
        {{"system":"email","value":"{}"}},{{"system":"phone","use":"mobile","value":"{}"}}]}})",
                               coding("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "GUARD"),
                               name, email, phone));
    return *this;
}

PatientRecord& PatientRecord::lives_in(std::string_view state) {
    more_ += fmt::format(R"(,"address":[{{"use":"home","state":"{}","country":"US"}}])", state);
    return *this;
}

PatientRecord& PatientRecord::died(std::string_view date, std::string_view written) {
    more_ += fmt::format(R"(,"deceasedDateTime":"{}")", date);
    if (!written.empty()) {
        more_ += fmt::format(R"(,"meta":{{"lastUpdated":"{}T12:00:00Z"}})", written);
    }
    return *this;
}

PatientRecord& PatientRecord::left(std::string_view date) {
    more_ += fmt::format(R"(,"active":false,"meta":{{"lastUpdated":"{}T12:00:00Z"}})", date);
    return *this;
}

PatientRecord& PatientRecord::merged_into(std::string_view other) {
    more_ += fmt::format(
        R"(,"link":[{{"type":"replaced-by","other":{{"reference":"Patient/{}"}}}}])", other);
    return *this;
}

PatientRecord::operator std::string() const {
    return fmt::format(
        R"({{"resourceType":"Patient","id":"{0}","birthDate":"{1}","name":[{{"given":["{0}"],)"
        R"("family":"Example"}}],"communication":[{{"language":{{"coding":[{{"code":"{2}"}}]}}}}],)"
        R"("telecom":[{3}],"contact":[{4}]{5}}})",
        id_, born_, language_, telecom_, contacts_, more_);
}

std::string appointment(std::string_view id, std::string_view patient, std::string_view start,
                        std::string_view status) {
    return fmt::format(
        R"({{"resourceType":"Appointment","id":"{}","status":"{}","created":"2026-01-05",)"
        R"("start":"{}","participant":[{{"actor":{{"reference":"Patient/{}"}},)"
        R"("status":"accepted"}}]}})",
        id, status, start, patient);
}

std::string condition(std::string_view id, std::string_view patient, std::string_view snomed,
                      std::string_view onset, std::string_view recorded) {
    const std::string written =
        recorded.empty() ? "" : fmt::format(R"(,"recordedDate":"{}")", recorded);
    return fmt::format(
        R"({{"resourceType":"Condition","id":"{}","subject":{{"reference":"Patient/{}"}},)"
        R"("clinicalStatus":{{"coding":[{{"code":"active"}}]}},"onsetDateTime":"{}",)"
        R"("code":{}{}}})",
        id, patient, onset, coding(snomed_system, snomed), written);
}

std::string visit(std::string_view id, std::string_view patient, std::string_view date) {
    return fmt::format(
        R"({{"resourceType":"Encounter","id":"{0}","status":"finished","class":{{"code":"AMB"}},)"
        R"("type":[{3}],"subject":{{"reference":"Patient/{1}"}},)"
        R"("period":{{"start":"{2}T10:00:00Z","end":"{2}T10:30:00Z"}}}})",
        id, patient, date, coding(snomed_system, "185345009"));
}

std::string hba1c(std::string_view id, std::string_view patient, std::string_view effective,
                  std::string_view issued) {
    const std::string written = issued.empty() ? "" : fmt::format(R"(,"issued":"{}")", issued);
    return fmt::format(R"({{"resourceType":"Observation","id":"{}","status":"final","subject":)"
                       R"({{"reference":"Patient/{}"}},"effectiveDateTime":"{}","code":{},)"
                       R"("valueQuantity":{{"value":7.1,"unit":"%","code":"%",)"
                       R"("system":"http://unitsofmeasure.org"}}{}}})",
                       id, patient, effective, coding("http://loinc.org", "4548-4"), written);
}

std::string stool_test(std::string_view id, std::string_view patient, std::string_view effective,
                       std::string_view interpretation) {
    const std::string found =
        interpretation.empty()
            ? ""
            : fmt::format(
                  R"(,"interpretation":[{}])",
                  coding("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
                         interpretation));
    return fmt::format(R"({{"resourceType":"Observation","id":"{}","status":"final","subject":)"
                       R"({{"reference":"Patient/{}"}},"effectiveDateTime":"{}","code":{}{}}})",
                       id, patient, effective, coding("http://loinc.org", "57905-2"), found);
}

std::string procedure(std::string_view id, std::string_view patient, std::string_view snomed,
                      std::string_view performed) {
    return fmt::format(R"({{"resourceType":"Procedure","id":"{}","status":"completed","subject":)"
                       R"({{"reference":"Patient/{}"}},"performedDateTime":"{}","code":{}}})",
                       id, patient, performed, coding(snomed_system, snomed));
}

std::string consent(std::string_view id, std::string_view patient, std::string_view type,
                    std::string_view channel, std::string_view topic, std::string_view date) {
    std::string codes;
    if (!channel.empty()) {
        add(codes, coding("https://parcours.example/fhir/CodeSystem/channel", channel));
    }
    if (!topic.empty()) {
        add(codes, coding("https://parcours.example/fhir/CodeSystem/topic", topic));
    }
    return fmt::format(
        R"({{"resourceType":"Consent","id":"{}","status":"active","patient":)"
        R"({{"reference":"Patient/{}"}},"dateTime":"{}","provision":{{"type":"{}","code":[{}]}}}})",
        id, patient, date, type, codes);
}

}  // namespace parcours::engine::testing
