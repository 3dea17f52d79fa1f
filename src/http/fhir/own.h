#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/ledger.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/fhir/compiled.h"
#include "http/fhir/hit.h"
#include "http/fhir/query.h"
#include "practice/libraries.h"

namespace parcours::http::facade {

// The product's own truth: messages as Communication, tasks as Task, choices made through it as
// Consent, cohorts as Group, their ids beginning with "parcours."; and what the practice defines:
// libraries as Library, measures as Measure, by their own names. An imported resource that bears
// such an id is reached with its feed's name before it.

[[nodiscard]] bool has_own(fhir::ResourceType type);

/// One of our own, named so that it is found again.
struct OwnItem {
    Digest id;
    Key patient = 0;     ///< 0: about nobody in particular
    std::string cohort;  ///< its name; of a Library or a Measure: the id

    [[nodiscard]] std::string fhir_id(fhir::ResourceType type) const;
};

/// The one that an id names; nothing where there is none.
[[nodiscard]] std::optional<OwnItem> find_own(const api::Backend& backend,
                                              const engine::Published& record,
                                              fhir::ResourceType type, std::string_view id);

/// Those that fulfil a search; hits name their places in `items`. Errors: Usage.
Result<std::vector<Hit>> search_own(const api::Backend& backend, const engine::Published& record,
                                    const Query& query, const std::vector<Compiled>& criteria,
                                    std::vector<OwnItem>& items);

/// Whether a cohort's members are to be told, and of which moment; nothing: now.
struct MembersAsked {
    bool asked = false;
    std::optional<Instant> at;
};

/// One as JSON: with the wording of messages and, where they are asked for, the first members of a
/// cohort. Errors: NotFound (it is gone), those of reading the log and of CQL.
Result<std::string> render_own(const api::Backend& backend, const engine::Published& record,
                               fhir::ResourceType type, const OwnItem& item,
                               const MembersAsked& members);

// own_json.cc
void write_communication(JsonWriter& json, const engine::Published& record,
                         const engine::MessageState& state, std::string_view words);
void write_task(JsonWriter& json, const engine::Published& record, const Task& task);
void write_consent(JsonWriter& json, const engine::Published& record, Key patient,
                   const ContactChoice& choice);
/// What is told of a cohort as a Group.
struct GroupText {
    std::string name;
    std::optional<std::size_t> quantity;
    std::vector<std::string> members;  ///< references
};
/// Where members are left out it says so.
void write_group(JsonWriter& json, const GroupText& group);
/// "completed", "preparation" …: what FHIR calls a message's and a task's state.
[[nodiscard]] std::string_view fhir_status(const engine::MessageState& state);
[[nodiscard]] std::string_view fhir_status(const Task& task);
/// The practice's library of this FHIR id; null: none.
[[nodiscard]] const practice::Library* find_own_library(const engine::Published& record,
                                                        std::string_view id);
void write_library(JsonWriter& json, const practice::Library& library);
/// Stable for a choice of a patient.
[[nodiscard]] Digest choice_id(Key patient, const ContactChoice& choice);
[[nodiscard]] Digest cohort_id(std::string_view name);
[[nodiscard]] Digest definition_id(fhir::ResourceType type, std::string_view id);
/// "Patient/p1".
[[nodiscard]] std::string patient_reference(const engine::Published& record, Key patient);

}  // namespace parcours::http::facade
