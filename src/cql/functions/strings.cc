// Text (CQL 1.5 Appendix B §String).

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "cql/functions/element_set.h"
#include "cql/functions/function.h"
#include "cql/value.h"
#include "values/letters.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// The byte at which character number `index` begins.
std::size_t byte_of(std::string_view text, std::size_t index) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U && at++ == index) {
            return i;
        }
    }
    return text.size();
}

Value place(std::string_view text, std::size_t byte) {
    return byte == std::string_view::npos
               ? Value(-1)
               : Value(static_cast<std::int32_t>(characters(text.substr(0, byte))));
}

Value concatenate(Arguments in, CallContext& context) {
    std::string out;
    for (const Value& part : in) {
        out += part.is_null() ? "" : part.text();
    }
    return is_too_long(out.size(), context) ? Value() : Value(std::move(out));
}

Value combine(Arguments in, CallContext& context) {
    if (in[0].is_null() || in[0].elements().empty()) {
        return {};
    }
    const std::string separator = in.size() > 1 && !in[1].is_null() ? in[1].text() : "";
    std::string out;
    bool any = false;
    for (const Value& part : in[0].elements()) {
        if (!part.is_null()) {
            out += (any ? separator : "") + part.text();
            any = true;
        }
        if (is_too_long(out.size(), context)) {
            return {};
        }
    }
    return any ? Value(out) : Value();
}

Value split(Arguments in, CallContext& context) {
    if (in[0].is_null()) {
        return {};
    }
    std::string_view rest = in[0].text();
    ListValue out;
    if (!in[1].is_null() && !in[1].text().empty()) {
        for (std::size_t at = rest.find(in[1].text()); at != std::string_view::npos;
             at = rest.find(in[1].text())) {
            if (has_too_many(out.elements.size(), context)) {
                return {};
            }
            out.elements.emplace_back(rest.substr(0, at));
            rest.remove_prefix(at + in[1].text().size());
        }
    }
    out.elements.emplace_back(rest);
    return out;
}

Value lower(Arguments in, CallContext& /*context*/) {
    return values::to_lower(in[0].text());
}
Value upper(Arguments in, CallContext& /*context*/) {
    return values::to_upper(in[0].text());
}
Value starts_with(Arguments in, CallContext& /*context*/) {
    return in[0].text().starts_with(in[1].text());
}
Value ends_with(Arguments in, CallContext& /*context*/) {
    return in[0].text().ends_with(in[1].text());
}
Value position_of(Arguments in, CallContext& /*context*/) {
    return place(in[1].text(), in[1].text().find(in[0].text()));
}
Value last_position_of(Arguments in, CallContext& /*context*/) {
    return place(in[1].text(), in[1].text().rfind(in[0].text()));
}

Value substring(Arguments in, CallContext& /*context*/) {
    if (in[0].is_null() || in[1].is_null()) {
        return {};
    }
    const std::string_view text = in[0].text();
    const std::int64_t start = in[1].integer();
    if (start < 0 || start >= static_cast<std::int64_t>(characters(text))) {
        return {};
    }
    const std::size_t begin = byte_of(text, static_cast<std::size_t>(start));
    if (in.size() < 3 || in[2].is_null()) {
        return text.substr(begin);
    }
    const std::int64_t count = std::max<std::int64_t>(0, in[2].integer());
    return text.substr(begin, byte_of(text, static_cast<std::size_t>(start + count)) - begin);
}

const auto table = std::to_array<Function>({
    {"Concatenate", "String, String -> String", concatenate,
     "Two texts in a row; with & a null counts as empty.", "'a' & 'b'"},
    {"Combine", "List<String> -> String; List<String>, String -> String", combine,
     "The texts of a list in a row, with a separator.", "Combine({'a', 'b'}, ', ')", true},
    {"Split", "String, String -> List<String>", split, "The parts of a text between separators.",
     "Split('a,b', ',')", true},
    {"Lower", "String -> String", lower, "The text in small letters.", "Lower('ABC')"},
    {"Upper", "String -> String", upper, "The text in capitals.", "Upper('abc')"},
    {"StartsWith", "String, String -> Boolean", starts_with,
     "Whether the text begins with the second.", "StartsWith('abc', 'a')"},
    {"EndsWith", "String, String -> Boolean", ends_with, "Whether the text ends with the second.",
     "EndsWith('abc', 'c')"},
    {"PositionOf", "String, String -> Integer", position_of,
     "Where the first stands in the second, from 0; -1 where it does not.",
     "PositionOf('b', 'abc')"},
    {"LastPositionOf", "String, String -> Integer", last_position_of,
     "Where the first stands last in the second.", "LastPositionOf('b', 'abcb')"},
    {"Substring", "String, Integer -> String; String, Integer, Integer -> String", substring,
     "A part of a text, from a place on.", "Substring('abc', 1)", true},
});

}  // namespace

FunctionGroup string_functions() {
    return table;
}

}  // namespace parcours::cql
