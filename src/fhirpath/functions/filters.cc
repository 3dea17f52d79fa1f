// where() … aggregate(): what becomes of each item.

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "fhirpath/arithmetic.h"
#include "fhirpath/collection.h"
#include "fhirpath/compare.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/function.h"
#include "fhirpath/item.h"
#include "fhirpath/item_set.h"
#include "fhirpath/nodes.h"
#include "fhirpath/tree.h"
#include "values/decimal.h"

namespace parcours::fhirpath {
namespace {

bool where(const Call& call) {
    for (std::size_t i = 0; i < call.input.size(); ++i) {
        bool holds = false;
        if (!call.evaluator.holds(call, 0, i, holds)) {
            return false;
        }
        if (holds) {
            call.out.push(call.input[i]);
        }
    }
    return true;
}

bool select(const Call& call) {
    for (std::size_t i = 0; i < call.input.size(); ++i) {
        if (!call.evaluator.each(call, 0, i, call.out)) {
            return false;
        }
    }
    return true;
}

// Level by level; `once`: only what is new.
bool repeated(const Call& call, bool once) {
    Collection level = call.input;
    ItemSet seen(call.out);
    while (!level.empty()) {
        Collection next;
        const Call inner{call.evaluator, call.node, call.frame, level, call.out};
        for (std::size_t i = 0; i < level.size(); ++i) {
            Collection found;
            if (!call.evaluator.each(inner, 0, i, found)) {
                return false;
            }
            for (const Item& item : found) {
                if (!call.evaluator.work(call.node, once ? 1 + call.out.size() / 8 : 16)) {
                    return false;
                }
                if (!once) {
                    call.out.push(item);
                }
                if (!once || seen.add(item)) {
                    next.push(item);
                }
            }
        }
        level = std::move(next);
    }
    return true;
}

bool repeat(const Call& call) {
    return repeated(call, true);
}
bool repeat_all(const Call& call) {
    return repeated(call, false);
}

// With its namespace written, a System type takes what FHIR converts to it.
std::optional<Item> as_named(const Item& item, const TypeName& types) {
    if (is_of(item, types)) {
        return item;
    }
    if (types.fhir != 0 || !item.is_node()) {
        return std::nullopt;
    }
    const auto value = to_system(item);
    if (!value || !is_of(*value, types)) {
        return std::nullopt;
    }
    return item.is_object() ? std::optional(item) : value;
}

bool of_type(const Call& call) {
    for (const Item& item : call.input) {
        if (const auto named = as_named(item, call.node.types)) {
            call.out.push(*named);
        }
    }
    return true;
}

bool as_type(const Call& call) {
    if (call.input.size() > 1) {
        return call.evaluator.fail(call.node, "as() takes one item; use ofType() for several");
    }
    if (!call.input.empty() && is_of(call.input[0], call.node.types)) {
        call.out.push(call.input[0]);
    }
    return true;
}

bool is_type(const Call& call) {
    if (call.input.size() > 1) {
        return call.evaluator.fail(call.node, "is() takes one item; use all($this is …)");
    }
    if (!call.input.empty()) {
        call.out.push(Item::of(is_of(call.input[0], call.node.types)));
    }
    return true;
}

struct Keyed {
    std::size_t number = 0;
    std::vector<std::optional<Item>> keys;
};

// Items without a key come first.
std::optional<int> order_of(const std::optional<Item>& left, const std::optional<Item>& right) {
    if (!left || !right) {
        return static_cast<int>(left.has_value()) - static_cast<int>(right.has_value());
    }
    const Order order = compare(*left, *right);
    return order.possible ? std::optional(order.sign.value_or(0)) : std::nullopt;
}

bool read_keys(const Call& call, std::list<Keyed>& rows) {
    for (std::size_t i = 0; i < call.input.size(); ++i) {
        Keyed row{i, {}};
        if (call.node.arguments.empty()) {
            row.keys.push_back(to_system(call.input[i]));
        }
        for (std::size_t key = 0; key < call.node.arguments.size(); ++key) {
            Collection value;
            if (!call.evaluator.each(call, key, i, value)) {
                return false;
            }
            if (value.size() > 1) {
                return call.evaluator.fail(call.node, "a key of sort() is one item");
            }
            row.keys.push_back(value.empty() ? std::nullopt : to_system(value[0]));
        }
        rows.push_back(std::move(row));
    }
    return true;
}

bool sort(const Call& call) {
    std::list<Keyed> rows;  // its sort is safe for orders that precision leaves open
    if (!read_keys(call, rows)) {
        return false;
    }
    bool possible = true;
    rows.sort([&](const Keyed& left, const Keyed& right) {
        for (std::size_t key = 0; key < left.keys.size(); ++key) {
            const auto order = order_of(left.keys[key], right.keys[key]);
            possible = possible && order.has_value();
            if (order.value_or(0) != 0) {
                const bool down =
                    key < call.node.arguments.size() && call.node.arguments[key]->descending;
                return down ? *order > 0 : *order < 0;
            }
        }
        return false;
    });
    if (!possible) {
        return call.evaluator.fail(call.node, "sort() cannot order items of such types");
    }
    for (const Keyed& row : rows) {
        call.out.push(call.input[row.number]);
    }
    return call.evaluator.work(call.node, rows.size() * 4);
}

bool aggregate(const Call& call) {
    Collection total;
    if (call.node.arguments.size() > 1 && !call.evaluator.argument(call, 1, total)) {
        return false;
    }
    for (std::size_t i = 0; i < call.input.size(); ++i) {
        Frame frame{{&call.input[i], 1}, static_cast<std::int64_t>(i), &total, call.frame.defined};
        Collection next;
        if (!call.evaluator.evaluate(*call.node.arguments[0], frame, next)) {
            return false;
        }
        total = std::move(next);
    }
    call.out.append(total.items());
    return true;
}

// Every value, or nothing where one is missing.
std::optional<std::vector<Item>> values_of(const Collection& input) {
    std::vector<Item> values;
    for (const Item& item : input) {
        const auto value = to_system(item);
        if (!value) {
            return std::nullopt;
        }
        values.push_back(*value);
    }
    return values;
}

bool sum_of(const Call& call, std::span<const Item> values, std::optional<Item>& sum) {
    sum = values[0];
    for (const Item& value : values.subspan(1)) {
        std::optional<Item> next;
        if (calculate(Operation::Add, *sum, value, call.evaluator.arena(), next) !=
            Calculation::Done) {
            return call.evaluator.fail(call.node, "such items cannot be added");
        }
        sum = next;
        if (!sum) {
            return true;
        }
    }
    return true;
}

bool sum(const Call& call) {
    const auto values = values_of(call.input);
    if (!values || values->empty()) {
        return true;
    }
    std::optional<Item> total;
    if (!sum_of(call, *values, total)) {
        return false;
    }
    if (total) {
        call.out.push(*total);
    }
    return true;
}

bool average(const Call& call) {
    const auto values = values_of(call.input);
    if (!values || values->empty()) {
        return true;
    }
    std::optional<Item> total;
    if (!sum_of(call, *values, total)) {
        return false;
    }
    std::optional<Item> mean;
    const Item count =
        Item::of(values::Decimal::from_integer(static_cast<std::int64_t>(values->size())), 0);
    if (total && calculate(Operation::Divide, *total, count, call.evaluator.arena(), mean) !=
                     Calculation::Done) {
        return call.evaluator.fail(call.node, "avg() is asked of numbers and Quantities");
    }
    if (mean) {
        call.out.push(*mean);
    }
    return true;
}

bool extreme(const Call& call, int wanted) {
    const auto values = values_of(call.input);
    if (!values || values->empty()) {
        return true;
    }
    Item best = values->front();
    for (const Item& value : *values) {
        const Order order = compare(value, best);
        if (!order.possible) {
            return call.evaluator.fail(call.node, "items of such types have no order");
        }
        if (!order.sign) {
            return true;
        }
        if (*order.sign == wanted) {
            best = value;
        }
    }
    call.out.push(best);
    return true;
}

bool least(const Call& call) {
    return extreme(call, -1);
}
bool greatest(const Call& call) {
    return extreme(call, 1);
}

bool coalesce(const Call& call) {
    for (std::size_t i = 0; i < call.node.arguments.size() && call.out.empty(); ++i) {
        if (!call.evaluator.argument(call, i, call.out)) {
            return false;
        }
    }
    return true;
}

constexpr auto table = std::to_array<Function>({
    {"where", 1, 1, where, "The items for which the criterion holds"},
    {"select", 1, 1, select, "What the projection gives for each item"},
    {"repeat", 1, 1, repeat, "The projection of the projection … each item once"},
    {"repeatAll", 1, 1, repeat_all, "As repeat(), with items that come twice"},
    {"ofType", 1, 1, of_type, "The items of a type", true},
    {"as", 1, 1, as_type, "The item where it is of a type", true},
    {"is", 1, 1, is_type, "Whether the item is of a type", true},
    {"sort", 0, 9, sort, "In order, by keys; -key or `key desc` is descending"},
    {"aggregate", 1, 2, aggregate, "$total after each item, from a first value"},
    {"sum", 0, 0, sum, "The sum of numbers or Quantities"},
    {"avg", 0, 0, average, "Their mean"},
    {"min", 0, 0, least, "The least"},
    {"max", 0, 0, greatest, "The greatest"},
    {"coalesce", 1, 16, coalesce, "The first argument that is not empty"},
});

}  // namespace

std::span<const Function> filter_functions() {
    return table;
}

}  // namespace parcours::fhirpath
