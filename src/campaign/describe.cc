#include "campaign/describe.h"

#include <algorithm>
#include <cstddef>
#include <fmt/core.h>
#include <iterator>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/span.h"
#include "campaign/steps.h"
#include "practice/scalar.h"
#include "record/answer.h"
#include "record/engagement.h"

namespace parcours::campaign {
namespace {

/// CQL on one line.
std::string quote(const Condition& condition) {
    if (condition.kind != Condition::Kind::Cql) {
        return condition.text;
    }
    std::string flat;
    for (const char letter : condition.text) {
        const bool space = letter == ' ' || letter == '\n' || letter == '\t' || letter == '\r';
        if (!space) {
            flat += letter;
        } else if (!flat.empty() && flat.back() != ' ') {
            flat += ' ';
        }
    }
    while (flat.ends_with(' ')) {
        flat.pop_back();
    }
    return fmt::format("‹{}›", flat);
}

std::string channel_text(const std::string& channel) {
    if (channel == "email") {
        return "e-mail";
    }
    if (channel == "sms") {
        return "SMS";
    }
    return channel == "preferred" ? "the channel the patient prefers" : channel;
}

std::string list(const std::vector<std::string>& parts, std::string_view between) {
    std::string text;
    for (const std::string& part : parts) {
        text += text.empty() ? part : std::string(between) + part;
    }
    return text;
}

/// "until 3 days before appointment", "until the appointment": the end of a wait.
std::string until_text(const Moment& moment) {
    return moment.side == Moment::Side::On      ? "until the " + moment.anchor
           : moment.side == Moment::Side::Until ? moment.to_text()
                                                : "until " + moment.to_text();
}

/// "at most 7 days", "until the appointment": how long something is waited for.
std::string at_most_text(const Moment& moment) {
    return moment.side == Moment::Side::FromNow ? "at most " + moment.to_text()
                                                : until_text(moment);
}

/// The same as the end of the time in which a task makes sense.
std::string by_text(const Moment& moment) {
    return moment.side == Moment::Side::On ? "by the " + moment.anchor : "by " + moment.to_text();
}

/// Says each step in a sentence. `on_success`: where success leads from wherever one stands; empty:
/// it ends the enrolment.
struct Teller {
    std::string on_success;
    bool after_success = false;  ///< success is not watched any more

    std::string operator()(const SendStep& send) const {
        std::vector<std::string> channels;
        std::ranges::transform(send.ladder, std::back_inserter(channels), channel_text);
        std::string text =
            fmt::format("Send \"{}\" by {}", send.content,
                        list(channels, send.reach == SendStep::Reach::All ? " and " : ", else "));
        if (send.still) {
            text += ", if still: " + quote(*send.still);
        }
        if (send.not_after) {
            const bool from_now = send.not_after->side == Moment::Side::FromNow;
            text += fmt::format(", not later than {}{}", send.not_after->to_text(),
                                from_now ? " after it is due" : "");
        }
        text += fmt::format(". Then: {}.", send.then.step);
        if (send.otherwise.step != send.then.step) {
            text += fmt::format(" If it cannot be sent: {}.", send.otherwise.step);
        }
        return text + (send.safety_critical ? " Safety-critical." : "") +
               (send.any_hour ? " At any hour." : "");
    }

    std::string operator()(const WaitStep& wait) const {
        const bool from_now = wait.moment.side == Moment::Side::FromNow;
        std::string text =
            fmt::format("Wait {}", from_now ? wait.moment.to_text() : until_text(wait.moment));
        if (wait.at) {
            text += ", at " + format_time_of_day(*wait.at) + " that day";
        }
        if (wait.until) {
            text += ", then until " + wait.until->to_text();
        }
        text += fmt::format(", where the patient lives. Then: {}.", wait.then.step);
        if (!from_now && wait.passed.step != wait.then.step) {
            text += fmt::format(" If that has passed already: {}.", wait.passed.step);
        }
        if (!wait.moved.step.empty()) {
            text += fmt::format(" If the date moves: {}.", wait.moved.step);
        }
        if (!wait.otherwise.step.empty()) {
            text += fmt::format(" If there is no date: {}.", wait.otherwise.step);
        }
        return text;
    }

