#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace parcours::channel {

/// Standard base64 with padding (RFC 4648 §4).
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// Reads base64; white space between the characters is skipped, as in mail bodies (RFC 2045
/// §6.8). Nothing for other characters or a wrong length.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// Base32 in lower case without padding (RFC 4648 §6).
[[nodiscard]] std::string to_base32(std::string_view bytes);

/// Reads base32 in either case without padding; nothing for anything that `to_base32` would not
/// have written.
[[nodiscard]] std::optional<std::string> from_base32(std::string_view text);

/// Reads an even number of hexadecimal digits in either case.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

/// Names and values in their order; a name may come twice.
using FormFields = std::vector<std::pair<std::string, std::string>>;

/// application/x-www-form-urlencoded, as an HTML form sends it.
[[nodiscard]] std::string write_form(const FormFields& fields);

/// Reads application/x-www-form-urlencoded. Errors: InvalidInput for a broken percent sequence,
/// Limit for more than `form_fields_max` fields.
[[nodiscard]] Result<FormFields> parse_form(std::string_view body);
inline constexpr std::size_t form_fields_max = 200;

/// The first value of that name, else empty.
[[nodiscard]] std::string_view find_field(const FormFields& fields, std::string_view name);

/// Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(std::string_view bytes);

/// The number of Unicode characters; the text must be UTF-8.
[[nodiscard]] std::size_t count_characters(std::string_view text);

/// Splits UTF-8 into characters. A byte that belongs to none counts as U+FFFD.
[[nodiscard]] std::u32string to_characters(std::string_view text);

/// Whether it holds a byte that would end or corrupt a header line: CR, LF, NUL or another
/// control character than tab.
[[nodiscard]] bool has_control(std::string_view text);

/// "a provider's words" made safe to store: control characters become spaces, what is not UTF-8
/// becomes "?", `secret` (an address) becomes "<address>" in whatever case, and the length is
/// bounded by `words_length_max` bytes.
[[nodiscard]] std::string clean_words(std::string_view words, std::string_view secret);
inline constexpr std::size_t words_length_max = 240;

}  // namespace parcours::channel
