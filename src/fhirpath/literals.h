#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhirpath/collection.h"
#include "fhirpath/item.h"
#include "fhirpath/lexer.h"
#include "fhirpath/tree.h"

namespace parcours::fhirpath {

/// "year", "years" … "millisecond", "milliseconds".
[[nodiscard]] bool is_calendar_word(std::string_view word);

/// Sets the node's literal from the text in its name; what is wrong with it, if anything.
/// `negated`: a minus stands before it, so that the least Integer may follow.
[[nodiscard]] std::optional<std::string> read_literal(TokenKind kind, Node& node, bool negated);
/// The same for a Quantity whose unit is the node's name.
[[nodiscard]] std::optional<std::string> read_quantity(std::string_view number, Node& node,
                                                       bool calendar);

/// Digits with an optional sign and point, as a Decimal; nothing for other text.
[[nodiscard]] std::optional<Item> parse_decimal(std::string_view text);
/// Dates and times as FHIRPath and FHIR write them, Times with or without "T". Nothing for a day or
/// time that does not exist.
[[nodiscard]] std::optional<Item> parse_date(std::string_view text);
[[nodiscard]] std::optional<Item> parse_date_time(std::string_view text);
[[nodiscard]] std::optional<Item> parse_time(std::string_view text);
/// "4 days", "1.5 'mg'", "3". The unit is kept in the arena.
[[nodiscard]] std::optional<Item> parse_quantity(std::string_view text, Arena& arena);

/// As FHIRPath's toString() writes it; nothing for what has no text.
[[nodiscard]] std::optional<std::string> to_text(const Item& item);

}  // namespace parcours::fhirpath
