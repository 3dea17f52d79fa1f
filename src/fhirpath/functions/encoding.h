#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parcours::fhirpath {

/// "hex", "base64" or "urlbase64"; nothing for another encoding or text that is not encoded so.
[[nodiscard]] std::optional<std::string> encode(std::string_view text, std::string_view encoding);
[[nodiscard]] std::optional<std::string> decode(std::string_view text, std::string_view encoding);

/// "html" or "json"; nothing for another target.
[[nodiscard]] std::optional<std::string> escape(std::string_view text, std::string_view target);
[[nodiscard]] std::optional<std::string> unescape(std::string_view text, std::string_view target);

}  // namespace parcours::fhirpath
