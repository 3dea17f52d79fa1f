#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <fmt/format.h>
#include <string_view>
#include <utility>
#include <vector>

#include "campaign/keys.h"
#include "campaign/reader.h"
#include "campaign/span.h"
#include "campaign/steps.h"
#include "practice/yaml.h"

namespace parcours::campaign {
namespace {

using practice::Node;

/// Kinds of steps that are planned, so that their use gets an honest answer.
constexpr std::array<std::string_view, 5> later_kinds{"split", "form", "update", "start",
                                                      "webhook"};

}  // namespace

SendStep Reader::send(const Node& node) {
    SendStep step;
    step.content = name(*node.find("send"), "content of a send step");
    step.ladder = {"preferred"};
    if (const Node* by = node.find("by")) {
        step.ladder = take(*by, practice::read_texts(*by, "by"));
        if (step.ladder.empty()) {
            mistake(*by,
                    "\"by\" names no channel; write for example \"by: [email, sms]\", or "
                    "\"by: preferred\"");
        }
    }
    if (node.find("still") != nullptr) {
        step.still.emplace();
        member(node, "still", *step.still, &Reader::condition);
    }
    if (const Node* not_after = node.find("not-after")) {
        step.not_after = moment(*not_after, "not-after");
    }
    member(node, "safety-critical", step.safety_critical, &Reader::truth);
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
    member(node, "then", step.then, &Reader::target);
    member(node, "passed", step.passed, &Reader::target);
    member(node, "moved", step.moved, &Reader::target);
    member(node, "else", step.otherwise, &Reader::target);
    const bool from_now = step.moment.side == Moment::Side::FromNow;
    for (const std::string_view key : {"passed", "moved", "else"}) {
        const Node* found = node.find(key);
        if (from_now && found != nullptr) {
            mistake(*found,
                    fmt::format("\"{}\" needs a wait that leans on a date, such as \"3 days "
                                "before appointment\"; leave it out here",
                                key));
        }
    }
    return step;
}

WaitForStep Reader::wait_for(const Node& node) {
    WaitForStep step;
    const Node& what = *node.find("wait-for");
    const Condition condition = this->condition(what, "wait-for");
    if (std::ranges::find(awaited_events(), condition.text) != awaited_events().end()) {
        step.event = condition.text;
    } else {
        step.condition = condition;
    }
    if (const Node* at_most = node.find("at-most")) {
        step.at_most = span(*at_most, "at-most");
        if (step.at_most.count == 0) {
            mistake(*at_most,
                    "\"at-most\" must be longer than nothing; write for example \"14 days\"");
        }
    } else {
        mistake(node, "this step may wait for ever; say how long, such as \"at-most: 14 days\"");
    }
    if (node.find("else") == nullptr) {
        mistake(node, "say where to go when the time is over: \"else: STEP\"");
    }
    member(node, "then", step.then, &Reader::target);
    member(node, "else", step.otherwise, &Reader::target);
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
    member(node, "script", step.script, &Reader::name);
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

Step Reader::step(const Node::Entry& entry) {
    Step step{entry.key, entry.where, EndStep{"stopped"}, false};
    const Node& node = entry.value;
    std::vector<std::string_view> kinds;
    for (const std::string_view kind : step_kinds()) {
        if (node.find(kind) != nullptr) {
            kinds.push_back(kind);
        }
    }
    if (kinds.size() != 1) {
        std::string later;
        for (const std::string_view kind : later_kinds) {
            if (node.find(kind) != nullptr) {
                later = fmt::format(" (\"{}\" does not exist yet)", kind);
            }
        }
        mistake(node, fmt::format("the step \"{}\" {}{}; write exactly one of: {}", entry.key,
                                  kinds.empty() ? "says nothing to do" : "does several things",
                                  later, fmt::join(step_kinds(), ", ")));
        return step;
    }
    check_map(node, kinds.front());
    const std::string_view kind = kinds.front();
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
    } else {
        step.what = end(node);
    }
    return step;
}

}  // namespace parcours::campaign
