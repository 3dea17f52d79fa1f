#include "scenario/chart.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/json_writer.h"
#include "base/time.h"

namespace parcours::scenario {
namespace {

constexpr std::string_view interpretations =
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";

void write_concept(JsonWriter& json, std::string_view name, std::string_view system,
                   std::string_view code) {
    json.key(name).begin_object().key("coding").begin_array().begin_object();
    json.member("system", system).member("code", code);
    json.end_object().end_array().end_object();
}

void write_reference(JsonWriter& json, std::string_view name, const std::string& patient) {
    json.key(name).begin_object().member("reference", "Patient/" + patient).end_object();
}

/// Conditions have two statuses: whether it is there, and whether it is certain.
void write_condition(JsonWriter& json, const Entry& entry) {
    constexpr std::string_view clinical =
        "http://terminology.hl7.org/CodeSystem/condition-clinical";
    constexpr std::string_view verification =
        "http://terminology.hl7.org/CodeSystem/condition-ver-status";
    const bool judged = entry.status == "refuted" || entry.status == "entered-in-error" ||
                        entry.status == "provisional" || entry.status == "confirmed";
    if (entry.status != "entered-in-error") {
        write_concept(json, "clinicalStatus", clinical, judged ? "active" : entry.status);
    }
    if (judged) {
        write_concept(json, "verificationStatus", verification, entry.status);
    }
    json.member("onsetDateTime", format_instant(entry.at));
    if (entry.until) {
        json.member("abatementDateTime", format_instant(*entry.until));
    }
    if (entry.recorded) {
        json.member("recordedDate", format_instant(*entry.recorded));
    }
}

void write_appointment(JsonWriter& json, const Entry& entry) {
    json.member("status", entry.status).member("start", format_instant(entry.at));
    json.member("created", format_instant(entry.recorded.value_or(entry.at)));
    json.key("participant").begin_array().begin_object();
    write_reference(json, "actor", entry.patient);
    json.member("status", "accepted").end_object().end_array();
}

void write_observation(JsonWriter& json, const Entry& entry) {
    json.member("status", entry.status).member("effectiveDateTime", format_instant(entry.at));
    if (entry.recorded) {
        json.member("issued", format_instant(*entry.recorded));
    }
    if (!entry.value.empty()) {
        json.key("valueQuantity").begin_object().key("value").raw(entry.value);
        json.member("unit", entry.unit).member("code", entry.unit);
        json.member("system", "http://unitsofmeasure.org").end_object();
    }
    if (!entry.interpretation.empty()) {
        json.key("interpretation").begin_array().begin_object();
        json.key("coding").begin_array().begin_object().member("system", interpretations);
        json.member("code", entry.interpretation).end_object().end_array();
        json.end_object().end_array();
    }
}

void write_period(JsonWriter& json, const Entry& entry, std::string_view name) {
    json.member("status", entry.status).key(name).begin_object();
    json.member("start", format_instant(entry.at));
    if (entry.until) {
        json.member("end", format_instant(*entry.until));
    }
    json.end_object();
}

void write_consent(JsonWriter& json, const Entry& entry) {
    json.member("status", entry.status).member("dateTime", format_instant(entry.at));
    json.key("provision").begin_object().member("type", entry.permits ? "permit" : "deny");
    json.key("code").begin_array();
    for (const auto& [kind, code] : {std::pair{"channel", entry.channel}, {"topic", entry.topic}}) {
        if (!code.empty()) {
            json.begin_object().key("coding").begin_array().begin_object();
            json.member("system", "https://parcours.example/fhir/CodeSystem/" + std::string(kind));
            json.member("code", code).end_object().end_array().end_object();
        }
    }
    json.end_array().end_object();
}

}  // namespace

std::string Entry::resource() const {
    std::string text;
    JsonWriter json(text);
    json.begin_object().member("resourceType", type).member("id", id);
    if (type == "Consent") {
        write_reference(json, "patient", patient);
        write_consent(json, *this);
        json.end_object();
        return text;
    }
    if (type == "Appointment") {
        write_appointment(json, *this);
        json.end_object();
        return text;
    }
    write_reference(json, "subject", patient);
    if (type == "Encounter") {
        json.key("class").begin_object().member("code", "AMB").end_object();
        json.key("type").begin_array().begin_object().key("coding").begin_array().begin_object();
        json.member("system", system).member("code", code);
        json.end_object().end_array().end_object().end_array();
        write_period(json, *this, "period");
    } else {
        write_concept(json, "code", system, code);
        if (type == "Condition") {
            write_condition(json, *this);
        } else if (type == "Observation") {
            write_observation(json, *this);
        } else {
            json.member("status", status).member("performedDateTime", format_instant(at));
        }
    }
    json.end_object();
    return text;
}

Entry& Chart::add(Entry entry) {
    Entry& slot = entries_[entry.id];
    slot = std::move(entry);
    return slot;
}

Entry* Chart::find(std::string_view id) {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace parcours::scenario
