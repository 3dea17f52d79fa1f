// Lists (CQL 1.5 Appendix B §List).

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cql/functions/element_set.h"
#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/operations.h"
#include "cql/value.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;

Value first(Arguments in, CallContext& /*context*/) {
    return in[0].elements().empty() ? Value() : in[0].elements().front();
}

Value last(Arguments in, CallContext& /*context*/) {
    return in[0].elements().empty() ? Value() : in[0].elements().back();
}

Value length(Arguments in, CallContext& context) {
    if (in[0].is_null()) {
        const bool text = context.overload == nullptr ||
                          context.overload->parameters[0].kind == Type::Kind::String;
        return text ? Value() : Value(0);
    }
    if (in[0].kind() == Value::Kind::String) {
        return static_cast<std::int32_t>(std::ranges::count_if(
            in[0].text(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    }
    return static_cast<std::int32_t>(in[0].elements().size());
}

Value distinct(Arguments in, CallContext& context) {
    ElementSet out;
    for (const Value& element : in[0].elements()) {
        out.insert(element);
        if (compares_too_much(out.comparisons(), context)) {
            return {};
        }
    }
    return ListValue{out.take()};
}

Value flatten(Arguments in, CallContext& context) {
    ListValue out;
    for (const Value& element : in[0].elements()) {
        if (has_too_many(out.elements.size(), context)) {
            return {};
        }
        if (element.kind() == Value::Kind::List) {
            out.elements.insert(out.elements.end(), element.elements().begin(),
                                element.elements().end());
        } else if (!element.is_null()) {
            out.elements.push_back(element);
        }
    }
    return out;
}

Value singleton(Arguments in, CallContext& context) {
    const auto& elements = in[0].elements();
    if (elements.size() > 1) {
        return context.fail_with("'singleton from' found " + std::to_string(elements.size()) +
                                 " elements where at most one was expected");
    }
    return elements.empty() ? Value() : elements.front();
}

Value index_of(Arguments in, CallContext& /*context*/) {
    const auto& elements = in[0].elements();
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (equal(elements[i], in[1]) == Truth(true)) {
            return static_cast<std::int32_t>(i);
        }
    }
    return -1;
}

Value indexer(Arguments in, CallContext& /*context*/) {
    const std::int64_t index = in[1].integer();
    if (in[0].kind() == Value::Kind::List) {
        const auto size = static_cast<std::int64_t>(in[0].elements().size());
        return index >= 0 && index < size ? in[0].elements()[static_cast<std::size_t>(index)]
                                          : Value();
    }
    std::int64_t at = -1;
    std::string out;
    for (const char c : in[0].text()) {
        at += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
        if (at == index) {
            out += c;
        }
    }
    return out.empty() ? Value() : Value(out);
}

Value part(const std::vector<Value>& elements, std::int64_t begin, std::int64_t end) {
    const auto size = static_cast<std::int64_t>(elements.size());
    begin = std::clamp<std::int64_t>(begin, 0, size);
    end = std::clamp<std::int64_t>(end, begin, size);
    return ListValue{{elements.begin() + begin, elements.begin() + end}};
}

Value skip(Arguments in, CallContext& /*context*/) {
    return in[0].is_null() ? Value()
                           : part(in[0].elements(),
                                  in[1].is_null()       ? 0
                                  : in[1].integer() < 0 ? INT32_MAX
                                                        : in[1].integer(),
                                  INT32_MAX);
}

// Negative places count from the end (CQL §Slice).
Value slice(Arguments in, CallContext& /*context*/) {
    if (in[0].is_null()) {
        return {};
    }
    const auto size = static_cast<std::int64_t>(in[0].elements().size());
    const auto place = [&](std::size_t argument, std::int64_t otherwise) {
        if (in.size() <= argument || in[argument].is_null()) {
            return otherwise;
        }
        const std::int64_t index = in[argument].integer();
        return std::clamp<std::int64_t>(index < 0 ? index + size : index, 0, size);
    };
    return part(in[0].elements(), place(1, 0), place(2, size));
}
Value tail(Arguments in, CallContext& /*context*/) {
    return part(in[0].elements(), 1, INT32_MAX);
}
Value take(Arguments in, CallContext& /*context*/) {
    return in[0].is_null() ? Value()
                           : part(in[0].elements(), 0, in[1].is_null() ? 0 : in[1].integer());
}

const auto table = std::to_array<Function>({
    {"First", "List<T> -> T", first, "The first element, null where there is none.",
     "First([Observation] O sort by effective)"},
    {"Last", "List<T> -> T", last, "The last element, null where there is none.",
     "Last([Observation] O sort by effective)"},
    {"Length", "String -> Integer; List<T> -> Integer", length,
     "Characters of a text, elements of a list.", "Length('abc')", true},
    {"Distinct", "List<T> -> List<T>", distinct, "Each element once.", "distinct {1, 1, 2}"},
    {"Flatten", "List<List<T>> -> List<T>; List<T> -> List<T>", flatten,
     "The elements of the lists in a list.", "flatten {{1}, {2}}"},
    {"SingletonFrom", "List<T> -> T", singleton,
     "The only element; an error where there are several.", "singleton from {1}"},
    {"IndexOf", "List<T>, T -> Integer", index_of,
     "The place of an element, from 0; -1 where absent.", "IndexOf({1, 2}, 2)"},
    {"Indexer", "String, Integer -> String; List<T>, Integer -> T", indexer,
     "The element at a place, from 0.", "{1, 2}[0]"},
    {"Skip", "List<T>, Integer -> List<T>", skip, "Without so many elements at the front.",
     "Skip({1, 2, 3}, 1)", true},
    {"Slice",
     "List<T> -> List<T>; List<T>, Integer -> List<T>; List<T>, Integer, Integer -> List<T>", slice,
     "From one place to before another; negative places count from the end.",
     "Slice({1, 2, 3, 4}, 1, -1)", true},
    {"Tail", "List<T> -> List<T>", tail, "Without the first element.", "Tail({1, 2})"},
    {"Take", "List<T>, Integer -> List<T>", take, "The first so many elements.",
     "Take({1, 2, 3}, 2)", true},
});

}  // namespace

FunctionGroup list_functions() {
    return table;
}

}  // namespace parcours::cql
