#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/events.h"
#include "record/answer.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

// Moments are written as microseconds since 1970 (UTC), keys as 16 hexadecimal digits' worth of
// unsigned numbers, digests as 32 hexadecimal digits.

std::int64_t us(Instant instant) {
    return instant.time_since_epoch().count();
}

void write(JsonWriter& json, std::string_view name, const std::optional<Instant>& instant) {
    if (instant) {
        json.member(name, us(*instant));
    }
}

void write_text(JsonWriter& json, std::string_view name, const std::string& text) {
    if (!text.empty()) {
        json.member(name, text);
    }
}

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
    if (texts.empty()) {
        return;
    }
    json.key(name).begin_array();
    for (const std::string& text : texts) {
        json.value(text);
    }
    json.end_array();
}

void write_enrolment(JsonWriter& json, const Enrolment& enrolment) {
    json.begin_object()
        .member("id", enrolment.id.to_hex())
        .member("patient", enrolment.patient)
        .member("campaign", enrolment.campaign)
        .member("release", enrolment.release.to_hex());
    write_text(json, "key", enrolment.key);
    json.member("round", enrolment.round).member("enrolled", us(enrolment.enrolled_at));
    if (enrolment.holdout) {
        json.member("holdout", true);
    }
    write_text(json, "stratum", enrolment.stratum);
    write_text(json, "step", enrolment.step);
    json.member("occurrence", enrolment.occurrence).member("since", us(enrolment.step_entered_at));
    write(json, "due", enrolment.due);
    write_text(json, "result", enrolment.result);
    json.end_object();
}

void write_message(JsonWriter& json, const Message& message) {
    json.begin_object()
        .member("id", message.id.to_hex())
        .member("patient", message.patient)
        .member("enrolment", message.enrolment.to_hex())
        .member("campaign", message.campaign)
        .member("release", message.release.to_hex())
        .member("step", message.step)
        .member("occurrence", message.occurrence)
        .member("content", message.content)
        .member("purpose", purpose_name(message.purpose));
    write_text(json, "topic", message.topic);
    write_texts(json, "ladder", message.ladder);
    json.member("rung", message.rung);
    if (message.safety_critical) {
        json.member("safety_critical", true);
    }
    json.member("planned", us(message.planned_at));
    write(json, "not_after", message.not_after);
    json.end_object();
}

void write_task(JsonWriter& json, const Task& task) {
    json.begin_object().member("id", task.id.to_hex()).member("patient", task.patient);
    json.member("enrolment", task.enrolment.to_hex());
    write_text(json, "campaign", task.campaign);
    write_text(json, "step", task.step);
    write_text(json, "kind", task.kind);
    write_text(json, "queue", task.queue);
    write_text(json, "script", task.script);
    write_texts(json, "outcomes", task.outcomes);
    json.member("opened", us(task.opened_at));
    write(json, "due", task.due);
    write_text(json, "reason", task.reason);
    write_text(json, "outcome", task.outcome);
    write_text(json, "channel", task.channel);
    write_text(json, "address", task.address);
    json.end_object();
}

void write_check(JsonWriter& json, const CheckResult& check) {
    static constexpr std::array<std::string_view, 3> verdicts = {"pass", "wait", "fail"};
    json.begin_object()
        .member("check", check.check)
        .member("verdict", verdicts.at(static_cast<std::size_t>(check.verdict)));
    write_text(json, "reason", check.reason);
    write_text(json, "detail", check.detail);
    write(json, "until", check.until);
    json.end_object();
}

void write_answer(JsonWriter& json, const Answer& answer) {
    json.begin_object()
        .member("id", answer.id.to_hex())
        .member("patient", answer.patient)
        .member("kind", answer_kind_name(answer.kind))
        .member("name", answer.name)
        .member("type", static_cast<unsigned>(answer.value.type))
        .member("value", answer.value.text);
    write_text(json, "form", answer.form);
    json.member("source", answer.source).member("at", us(answer.at)).end_object();
}

void write_call(JsonWriter& json, const Call& call) {
    json.begin_object()
        .member("id", call.id.to_hex())
        .member("patient", call.patient)
        .member("enrolment", call.enrolment.to_hex())
        .member("campaign", call.campaign)
        .member("step", call.step)
        .member("occurrence", call.occurrence)
        .member("hook", call.hook)
        .member("body", call.body)
        .member("at", us(call.at))
        .end_object();
}

