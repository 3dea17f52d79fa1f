// Regular expressions. A pattern that is a literal is compiled with the expression.

#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "fhirpath/collection.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/function.h"
#include "fhirpath/item.h"
#include "fhirpath/tree.h"
#include "values/regex.h"

namespace parcours::fhirpath {
namespace {

using Text = std::optional<std::string_view>;
using values::Regex;

// The argument that holds flags: of matches() the second, of replaceMatches() the third.
std::size_t flags_at(const Node& node) {
    return node.name == "replaceMatches" ? 2 : 1;
}

// matchesFull() is bound to both ends of the text or, with "m", of a line.
Result<Regex> compile_pattern(const Node& node, std::string_view pattern, std::string_view flags) {
    return node.name == "matchesFull" ? Regex::find(fmt::format("^(?:{})$", pattern), flags)
                                      : Regex::find(pattern, flags);
}

bool find_regex(const Call& call, std::optional<Regex>& out) {
    if (call.node.regex) {
        out = *call.node.regex;
        return true;
    }
    Text pattern;
    Text flags;
    if (!call.evaluator.string_argument(call, 0, pattern) ||
        !call.evaluator.string_argument(call, flags_at(call.node), flags)) {
        return false;
    }
    if (!pattern) {
        return true;
    }
    auto compiled = compile_pattern(call.node, *pattern, flags.value_or(""));
    if (!compiled) {
        return call.evaluator.fail(*call.node.arguments[0], std::move(compiled.error().message));
    }
    out = std::move(*compiled);
    return call.evaluator.work(call.node, 100 + pattern->size());
}

bool matches(const Call& call) {
    Text text;
    std::optional<Regex> regex;
    if (!call.evaluator.string_input(call, text) || !find_regex(call, regex)) {
        return false;
    }
    if (text && regex) {
        call.out.push(Item::of(regex->is_in(*text)));
    }
    return call.evaluator.work(call.node, text ? text->size() / 16 : 0);
}

bool replace_matches(const Call& call) {
    Text text;
    Text with;
    std::optional<Regex> regex;
    if (!call.evaluator.string_input(call, text) ||
        !call.evaluator.string_argument(call, 1, with) || !find_regex(call, regex)) {
        return false;
    }
    if (!text || !with || !regex) {
        return true;
    }
    if (!call.evaluator.work(call.node, text->size() * (with->size() + 1) / 16)) {
        return false;
    }
    auto replaced = regex->replace(*text, *with);
    if (!replaced) {
        return call.evaluator.fail(call.node, std::move(replaced.error().message));
    }
    call.out.push(Item::of(call.evaluator.arena().keep(std::move(*replaced))));
    return true;
}

constexpr auto table = std::to_array<Function>({
    {"matches", 1, 2, matches, "Whether a regular expression matches a part of it"},
    {"matchesFull", 1, 2, matches, "Whether a regular expression matches all of it"},
    {"replaceMatches", 2, 3, replace_matches, "With every match replaced; $1 is its first group"},
});

}  // namespace

std::shared_ptr<const values::Regex> literal_regex(const Node& call) {
    if (call.function == nullptr ||
        (call.function->run != matches && call.function->run != replace_matches)) {
        return nullptr;
    }
    const auto text = [&call](std::size_t number) -> Text {
        if (number >= call.arguments.size()) {
            return "";
        }
        const Node& argument = *call.arguments[number];
        const bool literal =
            argument.operation == Operation::Literal && argument.literal.kind == Kind::String;
        return literal ? Text(argument.literal.text()) : std::nullopt;
    };
    const Text pattern = text(0);
    const Text flags = text(flags_at(call));
    if (!pattern || !flags) {
        return nullptr;
    }
    auto compiled = compile_pattern(call, *pattern, *flags);
    return compiled ? std::make_shared<const Regex>(std::move(*compiled)) : nullptr;
}

std::span<const Function> regex_functions() {
    return table;
}

}  // namespace parcours::fhirpath
