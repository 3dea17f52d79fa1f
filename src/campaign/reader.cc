#include "campaign/reader.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/format.h>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "campaign/keys.h"
#include "campaign/span.h"
#include "campaign/steps.h"
#include "practice/nearest.h"
#include "practice/scalar.h"
#include "practice/yaml.h"

namespace parcours::campaign {

using practice::Node;

void Reader::mistake(const Node& where, std::string message) {
    errors_.push_back(practice::error_at(where, std::move(message)));
}

bool Reader::check_map(const Node& node, std::string_view group_name) {
    const KeyGroup& group = get_key_group(group_name);
    if (!node.is_map()) {
        mistake(node, fmt::format("{} must be a map of keys and values; its keys are: {}",
                                  group.what, fmt::join(group.keys, ", ")));
        return false;
    }
    std::vector<Error> unknown = practice::unknown_keys(node, group.keys, group.what);
    std::move(unknown.begin(), unknown.end(), std::back_inserter(errors_));
    return true;
}

std::string Reader::text(const Node& node, std::string_view what) {
    return take(node, practice::read_text(node, what));
}

std::string Reader::one_of(const Node& node, std::string_view what,
                           std::span<const std::string_view> known) {
    std::string value = text(node, what);
    if (!value.empty() && std::ranges::find(known, value) == known.end()) {
        mistake(node,
                fmt::format("\"{}\" is no {}{}", value, what, practice::suggest(value, known)));
    }
    return value;
}

std::string Reader::name(const Node& node, std::string_view what) {
    std::string value = text(node, what);
    if (!value.empty() && !practice::is_name(value)) {
        mistake(node, fmt::format("\"{}\" cannot be a name ({}); write lower-case letters, digits "
                                  "and hyphens, such as \"second-reminder\"",
                                  value, what));
    }
    return value;
}

bool Reader::truth(const Node& node, std::string_view what) {
    return take(node, practice::read_bool(node, what));
}

Condition Reader::condition(const Node& node, std::string_view what) {
    Condition condition;
    condition.text = text(node, what);
    condition.where = node.text_where();
    if (condition.text == "success") {
        condition.kind = Condition::Kind::Success;
    } else if (condition.text == "not success") {
        condition.kind = Condition::Kind::NotSuccess;
    }
    return condition;
}

Target Reader::target(const Node& node, std::string_view what) {
    return Target{text(node, what), true, node.where()};
}

Span Reader::span(const Node& node, std::string_view what) {
    const std::string value = text(node, what);
    return value.empty() ? Span{} : take(node, parse_span(value));
}

Moment Reader::moment(const Node& node, std::string_view what) {
    const std::string value = text(node, what);
    return value.empty() ? Moment{} : take(node, parse_moment(value));
}

}  // namespace parcours::campaign
