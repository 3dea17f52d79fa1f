// Literals and selectors.

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/analyser.h"
#include "cql/ast.h"
#include "cql/functions/function.h"
#include "cql/operations.h"
#include "cql/tree.h"
#include "cql/type.h"
#include "cql/value.h"
#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::cql {

using Kind = Type::Kind;

Analysed Analyser::number(const Syntax& syntax, bool negative) {
    const auto decimal = Decimal::parse((negative ? "-" : "") + syntax.text);
    const std::size_t point = syntax.text.find('.');
    const bool too_fine = point != std::string::npos && syntax.text.size() - point - 1 > 8;
    if (!decimal || too_fine) {
        return error(
            syntax.place,
            fmt::format(
                "the number {} does not fit a Decimal (20 digits before and 8 after the point)",
                syntax.text));
    }
    if (syntax.kind == SyntaxKind::Decimal) {
        return literal(*decimal, Kind::Decimal, syntax.place);
    }
    const auto whole = decimal->truncate();
    if (syntax.kind == SyntaxKind::Long) {
        return whole
                   ? literal(*whole, Kind::Long, syntax.place)
                   : error(syntax.place,
                           fmt::format("the number {} does not fit a Long (64 bits)", syntax.text));
    }
    if (!whole || *whole < std::numeric_limits<std::int32_t>::min() ||
        *whole > std::numeric_limits<std::int32_t>::max()) {
        return error(
            syntax.place,
            fmt::format("the number {} does not fit an Integer (32 bits); write {}L or {}.0",
                        syntax.text, syntax.text, syntax.text));
    }
    return literal(static_cast<std::int32_t>(*whole), Kind::Integer, syntax.place);
}

Analysed Analyser::quantity(const Syntax& syntax) {
    const auto number = Decimal::parse(syntax.text);
    if (!number) {
        return error(syntax.place,
                     fmt::format("the number {} does not fit a Decimal", syntax.text));
    }
    return literal(Quantity{*number, syntax.unit.empty() ? "1" : syntax.unit}, Kind::Quantity,
                   syntax.place);
}

Analysed Analyser::temporal(const Syntax& syntax) {
    if (syntax.text.starts_with('T') && syntax.text.find_first_of("Z+-") != std::string::npos) {
        return error(syntax.place, fmt::format("the time @{} has an offset; only a DateTime may "
                                               "have one",
                                               syntax.text));
    }
    auto parsed = values::parse_temporal(syntax.text);
    if (!parsed) {
        return error(syntax.place, parsed.error().message);
    }
    const Kind kind = parsed->kind == Temporal::Kind::Date   ? Kind::Date
                      : parsed->kind == Temporal::Kind::Time ? Kind::Time
                                                             : Kind::DateTime;
    return literal(*parsed, kind, syntax.place);
}

Analysed Analyser::list(const Syntax& syntax) {
    auto elements = analyse_all(syntax.children);
    if (!elements) {
        return pass_on(elements);
    }
    Type element;
    if (syntax.type) {
        auto type = type_of(*syntax.type);
        if (!type) {
            return pass_on(type);
        }
        element =
            type->is(Kind::List) && !type->arguments.empty() ? Type(type->arguments[0]) : Type();
    }
    for (const NodePtr& node : *elements) {
        element = syntax.type ? element : common(element, node->type);
    }
    for (NodePtr& node : *elements) {
        if (syntax.type && !fit(node->type, element)) {
            return error(node->place,
                         fmt::format("an element of List<{}> is a {}, not a {}", element.to_text(),
                                     element.to_text(), node->type.to_text()));
        }
        auto made = syntax.type ? converted(std::move(node), element)
                                : converted_number(std::move(node), element);
        if (!made) {
            return made;
        }
        node = std::move(*made);
    }
    auto node = make(NodeKind::List, syntax.place, Type::list(std::move(element)));
    if (node) {
        (*node)->children = std::move(*elements);
    }
    return node;
}

