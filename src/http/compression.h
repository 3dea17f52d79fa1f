#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parcours::http {

/// Shorter answers travel as they are: one packet carries them anyway.
inline constexpr std::size_t gzip_bytes_min = 1024;

/// The bytes as gzip (RFC 1952); nothing where that does not make them shorter.
[[nodiscard]] std::optional<std::string> gzip(std::string_view bytes);

/// Whether bytes of this media type shrink: text, JSON, scripts, SVG.
[[nodiscard]] bool is_compressible(std::string_view media_type);

/// Whether an `Accept-Encoding` allows gzip (RFC 9110 §12.5.3): named, or by "*", and not with q=0.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

}  // namespace parcours::http
