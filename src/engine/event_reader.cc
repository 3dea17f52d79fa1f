#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/time.h"
#include "engine/events.h"
#include "record/answer.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

/// Reads members of an event; remembers whether one that must be there was missing.
class Reader {
  public:
    explicit Reader(JsonView json) : json_(json) {}

    [[nodiscard]] std::string text(std::string_view name) const {
        return std::string(json_[name].text());
    }
    [[nodiscard]] bool truth(std::string_view name) const {
        return json_[name].boolean().value_or(false);
    }
    [[nodiscard]] std::uint32_t count(std::string_view name) const {
        return static_cast<std::uint32_t>(json_[name].integer().value_or(0));
    }
    [[nodiscard]] std::uint64_t natural(std::string_view name) const {
        return json_[name].natural().value_or(0);
    }
    [[nodiscard]] Instant time(std::string_view name) {
        const auto us = json_[name].integer();
        good_ = good_ && us.has_value();
        return Instant{std::chrono::microseconds{us.value_or(0)}};
    }
    [[nodiscard]] std::optional<Instant> maybe_time(std::string_view name) const {
        const auto us = json_[name].integer();
        return us ? std::optional(Instant{std::chrono::microseconds{*us}}) : std::nullopt;
    }
    [[nodiscard]] Digest digest(std::string_view name) {
        const auto found = digest_from_hex(json_[name].text());
        good_ = good_ && found.has_value();
        return found.value_or(Digest{});
    }
    [[nodiscard]] std::vector<std::string> texts(std::string_view name) const {
        std::vector<std::string> all;
        for (const JsonView one : json_[name].elements()) {
            all.emplace_back(one.text());
        }
        return all;
    }
    [[nodiscard]] std::vector<Digest> digests(std::string_view name) {
        std::vector<Digest> all;
        for (const JsonView one : json_[name].elements()) {
            const auto found = digest_from_hex(one.text());
            good_ = good_ && found.has_value();
            all.push_back(found.value_or(Digest{}));
        }
        return all;
    }
    template <class T, class Read>
    [[nodiscard]] std::vector<T> list(std::string_view name, Read read) {
        std::vector<T> all;
        for (const JsonView one : json_[name].elements()) {
            Reader inner(one);
            all.push_back(read(inner));
            good_ = good_ && inner.good();
        }
        return all;
    }
    [[nodiscard]] JsonView operator[](std::string_view name) const { return json_[name]; }
    [[nodiscard]] bool good() const { return good_; }
    void spoil() { good_ = false; }

  private:
    JsonView json_;
    bool good_ = true;
};

Enrolment read_enrolment(Reader& json) {
    Enrolment enrolment;
    enrolment.id = json.digest("id");
    enrolment.patient = json.natural("patient");
    enrolment.campaign = json.text("campaign");
    enrolment.release = json.digest("release");
    enrolment.key = json.text("key");
    enrolment.round = json.count("round");
    enrolment.enrolled_at = json.time("enrolled");
    enrolment.holdout = json.truth("holdout");
    enrolment.stratum = json.text("stratum");
    enrolment.step = json.text("step");
    enrolment.occurrence = json.count("occurrence");
    enrolment.step_entered_at = json.time("since");
    enrolment.due = json.maybe_time("due");
    enrolment.result = json.text("result");
    return enrolment;
}

Message read_message(Reader& json) {
    Message message;
    message.id = json.digest("id");
    message.patient = json.natural("patient");
    message.enrolment = json.digest("enrolment");
    message.campaign = json.text("campaign");
    message.release = json.digest("release");
    message.step = json.text("step");
    message.occurrence = json.count("occurrence");
    message.content = json.text("content");
    message.purpose = find_purpose(json.text("purpose")).value_or(Purpose::Marketing);
    message.topic = json.text("topic");
    message.ladder = json.texts("ladder");
    message.rung = json.count("rung");
    message.safety_critical = json.truth("safety_critical");
    message.planned_at = json.time("planned");
    message.not_after = json.maybe_time("not_after");
    return message;
}

Task read_task(Reader& json) {
    Task task;
    task.id = json.digest("id");
    task.patient = json.natural("patient");
    task.enrolment = json.digest("enrolment");
    task.campaign = json.text("campaign");
    task.step = json.text("step");
    task.kind = json.text("kind");
    task.queue = json.text("queue");
    task.script = json.text("script");
    task.outcomes = json.texts("outcomes");
    task.opened_at = json.time("opened");
    task.due = json.maybe_time("due");
    task.reason = json.text("reason");
    task.outcome = json.text("outcome");
    task.channel = json.text("channel");
    task.address = json.text("address");
    return task;
}

CheckResult read_check(Reader& json) {
    CheckResult check;
    check.check = json.text("check");
    const std::string verdict = json.text("verdict");
    check.verdict = verdict == "pass"   ? CheckResult::Verdict::Pass
                    : verdict == "wait" ? CheckResult::Verdict::Wait
                                        : CheckResult::Verdict::Fail;
    check.reason = json.text("reason");
    check.detail = json.text("detail");
    check.until = json.maybe_time("until");
    return check;
}

