#include "http/fhir/own.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <fmt/core.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "engine/ledger.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/api/evaluate_cohort.h"
#include "http/fhir/library_shelf.h"
#include "http/fhir/own_walk.h"
#include "population/column.h"
#include "population/live_index.h"
#include "practice/libraries.h"
#include "quality/measure.h"
#include "record/engagement.h"
#include "record/fact.h"
#include "record/identity.h"

namespace parcours::http::facade {
namespace {

using fhir::ResourceType;
using population::PatientNumber;

constexpr std::string_view id_prefix = "parcours.";

/// What was really said, by the last hand-off.
Result<std::string> words_of(const engine::Service& service, const Digest& id) {
    const auto entries = service.messages(std::span(&id, 1));
    if (!entries) {
        return pass_on(entries);
    }
    if (entries->empty() || entries->front().attempts.empty()) {
        return std::string();
    }
    return entries->front().attempts.back().text;
}

/// So many members stand in a Group itself; $members gives them all, in pages.
constexpr std::size_t group_members_max = 10'000;

std::string group_json(const GroupText& group) {
    std::string out;
    JsonWriter json(out);
    write_group(json, group);
    return out;
}

Result<std::string> render_group(const api::Backend& backend, const engine::Published& record,
                                 const std::string& name, const MembersAsked& asked) {
    if (!asked.asked) {
        const auto live = api::find_live_members(backend, record, name);
        return group_json({name, live ? std::optional(live->count) : std::nullopt, {}});
    }
    const auto found = api::find_members(backend, record, name, asked.at);
    if (!found) {
        return pass_on(found);
    }
    GroupText group{name, found->count, {}};
    found->patients->for_each([&](std::size_t number) {
        if (group.members.size() < group_members_max) {
            group.members.push_back(
                patient_reference(record, record.index->patients().key[number]));
        }
    });
    return group_json(group);
}

/// What the practice defines, under names of its own.
bool is_definition(ResourceType type) {
    return type == ResourceType::Library || type == ResourceType::Measure;
}

/// As its file has it; the id is in front where the file has none.
std::string measure_json(const engine::Published& record, const quality::Measure& measure) {
    const auto file = record.clinic->folder.files.find(measure.file);
    if (file == record.clinic->folder.files.end()) {
        return {};
    }
    JsonDocument document;
    const auto root = document.parse(file->second);
    if (!root || (*root)["id"]) {
        return file->second;
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("resourceType", "Measure").member("id", measure.id);
    for (const auto& [name, value] : root->members()) {
        if (name != "resourceType") {
            json.key(name).raw(value.to_json());
        }
    }
    json.end_object();
    return out;
}

std::string render_definition(const engine::Published& record, ResourceType type,
                              const std::string& id) {
    std::string out;
    if (type == ResourceType::Measure) {
        const auto* const measure = record.clinic->find_measure(id);
        return measure == nullptr ? out : measure_json(record, *measure);
    }
    if (const auto* const library = find_own_library(record, id)) {
        JsonWriter json(out);
        write_library(json, *library);
    }
    return out;
}

}  // namespace

const practice::Library* find_own_library(const engine::Published& record, std::string_view id) {
    for (const practice::Library& library : record.clinic->folder.libraries.all()) {
        if (library_id(library.name) == id) {
            return &library;
        }
    }
    return nullptr;
}

bool has_own(ResourceType type) {
    return type == ResourceType::Communication || type == ResourceType::Task ||
           type == ResourceType::Consent || type == ResourceType::Group || is_definition(type);
}

std::string OwnItem::fhir_id(ResourceType type) const {
    if (is_definition(type)) {
        return cohort;
    }
    return type == ResourceType::Consent
               ? fmt::format("{}{:016x}.{}", id_prefix, patient, id.to_hex())
               : std::string(id_prefix) + id.to_hex();
}

std::optional<OwnItem> find_own(const api::Backend& backend, const engine::Published& record,
                                ResourceType type, std::string_view id) {
    if (is_definition(type)) {
        const bool here = type == ResourceType::Measure ? record.clinic->find_measure(id) != nullptr
                                                        : find_own_library(record, id) != nullptr;
        return here ? std::optional(OwnItem{definition_id(type, id), 0, std::string(id)})
                    : std::nullopt;
    }
    if (!has_own(type) || !id.starts_with(id_prefix)) {
        return std::nullopt;
    }
    const std::string_view rest = id.substr(id_prefix.size());
    const auto digest = digest_from_hex(rest);
    if (digest.has_value() == (type == ResourceType::Consent)) {
        return std::nullopt;  // a consent's id names its patient too
    }
    std::optional<std::vector<Key>> patients;
    const auto reading = backend.service.ledger();
    if (type == ResourceType::Communication) {
        const auto found = reading.ledger.find_message(*digest);
        return found == nullptr ? std::nullopt
                                : std::optional(OwnItem{*digest, found->message.patient, {}});
    }
    if (type == ResourceType::Task) {
        const auto found = reading.ledger.find_task(*digest);
        return found == nullptr ? std::nullopt
                                : std::optional(OwnItem{*digest, found->task.patient, {}});
    }
    if (type == ResourceType::Consent) {
        Key patient = 0;
        std::from_chars(rest.data(), rest.data() + std::min<std::size_t>(16, rest.size()), patient,
                        16);
        patients = std::vector{patient};
    }
    std::optional<OwnItem> found;
    const Walk walk(record, reading.ledger, type, patients);
    walk.see(reading.ledger, 0, walk.size(), [&](const Seen& seen) {
        if (seen.item.fhir_id(type) == id) {
            found = seen.item;
        }
    });
    return found;
}

Result<std::string> render_own(const api::Backend& backend, const engine::Published& record,
                               ResourceType type, const OwnItem& item,
                               const MembersAsked& members) {
    if (type == ResourceType::Group) {
        return render_group(backend, record, item.cohort, members);
    }
    if (is_definition(type)) {
        std::string out = render_definition(record, type, item.cohort);
        return out.empty() ? Result<std::string>(fail(ErrorCode::NotFound, "this resource is gone"))
                           : Result<std::string>(std::move(out));
    }
    std::string words;
    if (type == ResourceType::Communication) {
        auto said = words_of(backend.service, item.id);
        if (!said) {
            return said;
        }
        words = std::move(*said);
    }
    std::string out;
    JsonWriter json(out);
    const auto reading = backend.service.ledger();
    if (type == ResourceType::Communication) {
        if (const auto state = reading.ledger.find_message(item.id)) {
            write_communication(json, record, *state, words);
        }
    } else if (type == ResourceType::Task) {
        if (const auto state = reading.ledger.find_task(item.id)) {
            write_task(json, record, state->task);
        }
    } else {
        for (const ContactChoice& choice : reading.ledger.choices_of(item.patient)) {
            if (out.empty() && choice_id(item.patient, choice) == item.id) {
                write_consent(json, record, item.patient, choice);
            }
        }
    }
    if (out.empty()) {
        return fail(ErrorCode::NotFound, "this resource is gone");
    }
    return out;
}

}  // namespace parcours::http::facade
