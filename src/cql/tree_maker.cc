#include "cql/tree_maker.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/diagnostics.h"
#include "cql/functions/function.h"
#include "cql/tree.h"
#include "cql/type.h"

namespace parcours::cql {

using Kind = Type::Kind;

Result<NodePtr> TreeMaker::make(NodeKind kind, Place place, Type type) {
    if (++node_count_ > node_count_max) {
        return fail(
            ErrorCode::Limit,
            fmt::format("the expression has more than {} parts; make it simpler", node_count_max),
            {{}, place.line, place.column});
    }
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->place = place;
    node->type = std::move(type);
    return node;
}

Analysed TreeMaker::literal(Value value, Type type, Place place) {
    auto node = make(NodeKind::Literal, place, std::move(type));
    if (node) {
        (*node)->value = std::move(value);
    }
    return node;
}

namespace {

std::string types_text(const std::vector<NodePtr>& arguments) {
    std::string out;
    for (const NodePtr& argument : arguments) {
        out += (out.empty() ? "" : ", ") + argument->type.to_text();
    }
    return out.empty() ? "nothing" : out;
}

/// "T, T -> Boolean" as a person would say it.
std::string signatures_text(const Function& function) {
    if (function.signatures == "T, T -> Boolean") {
        return "two values of the same type";
    }
    return std::string(function.signatures);
}

}  // namespace

Analysed TreeMaker::call(std::string_view function, std::vector<NodePtr> arguments, Place place,
                         std::optional<Precision> precision, std::string_view written) {
    const Function* found = find_function(function);
    check(found != nullptr, "the analyser names a function that does not exist");
    std::vector<Type> types;
    for (const NodePtr& argument : arguments) {
        types.push_back(argument->type);
    }
    auto resolution = resolve(*found, types);
    if (!resolution) {
        const bool coded = std::ranges::any_of(
            types, [](const Type& type) { return type.is(Kind::Concept) || type.is(Kind::Code); });
        return error(
            place,
            fmt::format("'{}' cannot take {}; it takes {}{}", written.empty() ? function : written,
                        types_text(arguments), signatures_text(*found),
                        coded ? " (compare codes by: in \"value set\", or ~ 'code')" : ""));
    }
    auto node = make(NodeKind::Call, place, std::move(resolution->result));
    if (!node) {
        return node;
    }
    (*node)->function = found;
    (*node)->overload = resolution->overload;
    (*node)->children = std::move(arguments);
    (*node)->precision = precision;
    out_.uses_now = out_.uses_now || found->reads_now;
    return node;
}

Analysed TreeMaker::call(std::string_view function, Result<std::vector<NodePtr>> arguments,
                         Place place, std::optional<Precision> precision,
                         std::string_view written) {
    if (!arguments) {
        return pass_on(arguments);
    }
    return call(function, std::move(*arguments), place, precision, written);
}

Analysed TreeMaker::negated(Analysed inner, Place place) {
    if (!inner) {
        return inner;
    }
    auto node = make(NodeKind::Not, place, Kind::Boolean);
    if (node) {
        (*node)->children.push_back(std::move(*inner));
    }
    return node;
}

Result<> TreeMaker::require_boolean(const Node& node, std::string_view where) {
    const auto fits = [](const Type& type) { return type.is(Kind::Boolean) || type.is(Kind::Any); };
    if (fits(node.type) ||
        (node.type.is(Kind::Choice) && std::ranges::any_of(node.type.arguments, fits))) {
        return {};
    }
    return error(
        node.place,
        fmt::format("{} needs a Boolean (true or false) but found {}; operators such as 'not' "
                    "bind tightly, so put a comparison in parentheses",
                    where, node.type.to_text()));
}

Type TreeMaker::common(const Type& left, const Type& right) {
    auto unified = unify(left, right);
    const bool loses = (left.is(Kind::Choice) || right.is(Kind::Choice)) && !(left == right);
    return unified && !loses ? std::move(*unified) : Type::choice({left, right});
}

Analysed TreeMaker::variable(const ScopedVariable& found, Place place) {
    auto node = make(NodeKind::Variable, place, found.type);
    if (node) {
        (*node)->index = found.slot;
        (*node)->name = found.name;
    }
    return node;
}

Analysed TreeMaker::null_as_empty(NodePtr text) {
    auto empty = literal(std::string(), Kind::String, text->place);
    auto node = make(NodeKind::Coalesce, text->place, text->type);
    if (!empty || !node) {
        return empty ? std::move(node) : std::move(empty);
    }
    (*node)->children.push_back(std::move(text));
    (*node)->children.push_back(std::move(*empty));
    return node;
}

namespace {

std::string_view conversion_to(Kind kind) {
    switch (kind) {
        case Kind::Long:
            return "ToLong";
        case Kind::Decimal:
            return "ToDecimal";
        case Kind::Quantity:
            return "ToQuantity";
        case Kind::DateTime:
            return "ToDateTime";
        case Kind::Concept:
            return "ToConcept";
        default:
            return {};
    }
}

bool is_simple(const Type& type) {
    return type.kind >= Kind::Boolean && type.kind <= Kind::Concept;
}

}  // namespace

Analysed TreeMaker::converted(NodePtr node, const Type& to) {
    const std::string_view function = conversion_to(to.kind);
    if (node->type == to || !is_simple(node->type) || function.empty()) {
        return node;
    }
    const Place place = node->place;
    const bool is_literal = node->kind == NodeKind::Literal;
    std::vector<NodePtr> arguments;
    arguments.push_back(std::move(node));
    auto call_node = call(function, std::move(arguments), place);
    if (!call_node || !is_literal) {
        return call_node;
    }
    const std::array<Value, 1> values{(*call_node)->children[0]->value};
    CallContext context;
    return literal((*call_node)->function->apply(values, context), to, place);
}

Analysed TreeMaker::coalesce(std::vector<NodePtr> arguments, Place place) {
    Type type = arguments.front()->type;
    for (const NodePtr& argument : arguments) {
        type = common(type, argument->type);
    }
    for (NodePtr& argument : arguments) {
        auto number = converted_number(std::move(argument), type);
        if (!number) {
            return number;
        }
        argument = std::move(*number);
    }
    auto node = make(NodeKind::Coalesce, place, std::move(type));
    if (node) {
        (*node)->children = std::move(arguments);
        if ((*node)->children.size() == 1 && (*node)->type.is(Kind::List)) {
            (*node)->type = Type((*node)->type.arguments[0]);
        }
    }
    return node;
}

Analysed TreeMaker::converted_number(NodePtr node, const Type& to) {
    const auto number = [](const Type& type) {
        return type.is(Kind::Integer) || type.is(Kind::Long) || type.is(Kind::Decimal);
    };
    const bool other = number(node->type) && (number(to) || to.is(Kind::Quantity));
    return other ? converted(std::move(node), to) : Analysed(std::move(node));
}

}  // namespace parcours::cql
