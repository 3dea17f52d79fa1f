#include "app/rehearsed_path.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "app/answers.h"
#include "app/terminal.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/events.h"
#include "outreach/reasons.h"
#include "record/engagement.h"

namespace parcours::app {
namespace {

/// Reads the events one after the other; messages are known by what planned them.
class Reader {
  public:
    void read(const engine::Event& event) {
        std::visit([this](const auto& one) { tell(one); }, event);
    }
    std::vector<PathLine> take() { return std::move(lines_); }

  private:
    void tell(const engine::Transition& event) {
        const Enrolment& enrolment = event.enrolment;
        for (const Message& message : event.messages) {
            messages_[message.id] = message;
        }
        for (const Task& task : event.tasks_closed) {
            add(event.at, enrolment.campaign, enrolment.step, "task-closed",
                fmt::format("the task is closed as {}: {}", task.outcome, one_line(task.reason)));
        }
        for (const engine::StepEntered& entered : event.entered) {
            add(event.at, enrolment.campaign, entered.step, "entered", one_line(entered.because));
        }
        if (event.withheld > 0) {
            add(event.at, enrolment.campaign, enrolment.step, "withheld",
                "not contacted on purpose: the patient is in the holdout");
        }
        for (const Task& task : event.tasks_opened) {
            tell_task(event.at, task);
        }
        for (const std::string& note : event.notes) {
            add(event.at, enrolment.campaign, enrolment.step, "note", one_line(note));
        }
        if (enrolment.ended()) {
            add(event.at, enrolment.campaign, {}, "ended",
                fmt::format("{}: {}", enrolment.result, one_line(event.ended_because)));
        } else if (enrolment.due) {
            add(event.at, enrolment.campaign, enrolment.step, "waits",
                fmt::format("until {}", short_time(*enrolment.due)));
        }
    }

    void tell(const engine::Decided& event) {
        const Decision& decision = event.decision;
        const Message& message = messages_[decision.message];
        if (decision.outcome == Decision::Outcome::Send) {
            return;  // the attempt tells it
        }
        const bool later = decision.outcome == Decision::Outcome::Later;
        const bool refused =
            !later && std::ranges::any_of(decision.checks, [](const CheckResult& check) {
                return check.verdict == CheckResult::Verdict::Fail;
            });
        for (const CheckResult& check : decision.checks) {
            // What it would have waited for hinders nobody once it is refused.
            if (check.verdict == CheckResult::Verdict::Pass ||
                (refused && check.verdict == CheckResult::Verdict::Wait)) {
                continue;
            }
            const auto* const help = outreach::find_reason(check.reason);
            add(decision.at, message.campaign, message.step, later ? "later" : "not-sent",
                fmt::format("{}{} {}: {}: {}", message.content,
                            decision.channel.empty() ? "" : " by " + decision.channel,
                            later && decision.until
                                ? "waits until " + short_time(*decision.until)
                                : std::string(event.final ? "is not sent" : "does not go"),
                            check.reason, one_line(check.detail)),
                help == nullptr ? std::string() : std::string(help->cure));
        }
    }

    void tell(const engine::Attempted& event) {
        const Message& message = messages_[event.message];
        add(event.at, message.campaign, message.step, "sent",
            fmt::format("{} by {} to the {}{}", message.content, event.channel, event.to_whom,
                        event.language.empty() ? "" : " in " + event.language));
    }

    void tell(const engine::TaskOpened& event) { tell_task(event.task.opened_at, event.task); }

    void tell(const engine::Chose& event) {
        add(event.choice.at, {}, {}, "choice",
            fmt::format("the patient {} {}{}: {}", event.choice.allowed ? "allows" : "refuses",
                        event.choice.channel.empty() ? "every channel" : event.choice.channel,
                        event.choice.topic.empty() ? "" : " about " + event.choice.topic,
                        one_line(event.choice.source)));
    }

    template <class Other>
    void tell(const Other&) {}

    void tell_task(Instant at, const Task& task) {
        add(at, task.campaign, task.step, "task",
            fmt::format("{} for {}{}: {}", task.kind, task.queue,
                        task.due ? ", due " + short_time(*task.due) : "", one_line(task.reason)));
    }

    void add(Instant at, std::string campaign, std::string step, std::string_view what,
             std::string text, std::string cure = {}) {
        lines_.push_back(
            {at, std::move(campaign), std::move(step), what, std::move(text), std::move(cure)});
    }

    std::map<Digest, Message> messages_;
    std::vector<PathLine> lines_;
};

std::string painted(std::string_view what, const Style& style) {
    const std::string word = fit(what, 11);
    return what == "sent"                          ? style.good(word)
           : what == "not-sent" || what == "later" ? style.alert(word)
                                                   : style.bold(word);
}

}  // namespace

std::vector<PathLine> read_path(const std::vector<engine::Event>& events) {
    Reader reader;
    for (const engine::Event& event : events) {
        reader.read(event);
    }
    return reader.take();
}

void print_path(const std::string& patient, const std::vector<PathLine>& path) {
    const Style style = output_style();
    if (path.empty()) {
        fmt::print("{} comes into none of these campaigns in that time.\n", style.bold(patient));
        return;
    }
    fmt::print("{} in the rehearsal; nothing was sent or written.\n", style.bold(patient));
    std::string campaign;
    for (const PathLine& line : path) {
        if (line.campaign != campaign) {
            campaign = line.campaign;
            fmt::print("\n{}\n", style.bold(campaign.empty() ? "the patient" : campaign));
        }
        fmt::print("  {}  {} {} {}\n", style.dim(short_time(line.at)), painted(line.what, style),
                   fit(line.step, 14), line.text);
        if (!line.cure.empty()) {
            fmt::print("      {}\n", style.dim(fmt::format("what would change it: {}", line.cure)));
        }
    }
}

std::string path_json(const std::string& patient, Instant from, Instant until,
                      const std::vector<PathLine>& path, double seconds) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("patient", patient)
        .member("from", format_instant(from))
        .member("to", format_instant(until))
        .key("path")
        .begin_array();
    for (const PathLine& line : path) {
        json.begin_object()
            .member("at", format_instant(line.at))
            .member("campaign", line.campaign)
            .member("step", line.step)
            .member("what", line.what)
            .member("text", line.text)
            .member("cure", line.cure)
            .end_object();
    }
    json.end_array().member("seconds", seconds).end_object();
    return out;
}

}  // namespace parcours::app
