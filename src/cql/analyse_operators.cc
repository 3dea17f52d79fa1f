// Operators, type tests, conversions and conditionals.

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
#include "cql/analyser.h"
#include "cql/ast.h"
#include "cql/functions/function.h"
#include "cql/tree.h"
#include "cql/type.h"
#include "values/temporal.h"

namespace parcours::cql {

using Kind = Type::Kind;

Analysed Analyser::unary(const Syntax& syntax) {
    const Syntax& operand = *syntax.children[0];
    const bool numeric = operand.kind == SyntaxKind::Integer || operand.kind == SyntaxKind::Long ||
                         operand.kind == SyntaxKind::Decimal;
    if (syntax.text == "-" && numeric) {
        return number(operand, true);
    }
    if (syntax.text == "+") {
        return analyse(operand);
    }
    auto child = analyse(operand);
    if (!child) {
        return child;
    }
    if (syntax.text == "not") {
        if (auto boolean = require_boolean(**child, "'not'"); !boolean) {
            return pass_on(boolean);
        }
        return negated(std::move(child), syntax.place);
    }
    if (syntax.text == "exists") {
        return exists(std::move(*child), syntax.place);
    }
    static constexpr auto functions = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{"-", "Negate"},
         {"start of", "Start"},
         {"end of", "End"},
         {"width of", "Width"},
         {"successor of", "Successor"},
         {"predecessor of", "Predecessor"},
         {"singleton from", "SingletonFrom"},
         {"point from", "PointFrom"},
         {"date from", "DateFrom"},
         {"time from", "TimeFrom"},
         {"timezoneoffset from", "TimezoneOffsetFrom"},
         {"distinct", "Distinct"},
         {"flatten", "Flatten"}});
    std::vector<NodePtr> arguments;
    arguments.push_back(std::move(*child));
    for (const auto& [phrase, function] : functions) {
        if (phrase == syntax.text) {
            return call(function, std::move(arguments), syntax.place, {}, phrase);
        }
    }
    const auto precision = values::find_precision(syntax.text.substr(0, syntax.text.find(' ')));
    check(precision.has_value(), "the parser knows a prefix that the analyser does not");
    return call("DateTimeComponentFrom", std::move(arguments), syntax.place, precision,
                syntax.text);
}

Analysed Analyser::exists(NodePtr list, Place place) {
    if (!list->type.is(Kind::List) && !list->type.is(Kind::Any)) {
        return error(place,
                     fmt::format("'exists' needs a list, such as [Condition], but found {}{}",
                                 list->type.to_text(),
                                 list->type.is(Kind::Boolean)
                                     ? "; put what it applies to in parentheses"
                                     : "; to ask whether it is known write: is not null"));
    }
    auto node = make(NodeKind::Exists, place, Kind::Boolean);
    if (node) {
        (*node)->children.push_back(std::move(list));
    }
    return node;
}

Analysed Analyser::logical(const Syntax& syntax, NodeKind kind) {
    auto operands = analyse_all(syntax.children);
    if (!operands) {
        return pass_on(operands);
    }
    for (const NodePtr& operand : *operands) {
        if (auto boolean = require_boolean(*operand, fmt::format("'{}'", syntax.text)); !boolean) {
            return pass_on(boolean);
        }
    }
    auto node = make(kind, syntax.place, Kind::Boolean);
    if (node) {
        (*node)->children = std::move(*operands);
    }
    return node;
}

namespace {

using Named = std::pair<std::string_view, std::string_view>;

// Operators and their functions.
constexpr auto operations = std::to_array<Named>({{"=", "Equal"},
                                                  {"!=", "Equal"},
                                                  {"~", "Equivalent"},
                                                  {"!~", "Equivalent"},
                                                  {"<", "Less"},
                                                  {"<=", "LessOrEqual"},
                                                  {">", "Greater"},
                                                  {">=", "GreaterOrEqual"},
                                                  {"+", "Add"},
                                                  {"-", "Subtract"},
                                                  {"*", "Multiply"},
                                                  {"/", "Divide"},
                                                  {"div", "TruncatedDivide"},
                                                  {"mod", "Modulo"},
                                                  {"^", "Power"},
                                                  {"&", "Concatenate"},
                                                  {"union", "Union"},
                                                  {"intersect", "Intersect"},
                                                  {"except", "Except"}});

}  // namespace

