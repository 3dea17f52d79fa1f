#pragma once

#include <cstdint>

namespace parcours::population {

/// How the clinical date of a row was written, so that a column may stand for the element.
enum class DateShape : std::uint8_t {
    Unknown,  ///< ask the resource itself
    None,     ///< it has none: `start` comes from elsewhere (when it was recorded)
    Point,    ///< a dateTime, date or instant: `start`
    Period    ///< a Period: `start` and `end`; no_time where it has none
};

/// How its value was written.
enum class ValueShape : std::uint8_t {
    Unknown,
    None,
    Quantity,  ///< valueQuantity with a number, a unit and no comparator: `quantity` and `unit`
    Coded,     ///< valueCodeableConcept
    Other
};

/// `DateShape`, `ValueShape` and what else a row must remember, in one byte.
struct RowShape {
    static constexpr std::uint8_t date_mask = 0x03;
    static constexpr std::uint8_t value_shift = 2;
    static constexpr std::uint8_t value_mask = 0x07;
    /// `code` is that of the Medication it refers to.
    static constexpr std::uint8_t code_from_medication = 0x20;
    /// Of a Condition: `end` is all that its abatement says.
    static constexpr std::uint8_t exact_abatement = 0x40;
    /// Of a Condition: clinicalStatus and verificationStatus are each a single code of FHIR's own
    /// system, or missing: `status` and `verification` are all that they say.
    static constexpr std::uint8_t exact_states = 0x80;

    std::uint8_t bits = 0;

    [[nodiscard]] DateShape date() const { return static_cast<DateShape>(bits & date_mask); }
    [[nodiscard]] ValueShape value() const {
        return static_cast<ValueShape>((bits >> value_shift) & value_mask);
    }
};

}  // namespace parcours::population
