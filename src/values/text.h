#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parcours::values {

/// The offset of the first byte that is not UTF-8.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text);
/// Bytes of the character that `text` begins with (1 for a broken one, 0 for none).
[[nodiscard]] std::size_t utf8_length(std::string_view text);
void append_utf8(std::string& out, std::uint32_t code_point);
/// Reads hexadecimal digits; nothing for other text or more than 8 of them.
[[nodiscard]] std::optional<std::uint32_t> parse_hex(std::string_view digits);

/// The name that needs the fewest edits (case ignored); empty where none is close (more than a
/// third of the name wrong). Ties go to the first.
[[nodiscard]] std::string_view nearest(std::string_view name, std::span<const std::string> names);

/// `'it\'s'` or `"a name"`: the text between quotes with escapes, as CQL reads it back.
[[nodiscard]] std::string quote(std::string_view text, char quotation);

}  // namespace parcours::values
