#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parcours::position {

/// The active ingredients a medicine's name speaks of, lower-case, in alphabetical order, joined by
/// "+": "24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet" and "metFORMIN 1000 MG"
/// are both "metformin". A new strength or form is the same ingredient. Names follow RxNorm:
/// ingredients first, then strength, components divided by " / ".
[[nodiscard]] std::string ingredient_of(std::string_view text);

}  // namespace parcours::position
