#pragma once

#include "cql/cql.h"

namespace parcours::cql {

/// Puts the bodies of functions in place of their calls, so that a planner and the clock's watchers
/// see what the functions do. What is handed in stands where the body reads it; where that would be
/// computed again and again, it becomes a define of its own, asked once (the new ones follow the
/// others in `Expression::defines`). A call stays as it is where neither can be done (its operand
/// reads an alias and is costly), or where the whole would grow beyond reason. Values and run-time
/// errors stay the same, but that an operand nobody reads is not evaluated.
void inline_functions(Expression& expression);

}  // namespace parcours::cql
