#include "http/api/rows.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <variant>

#include "base/json_writer.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/steps.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/outbox.h"
#include "http/api/backend.h"
#include "outreach/reasons.h"
#include "population/live_index.h"
#include "record/engagement.h"
#include "record/fact.h"
#include "record/patient_card.h"

namespace parcours::http::api {
namespace {

std::string_view verdict_name(CheckResult::Verdict verdict) {
    return verdict == CheckResult::Verdict::Pass   ? "pass"
           : verdict == CheckResult::Verdict::Wait ? "wait"
                                                   : "fail";
}

std::string_view outcome_text(engine::AttemptEnded::Outcome outcome) {
    using Outcome = engine::AttemptEnded::Outcome;
    switch (outcome) {
        case Outcome::Accepted:
            return "accepted";
        case Outcome::Refused:
            return "refused";
        case Outcome::Later:
            return "later";
        case Outcome::Unknown:
            return "unknown";
    }
    return "unknown";
}

void write_check(JsonWriter& json, const CheckResult& check) {
    json.begin_object()
        .member("check", check.check)
        .member("verdict", verdict_name(check.verdict))
        .member("reason", check.reason)
        .member("detail", check.detail);
    if (check.verdict != CheckResult::Verdict::Pass) {
        if (const auto* const help = outreach::find_reason(check.reason)) {
            json.member("cure", help->cure);
        }
    }
    json.end_object();
}

void write_decisions(JsonWriter& json, const engine::OutboxEntry& entry) {
    json.key("decisions").begin_array();
    for (const engine::Decided& decided : entry.decisions) {
        const Decision& decision = decided.decision;
        json.begin_object()
            .member("at", format_instant(decision.at))
            .member("channel", decision.channel)
            .member("outcome", outcome_name(decision.outcome))
            .member("reason", decision.reason);
        write_moment(json, "until", decision.until);
        json.key("checks").begin_array();
        for (const CheckResult& check : decision.checks) {
            write_check(json, check);
        }
        json.end_array().end_object();
    }
    json.end_array();
}

void write_attempts(JsonWriter& json, const engine::OutboxEntry& entry) {
    json.key("attempts").begin_array();
    for (const engine::Attempted& attempt : entry.attempts) {
        std::string_view result = "under way";
        std::string_view detail;
        for (const engine::AttemptEnded& ended : entry.results) {
            if (ended.number == attempt.number) {
                result = outcome_text(ended.outcome);
                detail = ended.detail;
            }
        }
        json.begin_object()
            .member("at", format_instant(attempt.at))
            .member("channel", attempt.channel)
            .member("to", attempt.to)
            .member("subject", attempt.subject)
            .member("text", attempt.text)
            .member("result", result)
            .member("detail", detail)
            .end_object();
    }
    json.end_array();
}

}  // namespace

PatientCard read_card(const engine::Service& service, const population::LiveIndex& index,
                      population::PatientNumber number) {
    const auto body = service.folder().read_body(index.patients().position[number]);
    if (!body) {
        return {};
    }
    return parse_patient_card(*body).value_or(PatientCard{});
}

std::string display_name(const engine::Service& service, const population::LiveIndex& index,
                         Key patient) {
    const auto number = index.find_patient(patient);
    if (!number) {
        return "unknown";
    }
    const std::string name = read_card(service, index, *number).name;
    return name.empty() ? std::string(index.patients().id(*number)) : name;
}

std::string masked_phone(std::string_view phone) {
    const std::string digits = digits_of(phone);
    return digits.size() <= 3 ? std::string() : "••• " + digits.substr(digits.size() - 3);
}

void write_age(JsonWriter& json, Instant birth, Instant at) {
    if (birth == no_time || birth > at) {
        json.key("age").null();
    } else {
        json.member("age", whole_years(utc_date(birth), utc_date(at)));
    }
}

void write_birth(JsonWriter& json, const population::LiveIndex& index,
                 population::PatientNumber number) {
    const Instant birth = index.patients().birth[number];
    if (birth == no_time) {
        json.key("birth_date").null();
        return;
    }
    const Precision precision = index.patients().birth_precision[number];
    const std::string day = format_date(birth);
    json.member("birth_date", day.substr(0, precision == Precision::Year    ? 4
                                            : precision == Precision::Month ? 7
                                                                            : day.size()));
}

void write_gender(JsonWriter& json, const population::LiveIndex& index,
                  population::PatientNumber number) {
    constexpr std::array<std::string_view, 4> names = {"", "female", "male", "other"};
    write_text_or_null(json, "gender", names.at(index.patients().gender(number)));
}

void write_position(JsonWriter& json, const Position& position) {
    json.begin_object()
        .member("concern", position.concern)
        .member("stage", stage_name(position.stage));
    write_moment(json, "since", position.since);
    json.member("open", position.open)
        .member("overdue", position.overdue)
        .member("lost", position.lost)
        .member("because", position.because.text)
        .member("rule", position.because.rule);
    write_moment(json, "expected", position.expected);
    json.key("evidence").begin_array();
    for (const Key key : position.because.evidence) {
        json.value(fmt::format("{:016x}", key));
    }
    json.end_array().end_object();
}

TaskMarks marks_of(const engine::Clinic& clinic, const Task& task, Instant now) {
    TaskMarks marks;
    marks.late = task.outcome.empty() && task.due && *task.due < now;
    if (const engine::LoadedCampaign* const campaign = clinic.find_campaign(task.campaign)) {
        const auto& steps = campaign->definition.steps;
        const auto step = std::ranges::find(steps, task.step, &campaign::Step::name);
        const auto* const work =
            step == steps.end() ? nullptr : std::get_if<campaign::TaskStep>(&step->what);
        marks.safety_critical = work != nullptr && work->safety_critical;
    }
    return marks;
}

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
    json.key(name).begin_array();
    for (const std::string& text : texts) {
        json.value(text);
    }
    json.end_array();
}

