#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace parcours::channel {

/// Everything a mail says. Texts are UTF-8; addresses are plain ASCII without angle brackets.
struct Mail {
    std::string from;
    std::string from_name;  ///< empty: the address alone
    std::string reply_to;   ///< empty: none
    std::string to;
    std::string to_name;
    std::string subject;
    std::string text;
    std::string html;             ///< empty: text alone
    std::string language;         ///< BCP 47; empty: none
    std::string message_id;       ///< 32 hexadecimal digits
    std::string domain;           ///< right-hand side of the Message-ID
    std::string unsubscribe_uri;  ///< mailto: and/or https:, separated by a space; empty: none
    Instant date;
};

/// Writes a mail as it crosses the wire, CRLF at each line's end: RFC 5322, MIME (RFC 2045–2047),
/// List-Unsubscribe and its one-click form (RFC 2369, RFC 8058), Auto-Submitted (RFC 3834). The
/// same mail gives the same bytes. Errors: InvalidInput for control characters in a header (header
/// injection), for an address that is none, for text that is not UTF-8, for a wrong message id or
/// an unsubscribe address of another scheme; no message of an error repeats an address.
[[nodiscard]] Result<std::string> write_mail(const Mail& mail);

/// Whether it is local-part@domain in plain ASCII, without quoting, comments, spaces or control
/// characters, within the lengths of RFC 5321 §4.5.3.1.
[[nodiscard]] bool is_mail_address(std::string_view address);

/// "Sun, 22 Nov 2026 08:30:00 +0000" (RFC 5322 §3.3).
[[nodiscard]] std::string format_mail_date(Instant instant);

/// One header line, folded, with encoded words (RFC 2047) where the text needs them.
[[nodiscard]] std::string write_text_header(std::string_view name, std::string_view text);

/// Body text as quoted-printable (RFC 2045 §6.7) with CRLF line ends and lines up to 76 bytes.
[[nodiscard]] std::string to_quoted_printable(std::string_view text);

}  // namespace parcours::channel
