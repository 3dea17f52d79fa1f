#include "http/fhir/own.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
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
#include "base/time.h"
#include "engine/ledger.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/api/patient_filter.h"
#include "http/fhir/compiled.h"
#include "http/fhir/finder.h"
#include "http/fhir/hit.h"
#include "http/fhir/parameters.h"
#include "http/fhir/query.h"
#include "http/fhir/values.h"
#include "population/column.h"
#include "population/index.h"
#include "record/engagement.h"
#include "record/fact.h"
#include "record/identity.h"

namespace parcours::http::facade {
namespace {

using fhir::ResourceType;
using population::PatientNumber;

constexpr std::string_view id_prefix = "parcours.";

Key key_of(const Digest& id) {
    Key key = 0;
    for (std::size_t i = 0; i < sizeof key; ++i) {
        key = (key << 8U) | id.bytes.at(i);
    }
    return key;
}

/// Names of cohorts, of the practice folder and saved ones.
std::vector<std::string> cohort_names(const engine::Published& record,
                                      const engine::Ledger& ledger) {
    std::vector<std::string> names;
    for (const auto& cohort : record.clinic->folder.cohorts) {
        names.push_back(cohort.name);
    }
    for (const auto& [name, cql] : ledger.cohorts()) {
        names.push_back(name);
    }
    std::ranges::sort(names);
    const auto repeated = std::ranges::unique(names);
    names.erase(repeated.begin(), repeated.end());
    return names;
}

/// One of our own while the ledger stands still.
struct Seen {
    OwnItem item;
    Instant at;
    std::string_view status;
    std::function<void(JsonWriter& json)> write;
};
using Visit = std::function<void(const Seen& seen)>;

/// Walks through our own resources of a type, of some patients or all.
class Walk {
  public:
    Walk(const engine::Published& record, const engine::Ledger& ledger)
        : record_(record), ledger_(ledger) {}

    void messages(const std::optional<std::vector<Key>>& patients, const Visit& visit) const {
        if (!patients) {
            see(ledger_.messages(), visit);
            return;
        }
        for (const Key patient : *patients) {
            see(ledger_.messages_of(patient), visit);
        }
    }

    void tasks(const std::optional<std::vector<Key>>& patients, const Visit& visit) const {
        if (!patients) {
            see(ledger_.tasks(), visit);
            return;
        }
        for (const Key patient : *patients) {
            see(ledger_.tasks_of(patient), visit);
        }
    }

    void consents(const std::optional<std::vector<Key>>& patients, const Visit& visit) const {
        if (patients) {
            for (const Key patient : *patients) {
                consents_of(patient, visit);
            }
            return;
        }
        for (PatientNumber number = 0; number < record_.index->patient_count(); ++number) {
            consents_of(record_.index->patients().key[number], visit);
        }
    }

    void groups(const Visit& visit) const {
        for (const std::string& name : cohort_names(record_, ledger_)) {
            visit({{cohort_id(name), 0, name}, no_time, {}, [&name](JsonWriter& json) {
                       write_group(json, name, std::nullopt, {});
                   }});
        }
    }

  private:
    void see(const std::vector<const engine::MessageState*>& states, const Visit& visit) const {
        for (const engine::MessageState* const state : states) {
            visit({{state->message.id, state->message.patient, {}},
                   state->settled() ? state->settled_at : state->message.planned_at,
                   fhir_status(*state),
                   [this, state](JsonWriter& json) {
                       write_communication(json, record_, *state, {});
                   }});
        }
    }
    void see(const std::vector<const engine::TaskState*>& states, const Visit& visit) const {
        for (const engine::TaskState* const state : states) {
            const Task& task = state->task;
            visit({{task.id, task.patient, {}},
                   task.opened_at,
                   fhir_status(task),
                   [this, &task](JsonWriter& json) { write_task(json, record_, task); }});
        }
    }
    void consents_of(Key patient, const Visit& visit) const {
        for (const ContactChoice& choice : ledger_.choices_of(patient)) {
            visit({{choice_id(patient, choice), patient, {}},
                   choice.at,
                   "active",
                   [&](JsonWriter& json) { write_consent(json, record_, patient, choice); }});
        }
    }

