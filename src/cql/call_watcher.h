#pragma once

#include <functional>
#include <span>

#include "base/time.h"
#include "cql/tree.h"
#include "cql/value.h"

namespace parcours::cql {

/// The value of a node of the same expression had the moment been another one: the record, aliases
/// and parameters stay as they are. Null where it fails.
using Probe = std::function<Value(const Node& node, Instant moment)>;

/// Is told of every call of a function while an expression is evaluated: how a planner finds out
/// how long an answer will hold. Borrowed by the evaluation.
class CallWatcher {
  public:
    virtual ~CallWatcher() = default;
    /// `node` is about to be applied to `arguments`, which hold at the moment of the evaluation.
    virtual void called(const Node& node, std::span<const Value> arguments, const Probe& probe) = 0;
};

}  // namespace parcours::cql