void write_start(JsonWriter& json, const StartAsked& start) {
    json.begin_object().member("campaign", start.campaign);
    write_text(json, "key", start.key);
    json.end_object();
}

struct Writer {
    JsonWriter& json;

    void operator()(const Launched& event) const {
        json.member("campaign", event.campaign)
            .member("release", event.release.to_hex())
            .member("at", us(event.at));
    }

    void operator()(const Transition& event) const {
        json.key("enrolment");
        write_enrolment(json, event.enrolment);
        json.key("entered").begin_array();
        for (const StepEntered& entered : event.entered) {
            json.begin_object()
                .member("step", entered.step)
                .member("occurrence", entered.occurrence)
                .member("because", entered.because)
                .end_object();
        }
        json.end_array();
        list("messages", event.messages, write_message);
        list("opened", event.tasks_opened, write_task);
        list("closed", event.tasks_closed, write_task);
        list("answers", event.answers, write_answer);
        list("calls", event.calls, write_call);
        list("starts", event.starts, write_start);
        if (event.withdraw) {
            json.member("withdraw", true);
        }
        if (event.withheld != 0) {
            json.member("withheld", event.withheld);
        }
        write_texts(json, "notes", event.notes);
        write_text(json, "ended_because", event.ended_because);
        json.member("at", us(event.at));
    }

    void operator()(const Decided& event) const {
        const Decision& decision = event.decision;
        json.member("message", decision.message.to_hex())
            .member("patient", event.patient)
            .member("channel", decision.channel)
            .member("outcome", outcome_name(decision.outcome));
        write_text(json, "reason", decision.reason);
        write_text(json, "language", decision.language);
        if (!decision.joined.empty()) {
            json.key("joined").begin_array();
            for (const Digest& message : decision.joined) {
                json.value(message.to_hex());
            }
            json.end_array();
        }
        write(json, "until", decision.until);
        json.member("rung", event.rung).member("final", event.final).member("at", us(decision.at));
        if (!event.paced.empty()) {
            json.key("paced").begin_array();
            for (const Paced& paced : event.paced) {
                json.begin_object().member("flow", paced.flow).member("until", us(paced.until));
                json.end_object();
            }
            json.end_array();
        }
        json.key("checks").begin_array();
        for (const CheckResult& check : decision.checks) {
            write_check(json, check);
        }
        json.end_array();
    }

    void operator()(const Attempted& event) const {
        json.member("message", event.message.to_hex())
            .member("patient", event.patient)
            .member("number", event.number)
            .member("channel", event.channel)
            .member("adapter", event.adapter)
            .member("to", event.to)
            .member("to_whom", event.to_whom)
            .member("suppression_version", event.suppression_version)
            .member("language", event.language);
        write_text(json, "subject", event.subject);
        json.member("text", event.text).member("at", us(event.at));
        write(json, "about", event.about);
        if (event.joined_into != Digest{}) {
            json.member("joined_into", event.joined_into.to_hex());
        }
    }

    void operator()(const AttemptEnded& event) const {
        json.member("message", event.message.to_hex())
            .member("patient", event.patient)
            .member("number", event.number)
            .member("outcome", static_cast<unsigned>(event.outcome));
        write_text(json, "provider_id", event.provider_id);
        write_text(json, "detail", event.detail);
        json.member("final", event.final).member("rung", event.rung);
        write(json, "retry_at", event.retry_at);
        json.member("at", us(event.at));
    }

    void operator()(const Received& event) const {
        json.member("message", event.message.to_hex())
            .member("patient", event.patient)
            .member("status", event.status);
        write_text(json, "detail", event.detail);
        json.member("event_id", event.event_id).member("at", us(event.at));
        write_text(json, "provider_id", event.provider_id);
        if (event.bad_address) {
            json.member("bad_address", true);
        }
    }

    void operator()(const Replied& event) const {
        json.member("patient", event.patient)
            .member("channel", event.channel)
            .member("address", event.address)
            .member("text", event.text)
            .member("meaning", event.meaning)
            .member("event_id", event.event_id)
            .member("at", us(event.at));
    }

    void operator()(const Chose& event) const {
        json.member("patient", event.patient);
        write_text(json, "channel", event.choice.channel);
        write_text(json, "topic", event.choice.topic);
        json.member("allowed", event.choice.allowed)
            .member("source", event.choice.source)
            .member("at", us(event.choice.at));
    }

