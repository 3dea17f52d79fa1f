#include "fhirpath/evaluator.h"

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "fhir/model.h"
#include "fhirpath/collection.h"
#include "fhirpath/failure.h"
#include "fhirpath/fhirpath.h"
#include "fhirpath/function.h"
#include "fhirpath/item.h"
#include "fhirpath/lexer.h"
#include "fhirpath/model_types.h"
#include "fhirpath/nodes.h"
#include "fhirpath/tree.h"
#include "values/text.h"

namespace parcours::fhirpath {
namespace {

/// Variables that `defineVariable` makes end with the part of the expression they are made in.
class Scope {
  public:
    explicit Scope(Frame& frame) : frame_(frame), defined_(frame.defined) {}
    ~Scope() {
        if (frame_.defined != defined_) {
            frame_.defined = std::move(defined_);
        }
    }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

  private:
    Frame& frame_;
    std::shared_ptr<const Defined> defined_;
};

std::optional<std::string_view> known_url(std::string_view name) {
    if (name == "ucum") {
        return ucum_url;
    }
    if (name == "sct") {
        return "http://snomed.info/sct";
    }
    if (name == "loinc") {
        return "http://loinc.org";
    }
    return std::nullopt;
}

}  // namespace

bool Evaluator::evaluate(const Node& node, Frame& frame, Collection& out) {
    if (!work(node, 1)) {
        return false;
    }
    switch (node.operation) {
        case Operation::Literal:
            out.push(node.literal);
            return true;
        case Operation::Empty:
            return true;
        case Operation::This:
            out.append(frame.focus);
            return true;
        case Operation::Index:
            if (frame.index >= 0) {
                out.push(Item::of_integer(frame.index));
            }
            return true;
        case Operation::Total:
            if (frame.total != nullptr) {
                out.append(frame.total->items());
            }
            return true;
        case Operation::Variable:
            return variable(node, frame, out);
        case Operation::Member:
            return member(node, frame, out);
        case Operation::Call:
            return call(node, frame, out);
        case Operation::Indexer:
            return indexer(node, frame, out);
        case Operation::Plus:
        case Operation::Minus:
            return sign(node, frame, out);
        case Operation::Is:
        case Operation::As:
            return is_or_as(node, frame, out);
        case Operation::And:
        case Operation::Or:
        case Operation::Xor:
        case Operation::Implies:
            return logic(node, frame, out);
        default:
            return binary(node, frame, out);
    }
}

bool Evaluator::member(const Node& node, Frame& frame, Collection& out) {
    if (!node.target) {
        for (const Item& item : frame.focus) {
            const bool names_type =
                node.capital && item.is_node() &&
                (node.type_id != 0
                     ? fhir::Model::r4().is_subtype(item.type, node.type_id)
                     : item.type == 0 && item.value()["resourceType"].text() == node.name);
            if (names_type) {
                out.push(item);
            } else {
                append_member(item, node.name, node.name_id, out);
            }
        }
        return work(node, frame.focus.size() + out.size());
    }
    Collection input;
    if (!evaluate(*node.target, frame, input)) {
        return false;
    }
    for (const Item& item : input) {
        append_member(item, node.name, node.name_id, out);
    }
    return work(node, input.size() + out.size());
}

bool Evaluator::call(const Node& node, Frame& frame, Collection& out) {
    Collection input;
    if (!node.target) {
        input.append(frame.focus);
    } else if (!evaluate(*node.target, frame, input)) {
        return false;
    }
    return node.function->run({*this, node, frame, input, out}) && work(node, out.size());
}

bool Evaluator::variable(const Node& node, const Frame& frame, Collection& out) {
    const std::string_view name = node.name;
    for (const Defined* one = frame.defined.get(); one != nullptr; one = one->before.get()) {
        if (one->name == name) {
            out.append(one->value.items());
            return true;
        }
    }
    for (const Variable& one : environment_.variables) {
        if (one.name == name) {
            out.append(one.value.items());
            return true;
        }
    }
    if (name == "context") {
        out.append(context_);
        return true;
    }
    if (name == "resource" || name == "rootResource") {
        out.append(environment_.resource.empty() ? context_ : environment_.resource);
        return true;
    }
    if (name == "factory") {
        return true;  // its functions make something of nothing
    }
    if (const auto url = known_url(name)) {
        out.push(Item::of(*url));
        return true;
    }
    if (name.starts_with("vs-") || name.starts_with("ext-")) {
        const bool set = name.starts_with("vs-");
        out.push(Item::of(arena_.keep(fmt::format("http://hl7.org/fhir/{}/{}",
                                                  set ? "ValueSet" : "StructureDefinition",
                                                  name.substr(set ? 3 : 4)))));
        return true;
    }
    std::vector<std::string> names{"context", "resource", "rootResource", "ucum", "sct", "loinc"};
    for (const Variable& one : environment_.variables) {
        names.push_back(one.name);
    }
    const std::string_view near = values::nearest(name, names);
    return fail(node, fmt::format("there is no variable %{}{}", name,
                                  near.empty() ? "" : fmt::format("; did you mean %{}?", near)));
}

bool Evaluator::indexer(const Node& node, Frame& frame, Collection& out) {
    Collection input;
    Collection index;
    if (!evaluate(*node.arguments[0], frame, input)) {
        return false;
    }
    const Scope scope(frame);
    if (!evaluate(*node.arguments[1], frame, index)) {
        return false;
    }
    if (index.size() > 1) {
        return fail(node, "an index in [] is one Integer, not several");
    }
    const auto at = index.empty() ? std::nullopt : to_system(index[0]);
    if (!at) {
        return true;
    }
    if (at->kind != Kind::Integer) {
        return fail(node, "an index in [] is an Integer");
    }
    if (at->integer() >= 0 && static_cast<std::uint64_t>(at->integer()) < input.size()) {
        out.push(input[static_cast<std::size_t>(at->integer())]);
    }
    return true;
}

bool Evaluator::sign(const Node& node, Frame& frame, Collection& out) {
    Collection operand;
    if (!evaluate(*node.arguments[0], frame, operand)) {
        return false;
    }
    if (operand.empty()) {
        return true;
    }
    const auto item = operand.size() == 1 ? to_system(operand[0]) : std::nullopt;
    if (operand.size() > 1 || (item && !item->is_number() && item->kind != Kind::Quantity)) {
        return fail(node, "a sign stands before one number or Quantity");
    }
    if (!item) {
        return true;
    }
    if (node.operation == Operation::Plus) {
        out.push(*item);
        return true;
    }
    switch (item->kind) {
        case Kind::Integer:
            if (item->integer() != std::numeric_limits<std::int32_t>::min()) {
                out.push(Item::of_integer(-item->integer()));
            }
            break;
        case Kind::Long:
            if (item->integer() != std::numeric_limits<std::int64_t>::min()) {
                out.push(Item::of_long(-item->integer()));
            }
            break;
        case Kind::Decimal:
            out.push(Item::of(item->decimal().negate(), item->digits));
            break;
        default:
            out.push(Item::of_quantity(item->decimal().negate(), item->digits, item->unit(),
                                       item->unit_kind));
    }
    return true;
}

bool Evaluator::is_or_as(const Node& node, Frame& frame, Collection& out) {
    Collection operand;
    if (!evaluate(*node.arguments[0], frame, operand)) {
        return false;
    }
    if (operand.size() > 1) {
        return fail(node,
                    fmt::format("'{}' takes one item, not {}; use ofType() for several",
                                node.operation == Operation::Is ? "is" : "as", operand.size()));
    }
    if (operand.empty()) {
        return true;
    }
    const bool is = is_of(operand[0], node.types);
    if (node.operation == Operation::Is) {
        out.push(Item::of(is));
    } else if (is) {
        out.push(operand[0]);
    }
    return true;
}

bool Evaluator::logic(const Node& node, Frame& frame, Collection& out) {
    std::optional<bool> left;
    std::optional<bool> right;
    const auto side = [&](std::size_t number, std::optional<bool>& truth) {
        const Scope scope(frame);
        Collection items;
        return evaluate(*node.arguments[number], frame, items) &&
               truth_of(items, *node.arguments[number], truth);
    };
    if (!side(0, left)) {
        return false;
    }
    // What the left decides alone needs no right.
    const bool decided = (node.operation == Operation::And && left == false) ||
                         (node.operation == Operation::Or && left == true) ||
                         (node.operation == Operation::Implies && left == false);
    if (!decided && !side(1, right)) {
        return false;
    }
    switch (node.operation) {
        case Operation::And:
            if (left == false || right == false) {
                out.push(Item::of(false));
            } else if (left && right) {
                out.push(Item::of(true));
            }
            break;
        case Operation::Or:
            if (left == true || right == true) {
                out.push(Item::of(true));
            } else if (left && right) {
                out.push(Item::of(false));
            }
            break;
        case Operation::Xor:
            if (left && right) {
                out.push(Item::of(*left != *right));
            }
            break;
        default:
            if (left == false || right == true) {
                out.push(Item::of(true));
            } else if (left && right) {
                out.push(Item::of(false));
            }
    }
    return true;
}

bool Evaluator::truth_of(const Collection& items, const Node& node, std::optional<bool>& out) {
    out.reset();
    if (items.empty()) {
        return true;
    }
    if (items.size() > 1) {
        return fail(node, fmt::format("one truth is needed here, not {} items", items.size()));
    }
    const auto item = to_system(items[0]);
    if (item) {
        out = item->kind != Kind::Boolean || item->truth();
    }
    return true;
}

bool Evaluator::fail(const Node& node, std::string message) {
    if (!failure_) {
        failure_ = make_failure(FailureKind::Runtime, std::move(message), node.place);
    }
    return false;
}

bool Evaluator::fail_limit(const Node& node) {
    if (!failure_) {
        failure_ = make_failure(
            FailureKind::Runtime,
            fmt::format("the expression took more than {} steps", environment_.steps_max),
            node.place);
        failure_->error.code = ErrorCode::Limit;
    }
    return false;
}

Failure Evaluator::take_failure() {
    check(failure_.has_value(), "a failed evaluation knows why");
    return std::move(*failure_);
}

}  // namespace parcours::fhirpath
