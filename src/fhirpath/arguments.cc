// What functions ask of their input and arguments.

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>

#include "fhirpath/collection.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/function.h"
#include "fhirpath/item.h"
#include "fhirpath/nodes.h"
#include "fhirpath/tree.h"

namespace parcours::fhirpath {

// Variables that an argument defines end with it.
bool Evaluator::argument(const Call& call, std::size_t number, Collection& out) {
    Frame frame = call.frame;
    return evaluate(*call.node.arguments[number], frame, out);
}

bool Evaluator::single_argument(const Call& call, std::size_t number, std::optional<Item>& out) {
    out.reset();
    if (number >= call.node.arguments.size()) {
        return true;
    }
    Collection items;
    if (!argument(call, number, items)) {
        return false;
    }
    if (items.size() > 1) {
        return fail(*call.node.arguments[number],
                    fmt::format("{} takes one item here, not {}", call.node.name, items.size()));
    }
    if (!items.empty()) {
        out = to_system(items[0]);
    }
    return true;
}

bool Evaluator::string_argument(const Call& call, std::size_t number,
                                std::optional<std::string_view>& out) {
    std::optional<Item> item;
    if (!single_argument(call, number, item)) {
        return false;
    }
    out.reset();
    if (item && item->kind != Kind::String) {
        return fail(*call.node.arguments[number],
                    fmt::format("{} takes a String here", call.node.name));
    }
    if (item) {
        out = item->text();
    }
    return true;
}

bool Evaluator::integer_argument(const Call& call, std::size_t number,
                                 std::optional<std::int64_t>& out) {
    std::optional<Item> item;
    if (!single_argument(call, number, item)) {
        return false;
    }
    out.reset();
    if (item && item->kind != Kind::Integer && item->kind != Kind::Long) {
        return fail(*call.node.arguments[number],
                    fmt::format("{} takes an Integer here", call.node.name));
    }
    if (item) {
        out = item->integer();
    }
    return true;
}

bool Evaluator::each(const Call& call, std::size_t number, std::size_t at, Collection& out) {
    Frame frame{
        {&call.input[at], 1}, static_cast<std::int64_t>(at), call.frame.total, call.frame.defined};
    return evaluate(*call.node.arguments[number], frame, out);
}

bool Evaluator::holds(const Call& call, std::size_t number, std::size_t at, bool& out) {
    Collection items;
    std::optional<bool> truth;
    if (!each(call, number, at, items) || !truth_of(items, *call.node.arguments[number], truth)) {
        return false;
    }
    out = truth.value_or(false);
    return true;
}

bool Evaluator::single_input(const Call& call, std::optional<Item>& out) {
    out.reset();
    if (call.input.size() > 1) {
        return fail(call.node, fmt::format("{}() is asked of one item, not of {}", call.node.name,
                                           call.input.size()));
    }
    if (!call.input.empty()) {
        out = to_system(call.input[0]);
    }
    return true;
}

bool Evaluator::string_input(const Call& call, std::optional<std::string_view>& out) {
    out.reset();
    if (call.input.size() == 1 && call.input[0].is_node() && call.input[0].value().is_string()) {
        out = call.input[0].value().text();  // a date of FHIR is text as well
        return true;
    }
    std::optional<Item> item;
    if (!single_input(call, item)) {
        return false;
    }
    if (item && item->kind != Kind::String) {
        return fail(call.node, fmt::format("{}() is asked of a String", call.node.name));
    }
    if (item) {
        out = item->text();
    }
    return true;
}

}  // namespace parcours::fhirpath
