#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "cql/tree.h"

namespace parcours::cql {

/// Calls `use(part, again)` for each part right below a query, `NodePtr&` as const as the query is;
/// `again`: it is evaluated for one element after another.
template <class Tree, class Use>
void each_query_part(Tree& query, const Use& use) {
    bool first = true;
    for (auto& source : query.sources) {
        use(source.expression, !first);
        first = false;
    }
    for (auto& let : query.lets) {
        use(let.expression, true);
    }
    for (auto& related : query.relationships) {
        use(related.source.expression, true);
        use(related.condition, true);
    }
    if (query.where) {
        use(query.where, true);
    }
    if (query.returns) {
        use(query.returns, true);
    }
    for (auto& item : query.sort) {
        if (item.expression) {
            use(item.expression, true);
        }
    }
    if (query.aggregate) {
        if (query.aggregate->start) {
            use(query.aggregate->start, false);
        }
        use(query.aggregate->expression, true);
    }
}

/// The same of a node.
template <class Tree, class Use>
void each_part(Tree& node, const Use& use) {
    for (auto& child : node.children) {
        use(child, false);
    }
    if (node.query) {
        each_query_part(*node.query, use);
    }
}

/// The slots that a query gives values to.
[[nodiscard]] std::vector<std::uint32_t> bound_slots(const Query& query);

/// What to put in place of a node, with all below it; null: a copy.
using Replacement = std::function<NodePtr(const Node&)>;

/// A copy of a tree. Where `slot_count` is given, what it binds gets slots of its own from there.
[[nodiscard]] NodePtr copy_tree(const Node& node, const Replacement& replacement,
                                std::uint32_t* slot_count = nullptr);

}  // namespace parcours::cql