Analysed Analyser::binary(const Syntax& syntax) {
    static constexpr auto logicals =
        std::to_array<std::pair<std::string_view, NodeKind>>({{"and", NodeKind::And},
                                                              {"or", NodeKind::Or},
                                                              {"xor", NodeKind::Xor},
                                                              {"implies", NodeKind::Implies}});
    for (const auto& [word, kind] : logicals) {
        if (word == syntax.text) {
            return logical(syntax, kind);
        }
    }
    if (syntax.text == "in" || syntax.text == "contains") {
        return membership(syntax);
    }
    auto operands = analyse_all(syntax.children);
    if (!operands) {
        return pass_on(operands);
    }
    for (const NodePtr& operand : *operands) {
        if (operand->type.is(Kind::ValueSet)) {
            return error(operand->place,
                         fmt::format("\"{}\" is a value set; ask for membership with: in \"{}\"",
                                     operand->name, operand->name));
        }
    }
    if (syntax.text == "&") {
        for (NodePtr& operand : *operands) {
            auto text = null_as_empty(std::move(operand));
            if (!text) {
                return text;
            }
            operand = std::move(*text);
        }
    }
    const auto found = std::ranges::find(operations, std::string_view(syntax.text), &Named::first);
    check(found != operations.end(), "the parser knows an operator that the analyser does not");
    auto node = call(found->second, std::move(*operands), syntax.place, {}, syntax.text);
    return syntax.text.starts_with('!') ? negated(std::move(node), syntax.place) : std::move(node);
}

// `x in list`, `x in interval`, `x in "value set"`, and `contains` the other way round.
Analysed Analyser::membership(const Syntax& syntax) {
    auto operands = analyse_all(syntax.children);
    if (!operands) {
        return pass_on(operands);
    }
    const bool in = syntax.text == "in";
    const std::size_t whole = in ? 1 : 0;
    if ((*operands)[whole]->type.is(Kind::ValueSet)) {
        const NodePtr set = std::move((*operands)[whole]);
        return in_value_set(std::move((*operands)[1 - whole]), *set, syntax.place);
    }
    if ((*operands)[whole]->type.is(Kind::CodeSystem)) {
        const NodePtr system = std::move((*operands)[whole]);
        return in_code_system(std::move((*operands)[1 - whole]), *system, syntax.place);
    }
    return call(in ? "In" : "Contains", std::move(*operands), syntax.place, syntax.precision,
                syntax.text);
}

Analysed Analyser::in_value_set(NodePtr element, const Node& set, Place place) {
    const auto coded = [](const Type& type) {
        return type.is(Kind::Code) || type.is(Kind::Concept) || type.is(Kind::String) ||
               type.is(Kind::Any);
    };
    const Type& type = element->type.is(Kind::List) ? element->type.arguments[0] : element->type;
    if (!coded(type) && !(type.is(Kind::Choice) && std::ranges::any_of(type.arguments, coded))) {
        return error(place, fmt::format("{} has no codes, so it cannot be in the value set \"{}\"",
                                        element->type.to_text(), set.name));
    }
    auto node = make(NodeKind::InValueSet, place, Kind::Boolean);
    if (node) {
        (*node)->value_set = set.value_set;
        (*node)->name = set.name;
        (*node)->children.push_back(std::move(element));
    }
    return node;
}

// A code that names the system is taken for one of it; a text alone names none.
Analysed Analyser::in_code_system(NodePtr element, const Node& system, Place place) {
    const Type& type = element->type.is(Kind::List) ? element->type.arguments[0] : element->type;
    if (!type.is(Kind::Code) && !type.is(Kind::Concept) && !type.is(Kind::Any)) {
        return error(place, fmt::format("{} says nothing of a code system; only codes and concepts "
                                        "can be in one",
                                        element->type.to_text()));
    }
    auto url = literal(system.value, Kind::String, place);
    if (!url) {
        return url;
    }
    std::vector<NodePtr> arguments;
    arguments.push_back(std::move(element));
    arguments.push_back(std::move(*url));
    return call("InCodeSystem", std::move(arguments), place, {}, "in");
}