    void operator()(const Suppressed& event) const {
        json.member("channel", event.channel)
            .member("address", event.address)
            .member("version", event.version)
            .member("suppressed", event.suppressed)
            .member("reason", event.reason)
            .member("at", us(event.at));
    }

    void operator()(const TaskOpened& event) const {
        json.key("task");
        write_task(json, event.task);
    }

    void operator()(const TaskClosed& event) const {
        json.member("task", event.task.to_hex())
            .member("patient", event.patient)
            .member("outcome", event.outcome)
            .member("by", event.by)
            .member("at", us(event.at));
    }

    void operator()(const VirtualRun& event) const {
        json.member("from", us(event.from)).member("until", us(event.until));
    }

    void operator()(const CohortSaved& event) const {
        json.member("name", event.name)
            .member("cql", event.cql)
            .member("at", us(event.at))
            .member("by", event.by);
    }

    void operator()(const CohortFlipped& event) const {
        json.member("cohort", event.cohort)
            .member("patient", event.patient)
            .member("entered", event.entered)
            .member("at", us(event.at));
    }

    void operator()(const CampaignPaused& event) const {
        json.member("campaign", event.campaign)
            .member("paused", event.paused)
            .member("by", event.by)
            .member("reason", event.reason)
            .member("at", us(event.at));
    }

    void operator()(const Held& event) const {
        json.member("what", event.what)
            .member("held", event.held)
            .member("by", event.by)
            .member("reason", event.reason)
            .member("at", us(event.at));
    }

    void operator()(const OutageNoted& event) const {
        json.member("from", us(event.from)).member("at", us(event.at));
    }

    void operator()(const FeedHeard& event) const {
        json.member("source", event.source).member("at", us(event.at));
    }

    void operator()(const RequestAnswered& event) const {
        json.member("key", event.key.to_hex())
            .member("request", event.request.to_hex())
            .member("status", event.status)
            .member("media", event.media)
            .member("body", event.body)
            .member("at", us(event.at));
    }

    void operator()(const Answered& event) const {
        json.key("answer");
        write_answer(json, event.answer);
    }

    void operator()(const CallAttempted& event) const {
        json.member("call", event.call.to_hex())
            .member("patient", event.patient)
            .member("number", event.number)
            .member("at", us(event.at));
    }

    void operator()(const CallEnded& event) const {
        json.member("call", event.call.to_hex())
            .member("patient", event.patient)
            .member("number", event.number)
            .member("taken", event.taken)
            .member("final", event.final);
        write_text(json, "detail", event.detail);
        write(json, "retry_at", event.retry_at);
        json.member("at", us(event.at));
    }

    void operator()(const ScheduleRan& event) const {
        json.member("campaign", event.campaign)
            .member("scheduled", us(event.scheduled))
            .member("at", us(event.at));
    }

  private:
    /// Nothing where the list is empty.
    template <class T>
    void list(std::string_view name, const std::vector<T>& all,
              void (*write_one)(JsonWriter&, const T&)) const {
        if (all.empty()) {
            return;
        }
        json.key(name).begin_array();
        for (const T& one : all) {
            write_one(json, one);
        }
        json.end_array();
    }
};

struct PatientOf {
    Key operator()(const Transition& event) const { return event.enrolment.patient; }
    Key operator()(const TaskOpened& event) const { return event.task.patient; }
    Key operator()(const Answered& event) const { return event.answer.patient; }
    template <class T>
    Key operator()(const T& event) const {
        if constexpr (requires { event.patient; }) {
            return event.patient;
        } else {
            return 0;
        }
    }
};

struct TimeOf {
    Instant operator()(const Decided& event) const { return event.decision.at; }
    Instant operator()(const Chose& event) const { return event.choice.at; }
    Instant operator()(const TaskOpened& event) const { return event.task.opened_at; }
    Instant operator()(const VirtualRun& event) const { return event.from; }
    Instant operator()(const Answered& event) const { return event.answer.at; }
    template <class T>
    Instant operator()(const T& event) const {
        return event.at;
    }
};

}  // namespace

std::string_view event_topic(const Event& event) {
    return std::visit([](const auto& one) { return one.topic; }, event);
}

Key event_patient(const Event& event) {
    return std::visit(PatientOf{}, event);
}

Instant event_time(const Event& event) {
    return std::visit(TimeOf{}, event);
}

std::string write_event(const Event& event) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    std::visit(Writer{json}, event);
    json.end_object();
    return out;
}

}  // namespace parcours::engine
