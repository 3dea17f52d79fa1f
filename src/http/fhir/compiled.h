#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "http/fhir/parameters.h"
#include "http/fhir/query.h"
#include "http/fhir/values.h"

namespace parcours::http::facade {

/// A criterion whose values were read.
struct Compiled {
    const Parameter* parameter = nullptr;
    std::string modifier;
    std::vector<Token> tokens;       ///< of tokens
    std::vector<DateValue> dates;    ///< of dates
    std::vector<std::string> texts;  ///< of all, without escapes; of texts folded, unless exact

    /// Whether a resource's JSON fulfils it. True for what is about patients: whose resource it is
    /// is for the index to say.
    [[nodiscard]] bool holds(const JsonView& resource) const;
    /// Whether any of the dates matches.
    [[nodiscard]] bool date_fits(const Range& target) const;
};

/// Errors: Usage (a date that cannot be read).
Result<Compiled> compile(const Criterion& criterion);
Result<std::vector<Compiled>> compile(const std::vector<Criterion>& criteria);

}  // namespace parcours::http::facade
