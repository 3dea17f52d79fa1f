#pragma once

#include <cstdint>
#include <string>

#include "cql/type.h"

namespace parcours::cql {

/// A name that a query, a `let` or an aggregate brings into scope.
struct ScopedVariable {
    std::string name;
    std::uint32_t slot = 0;
    Type type;
};

}  // namespace parcours::cql
