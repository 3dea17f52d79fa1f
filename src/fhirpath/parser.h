#pragma once

#include <cstddef>
#include <string_view>

#include "fhirpath/failure.h"
#include "fhirpath/tree.h"

namespace parcours::fhirpath {

/// Bounds of an expression; beyond them it is refused with ErrorCode::Limit.
inline constexpr std::size_t text_length_max = 256 * 1024;
inline constexpr std::size_t nesting_max = 128;

/// Reads an expression (FHIRPath 2.0 and the later drafts' literals). Functions and types are
/// looked up; their number of arguments is checked.
Outcome<NodePtr> parse(std::string_view text);

}  // namespace parcours::fhirpath
