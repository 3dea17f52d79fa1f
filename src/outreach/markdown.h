#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parcours::outreach {

/// A value so written that Markdown reads it as itself: signs escaped, line ends as
/// spaces, without white space at both ends.
[[nodiscard]] std::string escape_markdown(std::string_view value);

/// CommonMark to plain text: paragraphs separated by a blank line, links as "text (address)", list
/// items with "- " or their number. Line ends within a paragraph become spaces (nothing between
/// Chinese characters).
[[nodiscard]] std::string markdown_to_text(std::string_view markdown);

/// CommonMark to an HTML fragment. Raw HTML is left out, dangerous links lose their address.
[[nodiscard]] std::string markdown_to_html(std::string_view markdown);

/// The line (1-based) of the first raw HTML, which would be left out.
[[nodiscard]] std::optional<int> find_raw_html(std::string_view markdown);

}  // namespace parcours::outreach
