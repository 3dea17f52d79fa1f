#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::cql {

using values::Decimal;
using values::Precision;
using values::Temporal;
using values::Uncertain;

struct Quantity {
    Decimal value;
    std::string unit = "1";  ///< UCUM, or a calendar word in the singular: "year", "day"
};

struct Code {
    std::string system;  ///< its URL; empty where none was given
    std::string code;
    std::string display;
    std::string version;
};

struct Concept {
    std::vector<Code> codes;
    std::string display;  ///< its text
};

/// A relationship of two quantities, such as 1:128.
struct Ratio {
    Quantity numerator;
    Quantity denominator;
};

/// One thing of the record: which table (a `model::TypeId`) and which row of the data source.
struct Row {
    std::uint32_t table = 0;
    std::uint32_t index = 0;

    bool operator==(const Row&) const = default;
};

}  // namespace parcours::cql