void write_task(JsonWriter& json, const engine::TaskState& state, const TaskMarks& marks,
                std::string_view patient, std::string_view patient_name, const TaskSheet* sheet) {
    const Task& task = state.task;
    json.begin_object()
        .member("id", task.id.to_hex())
        .member("patient", patient)
        .member("patient_name", patient_name)
        .member("kind", task.kind)
        .member("queue", task.queue)
        .member("campaign", task.campaign)
        .member("step", task.step)
        .member("script", task.script);
    write_texts(json, "outcomes", task.outcomes);
    json.member("opened", format_instant(task.opened_at));
    write_moment(json, "due", task.due);
    json.member("reason", task.reason)
        .member("outcome", task.outcome)
        .member("late", marks.late)
        .member("safety_critical", marks.safety_critical)
        .member("closed_by", state.closed_by);
    if (!marks.planned_for.empty()) {
        json.member("planned_for", marks.planned_for);
    }
    if (sheet != nullptr) {
        const engine::TaskPerson& person = sheet->person;
        write_texts(json, "phones", person.patient.phones);
        write_texts(json, "emails", person.patient.emails);
        write_text_or_null(json, "birth_date", person.birth ? format_date(*person.birth) : "");
        json.member("language", person.language).member("script_text", sheet->script);
    }
    json.end_object();
}

void write_enrolment(JsonWriter& json, const engine::EnrolmentState& state) {
    const Enrolment& enrolment = state.enrolment;
    json.begin_object()
        .member("id", enrolment.id.to_hex())
        .member("campaign", enrolment.campaign)
        .member("key", enrolment.key)
        .member("enrolled", format_instant(enrolment.enrolled_at))
        .member("holdout", enrolment.holdout)
        .member("step", enrolment.ended() ? std::string() : enrolment.step);
    write_moment(json, "due", enrolment.due);
    json.member("result", enrolment.result);
    write_moment(json, "ended", enrolment.ended() ? std::optional(state.ended_at) : std::nullopt);
    json.member("because", state.ended_because).key("path").begin_array();
    for (const auto& entered : state.path) {
        json.begin_object()
            .member("step", entered.step)
            .member("because", entered.because)
            .end_object();
    }
    json.end_array().end_object();
}

void write_left_behind(JsonWriter& json, const std::vector<engine::LeftBehind>& all) {
    json.key("left_behind").begin_array();
    for (const engine::LeftBehind& one : all) {
        json.begin_object()
            .member("campaign", one.campaign)
            .member("running", one.running)
            .end_object();
    }
    json.end_array();
}

void write_message(JsonWriter& json, const engine::OutboxEntry& entry,
                   std::string_view patient_name) {
    const Message& message = entry.message;
    std::string channel;
    if (!entry.attempts.empty()) {
        channel = entry.attempts.back().channel;
    } else if (!entry.decisions.empty()) {
        channel = entry.decisions.back().decision.channel;
    }
    json.begin_object()
        .member("id", message.id.to_hex())
        .member("patient", entry.patient_id)
        .member("patient_name", patient_name)
        .member("campaign", message.campaign)
        .member("step", message.step)
        .member("content", message.content)
        .member("purpose", purpose_name(message.purpose))
        .member("status", entry.status)
        .member("channel", channel)
        .member("reason", entry.reason)
        .member("planned", format_instant(message.planned_at));
    write_moment(
        json, "decided",
        entry.decisions.empty() ? std::nullopt : std::optional(entry.decisions.back().decision.at));
    write_decisions(json, entry);
    write_attempts(json, entry);
    json.key("notices").begin_array();
    for (const engine::Received& notice : entry.notices) {
        json.begin_object()
            .member("at", format_instant(notice.at))
            .member("what", notice.status)
            .end_object();
    }
    json.end_array().end_object();
}

}  // namespace parcours::http::api
