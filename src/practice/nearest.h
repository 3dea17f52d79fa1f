#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parcours::practice {

/// The candidate that `name` was most likely meant to be: the smallest number of inserted, dropped,
/// changed or swapped letters, at most a third of its length. Nothing where none is that near; the
/// first of equals.
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view name,
                                                      std::span<const std::string> candidates);
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view name,
                                                      std::span<const std::string_view> candidates);

/// "; did you mean “NEAREST”?", else "; known are: a, b, c" (at most twelve), for error messages.
[[nodiscard]] std::string suggest(std::string_view name, std::span<const std::string> candidates);
[[nodiscard]] std::string suggest(std::string_view name,
                                  std::span<const std::string_view> candidates);

}  // namespace parcours::practice
