#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/model/type_id.h"

namespace parcours::cql {

/// The static type of an expression.
struct Type {
    enum class Kind : std::uint8_t {
        Any,  ///< the type of null, and of what is known only at run time
        Boolean,
        Integer,
        Long,
        Decimal,
        String,
        Date,
        DateTime,
        Time,
        Quantity,
        Ratio,
        Code,
        Concept,
        CodeSystem,
        ValueSet,
        Element,   ///< a complex element of FHIR (HumanName, a component …): a tuple at run time
        Resource,  ///< a row of the record: `resource` says which type
        Interval,  ///< `arguments[0]` is its point type
        List,      ///< `arguments[0]` is its element type
        Tuple,     ///< `names` and `arguments` are its elements
        Choice     ///< one of `arguments`
    };

    Kind kind = Kind::Any;
    model::TypeId resource{};
    std::vector<Type> arguments;
    std::vector<std::string> names;

    Type() = default;
    Type(Kind simple) : kind(simple) {}  // NOLINT(google-explicit-constructor)
    static Type interval(Type point);
    static Type list(Type element);
    static Type of_resource(model::TypeId id);
    /// One alternative alone is itself; doubles are dropped; choices within are flattened.
    static Type choice(std::vector<Type> alternatives);

    [[nodiscard]] bool is(Kind other) const { return kind == other; }
    /// As CQL writes it: `List<Condition>`, `Interval<DateTime>`, `Choice<DateTime, Quantity>`.
    [[nodiscard]] std::string to_text() const;
    bool operator==(const Type&) const = default;
};

}  // namespace parcours::cql