Analysed Analyser::range(NodePtr low, NodePtr high, bool low_closed, bool high_closed,
                         Place place) {
    auto point = unify(low->type, high->type);
    const bool is_point = point && (point->is(Kind::Any) || point->is(Kind::Choice) ||
                                    (point->kind >= Kind::Integer &&
                                     point->kind <= Kind::Quantity && !point->is(Kind::String)));
    if (!is_point) {
        return error(
            place,
            fmt::format(
                "an interval goes from one number, date or quantity to another, not from {} to {}",
                low->type.to_text(), high->type.to_text()));
    }
    auto first = converted_number(std::move(low), *point);
    auto last = converted_number(std::move(high), *point);
    if (!first || !last) {
        return first ? std::move(last) : std::move(first);
    }
    low = std::move(*first);
    high = std::move(*last);
    auto node = make(NodeKind::Interval, place, Type::interval(std::move(*point)));
    if (node) {
        (*node)->low_closed = low_closed;
        (*node)->high_closed = high_closed;
        (*node)->children.push_back(std::move(low));
        (*node)->children.push_back(std::move(high));
    }
    return node;
}

Analysed Analyser::interval(const Syntax& syntax) {
    auto ends = analyse_all(syntax.children);
    if (!ends) {
        return pass_on(ends);
    }
    return range(std::move((*ends)[0]), std::move((*ends)[1]), syntax.low_closed,
                 syntax.high_closed, syntax.place);
}

Analysed Analyser::tuple(const Syntax& syntax) {
    if (syntax.type) {
        return instance(syntax);
    }
    return tuple_of(syntax);
}

Analysed Analyser::tuple_of(const Syntax& syntax) {
    auto elements = analyse_all(syntax.children);
    if (!elements) {
        return pass_on(elements);
    }
    Type type(Kind::Tuple);
    type.names = syntax.names;
    for (const NodePtr& element : *elements) {
        type.arguments.push_back(element->type);
    }
    auto node = make(NodeKind::Tuple, syntax.place, std::move(type));
    if (node) {
        (*node)->names = syntax.names;
        (*node)->children = std::move(*elements);
    }
    return node;
}

Analysed Analyser::ratio(const Syntax& syntax) {
    Ratio out;
    std::size_t at = 0;
    for (Quantity* end : {&out.numerator, &out.denominator}) {
        const Syntax& part = *syntax.children[at++];
        const auto number = Decimal::parse(part.text);
        if (!number) {
            return error(part.place,
                         fmt::format("the number {} does not fit a Decimal", part.text));
        }
        *end = Quantity{*number, part.unit.empty() ? "1" : part.unit};
    }
    return literal(std::move(out), Kind::Ratio, syntax.place);
}

Analysed Analyser::code_selector(const Syntax& syntax) {
    auto system = libraries_.code_system(*library_, {syntax.comparator, syntax.unit}, syntax.place);
    if (!system) {
        return pass_on(system);
    }
    return literal(Code{*system, syntax.text, syntax.names.empty() ? "" : syntax.names[0], ""},
                   Kind::Code, syntax.place);
}

Analysed Analyser::concept_selector(const Syntax& syntax) {
    Concept out;
    out.display = syntax.names.empty() ? "" : syntax.names[0];
    for (const SyntaxPtr& child : syntax.children) {
        auto code = code_selector(*child);
        if (!code) {
            return code;
        }
        out.codes.push_back((*code)->value.code());
    }
    return literal(std::move(out), Kind::Concept, syntax.place);
}

Analysed Analyser::type_extent(const Syntax& syntax) {
    auto type = type_of(*syntax.type);
    if (!type) {
        return pass_on(type);
    }
    Temporal moment;
    moment.kind = type->is(Kind::Date)   ? Temporal::Kind::Date
                  : type->is(Kind::Time) ? Temporal::Kind::Time
                                         : Temporal::Kind::DateTime;
    Value like;
    switch (type->kind) {
        case Kind::Integer:
            like = 0;
            break;
        case Kind::Long:
            like = std::int64_t{0};
            break;
        case Kind::Decimal:
            like = Decimal();
            break;
        case Kind::Quantity:
            like = Quantity{};
            break;
        case Kind::Date:
        case Kind::DateTime:
        case Kind::Time:
            like = moment;
            break;
        default:
            return error(syntax.place,
                         fmt::format("{} has no {} value", type->to_text(), syntax.text));
    }
    return literal(syntax.text == "minimum" ? minimum_like(like) : maximum_like(like), *type,
                   syntax.place);
}

}  // namespace parcours::cql