    std::string operator()(const WaitForStep& wait) const {
        // Success is looked at before any step, and leads where it leads.
        const bool success =
            !after_success && wait.condition && wait.condition->kind == Condition::Kind::Success;
        const std::string event =
            wait.event + (wait.about.empty() ? "" : fmt::format(" \"{}\"", wait.about));
        std::string text = fmt::format(
            "Wait for {}, {}.", wait.condition ? quote(*wait.condition) : "the event " + event,
            at_most_text(wait.at_most));
        for (const WaitForStep::Choice& choice : wait.choices) {
            text += fmt::format(" If it says \"{}\": {}.", list(choice.words, "\" or \""),
                                choice.then.step);
        }
        const std::string then = !success             ? wait.then.step
                                 : on_success.empty() ? "the end, as \"success\""
                                                      : on_success;
        if (!then.empty()) {
            text += fmt::format(
                " {}: {}.", wait.choices.empty() ? "When it comes" : "If it says something else",
                then);
        }
        return text + fmt::format(" Otherwise: {}.", wait.otherwise.step);
    }

    std::string operator()(const BranchStep& branch) const {
        std::string text;
        for (const BranchStep::Arm& arm : branch.arms) {
            text += fmt::format("If {}: {}. ", quote(arm.condition), arm.then.step);
        }
        return text + fmt::format("Otherwise: {}.", branch.otherwise.step);
    }

    std::string operator()(const TaskStep& task) const {
        std::string text = fmt::format("Give \"{}\" a task: {}", task.queue, task.kind);
        if (!task.script.empty()) {
            text += fmt::format(", with the script \"{}\"", task.script);
        }
        if (task.due) {
            text += fmt::format(", to be done within {}", task.due->to_text());
        }
        text += ".";
        if (task.until) {
            text += fmt::format(" It stays open until {}.", quote(*task.until));
        }
        for (const auto& [outcome, target] : task.outcomes) {
            text += fmt::format(" Outcome \"{}\": {}.", outcome, target.step);
        }
        if (!task.then.step.empty()) {
            text +=
                fmt::format(" {}: {}.", task.outcomes.empty() ? "Then" : "Else", task.then.step);
        }
        if (task.at_most) {
            text += task.at_most->side == Moment::Side::FromNow
                        ? fmt::format(" If it is not done within {}: {}.", task.at_most->to_text(),
                                      task.otherwise.step)
                        : fmt::format(" If it is not done {}: {}.", by_text(*task.at_most),
                                      task.otherwise.step);
        }
        return text + (task.safety_critical ? " Safety-critical: no exit closes it." : "");
    }

    std::string operator()(const SplitStep& split) const {
        std::string text = "By lot: ";
        for (const SplitStep::Arm& arm : split.arms) {
            const std::string label =
                arm.label == arm.then.step ? "" : fmt::format(" (\"{}\")", arm.label);
            text += fmt::format("{:g} %{}: {}. ", arm.share * 100, label, arm.then.step);
        }
        return split.otherwise.step.empty()
                   ? text.substr(0, text.size() - 1)
                   : text + fmt::format("The others: {}.", split.otherwise.step);
    }

    std::string operator()(const UpdateStep& update) const {
        return fmt::format("Write down the {} \"{}\": {}. Then: {}.", answer_kind_name(update.kind),
                           update.name, update.value.text, update.then.step);
    }

    std::string operator()(const StartStep& start) const {
        std::string text =
            fmt::format("Put the patient into \"{}\". Then: {}.", start.campaign, start.then.step);
        if (start.otherwise.step != start.then.step) {
            text += fmt::format(" If it does not take the patient in: {}.", start.otherwise.step);
        }
        return text;
    }

    std::string operator()(const WebhookStep& webhook) const {
        std::string text = fmt::format("Tell \"{}\"", webhook.hook);
        for (const auto& [name, word] : webhook.data) {
            text += fmt::format(", {}: {}", name, word);
        }
        text += fmt::format(". Then: {}.", webhook.then.step);
        if (webhook.otherwise.step != webhook.then.step) {
            text += fmt::format(" If it cannot be told: {}.", webhook.otherwise.step);
        }
        return text;
    }