Analysed Analyser::is_test(const Syntax& syntax) {
    const std::string_view function = syntax.text == "null"   ? "IsNull"
                                      : syntax.text == "true" ? "IsTrue"
                                                              : "IsFalse";
    auto node = call(function, analyse_all(syntax.children), syntax.place, {}, "is " + syntax.text);
    return syntax.negated ? negated(std::move(node), syntax.place) : std::move(node);
}

Analysed Analyser::type_operator(const Syntax& syntax) {
    auto operand = analyse(*syntax.children[0]);
    if (!operand) {
        return operand;
    }
    auto target = type_of(*syntax.type);
    if (!target) {
        return pass_on(target);
    }
    const bool is = syntax.kind == SyntaxKind::IsType;
    auto node =
        make(is ? NodeKind::Is : NodeKind::As, syntax.place, is ? Type(Kind::Boolean) : *target);
    if (node) {
        (*node)->target = std::move(*target);
        (*node)->strict = syntax.kind == SyntaxKind::Cast;
        (*node)->children.push_back(std::move(*operand));
    }
    return node;
}

Analysed Analyser::convert(const Syntax& syntax) {
    auto arguments = analyse_all(syntax.children);
    if (!arguments) {
        return pass_on(arguments);
    }
    if (!syntax.type) {
        auto unit = literal(syntax.unit, Kind::String, syntax.place);
        if (!unit) {
            return unit;
        }
        arguments->push_back(std::move(*unit));
        return call("ConvertQuantity", std::move(*arguments), syntax.place, {}, "convert");
    }
    auto target = type_of(*syntax.type);
    if (!target) {
        return pass_on(target);
    }
    const std::string function = "To" + target->to_text();
    if (find_function(function) == nullptr) {
        return error(syntax.place,
                     fmt::format("nothing can be converted to {}", target->to_text()));
    }
    return call(function, std::move(*arguments), syntax.place, {}, "convert");
}

// `collapse X`, `expand X per day`, `expand X per 0.1`
Analysed Analyser::expand_like(const Syntax& syntax) {
    auto arguments = analyse_all(syntax.children);
    if (!arguments) {
        return pass_on(arguments);
    }
    const bool expand = syntax.text == "expand";
    if (syntax.precision || (expand && arguments->size() == 1)) {
        auto per = syntax.precision
                       ? literal(Quantity{values::Decimal::from_integer(1),
                                          std::string(precision_name(*syntax.precision))},
                                 Kind::Quantity, syntax.place)
                       : literal({}, Kind::Any, syntax.place);
        if (!per) {
            return per;
        }
        arguments->push_back(std::move(*per));
    }
    return call(expand ? "Expand" : "Collapse", std::move(*arguments), syntax.place, {},
                syntax.text);
}

// `x between a and b` is `x >= a and x <= b`.
Analysed Analyser::between(const Syntax& syntax) {
    auto operands = analyse_all(syntax.children);
    if (!operands) {
        return pass_on(operands);
    }
    if ((*operands)[0]->type.is(Kind::Interval)) {
        auto whole =
            range(std::move((*operands)[1]), std::move((*operands)[2]), true, true, syntax.place);
        if (!whole) {
            return whole;
        }
        operands->resize(1);
        operands->push_back(std::move(*whole));
        return call(syntax.negated ? "ProperlyIncludedIn" : "IncludedIn", std::move(*operands),
                    syntax.place, {}, "between");
    }
    auto node = make(NodeKind::And, syntax.place, Kind::Boolean);
    if (!node) {
        return node;
    }
    for (const std::size_t end : {std::size_t{1}, std::size_t{2}}) {
        auto point = analyse(*syntax.children[0]);
        if (!point) {
            return point;
        }
        auto limit = analyse(*syntax.children[end]);
        if (!limit) {
            return limit;
        }
        std::vector<NodePtr> arguments;
        arguments.push_back(std::move(*point));
        arguments.push_back(std::move(*limit));
        const std::string_view function = end == 1 ? (syntax.negated ? "Greater" : "GreaterOrEqual")
                                                   : (syntax.negated ? "Less" : "LessOrEqual");
        auto half = call(function, std::move(arguments), syntax.place, {}, "between");
        if (!half) {
            return half;
        }
        (*node)->children.push_back(std::move(*half));
    }
    return node;
}

