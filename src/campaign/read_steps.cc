#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "campaign/grammar.h"
#include "campaign/reader.h"
#include "campaign/reply_words.h"
#include "campaign/span.h"
#include "campaign/steps.h"
#include "practice/scalar.h"
#include "practice/yaml.h"

namespace parcours::campaign {
namespace {

using practice::Node;

constexpr std::array<std::string_view, 3> reaches{"first", "all", "until-reply"};

}  // namespace

SendStep Reader::send(const Node& node) {
    SendStep step;
    const Node& content = *node.find("send");
    step.content = name(content, "content of a send step");
    step.content_where = content.where();
    step.ladder = {"preferred"};
    step.ladder_where = {node.where()};
    if (const Node* by = node.find("by")) {
        step.ladder = take(*by, practice::read_texts(*by, "by"));
        step.ladder_where.assign(step.ladder.size(), by->where());
        if (by->items().size() == step.ladder.size()) {
            std::ranges::transform(by->items(), step.ladder_where.begin(), &Node::where);
        }
        if (step.ladder.empty()) {
            mistake(*by,
                    "\"by\" names no channel; write for example \"by: [email, sms]\", or "
                    "\"by: preferred\"");
        }
    }
    if (const Node* reach = node.find("reach")) {
        step.reach = one_of(*reach, "reach", reaches) == "all" ? SendStep::Reach::All
                                                               : SendStep::Reach::First;
    }
    if (node.find("still") != nullptr) {
        step.still.emplace();
        member(node, "still", *step.still, &Reader::condition);
    }
    if (const Node* not_after = node.find("not-after")) {
        step.not_after = moment(*not_after, "not-after");
    }
    member(node, "safety-critical", step.safety_critical, &Reader::truth);
    member(node, "any-hour", step.any_hour, &Reader::truth);
    if (step.any_hour && !step.safety_critical) {
        mistake(*node.find("any-hour"),
                "only what is safety-critical may leave at any hour; add \"safety-critical: yes\" "
                "or leave \"any-hour\" out");
    }
    member(node, "then", step.then, &Reader::target);
    member(node, "else", step.otherwise, &Reader::target);
    return step;
}

WaitStep Reader::wait(const Node& node) {
    WaitStep step;
    member(node, "wait", step.moment, &Reader::moment);
    const Node* at = node.find("at");
    const Node* until = node.find("until");
    if (at != nullptr) {
        step.at = take(*at, parse_time_of_day(text(*at, "at")));
    }
    if (until != nullptr) {
        step.until = take(*until, parse_window(text(*until, "until")));
    }
    if (at != nullptr && until != nullptr) {
        mistake(*until,
                "a wait has \"at\" (that time on the day it falls on) or \"until\" (on to the "
                "next such time), not both; leave one out");
    }
    if (at != nullptr && step.moment.side == Moment::Side::FromNow &&
        is_physical(step.moment.span)) {
        mistake(*at,
                fmt::format("{} from now it may be past {} on that day; wait for days, or write "
                            "\"until\" in place of \"at\": on to the next {}",
                            step.moment.span.to_text(), at->text(), at->text()));
    }
    member(node, "then", step.then, &Reader::target);
    member(node, "passed", step.passed, &Reader::target);
    member(node, "moved", step.moved, &Reader::target);
    member(node, "else", step.otherwise, &Reader::target);
    for (const std::string_view key : {"passed", "moved", "else"}) {
        const Node* found = node.find(key);
        const bool may_pass = key == "passed" && step.moment.side == Moment::Side::Until;
        if (!step.moment.leans() && !may_pass && found != nullptr) {
            mistake(*found,
                    fmt::format("\"{}\" needs a wait that leans on a date, such as \"3 days "
                                "before appointment\"; leave it out here",
                                key));
        }
    }
    return step;
}

/// "reply", or "form NAME".
void Reader::event(WaitForStep& step, const Node& what) {
    const Condition condition = this->condition(what, "wait-for");
    const std::string_view text = condition.text;
    const std::string_view word = text.substr(0, text.find(' '));
    if (std::ranges::find(awaited_events(), word) == awaited_events().end() ||
        text.find(' ') != text.rfind(' ')) {
        step.condition = condition;
        return;
    }
    step.event = word;
    step.event_where = what.where();
    step.about = word == text ? std::string_view() : text.substr(word.size() + 1);
    const bool has_name = word == "answer" || word == "form";
    if (has_name != practice::is_name(step.about)) {
        mistake(what, has_name ? fmt::format("say which {0}: \"wait-for: {0} NAME\"", word)
                               : fmt::format("write \"wait-for: {}\" alone", word));
    }
}

void Reader::choices(WaitForStep& step, const Node& node) {
    if (step.event != "reply") {
        mistake(node, "\"choices\" are words of a reply; write \"wait-for: reply\"");
    }
    if (!node.is_map() || node.entries().empty()) {
        mistake(node, "choices are words and where they lead: \"{ \"yes, oui\": STEP }\"");
    }
    std::vector<std::string> known;
    for (const Node::Entry& entry : node.entries()) {
        WaitForStep::Choice choice;
        choice.words = reply_words(entry.key);
        choice.then = target(entry.value, entry.key);
        for (const std::string& word : choice.words) {
            if (std::ranges::find(known, word) != known.end()) {
                mistake(entry.value,
                        fmt::format("the reply \"{}\" leads to two steps; keep one", word));
            }
            known.push_back(word);
        }
        if (choice.words.empty()) {
            mistake(entry.value, "a choice has a word, such as \"yes\"");
        } else {
            step.choices.push_back(std::move(choice));
        }
    }
}

void Reader::bounds(const Node& node, Moment& at_most, Target& otherwise) {
    if (const Node* found = node.find("at-most")) {
        at_most = moment(*found, "at-most");
    } else {
        mistake(node, "this step may wait for ever; say how long, such as \"at-most: 14 days\"");
    }
    if (node.find("else") == nullptr) {
        mistake(node, "say where to go when the time is over: \"else: STEP\"");
    }
    member(node, "else", otherwise, &Reader::target);
}

WaitForStep Reader::wait_for(const Node& node) {
    WaitForStep step;
    event(step, *node.find("wait-for"));
    if (const Node* choices = node.find("choices")) {
        this->choices(step, *choices);
    }
    bounds(node, step.at_most, step.otherwise);
    member(node, "then", step.then, &Reader::target);
    return step;
}

BranchStep Reader::branch(const Node& node) {
    BranchStep step;
    const Node& arms = *node.find("branch");
    if (!arms.is_sequence() || arms.items().empty()) {
        mistake(arms, "a branch is a list of ways; write \"[ { if: 'CQL', then: STEP } ]\"");
    }
    for (const Node& item : arms.items()) {
        if (!check_map(item, "arm")) {
            continue;
        }
        if (item.find("if") == nullptr || item.find("then") == nullptr) {
            mistake(item,
                    "a way of a branch has a condition and a step: \"{ if: 'CQL', then: STEP "
                    "}\"");
            continue;
        }
        BranchStep::Arm arm;
        member(item, "if", arm.condition, &Reader::condition);
        member(item, "then", arm.then, &Reader::target);
        step.arms.push_back(std::move(arm));
    }
    member(node, "else", step.otherwise, &Reader::target);
    return step;
}

TaskStep Reader::task(const Node& node) {
    TaskStep step;
    step.kind = one_of(*node.find("task"), "kind of task", task_kinds());
    if (const Node* queue = node.find("queue")) {
        step.queue = name(*queue, "queue");
    } else {
        mistake(node, "say whose work this is, such as \"queue: navigators\"");
    }
    if (const Node* due = node.find("due")) {
        step.due = span(*due, "due");
    }
    if (const Node* script = node.find("script")) {
        step.script = name(*script, "script");
        step.script_where = script->where();
    }
    if (const Node* until = node.find("until")) {
        step.until = condition(*until, "until");
    }
    if (const Node* at_most = node.find("at-most")) {
        step.at_most = moment(*at_most, "at-most");
    }
    if ((node.find("at-most") == nullptr) != (node.find("else") == nullptr)) {
        mistake(node,
                "\"at-most\" and \"else\" of a task belong together: until when it makes "
                "sense, and where to go then");
    }
    member(node, "safety-critical", step.safety_critical, &Reader::truth);
    if (const Node* outcomes = node.find("outcomes")) {
        if (!outcomes->is_map() || outcomes->entries().empty()) {
            mistake(*outcomes, "outcomes lead to steps; write \"{ booked: STEP, refused: STEP }\"");
        }
        for (const Node::Entry& entry : outcomes->entries()) {
            step.outcomes[entry.key] = target(entry.value, entry.key);
        }
    }
    member(node, "then", step.then, &Reader::target);
    member(node, "else", step.otherwise, &Reader::target);
    return step;
}

EndStep Reader::end(const Node& node) {
    return EndStep{name(*node.find("end"), "result")};
}

std::string_view Reader::step_kind(const Node::Entry& entry) {
    std::vector<std::string_view> names;
    std::vector<std::string_view> kinds;
    for (const KeyGroup& group : step_groups()) {
        names.push_back(group.name);
        if (entry.value.find(group.name) != nullptr) {
            kinds.push_back(group.name);
        }
    }
    // A form says by which content it is asked for.
    if (kinds.size() == 2 && std::ranges::find(kinds, "form") != kinds.end()) {
        std::erase(kinds, "send");
    }
    if (kinds.size() == 1) {
        return kinds.front();
    }
    mistake(entry.value, fmt::format("the step \"{}\" {}; write exactly one of: {}", entry.key,
                                     kinds.empty() ? "says nothing to do" : "does several things",
                                     fmt::join(names, ", ")));
    return {};
}

Step Reader::step(const Node::Entry& entry, std::string_view kind) {
    Step step{entry.key, entry.where, EndStep{"stopped"}, false};
    const Node& node = entry.value;
    if (kind == "send") {
        step.what = send(node);
    } else if (kind == "wait") {
        step.what = wait(node);
    } else if (kind == "wait-for") {
        step.what = wait_for(node);
    } else if (kind == "branch") {
        step.what = branch(node);
    } else if (kind == "task") {
        step.what = task(node);
    } else if (kind == "split") {
        step.what = split(node);
    } else if (kind == "update") {
        step.what = update(node);
    } else if (kind == "start") {
        step.what = start(node);
    } else if (kind == "webhook") {
        step.what = webhook(node);
    } else {
        step.what = end(node);
    }
    return step;
}

}  // namespace parcours::campaign
