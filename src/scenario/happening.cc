#include "scenario/happening.h"

#include <expected>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/message_events.h"
#include "record/answer.h"
#include "record/engagement.h"
#include "record/identity.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::scenario {
namespace {

using engine::Event;

/// Puts events into words.
class Narrator final : public store::ScanVisitor {
  public:
    explicit Narrator(const std::function<std::string(Key)>& name_of) : name_of_(name_of) {}

    bool visit(const LogRecord& record) override {
        if (record.kind != RecordKind::Event) {
            return true;
        }
        const auto event = engine::read_event(record.topic, record.payload);
        if (!event) {
            failure_ = event.error();
            return false;
        }
        std::visit([this](const auto& one) { tell(one); }, *event);
        return true;
    }
    bool damaged(LogPosition, const Error& error) override {
        failure_ = error;
        return false;
    }

    Result<std::vector<Happening>> finish() {
        if (failure_) {
            return std::unexpected(*failure_);
        }
        return std::move(all_);
    }

  private:
    Happening& add(Instant at, Key patient, std::string line) {
        Happening& one = all_.emplace_back();
        one.at = at;
        one.patient = patient;
        one.line = std::move(line);
        return one;
    }
    [[nodiscard]] std::string name(Key patient) const { return name_of_(patient); }
    [[nodiscard]] std::string content_of(const Digest& message) const {
        const auto found = contents_.find(message);
        return found == contents_.end() ? "a message" : found->second;
    }

    // Events that a reader of the timeline need not see.
    void tell(const engine::VirtualRun&) {}
    void tell(const engine::CohortSaved&) {}
    void tell(const engine::CohortFlipped&) {}
    void tell(const engine::RequestAnswered&) {}
    void tell(const engine::CallAttempted&) {}
    void tell(const engine::OutageNoted&) {}
    void tell(const engine::FeedHeard&) {}

    void tell(const engine::Held& event) {
        add(event.at, 0,
            fmt::format("{} {}{}", event.what, event.held ? "is held" : "goes on",
                        event.reason.empty() ? "" : " (" + event.reason + ")"));
    }

    void tell(const engine::Launched& event) {
        add(event.at, 0, fmt::format("{} is launched", event.campaign));
    }

    void tell(const engine::Transition& event) {
        const Enrolment& enrolment = event.enrolment;
        for (const engine::StepEntered& entered : event.entered) {
            add(event.at, enrolment.patient,
                fmt::format("{} goes to {} of {}{}", name(enrolment.patient), entered.step,
                            enrolment.campaign,
                            entered.because.empty() ? "" : " (" + entered.because + ")"));
        }
        for (const Message& message : event.messages) {
            contents_[message.id] = message.content;
        }
        for (const Task& task : event.tasks_opened) {
            open(task);
        }
        for (const Task& task : event.tasks_closed) {
            close(task.id, enrolment.patient, task.outcome, task.reason, event.at);
        }
        for (const std::string& note : event.notes) {
            add(event.at, enrolment.patient,
                fmt::format("noted for {}: {}", name(enrolment.patient), note));
        }
        for (const Answer& answer : event.answers) {
            tell(engine::Answered{answer});
        }
        for (const engine::Call& call : event.calls) {
            calls_[call.id] = call;
        }
        if (event.withheld > 0) {
            add(event.at, enrolment.patient,
                fmt::format("withheld from {}, who is in the holdout of {}",
                            name(enrolment.patient), enrolment.campaign));
        }
        if (enrolment.ended()) {
            add(event.at, enrolment.patient,
                fmt::format("{} ended {} as {}{}", name(enrolment.patient), enrolment.campaign,
                            enrolment.result,
                            event.ended_because.empty() ? "" : " (" + event.ended_because + ")"));
        }
    }

    void tell(const engine::Answered& event) {
        const Answer& answer = event.answer;
        add(answer.at, answer.patient,
            fmt::format("{} {} of {} is {} ({})", answer_kind_name(answer.kind), answer.name,
                        name(answer.patient), answer.value.text, answer.source));
    }

    void tell(const engine::CallEnded& event) {
        const auto found = calls_.find(event.call);
        const engine::Call call = found == calls_.end() ? engine::Call{} : found->second;
        Happening& one = add(event.at, event.patient,
                             fmt::format("webhook {} {} of {}{}", call.hook,
                                         event.taken   ? "is told"
                                         : event.final ? "could not be told"
                                                       : "cannot be told yet",
                                         name(event.patient),
                                         event.detail.empty() ? "" : " (" + event.detail + ")"));
        one.kind = event.taken ? Happening::Kind::Told : Happening::Kind::Note;
        one.what = call.hook;
        one.text = call.body;
    }

    void tell(const engine::ScheduleRan& event) {
        add(event.at, 0, fmt::format("the schedule of {} ran", event.campaign));
    }

