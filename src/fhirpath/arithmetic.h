#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fhirpath/collection.h"
#include "fhirpath/item.h"
#include "fhirpath/tree.h"

namespace parcours::fhirpath {

class Evaluator;

enum class Calculation : std::uint8_t { Done, WrongTypes, WrongUnit };

/// + - * / div mod of two System values. `out` stays nothing on overflow, for a divisor of zero
/// and for units that do not go together.
[[nodiscard]] Calculation calculate(Operation operation, const Item& left, const Item& right,
                                    Arena& arena, std::optional<Item>& out);
/// `&`: nothing counts as an empty text.
[[nodiscard]] bool concatenate(Evaluator& evaluator, const Node& node,
                               const std::optional<Item>& left, const std::optional<Item>& right,
                               Collection& out);

/// A date or time some duration later.
[[nodiscard]] Calculation add_duration(const Item& temporal, const Item& duration, bool minus,
                                       std::optional<Item>& out);

/// "the Integer 5", "a Patient": an item for an error's message; no data of a record.
[[nodiscard]] std::string describe(const Item& item);

/// An Integer within 32 bits, else nothing.
[[nodiscard]] std::optional<Item> make_integer(std::int64_t number);

}  // namespace parcours::fhirpath
