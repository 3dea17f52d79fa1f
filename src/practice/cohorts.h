#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "practice/scalar.h"
#include "practice/yaml.h"

namespace parcours::practice {

/// A named predicate over record and timeline.
struct Cohort {
    std::string name;
    Titles title;
    std::string cql;
    Location where;      ///< of its definition
    Location cql_where;  ///< where the expression's text begins, for errors inside it
};

/// Reads the cohorts of one file; every mistake is appended to `errors`. Whether the expression
/// compiles is for others to say.
std::vector<Cohort> read_cohorts(const Node& document, std::vector<Error>& errors);

}  // namespace parcours::practice
