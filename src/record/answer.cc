#include "record/answer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace parcours {
namespace {

constexpr std::array<std::string_view, 3> kinds{"answer", "flag", "concern"};
constexpr std::size_t digits_max = 9;

bool is_whole_number(std::string_view text) {
    if (text.starts_with('-')) {
        text.remove_prefix(1);
    }
    const bool leading_zero = text.size() > 1 && text.front() == '0';
    return !text.empty() && text.size() <= digits_max && !leading_zero &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string_view answer_kind_name(AnswerKind kind) {
    return kinds.at(static_cast<std::size_t>(kind));
}

std::optional<AnswerKind> find_answer_kind(std::string_view name) {
    const auto* const found = std::ranges::find(kinds, name);
    return found == kinds.end() ? std::nullopt
                                : std::optional(static_cast<AnswerKind>(found - kinds.begin()));
}

AnswerValue guess_answer_value(std::string text) {
    const auto type = text == "true" || text == "false" ? AnswerValue::Type::Boolean
                      : is_whole_number(text)           ? AnswerValue::Type::Integer
                                                        : AnswerValue::Type::Text;
    return {type, std::move(text)};
}

}  // namespace parcours