Answer read_answer(Reader& json) {
    Answer answer;
    answer.id = json.digest("id");
    answer.patient = json.natural("patient");
    const auto kind = find_answer_kind(json.text("kind"));
    if (!kind) {
        json.spoil();
    }
    answer.kind = kind.value_or(AnswerKind::Answer);
    answer.name = json.text("name");
    const std::uint32_t type = json.count("type");
    answer.value.type = type <= 2 ? static_cast<AnswerValue::Type>(type) : AnswerValue::Type::Text;
    answer.value.text = json.text("value");
    answer.form = json.text("form");
    answer.source = json.text("source");
    answer.at = json.time("at");
    return answer;
}

Call read_call(Reader& json) {
    Call call;
    call.id = json.digest("id");
    call.patient = json.natural("patient");
    call.enrolment = json.digest("enrolment");
    call.campaign = json.text("campaign");
    call.step = json.text("step");
    call.occurrence = json.count("occurrence");
    call.hook = json.text("hook");
    call.body = json.text("body");
    call.at = json.time("at");
    return call;
}

Event read_launched(Reader& json) {
    return Launched{json.text("campaign"), json.digest("release"), json.time("at")};
}

Event read_transition(Reader& json) {
    Transition event;
    Reader enrolment(json["enrolment"]);
    event.enrolment = read_enrolment(enrolment);
    if (!enrolment.good()) {
        json.spoil();
    }
    event.entered = json.list<StepEntered>("entered", [](Reader& one) {
        return StepEntered{one.text("step"), one.count("occurrence"), one.text("because")};
    });
    event.messages = json.list<Message>("messages", read_message);
    event.tasks_opened = json.list<Task>("opened", read_task);
    event.tasks_closed = json.list<Task>("closed", read_task);
    event.answers = json.list<Answer>("answers", read_answer);
    event.calls = json.list<Call>("calls", read_call);
    event.starts = json.list<StartAsked>(
        "starts", [](Reader& one) { return StartAsked{one.text("campaign"), one.text("key")}; });
    event.withdraw = json.truth("withdraw");
    event.withheld = json.count("withheld");
    event.notes = json.texts("notes");
    event.ended_because = json.text("ended_because");
    event.at = json.time("at");
    return event;
}

Event read_decided(Reader& json) {
    Decided event;
    event.decision.message = json.digest("message");
    event.patient = json.natural("patient");
    event.decision.channel = json.text("channel");
    const std::string outcome = json.text("outcome");
    event.decision.outcome = outcome == "send"     ? Decision::Outcome::Send
                             : outcome == "later"  ? Decision::Outcome::Later
                             : outcome == "joined" ? Decision::Outcome::Joined
                                                   : Decision::Outcome::NotSent;
    event.decision.reason = json.text("reason");
    event.decision.language = json.text("language");
    event.decision.until = json.maybe_time("until");
    event.decision.at = json.time("at");
    event.decision.checks = json.list<CheckResult>("checks", read_check);
    event.decision.joined = json.digests("joined");
    event.rung = json.count("rung");
    event.final = json.truth("final");
    event.paced = json.list<Paced>(
        "paced", [](Reader& one) { return Paced{one.text("flow"), one.time("until")}; });
    return event;
}

Event read_attempted(Reader& json) {
    Attempted event;
    event.message = json.digest("message");
    event.patient = json.natural("patient");
    event.number = json.count("number");
    event.channel = json.text("channel");
    event.adapter = json.text("adapter");
    event.to = json.text("to");
    event.to_whom = json.text("to_whom");
    event.suppression_version = json.natural("suppression_version");
    event.language = json.text("language");
    event.subject = json.text("subject");
    event.text = json.text("text");
    event.at = json.time("at");
    event.about = json.maybe_time("about");
    if (!json.text("joined_into").empty()) {
        event.joined_into = json.digest("joined_into");
    }
    return event;
}

Event read_attempt_ended(Reader& json) {
    AttemptEnded event;
    event.message = json.digest("message");
    event.patient = json.natural("patient");
    event.number = json.count("number");
    const std::uint32_t outcome = json.count("outcome");
    event.outcome =
        outcome <= 3 ? static_cast<AttemptEnded::Outcome>(outcome) : AttemptEnded::Outcome::Unknown;
    event.provider_id = json.text("provider_id");
    event.detail = json.text("detail");
    event.final = json.truth("final");
    event.rung = json.count("rung");
    event.retry_at = json.maybe_time("retry_at");
    event.at = json.time("at");
    return event;
}

Event read_received(Reader& json) {
    return Received{json.digest("message"),   json.natural("patient"),  json.text("status"),
                    json.text("detail"),      json.text("event_id"),    json.time("at"),
                    json.text("provider_id"), json.truth("bad_address")};
}

