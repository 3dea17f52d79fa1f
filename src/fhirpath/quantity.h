#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "fhirpath/collection.h"
#include "fhirpath/item.h"

namespace parcours::fhirpath {

/// A number as a Quantity without dimension; a Quantity as it is; nothing for others.
[[nodiscard]] std::optional<Item> as_quantity(const Item& item);

/// Whether both measure the same; calendar years and months are not UCUM's.
[[nodiscard]] bool comparable(const Item& left, const Item& right);
/// Whether their units cannot be converted into each other, calendar years and months apart: such
/// are never equal.
[[nodiscard]] bool measure_different_things(const Item& left, const Item& right);
/// -1, 0, 1; nothing where they cannot be compared.
[[nodiscard]] std::optional<int> compare_quantities(const Item& left, const Item& right);
/// Equal to the least precise of the two, calendar words being UCUM's.
[[nodiscard]] bool equivalent_quantities(const Item& left, const Item& right);
/// In another unit; nothing where that is not possible.
[[nodiscard]] std::optional<Item> convert_quantity(const Item& quantity, std::string_view unit,
                                                   Arena& arena);

/// Nothing where the units do not allow it, or on overflow. Sums have the finer unit.
[[nodiscard]] std::optional<Item> add_quantities(const Item& left, const Item& right, bool minus);
[[nodiscard]] std::optional<Item> multiply_quantities(const Item& left, const Item& right,
                                                      Arena& arena);
[[nodiscard]] std::optional<Item> divide_quantities(const Item& left, const Item& right,
                                                    Arena& arena);

}  // namespace parcours::fhirpath
