#pragma once

#include "base/error.h"
#include "cql/tree.h"

namespace parcours::engine {

/// Calls `see` for a node of a typed tree and for all below it.
template <class See>
void each_node(const cql::Node* node, const See& see) {
    if (node == nullptr) {
        return;
    }
    see(*node);
    for (const auto& child : node->children) {
        each_node(child.get(), see);
    }
    if (!node->query) {
        return;
    }
    const cql::Query& query = *node->query;
    for (const auto& source : query.sources) {
        each_node(source.expression.get(), see);
    }
    for (const auto& let : query.lets) {
        each_node(let.expression.get(), see);
    }
    for (const auto& relationship : query.relationships) {
        each_node(relationship.source.expression.get(), see);
        each_node(relationship.condition.get(), see);
    }
    each_node(query.where.get(), see);
    each_node(query.returns.get(), see);
    for (const auto& item : query.sort) {
        each_node(item.expression.get(), see);
    }
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
