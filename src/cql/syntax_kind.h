#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cql/tree.h"
#include "values/temporal.h"

namespace parcours::cql {

/// A type as written: `Integer`, `List<Condition>`, `Interval<DateTime>`, `Choice<…>`, `Tuple { …
/// }`.
struct TypeSyntax {
    std::string name;  ///< without the qualifier "System." or "FHIR."
    std::vector<TypeSyntax> arguments;
    std::vector<std::string> names;  ///< of a tuple's elements
    Place place;
};

/// What was written. `text` and `children` are used as each line says.
enum class SyntaxKind : std::uint8_t {
    Null,
    Boolean,
    Integer,
    Long,
    Decimal,
    String,
    Temporal,    ///< literals; `text`
    Quantity,    ///< `text` is the number, `unit` the unit
    Ratio,       ///< two quantities
    Identifier,  ///< `text`; `quoted`
    Member,      ///< child . `text`
    Index,       ///< child [ child ]
    Invoke,      ///< `text` ( children ); with `receiver` the first child stands before the dot
    Unary,       ///< `text` names the operator ("not", "exists", "start of", "-"); one child
    Binary,  ///< `text` is the operator ("and", "<=", "in", "union"); `precision` for in/contains
    IsTest,  ///< child is [not] `text` (null, true, false); `negated`
    IsType,
    AsType,
    Cast,
    Convert,          ///< child and `type`; convert may have `unit` instead
    Between,          ///< child between child and child; `negated`: properly
    Elapsed,          ///< `text` duration | difference; `precision`; two children
    Timing,           ///< left phrase right: `timing`
    If,               ///< condition, then, else
    Case,             ///< [comparand] when then … else; `has_comparand`
    List,             ///< children; `type` where it was written as List<T>{…}
    Interval,         ///< two children; `low_closed`, `high_closed`
    Tuple,            ///< `names` and children; `type` where an instance of a named type
    CodeSelector,     ///< Code `text` from [`comparator`.]`unit` display `names[0]`
    ConceptSelector,  ///< children are code selectors; `names[0]` its display
    Retrieve,         ///< [`text`: `unit` (code path) `comparator` child]
    ExpandLike,       ///< `text` expand | collapse; child, optional second child or `precision`
    TypeExtent,       ///< `text` minimum | maximum; `type`
    Query             ///< `query`
};

/// `starts 3 days or less before day of start Y`: everything between two operands.
struct TimingSyntax {
    enum class Relation : std::uint8_t {
        Same,
        Includes,
        IncludedIn,
        Before,
        After,
        Within,
        Meets,
        MeetsBefore,
        MeetsAfter,
        Overlaps,
        OverlapsBefore,
        OverlapsAfter,
        Starts,
        Ends
    };
    enum class Offset : std::uint8_t { None, Exactly, OrMore, OrLess, MoreThan, LessThan };
    enum class Boundary : std::uint8_t { None, Start, End, Occurs };
    enum class Same : std::uint8_t { As, OrBefore, OrAfter };

    Relation relation = Relation::Same;
    Boundary left = Boundary::None;   ///< starts, ends, occurs
    Boundary right = Boundary::None;  ///< start, end
    Same same = Same::As;
    bool properly = false;
    bool or_on = false;   ///< "on or before"
    bool during = false;  ///< was written "during", not "included in"
    Offset offset = Offset::None;
    std::string amount;  ///< of the offset or of "within"
    std::string unit;
    std::optional<Precision> precision;
};

}  // namespace parcours::cql
