#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "practice/vocabulary.h"
#include "quality/evaluate.h"
#include "values/temporal.h"

namespace parcours::quality {

/// The name that measures give to the time they are about.
inline constexpr std::string_view period_name = "Measurement Period";

/// The library that a canonical names ("https://…/Library/DiabetesCare|1.0.0"): the last part of
/// its path is its name.
[[nodiscard]] LibraryName library_of(std::string_view canonical);

/// The period as the libraries declare it: from the first moment of `start` to the last of `end`,
/// as DateTimes, or as Dates where a library asks for these. Errors, InvalidInput: it ends before
/// it starts.
Result<Parameter> measurement_period(const practice::Vocabulary& vocabulary,
                                     const std::vector<LibraryName>& libraries,
                                     const values::Temporal& start, const values::Temporal& end);

}  // namespace parcours::quality
