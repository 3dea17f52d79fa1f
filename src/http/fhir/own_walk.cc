#include "http/fhir/own_walk.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/text.h"
#include "base/time.h"
#include "engine/ledger.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/fhir/library_shelf.h"
#include "http/fhir/own.h"
#include "population/live_index.h"
#include "record/engagement.h"
#include "record/fact.h"
#include "record/identity.h"

namespace parcours::http::facade {
namespace {

using fhir::ResourceType;

/// Names of cohorts, of the practice folder and saved ones.
std::vector<std::string> cohort_names(const engine::Published& record,
                                      const engine::Ledger& ledger) {
    std::vector<std::string> names;
    for (const auto& cohort : record.clinic->folder.cohorts) {
        names.push_back(cohort.name);
    }
    for (const auto& [name, cohort] : ledger.cohorts()) {
        names.push_back(name);
    }
    sort_unique(names);
    return names;
}

/// Of all, or of the patients asked for.
template <class Table>
std::vector<Digest> ids_of(const Table& table, const std::optional<std::vector<Key>>& patients) {
    std::vector<Digest> ids;
    if (!patients) {
        for (std::uint32_t number = 0; number < table.size(); ++number) {
            ids.push_back(table.id(number));
        }
        return ids;
    }
    for (const Key patient : *patients) {
        for (const std::uint32_t number : table.numbers_of(patient)) {
            ids.push_back(table.id(number));
        }
    }
    return ids;
}

}  // namespace

Walk::Walk(const engine::Published& record, const engine::Ledger& ledger, ResourceType type,
           const std::optional<std::vector<Key>>& patients)
    : record_(record), type_(type) {
    if (type == ResourceType::Communication) {
        ids_ = ids_of(ledger.messages(), patients);
    } else if (type == ResourceType::Task) {
        ids_ = ids_of(ledger.tasks(), patients);
    } else if (type == ResourceType::Group) {
        names_ = cohort_names(record, ledger);
    } else if (type == ResourceType::Library) {
        for (const auto& library : record.clinic->folder.libraries.all()) {
            names_.push_back(library_id(library.name));
        }
    } else if (type == ResourceType::Measure) {
        for (const auto& measure : record.clinic->measures) {
            names_.push_back(measure.id);
        }
    } else if (type == ResourceType::Consent) {
        const std::size_t count = patients ? 0 : record.index->patient_count();
        patients_ = patients.value_or(std::vector<Key>());
        for (population::PatientNumber number = 0; number < count; ++number) {
            patients_.push_back(record.index->patients().key[number]);
        }
        if (!patients) {
            std::ranges::sort(patients_);
        }
    }
}

void Walk::see(const engine::Ledger& ledger, std::size_t from, std::size_t to,
               const Visit& visit) const {
    for (std::size_t place = from; place < std::min(to, size()); ++place) {
        see_at(ledger, place, visit);
    }
}

void Walk::see_at(const engine::Ledger& ledger, std::size_t place, const Visit& visit) const {
    if (type_ == ResourceType::Communication) {
        if (const auto state = ledger.find_message(ids_[place])) {
            see_message(*state, visit);
        }
    } else if (type_ == ResourceType::Task) {
        if (const auto state = ledger.find_task(ids_[place])) {
            see_task(state->task, visit);
        }
    } else if (type_ == ResourceType::Consent) {
        see_consents(ledger, patients_[place], visit);
    } else if (type_ != ResourceType::Group) {
        see_definition(names_[place], visit);
    } else {
        const std::string& name = names_[place];
        visit({{cohort_id(name), 0, name}, no_time, {}, [&name](JsonWriter& json) {
                   write_group(json, {name, std::nullopt, {}});
               }});
    }
}

void Walk::see_message(const engine::MessageState& state, const Visit& visit) const {
    visit({{state.message.id, state.message.patient, {}},
           state.settled() ? state.settled_at : state.message.planned_at,
           fhir_status(state),
           [&](JsonWriter& json) { write_communication(json, record_, state, {}); }});
}

void Walk::see_task(const Task& task, const Visit& visit) const {
    visit({{task.id, task.patient, {}}, task.opened_at, fhir_status(task), [&](JsonWriter& json) {
               write_task(json, record_, task);
           }});
}

/// By what it is searched for; the rest of it is written by `render_own`.
void Walk::see_definition(const std::string& name, const Visit& visit) const {
    const auto write = [&](JsonWriter& json) {
        json.begin_object().member("resourceType", fhir::resource_type_name(type_));
        json.member("id", name);
        if (const auto* const measure = record_.clinic->find_measure(name);
            measure != nullptr && type_ == ResourceType::Measure) {
            json.member("url", measure->url).member("version", measure->version);
            json.member("name", measure->name).member("title", measure->title);
            json.member("status", measure->status);
        }
        if (const auto* const library = find_own_library(record_, name);
            library != nullptr && type_ == ResourceType::Library) {
            json.member("version", library->version).member("name", library->name);
            json.member("status", "active");
        }
        json.end_object();
    };
    visit({{definition_id(type_, name), 0, name}, no_time, {}, write});
}

void Walk::see_consents(const engine::Ledger& ledger, Key patient, const Visit& visit) const {
    for (const ContactChoice& choice : ledger.choices_of(patient)) {
        visit(
            {{choice_id(patient, choice), patient, {}}, choice.at, "active", [&](JsonWriter& json) {
                 write_consent(json, record_, patient, choice);
             }});
    }
}

}  // namespace parcours::http::facade
