#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/left_behind.h"
#include "engine/outbox.h"
#include "engine/service.h"
#include "engine/task_sheet.h"
#include "population/live_index.h"
#include "record/engagement.h"
#include "record/patient_card.h"

namespace parcours::http::api {

// The rows that several answers share, as the OpenAPI file describes them.

/// How staff know a patient: from the current Patient resource; empty where it cannot be read.
[[nodiscard]] PatientCard read_card(const engine::Service& service,
                                    const population::LiveIndex& index,
                                    population::PatientNumber number);

/// The patient's name on a screen; the id where the record has none.
[[nodiscard]] std::string display_name(const engine::Service& service,
                                       const population::LiveIndex& index, Key patient);

/// All but the last three digits as dots: "••• 345"; empty for an empty one.
[[nodiscard]] std::string masked_phone(std::string_view phone);

/// Completed years at a moment; nothing where the birth is not known or lies ahead.
void write_age(JsonWriter& json, Instant birth, Instant at);
void write_birth(JsonWriter& json, const population::LiveIndex& index,
                 population::PatientNumber number);
void write_gender(JsonWriter& json, const population::LiveIndex& index,
                  population::PatientNumber number);

void write_position(JsonWriter& json, const Position& position);
/// What of a task follows from the moment and from its campaign.
struct TaskMarks {
    bool late = false;
    bool safety_critical = false;  ///< as the campaign's step says now
    std::string planned_for;       ///< the day on which its queue comes to it; empty: not said
};
[[nodiscard]] TaskMarks marks_of(const engine::Clinic& clinic, const Task& task, Instant now);
/// Whom a task calls, and with what words.
struct TaskSheet {
    engine::TaskPerson person;
    std::string script;
};
/// With a sheet where one task is asked for.
void write_task(JsonWriter& json, const engine::TaskState& state, const TaskMarks& marks,
                std::string_view patient, std::string_view patient_name,
                const TaskSheet* sheet = nullptr);
void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts);
void write_enrolment(JsonWriter& json, const engine::EnrolmentState& state);
/// As "left_behind": campaigns that the practice does not run, and in which people are.
void write_left_behind(JsonWriter& json, const std::vector<engine::LeftBehind>& all);
/// A message with its looks, hand-offs and notices.
void write_message(JsonWriter& json, const engine::OutboxEntry& entry,
                   std::string_view patient_name);

}  // namespace parcours::http::api
