#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/type.h"

namespace parcours::cql {
namespace {

std::string_view trim(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

Type::Kind kind_named(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(Type::Kind::Choice); ++i) {
        const auto kind = static_cast<Type::Kind>(i);
        if (kind != Type::Kind::Resource && Type(kind).to_text() == name) {
            return kind;
        }
    }
    check(false, "a signature names a type that does not exist");
    return Type::Kind::Any;
}

TypePattern parse_pattern(std::string_view text) {
    text = trim(text);
    TypePattern out;
    const std::size_t open = text.find('<');
    if (open != std::string_view::npos) {
        out.kind = kind_named(text.substr(0, open));
        out.arguments.push_back(parse_pattern(text.substr(open + 1, text.size() - open - 2)));
    } else if (text == "T") {
        out.variable = true;
    } else {
        out.kind = kind_named(text);
    }
    return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    while (!trim(text).empty()) {
        const std::size_t end = text.find(separator);
        out.push_back(trim(text.substr(0, end)));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

std::vector<Overload> parse_signatures(std::string_view text) {
    std::vector<Overload> out;
    for (const std::string_view line : split(text, ';')) {
        const std::size_t arrow = line.find("->");
        Overload overload;
        for (const std::string_view parameter : split(line.substr(0, arrow), ',')) {
            overload.parameters.push_back(parse_pattern(parameter));
        }
        overload.result = parse_pattern(line.substr(arrow + 2));
        out.push_back(std::move(overload));
    }
    return out;
}

struct Registry {
    std::vector<Function> all;
    std::unordered_map<std::string_view, const Function*> by_name;
};

const Registry& registry() {
    static const Registry built = [] {
        Registry out;
        for (const FunctionGroup group :
             {arithmetic_functions(), boundary_functions(), comparison_functions(),
              date_functions(), interval_functions(), interval_set_functions(), expand_functions(),
              list_functions(), aggregate_functions(), string_functions(), pattern_functions(),
              conversion_functions(), structure_functions(), maker_functions(),
              clinical_functions()}) {
            out.all.insert(out.all.end(), group.begin(), group.end());
        }
        for (Function& function : out.all) {
            function.overloads = parse_signatures(function.signatures);
        }
        for (const Function& function : out.all) {
            check(out.by_name.emplace(function.name, &function).second,
                  "two functions have one name");
        }
        return out;
    }();
    return built;
}

using Kind = Type::Kind;

// How far an implicit conversion goes; nothing where there is none (CQL §Implicit conversions).
std::optional<int> conversion_cost(Kind from, Kind to) {
    struct Step {
        Kind from;
        Kind to;
        int cost;
    };
    static constexpr auto steps = std::to_array<Step>({{Kind::Integer, Kind::Long, 1},
                                                       {Kind::Integer, Kind::Decimal, 2},
                                                       {Kind::Long, Kind::Decimal, 1},
                                                       {Kind::Integer, Kind::Quantity, 4},
                                                       {Kind::Long, Kind::Quantity, 4},
                                                       {Kind::Decimal, Kind::Quantity, 3},
                                                       {Kind::Date, Kind::DateTime, 1},
                                                       {Kind::Code, Kind::Concept, 1}});
    if (from == to) {
        return 0;
    }
    for (const Step& step : steps) {
        if (step.from == from && step.to == to) {
            return step.cost;
        }
    }
    return std::nullopt;
}

struct Binding {
    std::optional<Type> variable;
};

std::optional<int> match(const TypePattern& pattern, const Type& type, Binding& binding);

std::optional<int> match_choice(const TypePattern& pattern, const Type& type, Binding& binding) {
    std::optional<int> best;
    Binding best_binding = binding;
    for (const Type& alternative : type.arguments) {
        Binding tried = binding;
        const auto cost = match(pattern, alternative, tried);
        if (cost && (!best || *cost < *best)) {
            best = cost;
            best_binding = tried;
        }
    }
    binding = best_binding;
    return best ? std::optional(*best + 2) : std::nullopt;
}

std::optional<int> match_variable(const Type& type, Binding& binding) {
    if (!binding.variable) {
        binding.variable = type;
        return type.is(Kind::List) || type.is(Kind::Interval) ? 1 : 0;  // meant as a whole
    }
    auto common = unify(*binding.variable, type);
    if (!common) {
        return std::nullopt;
    }
    const int cost = *binding.variable == type ? 0 : 1;
    binding.variable = std::move(common);
    return cost;
}

std::optional<int> match(const TypePattern& pattern, const Type& type, Binding& binding) {
    if (pattern.variable) {
        return match_variable(type, binding);
    }
    if (pattern.kind == Kind::Any) {
        return 5;
    }
    if (type.is(Kind::Any)) {
        return 1;
    }
    if (type.is(Kind::Choice)) {
        return match_choice(pattern, type, binding);
    }
    const auto cost = conversion_cost(type.kind, pattern.kind);
    if (!cost || pattern.arguments.empty()) {
        return cost;
    }
    const auto inner = match(pattern.arguments[0], type.arguments[0], binding);
    return inner ? std::optional(*cost + *inner) : std::nullopt;
}

Type substitute(const TypePattern& pattern, const Binding& binding) {
    if (pattern.variable) {
        return binding.variable.value_or(Type());
    }
    Type out(pattern.kind);
    for (const TypePattern& argument : pattern.arguments) {
        out.arguments.push_back(substitute(argument, binding));
    }
    return out;
}

// Elements of tuples belong together by name, whatever the order they were written in.
std::optional<Type> unify_arguments(const Type& left, const Type& right) {
    if (left.arguments.size() != right.arguments.size() ||
        left.names.size() != right.names.size()) {
        return std::nullopt;
    }
    Type out = left;
    for (std::size_t i = 0; i < left.arguments.size(); ++i) {
        std::size_t other = i;
        if (i < left.names.size()) {
            const auto named = std::ranges::find(right.names, left.names[i]);
            if (named == right.names.end()) {
                return std::nullopt;
            }
            other = static_cast<std::size_t>(named - right.names.begin());
        }
        auto common = unify(left.arguments[i], right.arguments[other]);
        if (!common) {
            return std::nullopt;
        }
        out.arguments[i] = std::move(*common);
    }
    return out;
}

}  // namespace

std::span<const Function> functions() {
    return registry().all;
}

const Function* find_function(std::string_view name) {
    const auto found = registry().by_name.find(name);
    return found == registry().by_name.end() ? nullptr : found->second;
}

std::optional<Type> unify(const Type& left, const Type& right) {
    if (left == right || right.is(Kind::Any)) {
        return left;
    }
    if (left.is(Kind::Any)) {
        return right;
    }
    if (left.is(Kind::Choice) || right.is(Kind::Choice)) {
        const Type& choice = left.is(Kind::Choice) ? left : right;
        const Type& other = left.is(Kind::Choice) ? right : left;
        std::optional<Type> found;
        for (const Type& alternative : choice.arguments) {
            auto common = unify(alternative, other);
            if (common && (!found || alternative == other)) {
                found = std::move(common);
            }
        }
        return found;
    }
    if (left.kind == right.kind) {
        return left.is(Kind::Resource) || left.is(Kind::Element) ? std::nullopt
                                                                 : unify_arguments(left, right);
    }
    if (conversion_cost(left.kind, right.kind)) {
        return right;
    }
    return conversion_cost(right.kind, left.kind) ? std::optional(left) : std::nullopt;
}

namespace {

// Steps of conversion precedence; one of a later kind outweighs several of an earlier one.
constexpr int subtype_cost = 1;
constexpr int null_cost = 10;
constexpr int cast_cost = 100;
constexpr int simple_conversion_cost = 1000;
constexpr int class_conversion_cost = 10'000;

std::optional<int> fit_choice(const Type& from, const Type& to) {
    const Type& choice = from.is(Kind::Choice) ? from : to;
    std::optional<int> best;
    for (const Type& alternative : choice.arguments) {
        const auto cost = from.is(Kind::Choice) ? fit(alternative, to) : fit(from, alternative);
        if (cost && (!best || *cost < *best)) {
            best = cost;
        }
    }
    return best ? std::optional(*best + (from.is(Kind::Choice) ? cast_cost : subtype_cost))
                : std::nullopt;
}

std::optional<int> fit_arguments(const Type& from, const Type& to) {
    const bool same_shape = from.arguments.size() == to.arguments.size() && from.names == to.names;
    if (!same_shape || from.is(Kind::Resource) || from.is(Kind::Element)) {
        return std::nullopt;
    }
    int total = 0;
    for (std::size_t i = 0; i < from.arguments.size(); ++i) {
        const auto cost = fit(from.arguments[i], to.arguments[i]);
        if (!cost) {
            return std::nullopt;
        }
        total += *cost;
    }
    return total;
}

}  // namespace

std::optional<int> fit(const Type& from, const Type& to) {
    if (from == to) {
        return 0;
    }
    if (to.is(Kind::Any)) {
        return subtype_cost;
    }
    if (from.is(Kind::Any)) {
        return null_cost;
    }
    if (from.is(Kind::Choice) || to.is(Kind::Choice)) {
        return fit_choice(from, to);
    }
    if (from.kind == to.kind) {
        return fit_arguments(from, to);
    }
    const auto steps = conversion_cost(from.kind, to.kind);
    if (!steps) {
        return std::nullopt;
    }
    return *steps + (to.is(Kind::Quantity) || to.is(Kind::Concept) ? class_conversion_cost
                                                                   : simple_conversion_cost);
}

bool may_stand_for(const Value& value, const TypePattern& operand, bool uncertain) {
    using ValueOf = Value::Kind;
    const ValueOf kind = value.kind();
    if (operand.variable || value.is_null()) {
        return true;
    }
    const bool any = uncertain && (kind == ValueOf::Decimal || is_uncertain(value));
    const bool number = kind == ValueOf::Integer || kind == ValueOf::Long || any;
    switch (operand.kind) {
        case Kind::Boolean:
            return kind == ValueOf::Boolean;
        case Kind::Integer:
            return kind == ValueOf::Integer || any;
        case Kind::Long:
            return number;
        case Kind::Decimal:
            return number || kind == ValueOf::Decimal;
        case Kind::Quantity:
            return number || kind == ValueOf::Decimal || kind == ValueOf::Quantity;
        case Kind::String:
            return kind == ValueOf::String;
        case Kind::Date:
        case Kind::DateTime:
        case Kind::Time:
            return kind == ValueOf::Temporal;
        case Kind::Ratio:
            return kind == ValueOf::Ratio;
        case Kind::Code:
            return kind == ValueOf::Code;
        case Kind::Concept:
            return kind == ValueOf::Code || kind == ValueOf::Concept;
        case Kind::List:
            return kind == ValueOf::List;
        default:
            return true;
    }
}

std::optional<Resolution> resolve(const Function& function, std::span<const Type> arguments) {
    std::optional<Resolution> best;
    int best_cost = 0;
    for (const Overload& overload : function.overloads) {
        if (overload.parameters.size() != arguments.size()) {
            continue;
        }
        Binding binding;
        int cost = 0;
        bool fits = true;
        for (std::size_t i = 0; i < arguments.size() && fits; ++i) {
            const auto matched = match(overload.parameters[i], arguments[i], binding);
            fits = matched.has_value();
            cost += matched.value_or(0);
        }
        if (fits && (!best || cost < best_cost)) {
            best = Resolution{&overload, substitute(overload.result, binding)};
            best_cost = cost;
        }
    }
    return best;
}

}  // namespace parcours::cql