    const engine::Published& record_;
    const engine::Ledger& ledger_;
};

void walk(const engine::Published& record, const engine::Ledger& ledger, ResourceType type,
          const std::optional<std::vector<Key>>& patients, const Visit& visit) {
    const Walk walk(record, ledger);
    switch (type) {
        case ResourceType::Communication:
            return walk.messages(patients, visit);
        case ResourceType::Task:
            return walk.tasks(patients, visit);
        case ResourceType::Consent:
            return walk.consents(patients, visit);
        case ResourceType::Group:
            return walk.groups(visit);
        default:
            return;
    }
}

/// The keys of those whom a reference names: the patient and who was merged into it.
Result<std::optional<std::vector<Key>>> asked_keys(const population::Index& index,
                                                   const std::vector<Compiled>& criteria) {
    std::optional<std::vector<Key>> keys;
    for (const Compiled& criterion : criteria) {
        if (criterion.parameter->matching != Matching::Patient) {
            continue;
        }
        std::vector<Key> found;
        for (const std::string& text : criterion.texts) {
            const auto patient = find_referred(index, text);
            if (!patient) {
                return pass_on(patient);
            }
            for (PatientNumber number = 0; *patient && number < index.patient_count(); ++number) {
                if (index.patients().survivor[number] == **patient) {
                    found.push_back(index.patients().key[number]);
                }
            }
        }
        std::ranges::sort(found);
        const auto repeated = std::ranges::unique(found);
        found.erase(repeated.begin(), repeated.end());
        if (keys) {
            std::erase_if(*keys, [&](Key key) { return !std::ranges::binary_search(found, key); });
        } else {
            keys = std::move(found);
        }
    }
    return keys;
}

/// Whether one of our own fulfils all criteria but those about its patient, which led to it.
bool fulfils(const Seen& seen, ResourceType type, const std::vector<Compiled>& criteria,
             JsonDocument& document) {
    bool open = false;
    for (const Compiled& criterion : criteria) {
        const Matching matching = criterion.parameter->matching;
        if (matching == Matching::Status &&
            std::ranges::none_of(criterion.tokens, [&](const Token& token) {
                return token.matches("", seen.status);
            })) {
            return false;
        }
        if (matching == Matching::Id &&
            std::ranges::find(criterion.texts, seen.item.fhir_id(type)) == criterion.texts.end()) {
            return false;
        }
        open = open || (matching != Matching::Status && matching != Matching::Id &&
                        matching != Matching::Patient);
    }
    if (!open) {
        return true;
    }
    std::string text;
    JsonWriter json(text);
    seen.write(json);
    const auto resource = document.parse(text);
    return resource && std::ranges::all_of(criteria, [&](const Compiled& criterion) {
               return criterion.holds(*resource);
           });
}

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

Result<std::string> render_group(const api::Backend& backend, const engine::Published& record,
                                 const std::string& name,
                                 const std::optional<Instant>& members_at) {
    std::string out;
    JsonWriter json(out);
    if (!members_at) {
        write_group(json, name, std::nullopt, {});
        return out;
    }
    const auto answer = api::evaluate_cohort(backend, record, name, *members_at);
    if (!answer) {
        return pass_on(answer);
    }
    std::vector<std::string> members;
    for (PatientNumber number = 0; number < record.index->patient_count(); ++number) {
        if (answer->patients.test(number)) {
            members.push_back(patient_reference(record, record.index->patients().key[number]));
        }
    }
    write_group(json, name, members.size(), members);
    return out;
}

}  // namespace

bool has_own(ResourceType type) {
    return type == ResourceType::Communication || type == ResourceType::Task ||
           type == ResourceType::Consent || type == ResourceType::Group;
}

std::string OwnItem::fhir_id(ResourceType type) const {
    return type == ResourceType::Consent
               ? fmt::format("{}{:016x}.{}", id_prefix, patient, id.to_hex())
               : std::string(id_prefix) + id.to_hex();
}

std::optional<OwnItem> find_own(const api::Backend& backend, const engine::Published& record,
                                ResourceType type, std::string_view id) {
    if (!has_own(type) || !id.starts_with(id_prefix)) {
        return std::nullopt;
    }
    const std::string_view rest = id.substr(id_prefix.size());
    std::optional<std::vector<Key>> patients;
    const auto reading = backend.service.ledger();
    if (const auto digest = digest_from_hex(rest)) {
        if (type == ResourceType::Communication) {
            const auto* const found = reading.ledger.find_message(*digest);
            return found == nullptr ? std::nullopt
                                    : std::optional(OwnItem{*digest, found->message.patient, {}});
        }
        if (type == ResourceType::Task) {
            const auto* const found = reading.ledger.find_task(*digest);
            return found == nullptr ? std::nullopt
                                    : std::optional(OwnItem{*digest, found->task.patient, {}});
        }
    } else if (type == ResourceType::Consent) {
        Key patient = 0;
        std::from_chars(rest.data(), rest.data() + std::min<std::size_t>(16, rest.size()), patient,
                        16);
        patients = std::vector{patient};
    }
    std::optional<OwnItem> found;
    walk(record, reading.ledger, type, patients, [&](const Seen& seen) {
        if (seen.item.fhir_id(type) == id) {
            found = seen.item;
        }
    });
    return found;
}

Result<std::vector<Hit>> search_own(const api::Backend& backend, const engine::Published& record,
                                    const Query& query, const std::vector<Compiled>& criteria,
                                    std::vector<OwnItem>& items) {
    std::vector<Hit> hits;
    if (!has_own(query.type)) {
        return hits;
    }
    const auto patients = asked_keys(*record.index, criteria);
    if (!patients) {
        return pass_on(patients);
    }
    JsonDocument document;
    const auto reading = backend.service.ledger();
    walk(record, reading.ledger, query.type, *patients, [&](const Seen& seen) {
        if (fulfils(seen, query.type, criteria, document)) {
            const std::int64_t order =
                query.sort == SortBy::Nothing
                    ? 0
                    : order_of(seen.at.time_since_epoch().count(), query.down);
            hits.push_back({order, key_of(seen.item.id), Hit::Where::Own,
                            static_cast<std::uint32_t>(items.size())});
            items.push_back(seen.item);
        }
    });
    return hits;
}

Result<std::string> render_own(const api::Backend& backend, const engine::Published& record,
                               ResourceType type, const OwnItem& item,
                               const std::optional<Instant>& members_at) {
    if (type == ResourceType::Group) {
        return render_group(backend, record, item.cohort, members_at);
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
        if (const auto* const state = reading.ledger.find_message(item.id)) {
            write_communication(json, record, *state, words);
        }
    } else if (type == ResourceType::Task) {
        if (const auto* const state = reading.ledger.find_task(item.id)) {
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
