#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fhirpath/item.h"

namespace parcours::fhirpath {

/// `=` of two items; nothing where their precision or units leave it open.
[[nodiscard]] std::optional<bool> equal(const Item& left, const Item& right);
/// `=` where what is open counts as different, as for distinct().
[[nodiscard]] inline bool same(const Item& left, const Item& right) {
    return equal(left, right).value_or(false);
}
/// `~` of two items.
[[nodiscard]] bool equivalent(const Item& left, const Item& right);
/// `~` of two collections, in any order.
[[nodiscard]] bool equivalent(std::span<const Item> left, std::span<const Item> right);

/// How two items stand: -1, 0, 1, or open.
struct Order {
    bool possible = false;  ///< false: such items have no order
    std::optional<int> sign;
};
[[nodiscard]] Order compare(const Item& left, const Item& right);

/// Text with its letters small and every white space a blank, as `~` sees it.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace parcours::fhirpath
