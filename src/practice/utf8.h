#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace parcours::practice {

/// The offset of the first byte that is not UTF-8 (RFC 3629), or nothing.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text);

}  // namespace parcours::practice
