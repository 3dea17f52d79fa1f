#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cql/structures.h"  // IWYU pragma: export
#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::cql {

struct IntervalValue;
struct ListValue;
struct TupleValue;

/// What a value is, in the order of `Value::Variant`.
enum class ValueKind : std::uint8_t {
    Null,
    Boolean,
    Integer,
    Long,
    Decimal,
    String,
    Temporal,
    Quantity,
    Code,
    Concept,
    Interval,
    List,
    Tuple,
    Row,
    Ratio
};

/// A value of CQL; null is the default. Lists, intervals and tuples are shared and never change.
class Value {
  public:
    using Interval = std::shared_ptr<const IntervalValue>;
    using List = std::shared_ptr<const ListValue>;
    using Tuple = std::shared_ptr<const TupleValue>;
    using CodeRef = std::shared_ptr<const Code>;
    using ConceptRef = std::shared_ptr<const Concept>;
    using QuantityRef = std::shared_ptr<const Quantity>;
    using RatioRef = std::shared_ptr<const Ratio>;
    using Variant = std::variant<std::monostate, bool, std::int32_t, std::int64_t, Decimal,
                                 std::string, Temporal, QuantityRef, CodeRef, ConceptRef, Interval,
                                 List, Tuple, Row, RatioRef>;
    using Kind = ValueKind;

    Value() = default;
    Value(bool truth) : data_(truth) {}                  // NOLINT(google-explicit-constructor)
    Value(std::int32_t number) : data_(number) {}        // NOLINT(google-explicit-constructor)
    Value(std::int64_t number) : data_(number) {}        // NOLINT(google-explicit-constructor)
    Value(values::Decimal number) : data_(number) {}     // NOLINT(google-explicit-constructor)
    Value(std::string text) : data_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
    Value(std::string_view text)
        : data_(std::string(text)) {}                      // NOLINT(google-explicit-constructor)
    Value(const char* text) : data_(std::string(text)) {}  // NOLINT(google-explicit-constructor)
    Value(values::Temporal moment) : data_(moment) {}      // NOLINT(google-explicit-constructor)
    Value(cql::Row row) : data_(row) {}                    // NOLINT(google-explicit-constructor)
    Value(cql::Quantity quantity);                         // NOLINT(google-explicit-constructor)
    Value(cql::Ratio ratio);                               // NOLINT(google-explicit-constructor)
    Value(cql::Code code);                                 // NOLINT(google-explicit-constructor)
    Value(cql::Concept codes);                             // NOLINT(google-explicit-constructor)
    Value(IntervalValue interval);                         // NOLINT(google-explicit-constructor)
    Value(ListValue list);                                 // NOLINT(google-explicit-constructor)
    Value(TupleValue tuple);                               // NOLINT(google-explicit-constructor)
    template <class T>
    Value(const std::optional<T>& maybe) {  // NOLINT(google-explicit-constructor)
        if (maybe) {
            *this = Value(*maybe);
        }
    }

    [[nodiscard]] Kind kind() const { return static_cast<Kind>(data_.index()); }
    [[nodiscard]] bool is_null() const { return data_.index() == 0; }
    [[nodiscard]] bool is_true() const { return kind() == Kind::Boolean && boolean(); }

    // Each must be asked only of its own kind.
    [[nodiscard]] bool boolean() const { return std::get<bool>(data_); }
    [[nodiscard]] std::int32_t integer() const { return std::get<std::int32_t>(data_); }
    [[nodiscard]] std::int64_t long_integer() const { return std::get<std::int64_t>(data_); }
    [[nodiscard]] values::Decimal decimal() const { return std::get<values::Decimal>(data_); }
    [[nodiscard]] const std::string& text() const { return std::get<std::string>(data_); }
    [[nodiscard]] const values::Temporal& temporal() const {
        return std::get<values::Temporal>(data_);
    }
    [[nodiscard]] const cql::Quantity& quantity() const { return *std::get<QuantityRef>(data_); }
    [[nodiscard]] const cql::Ratio& ratio() const { return *std::get<RatioRef>(data_); }
    [[nodiscard]] const cql::Code& code() const { return *std::get<CodeRef>(data_); }
    [[nodiscard]] const cql::Concept& concept_value() const { return *std::get<ConceptRef>(data_); }
    [[nodiscard]] const IntervalValue& interval() const { return *std::get<Interval>(data_); }
    [[nodiscard]] const std::vector<Value>& elements() const;
    [[nodiscard]] const TupleValue& tuple() const { return *std::get<Tuple>(data_); }
    [[nodiscard]] cql::Row row() const { return std::get<cql::Row>(data_); }

    /// How many values it holds through all its levels; shared ones count each time.
    [[nodiscard]] std::uint64_t weight() const;
    /// As a CQL literal, for messages, tests and answers: `Interval[1, 10]`, `8.0 '%'`, `null`.
    [[nodiscard]] std::string to_text() const;

  private:
    Variant data_;
};

/// A null boundary is open-ended ("up to the type's limit") where closed, unknown where open.
struct IntervalValue {
    Value low;
    Value high;
    bool low_closed = true;
    bool high_closed = true;
};

struct ListValue {
    std::vector<Value> elements;
    std::uint64_t weight = 0;  ///< values in it through all levels; counted when it becomes a Value
};

/// Elements in the order of writing. A missing name reads as null.
struct TupleValue {
    std::vector<std::pair<std::string, Value>> elements;
    std::uint64_t weight = 0;  ///< as of a list
    std::string resource;      ///< "Condition" where it was made as one; empty: a plain tuple

    [[nodiscard]] Value find(std::string_view name) const;
};

}  // namespace parcours::cql
