// Regular expressions over text (CQL 1.5 Appendix B §String).

#include <array>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "cql/functions/element_set.h"
#include "cql/functions/function.h"
#include "cql/value.h"
#include "values/regex.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;
using values::Regex;

Value failed(const Error& error, CallContext& context) {
    return context.fail_with(error.message, error.code);
}

Value matches(Arguments in, CallContext& context) {
    const auto regex = Regex::find(in[1].text());
    return regex ? Value(regex->matches(in[0].text())) : failed(regex.error(), context);
}

Value replace_matches(Arguments in, CallContext& context) {
    const auto regex = Regex::find(in[1].text());
    if (!regex) {
        return failed(regex.error(), context);
    }
    auto replaced = regex->replace(in[0].text(), in[2].text());
    if (replaced && is_too_long(replaced->size(), context)) {
        return {};
    }
    return replaced ? Value(std::move(*replaced)) : failed(replaced.error(), context);
}

Value split_on_matches(Arguments in, CallContext& context) {
    if (in[0].is_null()) {
        return {};
    }
    if (in[1].is_null()) {
        return ListValue{{in[0]}};
    }
    const auto regex = Regex::find(in[1].text());
    if (!regex) {
        return failed(regex.error(), context);
    }
    ListValue out;
    for (std::string& part : regex->split(in[0].text())) {
        out.elements.emplace_back(std::move(part));
    }
    return out;
}

const auto table = std::to_array<Function>({
    {"Matches", "String, String -> Boolean", matches,
     "Whether the whole text matches a regular expression.",
     "Matches('1,2three', '\\\\d,\\\\d\\\\w+')"},
    {"MatchesFull", "String, String -> Boolean", matches, "The same, under its later name.",
     "MatchesFull('N80', 'N[0-9]+')"},
    {"ReplaceMatches", "String, String, String -> String", replace_matches,
     "Each match of a regular expression replaced; $1 is its first group.",
     "ReplaceMatches('ABCDE', 'C', 'XYZ')"},
    {"SplitOnMatches", "String, String -> List<String>", split_on_matches,
     "The parts of a text between matches of a regular expression.",
     "SplitOnMatches('a1b22c', '[0-9]+')", true},
});

}  // namespace

FunctionGroup pattern_functions() {
    return table;
}

}  // namespace parcours::cql