    std::string operator()(const EndStep& end) const {
        return fmt::format("End as \"{}\".", end.result);
    }
};

std::string enter_text(const Campaign& campaign) {
    const Enter& enter = campaign.enter;
    std::string text;
    switch (enter.by) {
        case Enter::By::Cohort:
            text = fmt::format("Patients come in when they are in the cohort \"{}\"", enter.name);
            break;
        case Enter::By::Event:
            text = fmt::format("Patients come in on the event \"{}\"", enter.name);
            break;
        case Enter::By::Hand:
            text = enter.name == "api"        ? "Patients are put in by a program"
                   : enter.name == "campaign" ? "Patients are put in by another campaign"
                   : enter.name == "crisis"
                       ? "Patients come in when they write words of an emergency"
                       : "Patients are put in by hand";
            break;
        case Enter::By::Schedule:
            text = fmt::format(
                "Patients come in at the times \"{}\" ({}) when they are in the "
                "cohort \"{}\"",
                enter.schedule ? enter.schedule->text : "",
                enter.zone.empty() ? "the clinic's clock" : enter.zone, enter.name);
            break;
    }
    if (enter.when) {
        text += ", if " + quote(*enter.when);
    }
    if (!enter.key.empty()) {
        text += fmt::format(", once for each {}", enter.key);
    }
    switch (enter.again) {
        case Enter::Again::Never:
            return text + "; never a second time.";
        case Enter::Again::AfterExit:
            return text + "; again as soon as they have left.";
        case Enter::Again::AfterSpan:
            return text + fmt::format("; again {} after they left.", enter.again_after.to_text());
        case Enter::Again::PerKey:
            return text + ".";
    }
    return text;
}

std::string exit_text(const Exit& exit) {
    switch (exit.kind) {
        case Exit::Kind::LeftCare:
            return "has left care";
        case Exit::Kind::Palliative:
            return "is in palliative care";
        case Exit::Kind::DoneElsewhere:
            return "told us it was done elsewhere";
        case Exit::Kind::When:
            return fmt::format("{} (as \"{}\")", exit.when ? quote(*exit.when) : "", exit.result);
    }
    return {};
}

std::string ends_text(const Campaign& campaign) {
    std::vector<std::string> ends{"has died"};
    if (!campaign.enter.key.empty()) {
        ends.push_back("no longer has the " + campaign.enter.key);
    }
    std::ranges::transform(campaign.exits, std::back_inserter(ends), exit_text);
    return fmt::format("It ends at once for a patient who {}.", list(ends, "; or "));
}

}  // namespace

std::string describe_step(const Campaign& campaign, const Step& step) {
    return std::visit(Teller{campaign.on_success.step, step.after_success}, step.what);
}

std::vector<HeadLine> describe_head(const Campaign& campaign) {
    std::vector<HeadLine> head;
    head.push_back(
        {"campaign", fmt::format("{} ({}): {}, topic {}, priority {}.{}",
                                 practice::title_in(campaign.title, "en"), campaign.name,
                                 purpose_name(campaign.purpose), campaign.topic, campaign.priority,
                                 campaign.safety_critical ? " Safety-critical." : "")});
    if (!campaign.evidence_effect.empty()) {
        head.push_back({"evidence", fmt::format("Evidence: {} ({}).", campaign.evidence_effect,
                                                campaign.evidence_source)});
    }
    if (campaign.clinical_rules) {
        const ClinicalRules& rules = *campaign.clinical_rules;
        head.push_back(
            {"clinical-rules", rules.signed_by.empty()
                                   ? "Off: no clinician has signed its rules."
                                   : fmt::format("Rules signed by {} on {}.", rules.signed_by,
                                                 format_date(rules.on))});
    }
    head.push_back({"entry", enter_text(campaign)});
    if (campaign.holdout > 0) {
        head.push_back(
            {"holdout",
             fmt::format("{:g} % of them{} are not contacted, to measure the difference.",
                         campaign.holdout * 100,
                         campaign.strata.empty()
                             ? ""
                             : ", in each group by " + list(campaign.strata, " and ") + ",")});
    }
    if (campaign.success) {
        head.push_back(
            {"success", fmt::format("Wanted: {}. As soon as it is so, wherever they stand: {}.",
                                    quote(*campaign.success),
                                    campaign.on_success.step.empty() ? "the end, as \"success\""
                                                                     : campaign.on_success.step)});
    }
    head.push_back({"ends", ends_text(campaign)});
    return head;
}

std::string describe(const Campaign& campaign) {
    std::string text;
    for (const HeadLine& line : describe_head(campaign)) {
        text += line.text + "\n";
    }
    for (std::size_t i = 0; i < campaign.steps.size(); ++i) {
        text += fmt::format("{:3}. {}: {}\n", i + 1, campaign.steps[i].name,
                            describe_step(campaign, campaign.steps[i]));
    }
    return text;
}

}  // namespace parcours::campaign
