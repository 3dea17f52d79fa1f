// The tree, types, variables.

#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "fhir/model.h"
#include "fhirpath/collection.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/function.h"
#include "fhirpath/item.h"
#include "fhirpath/model_types.h"
#include "fhirpath/nodes.h"
#include "fhirpath/quantity.h"

namespace parcours::fhirpath {
namespace {

bool children(const Call& call) {
    for (const Item& item : call.input) {
        append_children(item, call.out);
    }
    return true;
}

// Level by level, as repeat(children()) would; no node comes twice.
bool descendants(const Call& call) {
    Collection level = call.input;
    while (!level.empty()) {
        Collection next;
        for (const Item& item : level) {
            append_children(item, next);
        }
        if (!call.evaluator.work(call.node, next.size())) {
            return false;
        }
        call.out.append(next.items());
        level = std::move(next);
    }
    return true;
}

bool trace(const Call& call) {
    std::optional<std::string_view> name;
    if (!call.evaluator.string_argument(call, 0, name)) {
        return false;
    }
    call.out.append(call.input.items());
    return true;
}

bool define_variable(const Call& call) {
    std::optional<std::string_view> name;
    if (!call.evaluator.string_argument(call, 0, name)) {
        return false;
    }
    if (!name) {
        return call.evaluator.fail(call.node, "defineVariable() takes a name");
    }
    for (const std::string_view kept :
         {"context", "resource", "rootResource", "ucum", "sct", "loinc"}) {
        if (*name == kept) {
            return call.evaluator.fail(call.node, fmt::format("%{} means something already", kept));
        }
    }
    for (const Defined* one = call.frame.defined.get(); one != nullptr; one = one->before.get()) {
        if (one->name == *name) {
            return call.evaluator.fail(call.node, fmt::format("%{} is defined already", *name));
        }
    }
    Collection value;
    if (call.node.arguments.size() == 1) {
        value = call.input;
    } else {
        Frame frame{call.input.items(), call.frame.index, call.frame.total, call.frame.defined};
        if (!call.evaluator.evaluate(*call.node.arguments[1], frame, value)) {
            return false;
        }
    }
    call.frame.defined =
        std::make_shared<const Defined>(Defined{*name, std::move(value), call.frame.defined});
    call.out.append(call.input.items());
    return true;
}

bool type(const Call& call) {
    for (const Item& item : call.input) {
        const fhir::TypeId id = type_of(item);
        call.out.push(Item::of_type(id == 0 ? model_types().any : id));
    }
    return true;
}

bool are_comparable(const Call& call) {
    std::optional<Item> item;
    std::optional<Item> other;
    if (!call.evaluator.single_input(call, item) ||
        !call.evaluator.single_argument(call, 0, other)) {
        return false;
    }
    if (!item || !other) {
        return true;
    }
    const auto one = as_quantity(*item);
    const auto two = as_quantity(*other);
    if (one && two) {
        call.out.push(Item::of(comparable(*one, *two)));
    }
    return true;
}

constexpr auto table = std::to_array<Function>({
    {"children", 0, 0, children, "All parts of each item"},
    {"descendants", 0, 0, descendants, "All parts, their parts and so on"},
    {"trace", 1, 2, trace, "The input as it is"},
    {"defineVariable", 1, 2, define_variable, "The input; %name is known from here on"},
    {"type", 0, 0, type, "The type of each item: its namespace and name"},
    {"comparable", 1, 1, are_comparable, "Whether two Quantities measure the same"},
});

}  // namespace

std::span<const Function> utility_functions() {
    return table;
}

}  // namespace parcours::fhirpath
