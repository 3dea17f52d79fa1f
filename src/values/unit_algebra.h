#pragma once

#include <string>
#include <string_view>

namespace parcours::values {

/// The unit of a product or quotient of quantities, equal units gathered under one exponent: cm and
/// cm2 make cm3, mg/mL times mL makes mg, "1" where nothing is left. Units are taken as written;
/// none is converted into another.
[[nodiscard]] std::string multiply_units(std::string_view left, std::string_view right);
[[nodiscard]] std::string divide_units(std::string_view left, std::string_view right);

}  // namespace parcours::values