    void open(const Task& task) {
        tasks_[task.id] = task.kind;
        Happening& one = add(task.opened_at, task.patient,
                             fmt::format("task for {}: {} for {}{}", name(task.patient), task.kind,
                                         task.queue, task.step.empty() ? "" : " at " + task.step));
        one.kind = Happening::Kind::TaskOpened;
        one.what = task.kind;
        one.to = task.queue;
        one.step = task.step;
        one.text = task.reason;
        one.campaign = task.campaign;
    }
    void tell(const engine::TaskOpened& event) { open(event.task); }
    void tell(const engine::TaskClosed& event) {
        close(event.task, event.patient, event.outcome, "by " + event.by, event.at);
    }
    void close(const Digest& id, Key patient, const std::string& outcome, const std::string& why,
               Instant at) {
        const auto kind = tasks_.find(id);
        add(at, patient,
            fmt::format("{} of {} is closed as {}{}",
                        kind == tasks_.end() ? "a task" : kind->second, name(patient), outcome,
                        why.empty() ? "" : " (" + why + ")"));
    }

    void tell(const engine::Decided& event) {
        const Decision& decision = event.decision;
        if (decision.outcome == Decision::Outcome::Send) {
            return;
        }
        std::string detail;
        for (const CheckResult& check : decision.checks) {
            if (detail.empty() && check.verdict != CheckResult::Verdict::Pass &&
                check.reason == decision.reason) {
                detail = check.detail;
            }
        }
        const bool later = decision.outcome == Decision::Outcome::Later;
        add(decision.at, event.patient,
            fmt::format("{} {} by {}: {} because {} ({})", later ? "waiting for" : "not sent to",
                        name(event.patient), decision.channel.empty() ? "any" : decision.channel,
                        content_of(decision.message), decision.reason, detail));
    }

    void tell(const engine::Attempted& event) { attempts_[event.message] = event; }

    void tell(const engine::AttemptEnded& event) {
        using Outcome = engine::AttemptEnded::Outcome;
        const engine::Attempted& attempt = attempts_[event.message];
        const std::string_view did = event.outcome == Outcome::Accepted  ? "sent to"
                                     : event.outcome == Outcome::Unknown ? "no clear answer for"
                                     : event.outcome == Outcome::Later   ? "put off for"
                                                                         : "refused for";
        Happening& one = add(event.at, event.patient,
                             fmt::format("{} {} by {}: {}{}", did, name(event.patient),
                                         attempt.channel, content_of(event.message),
                                         event.outcome == Outcome::Accepted || event.detail.empty()
                                             ? ""
                                             : " (" + event.detail + ")"));
        one.kind = event.outcome == Outcome::Accepted  ? Happening::Kind::Sent
                   : event.outcome == Outcome::Unknown ? Happening::Kind::Unanswered
                                                       : Happening::Kind::Note;
        one.channel = attempt.channel;
        one.what = content_of(event.message);
        one.to = attempt.to;
        one.text = attempt.text;
        one.subject = attempt.subject;
        one.language = attempt.language;
    }

    void tell(const engine::Received& event) {
        add(event.at, event.patient,
            fmt::format("{} to {} is reported as {}", content_of(event.message),
                        name(event.patient), event.status));
    }
    void tell(const engine::Replied& event) {
        add(event.at, event.patient,
            fmt::format("{} replied by {}: \"{}\" (read as {})", name(event.patient), event.channel,
                        event.text, event.meaning));
    }
    void tell(const engine::Chose& event) {
        const ContactChoice& choice = event.choice;
        add(choice.at, event.patient,
            fmt::format(
                "{} {} {} {} ({})", name(event.patient), choice.allowed ? "allows" : "refuses",
                choice.channel.empty() ? "every channel" : choice.channel,
                choice.topic.empty() ? "for every topic" : "for " + choice.topic, choice.source));
    }
    void tell(const engine::Suppressed& event) {
        add(event.at, 0,
            fmt::format("the {} address {} {} ({})", event.channel, event.address,
                        event.suppressed ? "must not be used" : "may be used again", event.reason));
    }
    void tell(const engine::CampaignPaused& event) {
        add(event.at, 0,
            fmt::format("{} is {} by {}", event.campaign, event.paused ? "paused" : "resumed",
                        event.by));
    }

    const std::function<std::string(Key)>& name_of_;
    std::vector<Happening> all_;
    std::map<Digest, std::string> contents_;
    std::map<Digest, engine::Call> calls_;
    std::map<Digest, std::string> tasks_;
    std::map<Digest, engine::Attempted> attempts_;
    std::optional<Error> failure_;
};

}  // namespace

Result<std::vector<Happening>> read_happenings(const engine::DataFolder& folder,
                                               const std::function<std::string(Key)>& name_of) {
    Narrator narrator(name_of);
    if (const auto scanned = folder.scan_events(narrator); !scanned) {
        return pass_on(scanned);
    }
    return narrator.finish();
}

}  // namespace parcours::scenario
