// Operators of two operands: union, equality, order, membership, concatenation.

#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fhirpath/arithmetic.h"
#include "fhirpath/collection.h"
#include "fhirpath/compare.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/item.h"
#include "fhirpath/item_set.h"
#include "fhirpath/nodes.h"
#include "fhirpath/tree.h"

namespace parcours::fhirpath {
namespace {

std::string_view symbol_of(Operation operation) {
    switch (operation) {
        case Operation::Add:
            return "+";
        case Operation::Subtract:
            return "-";
        case Operation::Multiply:
            return "*";
        case Operation::Divide:
            return "/";
        case Operation::Div:
            return "div";
        case Operation::Mod:
            return "mod";
        case Operation::Less:
            return "<";
        case Operation::LessOrEqual:
            return "<=";
        case Operation::Greater:
            return ">";
        case Operation::GreaterOrEqual:
            return ">=";
        case Operation::In:
            return "in";
        case Operation::Contains:
            return "contains";
        default:
            return "&";
    }
}

}  // namespace

bool Evaluator::binary(const Node& node, Frame& frame, Collection& out) {
    Collection left;
    Collection right;
    const auto defined = frame.defined;
    if (!evaluate(*node.arguments[0], frame, left)) {
        return false;
    }
    frame.defined = defined;
    if (!evaluate(*node.arguments[1], frame, right)) {
        return false;
    }
    frame.defined = defined;
    switch (node.operation) {
        case Operation::Union: {
            ItemSet seen(out);
            return seen.add_all(*this, node, left) && seen.add_all(*this, node, right);
        }
        case Operation::Equal:
        case Operation::NotEqual:
        case Operation::Equivalent:
        case Operation::NotEquivalent:
            return equality(node, left, right, out);
        case Operation::In:
            return membership(node, left, right, out);
        case Operation::Contains:
            return membership(node, right, left, out);
        case Operation::Less:
        case Operation::LessOrEqual:
        case Operation::Greater:
        case Operation::GreaterOrEqual:
            return ordering(node, left, right, out);
        default:
            return arithmetic(node, left, right, out);
    }
}

bool Evaluator::equality(const Node& node, const Collection& left, const Collection& right,
                         Collection& out) {
    const bool negated =
        node.operation == Operation::NotEqual || node.operation == Operation::NotEquivalent;
    if (node.operation == Operation::Equivalent || node.operation == Operation::NotEquivalent) {
        if (!work(node, left.size() * right.size())) {
            return false;
        }
        out.push(Item::of(equivalent(left.items(), right.items()) != negated));
        return true;
    }
    if (left.empty() || right.empty()) {
        return true;
    }
    std::optional<bool> all = left.size() == right.size();
    for (std::size_t i = 0; all != false && i < left.size() && i < right.size(); ++i) {
        const auto one = equal(left[i], right[i]);
        if (one != true) {
            all = one == false ? one : std::nullopt;
        }
    }
    if (all) {
        out.push(Item::of(*all != negated));
    }
    return true;
}

bool Evaluator::membership(const Node& node, const Collection& one, const Collection& many,
                           Collection& out) {
    if (one.size() > 1) {
        return fail(node, fmt::format("'{}' asks for one item, not for {}",
                                      symbol_of(node.operation), one.size()));
    }
    if (one.empty()) {
        return true;
    }
    bool found = false;
    for (const Item& item : many) {
        found = found || same(one[0], item);
    }
    out.push(Item::of(found));
    return work(node, many.size());
}

bool Evaluator::ordering(const Node& node, const Collection& left, const Collection& right,
                         Collection& out) {
    if (left.size() > 1 || right.size() > 1) {
        return fail(node, fmt::format("'{}' compares two items, not collections",
                                      symbol_of(node.operation)));
    }
    if (left.empty() || right.empty()) {
        return true;
    }
    const auto one = to_system(left[0]);
    const auto other = to_system(right[0]);
    if (!one || !other) {
        return true;
    }
    const Order order = compare(*one, *other);
    if (!order.possible) {
        return fail(node, fmt::format("'{}' cannot compare {} with {}", symbol_of(node.operation),
                                      describe(*one), describe(*other)));
    }
    if (!order.sign) {
        return true;
    }
    switch (node.operation) {
        case Operation::Less:
            out.push(Item::of(*order.sign < 0));
            break;
        case Operation::LessOrEqual:
            out.push(Item::of(*order.sign <= 0));
            break;
        case Operation::Greater:
            out.push(Item::of(*order.sign > 0));
            break;
        default:
            out.push(Item::of(*order.sign >= 0));
    }
    return true;
}

bool Evaluator::arithmetic(const Node& node, const Collection& left, const Collection& right,
                           Collection& out) {
    if (left.size() > 1 || right.size() > 1) {
        return fail(
            node, fmt::format("'{}' takes two items, not collections", symbol_of(node.operation)));
    }
    const auto one = left.empty() ? std::nullopt : to_system(left[0]);
    const auto other = right.empty() ? std::nullopt : to_system(right[0]);
    if (node.operation == Operation::Concatenate) {
        return concatenate(*this, node, one, other, out);
    }
    if (!one || !other) {
        return true;
    }
    std::optional<Item> result;
    switch (calculate(node.operation, *one, *other, arena_, result)) {
        case Calculation::Done:
            if (result) {
                out.push(*result);
            }
            return true;
        case Calculation::WrongUnit:
            return fail(node, fmt::format("'{}' takes a whole calendar duration such as 3 days, or "
                                          "UCUM's wk, d, h, min, s or ms, not {}",
                                          symbol_of(node.operation), describe(*other)));
        default:
            return fail(
                node, fmt::format("'{}' cannot be applied to {} and {}", symbol_of(node.operation),
                                  describe(*one), describe(*other)));
    }
}

}  // namespace parcours::fhirpath
