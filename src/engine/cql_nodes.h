#pragma once

#include "base/error.h"
#include "cql/tree.h"
#include "cql/tree_parts.h"

namespace parcours::engine {

/// Calls `see` for a node of a typed tree and for all below it.
template <class See>
void each_node(const cql::Node* node, const See& see) {
    if (node == nullptr) {
        return;
    }
    see(*node);
    cql::each_part(
        *node, [&see](const cql::NodePtr& part, bool /*again*/) { each_node(part.get(), see); });
}

/// Where a node stands in its file, whose expression begins at `origin`.
[[nodiscard]] inline Location place_of(const cql::Node& node, const Location& origin) {
    Location where{origin.file, node.place.line, node.place.column};
    if (origin.line > 0) {
        where.line += origin.line - 1;
        where.column += node.place.line == 1 ? origin.column - 1 : 0;
    }
    return where;
}

}  // namespace parcours::engine
