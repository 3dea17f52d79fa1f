#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "values/ratio.h"

namespace parcours::values {

/// How much of a metre, gram, second, radian, kelvin, coulomb, candela and mole a unit has.
using Dimension = std::array<std::int8_t, 8>;

/// What one unit is: a factor and its dimension. Special units are measured on a scale of their
/// own: kelvin = (degrees + offset) · factor.
struct Measure {
    Ratio factor;
    Dimension dimension{};
    std::string_view arbitrary;  ///< "[iU]": a unit only by agreement; empty for others
    std::int8_t arbitrary_exponent = 0;
    bool special = false;
    std::int32_t offset_hundredths = 0;  ///< of special temperatures
    bool has_scale = false;              ///< a special unit that can be converted

    [[nodiscard]] bool commensurable(const Measure& other) const {
        return dimension == other.dimension && arbitrary == other.arbitrary &&
               arbitrary_exponent == other.arbitrary_exponent;
    }
};

/// A unit without prefix and exponent, as UCUM's table has it.
struct UnitRow {
    std::string_view symbol;
    Measure measure;
    bool metric = false;  ///< may carry a prefix
};

/// Reads a unit: terms joined by '.' and '/', exponents, parentheses, {annotations}.
[[nodiscard]] std::optional<Measure> parse_unit(std::string_view text);

}  // namespace parcours::values
