#pragma once

#include "engine/archive.h"
#include "engine/events.h"
#include "engine/ledger_state.h"
#include "record/engagement.h"

namespace parcours::engine {

// What snapshots of the ledger hold of messages, tasks, choices and addresses; see
// ledger_fields.h.

template <class Archive, Like<Message> Value>
void fields(Archive& archive, Value& value) {
    auto& [id, patient, enrolment, campaign, release, step, occurrence, content, purpose, topic,
           ladder, rung, safety_critical, planned_at, not_after] = value;
    archive(id, patient, enrolment, campaign, release, step, occurrence, content, purpose, topic,
            ladder, rung, safety_critical, planned_at, not_after);
}

template <class Archive, Like<Paced> Value>
void fields(Archive& archive, Value& value) {
    auto& [flow, until] = value;
    archive(flow, until);
}

template <class Archive, Like<MessageState> Value>
void fields(Archive& archive, Value& value) {
    auto& [message, number, status, rung, next_look, attempts, channel, to, email_to, rung_attempts,
           reason, refused, detail, failed, captured, delivered, provider_id, settled_at, about,
           joined_into, slots, of_outage] = value;
    archive(message, number, status, rung, next_look, attempts, channel, to, email_to,
            rung_attempts, reason, refused, detail, failed, captured, delivered, provider_id,
            settled_at, about, joined_into, slots, of_outage);
}

template <class Archive, Like<Task> Value>
void fields(Archive& archive, Value& value) {
    auto& [id, patient, enrolment, campaign, step, kind, queue, script, outcomes, opened_at, due,
           reason, outcome, channel, address] = value;
    archive(id, patient, enrolment, campaign, step, kind, queue, script, outcomes, opened_at, due,
            reason, outcome, channel, address);
}

template <class Archive, Like<TaskState> Value>
void fields(Archive& archive, Value& value) {
    auto& [task, closed_by, closed_at] = value;
    archive(task, closed_by, closed_at);
}

template <class Archive, Like<ContactChoice> Value>
void fields(Archive& archive, Value& value) {
    auto& [channel, topic, allowed, at, source] = value;
    archive(channel, topic, allowed, at, source);
}

template <class Archive, Like<AddressState> Value>
void fields(Archive& archive, Value& value) {
    auto& [version, suppressed, reason] = value;
    archive(version, suppressed, reason);
}

template <class Archive, Like<Received> Value>
void fields(Archive& archive, Value& value) {
    auto& [message, patient, status, detail, event_id, at, provider_id, bad_address] = value;
    archive(message, patient, status, detail, event_id, at, provider_id, bad_address);
}

}  // namespace parcours::engine
