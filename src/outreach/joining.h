#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "outreach/render.h"
#include "practice/content.h"

namespace parcours::outreach {

/// What stands for the list of all that is said together, on a line of its own of the body.
inline constexpr std::string_view parts_variable = "parts";

/// Puts several messages into one: the frame's wording, its {parts} a list of `lines` in their
/// order. The variables are the reader's own; `lines` are final words. Errors: as `render`.
Result<Rendered> render_joined(const practice::Wording& frame, std::span<const std::string> lines,
                               const Variables& variables, const Reader& reader);

/// Every mistake of contents that say what they join: an unknown frame (with the nearest), one
/// without {parts} on a line of its own, wordings without a line, a frame of another purpose.
std::vector<Error> check_joining(const practice::ContentLibrary& library);

}  // namespace parcours::outreach
