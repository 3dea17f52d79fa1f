#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parcours::channel {

/// Header fields in their order, unfolded; names in lower case.
using MailHeaders = std::vector<std::pair<std::string, std::string>>;

/// One part of a mail. Views point into the text that was parsed.
struct MimePart {
    MailHeaders headers;
    std::string type;      ///< "text/plain", in lower case
    std::string boundary;  ///< of a multipart
    std::string charset;   ///< in lower case; empty: none said
    std::string_view body;
    std::vector<MimePart> parts;  ///< of a multipart
};

/// Reads a mail or part, whatever it is: garbage is a part without headers. Nesting beyond
/// `mime_depth_max` and parts beyond `mime_parts_max` are not looked into; of a header block
/// only the first `header_fields_max` fields are kept.
[[nodiscard]] MimePart parse_mime(std::string_view text);
inline constexpr std::size_t mime_depth_max = 8;
inline constexpr std::size_t mime_parts_max = 64;
inline constexpr std::size_t header_fields_max = 300;

/// Reads a block of header fields up to the first empty line, which it takes off `text` too.
[[nodiscard]] MailHeaders take_headers(std::string_view& text);

/// The first field of that lower-case name, else empty.
[[nodiscard]] std::string_view find_header(const MailHeaders& headers, std::string_view name);

/// The first part of that type, the mail itself included, depth first; null where there is none.
[[nodiscard]] const MimePart* find_part(const MimePart& mail, std::string_view type);

/// The body of a leaf as UTF-8: transfer encoding and character set undone, CRLF as LF. What
/// cannot be read becomes U+FFFD; at most `size_max` bytes.
[[nodiscard]] std::string decode_text(const MimePart& part, std::size_t size_max);

/// A header's text with its encoded words (RFC 2047) read.
[[nodiscard]] std::string decode_words(std::string_view header);

/// A parameter of a header such as Content-Type, unquoted; empty where missing.
[[nodiscard]] std::string find_parameter(std::string_view header, std::string_view name);

}  // namespace parcours::channel
