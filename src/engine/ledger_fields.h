#pragma once

#include "engine/campaign_counts.h"
#include "engine/events.h"
#include "engine/ledger_state.h"
#include "engine/message_fields.h"  // IWYU pragma: export
#include "engine/step_state.h"
#include "engine/traffic.h"
#include "record/answer.h"

namespace parcours::engine {

// What snapshots of the ledger hold of its plain types. Each is taken apart as a whole, so that a
// field that is added is named here too, and `ledger_snapshot_format` raised, or nothing compiles.

template <class Archive, Like<Launched> Value>
void fields(Archive& archive, Value& value) {
    auto& [campaign, release, at] = value;
    archive(campaign, release, at);
}

template <class Archive, Like<LaunchedCampaign> Value>
void fields(Archive& archive, Value& value) {
    auto& [release, at, before] = value;
    archive(release, at, before);
}

template <class Archive, Like<CampaignPaused> Value>
void fields(Archive& archive, Value& value) {
    auto& [campaign, paused, by, reason, at] = value;
    archive(campaign, paused, by, reason, at);
}

template <class Archive, Like<CohortSaved> Value>
void fields(Archive& archive, Value& value) {
    auto& [name, cql, at, by] = value;
    archive(name, cql, at, by);
}

template <class Archive, Like<RequestAnswered> Value>
void fields(Archive& archive, Value& value) {
    auto& [key, request, status, media, body, at] = value;
    archive(key, request, status, media, body, at);
}

template <class Archive, Like<KeptAnswers::Kept> Value>
void fields(Archive& archive, Value& value) {
    auto& [answer, has_body] = value;
    archive(answer, has_body);
}

template <class Archive, Like<VirtualRun> Value>
void fields(Archive& archive, Value& value) {
    auto& [from, until] = value;
    archive(from, until);
}

template <class Archive, Like<LedgerReach> Value>
void fields(Archive& archive, Value& value) {
    auto& [run_from, last_event_at] = value;
    archive(run_from, last_event_at);
}

template <class Archive, Like<Totals> Value>
void fields(Archive& archive, Value& value) {
    auto& [enrolled, sent, not_sent, joined, tasks, withheld] = value;
    archive(enrolled, sent, not_sent, joined, tasks, withheld);
}

template <class Archive, Like<Held> Value>
void fields(Archive& archive, Value& value) {
    auto& [what, held, by, reason, at] = value;
    archive(what, held, by, reason, at);
}

template <class Archive, Like<OutageNoted> Value>
void fields(Archive& archive, Value& value) {
    auto& [from, at] = value;
    archive(from, at);
}

template <class Archive, Like<ChannelRun> Value>
void fields(Archive& archive, Value& value) {
    auto& [failures, failed_at, since, detail] = value;
    archive(failures, failed_at, since, detail);
}

template <class Archive, Like<AnswerValue> Value>
void fields(Archive& archive, Value& value) {
    auto& [type, text] = value;
    archive(type, text);
}

template <class Archive, Like<Answer> Value>
void fields(Archive& archive, Value& value) {
    auto& [id, patient, kind, name, answer, form, source, at] = value;
    archive(id, patient, kind, name, answer, form, source, at);
}

template <class Archive, Like<Call> Value>
void fields(Archive& archive, Value& value) {
    auto& [id, patient, enrolment, campaign, step, occurrence, hook, body, at] = value;
    archive(id, patient, enrolment, campaign, step, occurrence, hook, body, at);
}

template <class Archive, Like<CallState> Value>
void fields(Archive& archive, Value& value) {
    auto& [call, status, next_look, attempts, detail] = value;
    archive(call, status, next_look, attempts, detail);
}

template <class Archive, Like<StartAsked> Value>
void fields(Archive& archive, Value& value) {
    auto& [campaign, key] = value;
    archive(campaign, key);
}

template <class Archive, Like<PendingStart> Value>
void fields(Archive& archive, Value& value) {
    auto& [enrolment, patient, occurrence, asked] = value;
    archive(enrolment, patient, occurrence, asked);
}

template <class Archive, Like<StepCounts> Value>
void fields(Archive& archive, Value& value) {
    auto& [here, entered, sent, not_sent] = value;
    archive(here, entered, sent, not_sent);
}

template <class Archive, Like<ArmCounts> Value>
void fields(Archive& archive, Value& value) {
    auto& [entered, ended, successes] = value;
    archive(entered, ended, successes);
}

template <class Archive, Like<CampaignCounts> Value>
void fields(Archive& archive, Value& value) {
    auto& [running, ended, undone, successes, sent, not_sent, tasks_open, holdout,
           holdout_successes, steps, moves, results, arms] = value;
    archive(running, ended, undone, successes, sent, not_sent, tasks_open, holdout,
            holdout_successes, steps, moves, results, arms);
}

}  // namespace parcours::engine