Event read_replied(Reader& json) {
    return Replied{json.natural("patient"), json.text("channel"), json.text("address"),
                   json.text("text"),       json.text("meaning"), json.text("event_id"),
                   json.time("at")};
}

Event read_chose(Reader& json) {
    return Chose{json.natural("patient"),
                 {json.text("channel"), json.text("topic"), json.truth("allowed"), json.time("at"),
                  json.text("source")}};
}

Event read_suppressed(Reader& json) {
    return Suppressed{json.text("channel"),     json.text("address"), json.natural("version"),
                      json.truth("suppressed"), json.text("reason"),  json.time("at")};
}

Event read_task_opened(Reader& json) {
    Reader task(json["task"]);
    TaskOpened event{read_task(task)};
    if (!task.good()) {
        json.spoil();
    }
    return event;
}

Event read_task_closed(Reader& json) {
    return TaskClosed{json.digest("task"), json.natural("patient"), json.text("outcome"),
                      json.text("by"), json.time("at")};
}

Event read_virtual_run(Reader& json) {
    return VirtualRun{json.time("from"), json.time("until")};
}

Event read_cohort_saved(Reader& json) {
    return CohortSaved{json.text("name"), json.text("cql"), json.time("at"), json.text("by")};
}

Event read_cohort_flipped(Reader& json) {
    return CohortFlipped{json.text("cohort"), json.natural("patient"), json.truth("entered"),
                         json.time("at")};
}

Event read_campaign_paused(Reader& json) {
    return CampaignPaused{json.text("campaign"), json.truth("paused"), json.text("by"),
                          json.text("reason"), json.time("at")};
}

Event read_held(Reader& json) {
    return Held{json.text("what"), json.truth("held"), json.text("by"), json.text("reason"),
                json.time("at")};
}

Event read_outage_noted(Reader& json) {
    return OutageNoted{json.time("from"), json.time("at")};
}

Event read_feed_heard(Reader& json) {
    return FeedHeard{json.text("source"), json.time("at")};
}

Event read_request_answered(Reader& json) {
    return RequestAnswered{json.digest("key"), json.digest("request"), json.count("status"),
                           json.text("media"), json.text("body"),      json.time("at")};
}

Event read_answered(Reader& json) {
    Reader answer(json["answer"]);
    Answered event{read_answer(answer)};
    if (!answer.good()) {
        json.spoil();
    }
    return event;
}

Event read_call_attempted(Reader& json) {
    return CallAttempted{json.digest("call"), json.natural("patient"), json.count("number"),
                         json.time("at")};
}

Event read_call_ended(Reader& json) {
    return CallEnded{json.digest("call"),         json.natural("patient"), json.count("number"),
                     json.truth("taken"),         json.truth("final"),     json.text("detail"),
                     json.maybe_time("retry_at"), json.time("at")};
}

Event read_schedule_ran(Reader& json) {
    return ScheduleRan{json.text("campaign"), json.time("scheduled"), json.time("at")};
}

using ReadEvent = Event (*)(Reader&);

const std::map<std::string_view, ReadEvent>& readers() {
    static const std::map<std::string_view, ReadEvent> all = {
        {Launched::topic, read_launched},
        {Transition::topic, read_transition},
        {Decided::topic, read_decided},
        {Attempted::topic, read_attempted},
        {AttemptEnded::topic, read_attempt_ended},
        {Received::topic, read_received},
        {Replied::topic, read_replied},
        {Chose::topic, read_chose},
        {Suppressed::topic, read_suppressed},
        {TaskOpened::topic, read_task_opened},
        {TaskClosed::topic, read_task_closed},
        {VirtualRun::topic, read_virtual_run},
        {CohortSaved::topic, read_cohort_saved},
        {CohortFlipped::topic, read_cohort_flipped},
        {CampaignPaused::topic, read_campaign_paused},
        {RequestAnswered::topic, read_request_answered},
        {Answered::topic, read_answered},
        {CallAttempted::topic, read_call_attempted},
        {CallEnded::topic, read_call_ended},
        {ScheduleRan::topic, read_schedule_ran},
        {Held::topic, read_held},
        {OutageNoted::topic, read_outage_noted},
        {FeedHeard::topic, read_feed_heard}};
    return all;
}

}  // namespace

Result<Event> read_event(std::string_view topic, std::string_view payload) {
    const auto found = readers().find(topic);
    if (found == readers().end()) {
        return fail(ErrorCode::NewerFormat, "the log holds an event of the kind \"" +
                                                std::string(topic) +
                                                "\", which this version does not know; use the "
                                                "version that wrote it");
    }
    thread_local JsonDocument document;
    const auto parsed = document.parse(payload);
    if (!parsed) {
        return fail(ErrorCode::Damaged, "an event of the log is not valid JSON");
    }
    Reader reader(*parsed);
    Event event = found->second(reader);
    if (!reader.good()) {
        return fail(ErrorCode::Damaged,
                    "an event of the log (" + std::string(topic) + ") lacks a part");
    }
    return event;
}

}  // namespace parcours::engine
