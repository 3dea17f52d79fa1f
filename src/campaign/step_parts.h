#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace parcours::campaign {

/// Something that is true, false or unknown of a patient at a moment: CQL in which `enrolled` is
/// the moment of enrolment, or the campaign's own success.
struct Condition {
    enum class Kind : std::uint8_t { Cql, Success, NotSuccess };
    Kind kind = Kind::Cql;
    std::string text;  ///< the CQL; "success" or "not success" for the other kinds
    Location where;    ///< of the first letter of the text
};

/// Where a step leads. Not `written`: what the file left out, filled in by `link`.
struct Target {
    std::string step;
    bool written = false;
    Location where;
};

}  // namespace parcours::campaign
