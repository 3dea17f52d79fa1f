#include "campaign/reader.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <fmt/format.h>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "campaign/grammar.h"
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
    std::vector<std::string_view> keys;
    std::ranges::transform(group.keys, std::back_inserter(keys), &KeyInfo::name);
    if (!node.is_map()) {
        mistake(node, fmt::format("{} must be a map of keys and values; its keys are: {}",
                                  group.what, fmt::join(keys, ", ")));
        return false;
    }
    std::vector<Error> unknown = practice::unknown_keys(node, keys, group.what);
    std::move(unknown.begin(), unknown.end(), std::back_inserter(errors_));
    return true;
}

std::string Reader::text(const Node& node, std::string_view what) {
    std::string value = take(node, practice::read_text(node, what));
    const bool stands_for = value.size() > 1 && value[0] == '$' && value[1] >= 'a';
    if (stands_for && practice::is_name(std::string_view(value).substr(1))) {
        mistake(node, fmt::format("nothing stands for \"{0}\" ({1}); the step that uses this flow "
                                  "says it: \"with: {{ {2}: … }}\"",
                                  value, what, value.substr(1)));
        value.clear();
    }
    return value;
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
    const auto span = value.empty() ? Result<Span>{} : parse_span(value);
    if (span && !value.empty() && span->count == 0) {
        too_short(node, what);
    }
    return take(node, span);
}

Moment Reader::moment(const Node& node, std::string_view what) {
    const std::string value = text(node, what);
    const auto moment = value.empty() ? Result<Moment>{} : parse_moment(value);
    if (moment && !value.empty() && moment->side == Moment::Side::FromNow &&
        moment->span.count == 0) {
        too_short(node, what);
    }
    return take(node, moment);
}

void Reader::too_short(const Node& node, std::string_view what) {
    mistake(node,
            fmt::format("\"{}\" must be longer than nothing; write for example \"14 days\"", what));
}

std::vector<std::string> Reader::texts(const Node& node, std::string_view what) {
    return take(node, practice::read_texts(node, what));
}

double Reader::share(const Node& node, int most, std::string_view cure) {
    std::string_view text = node.text();
    double percent = -1;
    if (text.ends_with('%')) {
        text.remove_suffix(1);
        while (text.ends_with(' ')) {
            text.remove_suffix(1);
        }
        const auto [end, problem] =
            std::from_chars(text.data(), text.data() + text.size(), percent);
        if (problem != std::errc{} || end != text.data() + text.size()) {
            percent = -1;
        }
    }
    if (!(percent >= 0) || percent > most) {
        mistake(node, std::string(cure));
        return 0;
    }
    return percent / 100;
}

}  // namespace parcours::campaign
