// Steps that part by lot, write down, start and tell.

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <utility>

#include "campaign/reader.h"
#include "campaign/steps.h"
#include "practice/scalar.h"
#include "practice/yaml.h"
#include "record/answer.h"

namespace parcours::campaign {
namespace {

using practice::Node;

constexpr std::array<std::string_view, 3> update_kinds{"answer", "flag", "concern"};
constexpr std::size_t value_size_max = 500;

/// Unquoted, a value is what it looks like; in quotes it is a text.
AnswerValue answer_value(const Node& node, const std::string& text) {
    return node.quoted() ? AnswerValue{AnswerValue::Type::Text, text} : guess_answer_value(text);
}

}  // namespace

SplitStep Reader::split(const Node& node) {
    SplitStep step;
    const Node& arms = *node.find("split");
    if (!arms.is_sequence() || arms.items().empty()) {
        mistake(arms, "a split is a list of ways; write \"[ { share: 50 %, then: STEP } ]\"");
    }
    double sum = 0;
    for (const Node& item : arms.items()) {
        if (!check_map(item, "lot")) {
            continue;
        }
        const Node* share = item.find("share");
        if (share == nullptr || item.find("then") == nullptr) {
            mistake(item,
                    "a way of a split has a share and a step: \"{ share: 50 %, then: STEP }\"");
            continue;
        }
        SplitStep::Arm arm;
        arm.share = this->share(*share, 100,
                                "a share is more than nothing and at most all; write "
                                "it as \"50 %\"");
        if (arm.share <= 0 && share->text().starts_with('0')) {
            mistake(*share, "nobody would go this way; take it out, or give it a share");
        }
        member(item, "then", arm.then, &Reader::target);
        arm.label = arm.then.step;
        member(item, "label", arm.label, &Reader::name);
        sum += arm.share;
        step.arms.push_back(std::move(arm));
    }
    constexpr double nearly_nothing = 1e-9;
    if (sum > 1 + nearly_nothing) {
        mistake(arms,
                fmt::format("the shares are {:g} % together; make them 100 % or less", sum * 100));
    }
    member(node, "salt", step.salt, &Reader::text);
    member(node, "else", step.otherwise, &Reader::target);
    const Node* otherwise = node.find("else");
    if (otherwise != nullptr && sum > 1 - nearly_nothing) {
        mistake(*otherwise, "the shares leave nobody over for \"else\"; take it out");
    }
    return step;
}

UpdateStep Reader::update(const Node& node) {
    UpdateStep step;
    const std::string kind = one_of(*node.find("update"), "thing to set", update_kinds);
    step.kind = find_answer_kind(kind).value_or(AnswerKind::Answer);
    if (const Node* found = node.find("name")) {
        step.name = name(*found, "name");
    } else {
        mistake(node, fmt::format("say which {}: \"name: NAME\"", kind));
    }
    step.value = {AnswerValue::Type::Boolean, "true"};
    if (const Node* value = node.find("value")) {
        const std::string text = this->text(*value, "value");
        step.value = answer_value(*value, text);
        if (text.size() > value_size_max) {
            mistake(*value, "the value is too long; write 500 letters at most");
        }
    } else if (step.kind == AnswerKind::Answer) {
        mistake(node, "an answer has a value, such as \"value: sms\"");
    }
    if (step.kind != AnswerKind::Answer && step.value.type != AnswerValue::Type::Boolean) {
        mistake(*node.find("value"), fmt::format("a {} is there or not; write \"value: true\" or "
                                                 "\"value: false\"",
                                                 kind));
    }
    member(node, "then", step.then, &Reader::target);
    return step;
}

StartStep Reader::start(const Node& node) {
    StartStep step;
    const Node& campaign = *node.find("start");
    step.campaign = name(campaign, "campaign to start");
    step.where = campaign.where();
    member(node, "then", step.then, &Reader::target);
    member(node, "else", step.otherwise, &Reader::target);
    return step;
}

WebhookStep Reader::webhook(const Node& node) {
    WebhookStep step;
    const Node& hook = *node.find("webhook");
    step.hook = name(hook, "webhook");
    step.where = hook.where();
    if (const Node* data = node.find("data")) {
        if (!data->is_map()) {
            mistake(*data, "data is a map of names and words: \"{ kit: fit }\"");
        }
        for (const Node::Entry& entry : data->entries()) {
            step.data.emplace_back(entry.key, text(entry.value, entry.key));
        }
    }
    member(node, "then", step.then, &Reader::target);
    member(node, "else", step.otherwise, &Reader::target);
    return step;
}

}  // namespace parcours::campaign
