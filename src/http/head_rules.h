#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace parcours::http {

/// Why a request is not answered but refused: the status and one plain sentence for the sender.
struct Refusal {
    int status = 400;
    std::string detail;

    bool operator==(const Refusal&) const = default;
};

/// How the body of a request is delimited.
struct Framing {
    std::uint64_t content_length = 0;
    bool chunked = false;
    bool keep_alive = true;         ///< the sender may ask again on this connection
    bool expects_continue = false;  ///< waits for "100 Continue" before it sends the body

    [[nodiscard]] bool has_body() const { return chunked || content_length > 0; }
};

struct Head {
    Request request;  ///< all but the body
    Framing framing;
};

struct HeadLimits {
    std::size_t target_bytes_max = 8UL * 1024;
    std::size_t field_count_max = 100;
};

/// Reads the head of a request, from its first byte to the empty line inclusive, by the strict
/// grammar of RFC 9112: what two parsers might understand in two ways is refused, not repaired.
/// So are bare CR and LF, folded lines, blanks before a colon, control characters, several or
/// listed lengths, a length beside a transfer coding, any coding but "chunked", a missing or second
/// Host, dot segments and broken percent-encoding.
[[nodiscard]] std::expected<Head, Refusal> read_head(std::string_view text,
                                                     const HeadLimits& limits);

/// Whether the text is a token of RFC 9110 §5.6.2, such as a header's name.
[[nodiscard]] bool is_token(std::string_view text);

/// Decodes "%41" and, in a query, "+"; nothing for a broken escape, NUL or what is not UTF-8.
[[nodiscard]] std::optional<std::string> decode_percent(std::string_view text, bool plus_is_space);

/// The pairs of "a=1&b=2", decoded; nothing where `decode_percent` gives nothing.
[[nodiscard]] std::optional<Pairs> read_query(std::string_view text);

/// The pairs of a Cookie header; what is not `name=value` is passed over.
void read_cookies(std::string_view text, Pairs& into);

}  // namespace parcours::http
