#include <cstddef>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "channel/encoding.h"
#include "engine/ledger.h"
#include "engine/outbox.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/fhir/library_shelf.h"
#include "http/fhir/own.h"
#include "practice/libraries.h"
#include "record/engagement.h"
#include "record/fact.h"
#include "record/identity.h"

namespace parcours::http::facade {
namespace {

/// Codes of HL7's ParticipationMode for the channels that have one.
std::string_view medium_code(std::string_view channel) {
    if (channel == "sms") {
        return "SMSWRIT";
    }
    if (channel == "email") {
        return "EMAILWRIT";
    }
    if (channel == "letter") {
        return "MAILWRIT";
    }
    return channel == "voice" ? "PHONE" : std::string_view();
}

void write_head(JsonWriter& json, fhir::ResourceType type, const OwnItem& item, Instant at) {
    json.begin_object()
        .member("resourceType", fhir::resource_type_name(type))
        .member("id", item.fhir_id(type));
    if (at != no_time && at != Instant{}) {
        json.key("meta").begin_object().member("lastUpdated", format_instant(at)).end_object();
    }
}

void write_coding(JsonWriter& json, std::string_view system, std::string_view code) {
    json.begin_object().key("coding").begin_array().begin_object();
    json.member("system", system).member("code", code);
    json.end_object().end_array().end_object();
}

void write_text(JsonWriter& json, std::string_view name, std::string_view text) {
    json.key(name).begin_object().member("text", text).end_object();
}

void write_reference(JsonWriter& json, std::string_view name, const std::string& reference) {
    if (!reference.empty()) {
        json.key(name).begin_object().member("reference", reference).end_object();
    }
}

Instant changed_at(const engine::MessageState& state) {
    return state.settled() && state.settled_at != Instant{} ? state.settled_at
                                                            : state.message.planned_at;
}

}  // namespace

std::string patient_reference(const engine::Published& record, Key patient) {
    if (patient == 0) {
        return {};
    }
    std::string name = engine::patient_name(*record.index, patient);
    if (const std::size_t slash = name.find('/'); slash != std::string::npos) {
        name.replace(slash, 1, "%2F");
    }
    return "Patient/" + name;
}

std::string_view fhir_status(const engine::MessageState& state) {
    using Status = engine::MessageState::Status;
    switch (state.status) {
        case Status::Waiting:
            return "preparation";
        case Status::Attempting:
            return "in-progress";
        case Status::Accepted:
            return "completed";
        case Status::NotSent:
            return "not-done";
        case Status::Unknown:
            return "unknown";
        case Status::Withdrawn:
            return "stopped";
    }
    return "unknown";
}

std::string_view fhir_status(const Task& task) {
    return task.outcome.empty() ? "requested" : "completed";
}

Digest choice_id(Key patient, const ContactChoice& choice) {
    return named_hash("choice", {fmt::format("{:016x}", patient), choice.channel, choice.topic,
                                 choice.allowed ? "yes" : "no", format_instant(choice.at)});
}

Digest cohort_id(std::string_view name) {
    return named_hash("cohort", {name});
}

Digest definition_id(fhir::ResourceType type, std::string_view id) {
    return named_hash("definition", {fhir::resource_type_name(type), id});
}

void write_communication(JsonWriter& json, const engine::Published& record,
                         const engine::MessageState& state, std::string_view words) {
    const Message& message = state.message;
    write_head(json, fhir::ResourceType::Communication, {message.id, message.patient, {}},
               changed_at(state));
    json.member("status", fhir_status(state));
    if (!state.reason.empty()) {
        write_text(json, "statusReason", state.reason);
    }
    json.key("category").begin_array();
    write_coding(json, "urn:parcours:purpose", purpose_name(message.purpose));
    json.end_array();
    if (!state.channel.empty()) {
        json.key("medium").begin_array().begin_object();
        if (const auto code = medium_code(state.channel); !code.empty()) {
            json.key("coding").begin_array().begin_object();
            json.member("system", "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode");
            json.member("code", code).end_object().end_array();
        }
        json.member("text", state.channel).end_object().end_array();
    }
    const std::string patient = patient_reference(record, message.patient);
    write_reference(json, "subject", patient);
    if (!message.topic.empty()) {
        write_text(json, "topic", message.topic);
    }
    if (state.status == engine::MessageState::Status::Accepted) {
        json.member("sent", format_instant(state.settled_at));
    }
    if (!patient.empty()) {
        json.key("recipient").begin_array().begin_object();
        json.member("reference", patient).end_object().end_array();
    }
    json.key("reasonCode").begin_array().begin_object();
    json.member("text", message.campaign + ": " + message.step).end_object().end_array();
    if (!words.empty()) {
        json.key("payload").begin_array().begin_object();
        json.member("contentString", words).end_object().end_array();
    }
    json.end_object();
}

void write_task(JsonWriter& json, const engine::Published& record, const Task& task) {
    write_head(json, fhir::ResourceType::Task, {task.id, task.patient, {}}, task.opened_at);
    json.member("status", fhir_status(task));
    if (!task.outcome.empty()) {
        write_text(json, "businessStatus", task.outcome);
    }
    json.member("intent", "order").key("code");
    json.begin_object().key("coding").begin_array().begin_object();
    json.member("system", "urn:parcours:task-kind").member("code", task.kind);
    json.end_object().end_array().member("text", task.kind).end_object();
    if (!task.reason.empty()) {
        json.member("description", task.reason);
    }
    write_reference(json, "for", patient_reference(record, task.patient));
    json.member("authoredOn", format_instant(task.opened_at));
    if (!task.queue.empty()) {
        json.key("performerType").begin_array().begin_object();
        json.member("text", task.queue).end_object().end_array();
    }
    if (task.due) {
        json.key("restriction").begin_object().key("period").begin_object();
        json.member("end", format_instant(*task.due)).end_object().end_object();
    }
    json.end_object();
}

void write_consent(JsonWriter& json, const engine::Published& record, Key patient,
                   const ContactChoice& choice) {
    write_head(json, fhir::ResourceType::Consent, {choice_id(patient, choice), patient, {}},
               choice.at);
    json.member("status", "active").key("scope");
    write_coding(json, "http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy");
    json.key("category").begin_array();
    write_coding(json, "http://terminology.hl7.org/CodeSystem/v3-ActCode", "IDSCL");
    json.end_array();
    write_reference(json, "patient", patient_reference(record, patient));
    json.member("dateTime", format_instant(choice.at)).key("policyRule");
    write_coding(json, "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                 choice.allowed ? "OPTIN" : "OPTOUT");
    json.key("provision").begin_object();
    json.member("type", choice.allowed ? "permit" : "deny").key("code").begin_array();
    write_coding(json, "urn:parcours:channel", choice.channel.empty() ? "any" : choice.channel);
    write_coding(json, "urn:parcours:topic", choice.topic.empty() ? "any" : choice.topic);
    json.end_array().end_object().end_object();
}

void write_library(JsonWriter& json, const practice::Library& library) {
    json.begin_object().member("resourceType", "Library");
    json.member("id", library_id(library.name));
    if (!library.version.empty()) {
        json.member("version", library.version);
    }
    json.member("name", library.name).member("status", "active").key("type");
    write_coding(json, "http://terminology.hl7.org/CodeSystem/library-type", "logic-library");
    json.key("content").begin_array().begin_object().member("contentType", "text/cql");
    json.member("data", channel::to_base64(library.text)).end_object().end_array().end_object();
}

void write_group(JsonWriter& json, const GroupText& group) {
    const OwnItem item{cohort_id(group.name), 0, group.name};
    json.begin_object().member("resourceType", "Group");
    json.member("id", item.fhir_id(fhir::ResourceType::Group));
    if (group.quantity.value_or(1) != group.members.size()) {
        // Whom it leaves out is found by Group/{id}/$members.
        json.key("meta").begin_object().key("tag").begin_array().begin_object();
        json.member("system", "http://terminology.hl7.org/CodeSystem/v3-ObservationValue");
        json.member("code", "SUBSETTED").end_object().end_array().end_object();
    }
    json.member("active", true).member("type", "person").member("actual", true);
    json.member("name", group.name);
    if (group.quantity) {
        json.member("quantity", *group.quantity);
    }
    if (!group.members.empty()) {
        json.key("member").begin_array();
        for (const std::string& reference : group.members) {
            json.begin_object().key("entity").begin_object();
            json.member("reference", reference).end_object().end_object();
        }
        json.end_array();
    }
    json.end_object();
}

}  // namespace parcours::http::facade
