// Children and descendants of values, and Message (CQL 1.5 Appendix B §Type, §Errors and
// Messaging).

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/functions/function.h"
#include "cql/operations.h"
#include "cql/value.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;
using Kind = Value::Kind;

constexpr std::size_t descendants_max = 100'000;

void append(std::vector<Value>& out, Value value) {
    if (value.kind() == Kind::List) {
        for (const Value& element : value.elements()) {
            append(out, element);
        }
    } else if (!value.is_null()) {
        out.push_back(std::move(value));
    }
}

void append_members(std::vector<Value>& out, const Value& value,
                    std::span<const char* const> names) {
    for (const char* name : names) {
        append(out, member_of(value, name));
    }
}

// The values of the elements of a structured value; lists one by one.
void append_children(const Value& value, std::vector<Value>& out) {
    static constexpr std::array quantity{"value", "unit"};
    static constexpr std::array code{"code", "display", "system", "version"};
    static constexpr std::array codes{"codes", "display"};
    static constexpr std::array ratio{"numerator", "denominator"};
    switch (value.kind()) {
        case Kind::List:
            for (const Value& element : value.elements()) {
                append_children(element, out);
            }
            break;
        case Kind::Tuple:
            for (const auto& [name, member] : value.tuple().elements) {
                append(out, member);
            }
            break;
        case Kind::Quantity:
            append_members(out, value, quantity);
            break;
        case Kind::Code:
            append_members(out, value, code);
            break;
        case Kind::Concept:
            append_members(out, value, codes);
            break;
        case Kind::Ratio:
            append_members(out, value, ratio);
            break;
        default:
            break;
    }
}

Value children(Arguments in, CallContext& /*context*/) {
    ListValue out;
    append_children(in[0], out.elements);
    return out;
}

Value descendants(Arguments in, CallContext& context) {
    ListValue out;
    append_children(in[0], out.elements);
    for (std::size_t i = 0; i < out.elements.size(); ++i) {
        if (out.elements.size() > descendants_max) {
            return context.fail_with(
                "the value has more than " + std::to_string(descendants_max) + " descendants",
                ErrorCode::Limit);
        }
        const Value element = out.elements[i];
        append_children(element, out.elements);
    }
    return out;
}

std::string text_or(const Value& value, std::string otherwise) {
    return value.kind() == Kind::String ? value.text() : std::move(otherwise);
}

// `Error` ends the evaluation; a severity nobody knows is told as a message.
Value message(Arguments in, CallContext& context) {
    if (!in[1].is_true()) {
        return in[0];
    }
    const std::string severity = text_or(in[3], "Message");
    const std::string code = text_or(in[2], "");
    const std::string told = (code.empty() ? "" : code + ": ") + text_or(in[4], "");
    if (severity == "Error") {
        return context.fail_with(told);
    }
    if (context.messages != nullptr) {
        std::string line = severity + ": " + told;
        if (severity == "Trace") {
            line += " (" + in[0].to_text() + ")";
        }
        context.messages->push_back(std::move(line));
    }
    return in[0];
}

const auto table = std::to_array<Function>({
    {"Children", "Any -> List<Any>", children, "The values of the elements of a structured value.",
     "Children(Tuple { a: 1, b: {2, 3} })"},
    {"Descendants", "Any -> List<Any>", descendants,
     "The values of its elements, of their elements, and so on.",
     "Descendants(Tuple { a: Tuple { b: 1 } })"},
    {"Descendents", "Any -> List<Any>", descendants, "The same, under its former name.",
     "Descendents(Tuple { a: Tuple { b: 1 } })"},
    {"Message", "T, Boolean, String, String, String -> T", message,
     "The first, unchanged; where the condition holds, a message is told, and an 'Error' ends the "
     "evaluation.",
     "Message(1, true, '100', 'Warning', 'as expected')", true},
});

}  // namespace

FunctionGroup structure_functions() {
    return table;
}

}  // namespace parcours::cql
