#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace parcours::http {

/// What a request says about the form of its answer; outlives the request.
struct Conditions {
    Method method = Method::Get;
    bool is_http_1_0 = false;
    bool secure = false;
    bool gzip = false;
    std::string if_none_match;
    std::string range;
    std::string if_range;
    std::string request_id;
};
[[nodiscard]] Conditions conditions_of(const Request& request);

/// An answer in the form in which it leaves, but for `Date`, `Connection` and the empty line.
struct Finished {
    int status = 200;
    std::string head;
    Body body;
    /// The bytes of the body that leave; nothing for a stream of unknown length.
    std::optional<std::size_t> body_bytes;
};

/// The policy against injected content that leaves with every answer.
inline constexpr std::string_view content_security_policy_default =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Gives an answer its form: 304 where the asker has it already (`If-None-Match`), a part of it
/// (`Range`, one range, with `If-Range`), gzip, lengths, `Cache-Control`, and the headers that
/// protect browsers. An answer whose headers hold a control character becomes 500.
[[nodiscard]] Finished finish(const Conditions& conditions, Response response,
                              std::string_view content_security_policy);

struct ByteRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;  ///< behind the last byte
};
/// What one range of a `Range` header asks for of so many bytes. Nothing where the header is to be
/// ignored (another unit, several ranges, nonsense); an empty range where it cannot be satisfied.
[[nodiscard]] std::optional<ByteRange> read_range(std::string_view text, std::uint64_t size);

}  // namespace parcours::http
