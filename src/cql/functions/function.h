#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "cql/data_source.h"
#include "cql/type.h"
#include "cql/value.h"
#include "values/temporal.h"

namespace parcours::cql {

/// A type as a signature says it: a type, or a variable ("T") that stands for one.
struct TypePattern {
    bool variable = false;
    Type::Kind kind = Type::Kind::Any;
    std::vector<TypePattern> arguments;
};

struct Overload {
    std::vector<TypePattern> parameters;
    TypePattern result;
};

/// What a function may look at besides its arguments, and where it says that it failed.
struct CallContext {
    Instant now;
    const DataSource* source = nullptr;
    const Terminology* terminology = nullptr;      ///< null: no value sets, no hierarchies
    std::optional<Precision> precision;            ///< written with the operator: "before day of"
    const Overload* overload = nullptr;            ///< which signature was meant
    std::vector<std::string>* messages = nullptr;  ///< where `Message` tells what it has to tell
    std::string error;                             ///< a run-time error of CQL; set by `fail_with`
    ErrorCode code = ErrorCode::InvalidInput;

    /// Records the error and gives null.
    Value fail_with(std::string message, ErrorCode kind = ErrorCode::InvalidInput) {
        error = std::move(message);
        code = kind;
        return {};
    }
};

/// An operator or function of CQL under its name in ELM, with its documentation.
struct Function {
    std::string_view name;
    /// `Integer, Integer -> Integer; Decimal, Decimal -> Decimal`: the first that fits best is
    /// taken.
    std::string_view signatures;
    Value (*apply)(std::span<const Value>, CallContext&) = nullptr;
    std::string_view description;
    std::string_view example;
    bool takes_null = false;  ///< else it is null where an argument is, without being called
    bool reads_now = false;
    /// Numbers of any kind (2 ^ -1 is no Integer), and distances that are not exactly known.
    bool takes_uncertain = false;
    std::vector<Overload> overloads;  ///< read from `signatures` by the registry
};

using FunctionGroup = std::span<const Function>;

// One per file of this folder; `registry.cc` lists them.
[[nodiscard]] FunctionGroup arithmetic_functions();
[[nodiscard]] FunctionGroup boundary_functions();
[[nodiscard]] FunctionGroup comparison_functions();
[[nodiscard]] FunctionGroup date_functions();
[[nodiscard]] FunctionGroup interval_functions();
[[nodiscard]] FunctionGroup interval_set_functions();
[[nodiscard]] FunctionGroup expand_functions();
[[nodiscard]] FunctionGroup list_functions();
[[nodiscard]] FunctionGroup aggregate_functions();
[[nodiscard]] FunctionGroup string_functions();
[[nodiscard]] FunctionGroup conversion_functions();
[[nodiscard]] FunctionGroup clinical_functions();
[[nodiscard]] FunctionGroup maker_functions();
[[nodiscard]] FunctionGroup pattern_functions();
[[nodiscard]] FunctionGroup structure_functions();

/// All functions, in the order of their groups.
[[nodiscard]] std::span<const Function> functions();
/// By name; nothing for others.
[[nodiscard]] const Function* find_function(std::string_view name);

/// The common type of two, if values of one can stand where the other is expected: Integer and
/// Decimal → Decimal, a choice and one of its alternatives → that one.
[[nodiscard]] std::optional<Type> unify(const Type& left, const Type& right);
/// Whether a value may be handed in for an operand: what is known only when evaluated (a choice, a
/// list of anything) may turn out to be of another type, and counts as null then. An interval takes
/// a point too. A distance that is not exactly known counts as a number only where `uncertain`.
[[nodiscard]] bool may_stand_for(const Value& value, const TypePattern& operand, bool uncertain);
/// How far a value of one type is from an operand of another (CQL 1.5 §Conversion precedence:
/// exact, subtype, null, cast of a choice, implicit conversion); nothing where it does not fit.
[[nodiscard]] std::optional<int> fit(const Type& from, const Type& to);
/// The overload that fits the arguments best, and the type it gives them.
struct Resolution {
    const Overload* overload = nullptr;
    Type result;
};
[[nodiscard]] std::optional<Resolution> resolve(const Function& function,
                                                std::span<const Type> arguments);

}  // namespace parcours::cql