namespace {

/// The kind of both of two moments where a unit may be wrong for it: Date or Time. Else nothing.
std::optional<Kind> kind_without_all_units(const std::vector<NodePtr>& moments) {
    std::optional<Kind> kind;
    for (const NodePtr& moment : moments) {
        const Type& type = moment->type;
        if ((type.is(Kind::Date) || type.is(Kind::Time)) && (!kind || *kind == type.kind)) {
            kind = type.kind;
        } else if (!type.is(Kind::Any)) {
            return std::nullopt;
        }
    }
    return kind;
}

/// What is wrong with the unit, if anything: a Date has no hours, a Time no days (CQL 1.5, Appendix
/// B, §Duration, §Difference).
std::optional<std::string> wrong_unit(const std::vector<NodePtr>& moments,
                                      std::optional<Precision> unit) {
    const auto kind = kind_without_all_units(moments);
    const bool of_day = unit && *unit <= Precision::Day;
    if (!kind || !unit || of_day == (*kind == Kind::Date)) {
        return std::nullopt;
    }
    return fmt::format(
        "between values of type {} there are no {}s; write {}", Type(*kind).to_text(),
        precision_name(*unit),
        of_day ? "hours, minutes, seconds or milliseconds" : "years, months, weeks or days");
}

}  // namespace

// `days between a and b`; `duration in days of interval` is between its start and end.
Analysed Analyser::elapsed(const Syntax& syntax) {
    std::vector<NodePtr> moments;
    if (syntax.children.size() == 2) {
        auto both = analyse_all(syntax.children);
        if (!both) {
            return pass_on(both);
        }
        moments = std::move(*both);
    } else {
        for (const std::string_view end : {"Start", "End"}) {
            auto point = call(end, analyse_all(syntax.children), syntax.place, {}, syntax.text);
            if (!point) {
                return point;
            }
            moments.push_back(std::move(*point));
        }
    }
    if (auto wrong = wrong_unit(moments, syntax.precision)) {
        return error(syntax.place, std::move(*wrong));
    }
    return call(syntax.text == "difference" ? "DifferenceBetween" : "DurationBetween",
                std::move(moments), syntax.place, syntax.precision, syntax.text);
}

Analysed Analyser::conditional(const Syntax& syntax) {
    auto parts = analyse_all(syntax.children);
    if (!parts) {
        return pass_on(parts);
    }
    if (auto boolean = require_boolean(*(*parts)[0], "the condition of 'if'"); !boolean) {
        return pass_on(boolean);
    }
    const Type type = common((*parts)[1]->type, (*parts)[2]->type);
    for (const std::size_t branch : {std::size_t{1}, std::size_t{2}}) {
        auto number = converted_number(std::move((*parts)[branch]), type);
        if (!number) {
            return number;
        }
        (*parts)[branch] = std::move(*number);
    }
    auto node = make(NodeKind::If, syntax.place, type);
    if (node) {
        (*node)->children = std::move(*parts);
    }
    return node;
}

Analysed Analyser::case_expression(const Syntax& syntax) {
    auto parts = analyse_all(syntax.children);
    if (!parts) {
        return pass_on(parts);
    }
    Type type = parts->back()->type;
    for (std::size_t i = syntax.has_comparand ? 1 : 0; i + 1 < parts->size(); i += 2) {
        type = common(type, (*parts)[i + 1]->type);
        if (syntax.has_comparand) {
            if (!unify((*parts)[0]->type, (*parts)[i]->type)) {
                return error((*parts)[i]->place,
                             fmt::format("{} after 'when' cannot be compared with {} after 'case'",
                                         (*parts)[i]->type.to_text(), (*parts)[0]->type.to_text()));
            }
        } else if (auto boolean = require_boolean(*(*parts)[i], "'when'"); !boolean) {
            return pass_on(boolean);
        }
    }
    for (std::size_t i = syntax.has_comparand ? 2 : 1; i < parts->size(); i += 2) {
        auto number = converted_number(std::move((*parts)[i]), type);
        if (!number) {
            return number;
        }
        (*parts)[i] = std::move(*number);
    }
    if (auto last = converted_number(std::move(parts->back()), type); last) {
        parts->back() = std::move(*last);
    } else {
        return last;
    }
    auto node = make(NodeKind::Case, syntax.place, std::move(type));
    if (node) {
        (*node)->has_comparand = syntax.has_comparand;
        (*node)->children = std::move(*parts);
    }
    return node;
}

}  // namespace parcours::cql
