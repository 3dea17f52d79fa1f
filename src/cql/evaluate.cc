#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "cql/call_watcher.h"
#include "cql/cql.h"
#include "cql/evaluator.h"
#include "cql/functions/function.h"
#include "cql/model/model.h"
#include "cql/model/type_id.h"
#include "cql/operations.h"
#include "cql/terminology.h"
#include "cql/tree.h"
#include "cql/type.h"
#include "cql/value.h"
#include "fhir/resource_type.h"
#include "values/temporal.h"

namespace parcours::cql {
namespace {

constexpr std::uint32_t stop_asked_each = 4096;

}  // namespace

Evaluator::Evaluator(const Expression& expression, const DataSource& source,
                     const EvaluationContext& context)
    : expression_(expression),
      source_(source),
      context_(context),
      slots_(expression.slot_count),
      defines_(context.known.begin(), context.known.end()) {
    defines_.resize(expression.defines.size());
}

void Evaluator::set_variables(std::span<const Value> variables) {
    std::ranges::copy(variables.first(std::min(variables.size(), slots_.size())), slots_.begin());
}

Result<Value> Evaluator::run(const Node& node) {
    Value value = eval(node);
    if (error_) {
        return std::unexpected(*error_);
    }
    return value;
}

void Evaluator::fail_at(const Node& node, ErrorCode code, std::string message) {
    if (!error_) {
        error_ = Error{code, std::move(message), {{}, node.place.line, node.place.column}};
    }
}

bool Evaluator::step(const Node& node) {
    if (++steps_ > context_.steps_max) {
        fail_at(node, ErrorCode::Limit,
                fmt::format("the expression took more than {} steps{}; make it simpler",
                            context_.steps_max,
                            context_.steps_max > steps_max_default ? "" : " for one patient"));
    }
    if (context_.gives_up != nullptr && ++asked_to_stop_ >= stop_asked_each) {
        asked_to_stop_ = 0;
        if ((*context_.gives_up)()) {
            fail_at(node, ErrorCode::Limit,
                    "the evaluation takes too long and was given up; ask about fewer records");
        }
    }
    return !error_;
}

Value Evaluator::eval(const Node& node) {
    if (!step(node)) {
        return {};
    }
    if (depth_ >= tree_depth_max) {
        fail_at(node, ErrorCode::Limit,
                fmt::format("the expression is deeper than {} levels through its definitions",
                            tree_depth_max));
        return {};
    }
    ++depth_;
    Value value = eval_node(node);
    --depth_;
    if (value.weight() > values_max) {
        fail_at(node, ErrorCode::Limit,
                fmt::format("lists within lists hold more than {} values", values_max));
        return {};
    }
    return value;
}

Value Evaluator::eval_node(const Node& node) {
    switch (node.kind) {
        case NodeKind::Literal:
            return node.value;
        case NodeKind::Parameter:
            return node.index < context_.parameters.size() ? context_.parameters[node.index]
                                                           : Value();
        case NodeKind::Variable:
            return slots_[node.index];
        case NodeKind::Define:
            return define(node);
        case NodeKind::Patient:
            return source_.patient();
        case NodeKind::PatientProperty:
            return source_.patient_property(node.path);
        case NodeKind::Property:
            return property(node);
        case NodeKind::Member:
            return member_of(eval(*node.children[0]), node.name);
        case NodeKind::Retrieve:
            return retrieve(node);
        case NodeKind::RelatedRetrieve:
            return retrieve_related(node);
        case NodeKind::InValueSet:
            return in_value_set(node);
        case NodeKind::Not:
            return truth_not(truth_of(eval(*node.children[0])));
        case NodeKind::And:
        case NodeKind::Or:
        case NodeKind::Xor:
        case NodeKind::Implies:
            return logical(node);
        default:
            return eval_more(node);
    }
}

Value Evaluator::eval_more(const Node& node) {
    switch (node.kind) {
        case NodeKind::Exists:
            return exists(node);
        case NodeKind::If:
            return conditional(node);
        case NodeKind::Case:
            return case_of(node);
        case NodeKind::Coalesce:
            return coalesce(node);
        case NodeKind::Is:
            return is_of_type(eval(*node.children[0]), node.target);
        case NodeKind::As:
            return as_type(node);
        case NodeKind::Call:
            return call(node);
        case NodeKind::Invoke:
            return invoke(node);
        case NodeKind::List:
            return list(node);
        case NodeKind::Interval:
            return interval(node);
        case NodeKind::Tuple:
            return tuple(node);
        case NodeKind::Query:
            return query(node);
        default:
            fail_at(node, ErrorCode::Internal, "a node of the tree has no evaluation");
            return {};
    }
}

Value Evaluator::define(const Node& node) {
    auto& known = defines_[node.index];
    if (!known) {
        known = eval(*expression_.defines[node.index].root);
    }
    return *known;
}

Value Evaluator::property(const Node& node) {
    Value base = eval(*node.children[0]);
    if (base.kind() != Value::Kind::Tuple) {
        return base.kind() == Value::Kind::Row ? source_.property(base.row(), node.path) : Value();
    }
    for (const std::string& step : node.path.steps) {  // of a resource that was made
        base = member_of(base, step);
    }
    return base;
}

Value Evaluator::retrieve(const Node& node) {
    rows_.clear();
    const Retrieve& what = expression_.retrieves[node.index];
    if (!what.everybody) {
        source_.retrieve(what, rows_);
    } else if (const auto found = source_.retrieve_everybody(what, rows_); !found) {
        fail_at(node, found.error().code, found.error().message);
        return {};
    }
    return found_rows();
}

Value Evaluator::found_rows() {
    steps_ += rows_.size();
    ListValue out;
    out.elements.assign(rows_.begin(), rows_.end());
    return out;
}

namespace {

/// Adds whom a value means: a patient, a relative, a reference to one, an id, or a list of them.
void add_related(const Value& value, RelatedContext& out) {
    switch (value.kind()) {
        case Value::Kind::List:
            for (const Value& element : value.elements()) {
                add_related(element, out);
            }
            return;
        case Value::Kind::Row:
            if (is_of_type(value, Type::of_resource(model::type_id(fhir::ResourceType::Patient))) ||
                is_of_type(value,
                           Type::of_resource(model::type_id(fhir::ResourceType::RelatedPerson)))) {
                out.rows.push_back(value.row());
            }
            return;
        case Value::Kind::String: {
            const bool id = value.text().find_first_of("/:#") == std::string::npos;
            out.references.push_back((id ? "Patient/" : "") + value.text());
            return;
        }
        case Value::Kind::Tuple: {
            const std::string& made = value.tuple().resource;
            const Value text = value.tuple().find(made.empty() ? "reference" : "id");
            if (text.kind() == Value::Kind::String) {
                out.references.push_back((made.empty() ? "" : made + "/") + text.text());
            }
            return;
        }
        default:
            return;
    }
}

}  // namespace

Value Evaluator::retrieve_related(const Node& node) {
    RelatedContext who;
    add_related(eval(*node.children[0]), who);
    rows_.clear();
    const auto found = source_.retrieve_related(expression_.retrieves[node.index], who, rows_);
    if (!found) {
        fail_at(node, found.error().code, found.error().message);
        return {};
    }
    return found_rows();
}

bool Evaluator::is_in_value_set(const Value& value, ValueSetId set) const {
    const auto contains = [&](const Code& code) {
        return expression_.terminology->contains(set, code.system, code.code);
    };
    switch (value.kind()) {
        case Value::Kind::Code:
            return contains(value.code());
        case Value::Kind::Concept:
            return std::ranges::any_of(value.concept_value().codes, contains);
        case Value::Kind::String:
            return expression_.terminology->contains_code(set, value.text());
        case Value::Kind::List:
            return std::ranges::any_of(value.elements(), [&](const Value& element) {
                return is_in_value_set(element, set);
            });
        default:
            return false;
    }
}

Value Evaluator::in_value_set(const Node& node) {
    const Value value = eval(*node.children[0]);
    return value.is_null() ? Value() : Value(is_in_value_set(value, node.value_set));
}

// The right side is looked at only where the left leaves it open.
Value Evaluator::logical(const Node& node) {
    const Truth left = truth_of(eval(*node.children[0]));
    switch (node.kind) {
        case NodeKind::And:
            return left == Truth(false) ? Value(false)
                                        : Value(truth_and(left, truth_of(eval(*node.children[1]))));
        case NodeKind::Or:
            return left == Truth(true) ? Value(true)
                                       : Value(truth_or(left, truth_of(eval(*node.children[1]))));
        case NodeKind::Implies:
            return left == Truth(false)
                       ? Value(true)
                       : Value(truth_or(truth_not(left), truth_of(eval(*node.children[1]))));
        default:
            break;
    }
    const Truth right = truth_of(eval(*node.children[1]));
    return left && right ? Value(*left != *right) : Value();
}

Value Evaluator::conditional(const Node& node) {
    return eval(*node.children[eval(*node.children[0]).is_true() ? 1 : 2]);
}

Value Evaluator::case_of(const Node& node) {
    const std::size_t first = node.has_comparand ? 1 : 0;
    const Value comparand = node.has_comparand ? eval(*node.children[0]) : Value();
    for (std::size_t i = first; i + 1 < node.children.size(); i += 2) {
        const Value when = eval(*node.children[i]);
        if (node.has_comparand ? equal(comparand, when) == Truth(true) : when.is_true()) {
            return eval(*node.children[i + 1]);
        }
    }
    return eval(*node.children.back());
}

Value Evaluator::coalesce(const Node& node) {
    if (node.children.size() == 1) {
        const Value only = eval(*node.children[0]);
        if (only.kind() != Value::Kind::List) {
            return only;
        }
        const auto known = std::ranges::find_if(
            only.elements(), [](const Value& value) { return !value.is_null(); });
        return known == only.elements().end() ? Value() : *known;
    }
    for (const NodePtr& child : node.children) {
        if (Value value = eval(*child); !value.is_null()) {
            return value;
        }
    }
    return {};
}

Value Evaluator::as_type(const Node& node) {
    Value value = eval(*node.children[0]);
    if (value.is_null() || is_of_type(value, node.target)) {
        return value;
    }
    if (node.strict) {
        fail_at(node, ErrorCode::InvalidInput,
                fmt::format("the value {} is no {}", value.to_text(), node.target.to_text()));
    }
    return {};
}

Value Evaluator::call(const Node& node) {
    std::array<Value, 8> arguments;
    const std::size_t count = std::min(node.children.size(), arguments.size());
    for (std::size_t i = 0; i < count; ++i) {
        arguments[i] = eval(*node.children[i]);
        if (!may_stand_for(arguments[i], node.overload->parameters[i],
                           node.function->takes_uncertain)) {
            arguments[i] = Value();
        }
        if (arguments[i].is_null() && !node.function->takes_null) {
            return {};
        }
        if (arguments[i].kind() == Value::Kind::List) {
            steps_ += arguments[i].elements().size();
        }
    }
    if (error_) {
        return {};
    }
    if (context_.watcher != nullptr) {
        context_.watcher->called(
            node, std::span(arguments).first(count),
            [this](const Node& part, Instant moment) { return value_at(part, moment); });
    }
    CallContext context;
    context.now = context_.now;
    context.source = &source_;
    context.terminology = expression_.terminology;
    context.precision = node.precision;
    context.overload = node.overload;
    context.messages = context_.messages;
    Value value = node.function->apply(std::span(arguments).first(count), context);
    if (!context.error.empty()) {
        fail_at(node, context.code, std::move(context.error));
    }
    if (value.kind() == Value::Kind::List) {
        steps_ += value.elements().size();
    }
    return value;
}

/// What a node gives at another moment, where all else stays as it is.
Value Evaluator::value_at(const Node& node, Instant moment) const {
    EvaluationContext context = context_;
    context.now = moment;
    context.watcher = nullptr;
    context.messages = nullptr;
    Evaluator other(expression_, source_, context);
    other.set_variables(slots_);
    return other.run(node).value_or(Value());
}

// All operands are known before any is set: an operand may itself call the function.
Value Evaluator::invoke(const Node& node) {
    const FunctionBody& body = expression_.functions[node.index];
    std::vector<Value> operands;
    operands.reserve(node.children.size());
    for (const NodePtr& child : node.children) {
        operands.push_back(eval(*child));
    }
    for (std::size_t i = 0; i < operands.size(); ++i) {
        slots_[body.slots[i]] = std::move(operands[i]);
    }
    return error_ ? Value() : eval(*body.root);
}

Value Evaluator::list(const Node& node) {
    ListValue out;
    out.elements.reserve(node.children.size());
    for (const NodePtr& child : node.children) {
        out.elements.push_back(eval(*child));
    }
    return out;
}

Value Evaluator::interval(const Node& node) {
    IntervalValue out{eval(*node.children[0]), eval(*node.children[1]), node.low_closed,
                      node.high_closed};
    if (out.low.is_null() && out.high.is_null()) {
        return {};  // of no known type, it says nothing
    }
    const Value low = start_of(out);
    const Value high = end_of(out);
    if (!out.low.is_null() && !out.high.is_null() &&
        (order(low, high) == std::optional(1) || low.is_null() || high.is_null())) {
        fail_at(node, ErrorCode::InvalidInput,
                fmt::format("the interval {} ends before it starts", Value(out).to_text()));
        return {};
    }
    return out;
}

Value Evaluator::tuple(const Node& node) {
    TupleValue out;
    if (node.type.is(Type::Kind::Resource)) {
        out.resource = model::get_type(node.type.resource).name;
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        out.elements.emplace_back(node.names[i], eval(*node.children[i]));
    }
    return out;
}

bool is_of_type(const Value& value, const Type& type) {
    using Kind = Type::Kind;
    const auto temporal = [&value](Temporal::Kind kind) {
        return value.kind() == Value::Kind::Temporal && value.temporal().kind == kind;
    };
    switch (type.kind) {
        case Kind::Any:
            return !value.is_null();
        case Kind::Boolean:
            return value.kind() == Value::Kind::Boolean;
        case Kind::Integer:
            return value.kind() == Value::Kind::Integer;
        case Kind::Long:
            return value.kind() == Value::Kind::Long;
        case Kind::Decimal:
            return value.kind() == Value::Kind::Decimal;
        case Kind::String:
            return value.kind() == Value::Kind::String;
        case Kind::Date:
            return temporal(Temporal::Kind::Date);
        case Kind::DateTime:
            return temporal(Temporal::Kind::DateTime);
        case Kind::Time:
            return temporal(Temporal::Kind::Time);
        case Kind::Quantity:
            return value.kind() == Value::Kind::Quantity;
        case Kind::Ratio:
            return value.kind() == Value::Kind::Ratio;
        case Kind::Code:
            return value.kind() == Value::Kind::Code;
        case Kind::Concept:
            return value.kind() == Value::Kind::Concept;
        case Kind::Resource:
            return value.kind() == Value::Kind::Tuple
                       ? value.tuple().resource == model::get_type(type.resource).name
                       : value.kind() == Value::Kind::Row &&
                             value.row().table == static_cast<std::uint32_t>(type.resource);
        case Kind::Interval:
            return value.kind() == Value::Kind::Interval &&
                   (value.interval().low.is_null() ||
                    is_of_type(value.interval().low, type.arguments[0])) &&
                   (value.interval().high.is_null() ||
                    is_of_type(value.interval().high, type.arguments[0]));
        case Kind::List:
            return value.kind() == Value::Kind::List &&
                   std::ranges::all_of(value.elements(), [&](const Value& element) {
                       return element.is_null() || is_of_type(element, type.arguments[0]);
                   });
        case Kind::Choice:
            return std::ranges::any_of(type.arguments, [&](const Type& alternative) {
                return is_of_type(value, alternative);
            });
        default:
            return value.kind() == Value::Kind::Tuple && value.tuple().resource.empty();
    }
}

Result<Value> evaluate(const Expression& expression, const DataSource& source,
                       const EvaluationContext& context) {
    return Evaluator(expression, source, context).run(expression.root());
}

Result<Value> evaluate_node(const Expression& expression, const Node& node,
                            const DataSource& source, const EvaluationContext& context,
                            std::span<const Value> variables) {
    Evaluator evaluator(expression, source, context);
    evaluator.set_variables(variables);
    return evaluator.run(node);
}

}  // namespace parcours::cql
