#pragma once

#include <string>
#include <string_view>

namespace parcours::channel {

/// What a person wrote in a reply: quoted lines, the mail that was answered, and the signature
/// taken off. Recognises ">" lines, "On … wrote:", "Le … a écrit :", "在 … 写道：" (also over two
/// lines), "-----Original Message-----" and its translations, and "-- ".
[[nodiscard]] std::string strip_quoted(std::string_view text);

/// HTML as plain text, good enough to read a reply: tags, scripts, styles and quotations dropped,
/// the common entities read. Never fails.
[[nodiscard]] std::string html_to_text(std::string_view html);

}  // namespace parcours::channel
