#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/json.h"
#include "fhir/model.h"
#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::fhirpath {

/// What an item is: a place in JSON, one of FHIRPath's System types, or a type itself.
enum class Kind : std::uint8_t {
    Node,
    Boolean,
    Integer,
    Long,
    Decimal,
    String,
    Date,
    DateTime,
    Time,
    Quantity,
    Type
};

/// How the unit of a Quantity was given: UCUM, a calendar word ("year"), or by FHIR, whose `a` and
/// `mo` stand for both.
enum class UnitKind : std::uint8_t { Ucum, Calendar, Either };

/// One item of a collection; 40 bytes, copied freely. Text and JSON are looked at, not owned: they
/// belong to the input, the expression, the environment, or the answer's `Arena`.
class Item {
    // First and aligned, so that a copy reads the same halves that were written.
    alignas(8) std::array<std::byte, 32> bytes_{};

  public:
    using TypeId = fhir::TypeId;

    Item() = default;
    static Item of(bool truth) { return make(Kind::Boolean, truth); }
    static Item of_integer(std::int64_t number) { return make(Kind::Integer, number); }
    static Item of_long(std::int64_t number) { return make(Kind::Long, number); }
    /// `digits` after the point as they were written.
    static Item of(values::Decimal number, std::uint8_t digits) {
        Item item = make(Kind::Decimal, number);
        item.digits = digits;
        return item;
    }
    static Item of(std::string_view text) { return make(Kind::String, text); }
    static Item of(const values::Temporal& temporal, bool has_offset) {
        const auto kind =
            static_cast<Kind>(static_cast<int>(Kind::Date) + static_cast<int>(temporal.kind));
        values::Temporal held = temporal;
        held.zoned = has_offset;
        Item item = make(kind, held);
        item.has_offset = has_offset;
        return item;
    }
    static Item of_quantity(values::Decimal number, std::uint8_t digits, std::string_view unit,
                            UnitKind unit_kind) {
        Item item = make(Kind::Quantity, number);
        item.digits = digits;
        item.unit_kind = unit_kind;
        item.store(unit, 16);
        return item;
    }
    static Item of_type(TypeId type) {
        Item item;
        item.kind = Kind::Type;
        item.type = type;
        return item;
    }
    /// A place in JSON of a FHIR type (0: not known); `extra` is the object beside a primitive that
    /// has its id and extensions. Either may be nothing.
    static Item of_node(const JsonView& value, const JsonView& extra, TypeId type) {
        return of_node(value, extra, type, value.is_object());
    }
    /// The same, where it is known whether the value is an object.
    static Item of_node(const JsonView& value, const JsonView& extra, TypeId type, bool object) {
        return {value, extra, type, object};
    }
    Item(const JsonView& value, const JsonView& extra, TypeId of, bool is_object)
        : type(of), has_value(value.exists()), has_extra(extra.exists()), object(is_object) {
        std::memcpy(bytes_.data(), &value, 16);
        std::memcpy(bytes_.data() + 16, &extra, 16);
    }

    [[nodiscard]] bool truth() const { return load<bool>(0); }
    [[nodiscard]] std::int64_t integer() const { return load<std::int64_t>(0); }
    [[nodiscard]] values::Decimal decimal() const { return load<values::Decimal>(0); }
    [[nodiscard]] std::string_view text() const { return load<std::string_view>(0); }
    [[nodiscard]] values::Temporal temporal() const { return load<values::Temporal>(0); }
    [[nodiscard]] std::string_view unit() const { return load<std::string_view>(16); }
    [[nodiscard]] JsonView value() const { return view(0, has_value); }
    [[nodiscard]] JsonView extra() const { return view(16, has_extra); }

    [[nodiscard]] bool is_node() const { return kind == Kind::Node; }
    /// A node with a JSON object as its value.
    [[nodiscard]] bool is_object() const { return object; }
    [[nodiscard]] bool is_temporal() const { return kind >= Kind::Date && kind <= Kind::Time; }
    [[nodiscard]] bool is_number() const { return kind >= Kind::Integer && kind <= Kind::Decimal; }

    Kind kind = Kind::Node;
    std::uint8_t digits = 0;
    UnitKind unit_kind = UnitKind::Ucum;
    TypeId type = 0;
    bool has_value : 1 = false;
    bool has_extra : 1 = false;
    bool object : 1 = false;       ///< the value is a JSON object
    bool has_offset : 1 = false;   ///< a DateTime that was written with one
    bool leap_second : 1 = false;  ///< written with second 60, held as 59

  private:
    template <class T>
    static Item make(Kind kind, const T& content) {
        Item item;
        item.kind = kind;
        item.store(content, 0);
        return item;
    }
    template <class T>
    void store(const T& content, std::size_t at) {
        static_assert(sizeof(T) <= 32);
        std::memcpy(bytes_.data() + at, &content, sizeof content);
    }
    template <class T>
    [[nodiscard]] T load(std::size_t at) const {
        T content;
        std::memcpy(&content, bytes_.data() + at, sizeof content);
        return content;
    }
    [[nodiscard]] JsonView view(std::size_t at, bool exists) const;
};

}  // namespace parcours::fhirpath
