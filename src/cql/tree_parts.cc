#include "cql/tree_parts.h"

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "cql/tree.h"

namespace parcours::cql {

std::vector<std::uint32_t> bound_slots(const Query& query) {
    std::vector<std::uint32_t> slots;
    for (const Query::Source& source : query.sources) {
        slots.push_back(source.slot);
    }
    for (const Query::Let& let : query.lets) {
        slots.push_back(let.slot);
    }
    for (const Query::Relationship& related : query.relationships) {
        slots.push_back(related.source.slot);
    }
    if (query.aggregate) {
        slots.push_back(query.aggregate->slot);
    }
    if (!query.sort.empty()) {
        slots.push_back(query.this_slot);
    }
    return slots;
}

namespace {

class Copier {
  public:
    Copier(const Replacement& replacement, std::uint32_t* slot_count)
        : replacement_(replacement), slot_count_(slot_count) {}

    NodePtr copy(const Node& node) {
        if (NodePtr other = replacement_(node)) {
            return other;
        }
        NodePtr out = copy_fields(node);
        if (node.query) {
            out->query = copy_query(*node.query);
        }
        for (const NodePtr& child : node.children) {
            out->children.push_back(copy(*child));
        }
        return out;
    }

  private:
    [[nodiscard]] NodePtr copy_fields(const Node& node) const {
        auto out = std::make_unique<Node>();
        out->kind = node.kind;
        out->type = node.type;
        out->place = node.place;
        out->value = node.value;
        out->name = node.name;
        out->index = node.kind == NodeKind::Variable ? slot(node.index) : node.index;
        out->function = node.function;
        out->overload = node.overload;
        out->precision = node.precision;
        out->path = node.path;
        out->value_set = node.value_set;
        out->target = node.target;
        out->strict = node.strict;
        out->has_comparand = node.has_comparand;
        out->low_closed = node.low_closed;
        out->high_closed = node.high_closed;
        out->names = node.names;
        out->written = node.written;
        return out;
    }

    [[nodiscard]] std::uint32_t slot(std::uint32_t old) const {
        const auto found = slots_.find(old);
        return found == slots_.end() ? old : found->second;
    }

    NodePtr copy_if(const NodePtr& node) { return node ? copy(*node) : nullptr; }

    Query::Source copy_source(const Query::Source& source) {
        return {slot(source.slot), copy(*source.expression), source.is_list};
    }

    std::unique_ptr<Query> copy_query(const Query& query) {
        if (slot_count_ != nullptr) {
            for (const std::uint32_t old : bound_slots(query)) {
                slots_[old] = (*slot_count_)++;
            }
        }
        auto out = std::make_unique<Query>();
        for (const Query::Source& source : query.sources) {
            out->sources.push_back(copy_source(source));
        }
        for (const Query::Let& let : query.lets) {
            out->lets.push_back({slot(let.slot), copy(*let.expression)});
        }
        for (const Query::Relationship& related : query.relationships) {
            out->relationships.push_back(
                {related.without, copy_source(related.source), copy(*related.condition)});
        }
        out->where = copy_if(query.where);
        out->returns = copy_if(query.returns);
        out->distinct = query.distinct;
        if (query.aggregate) {
            const Query::Aggregate& total = *query.aggregate;
            out->aggregate = std::make_unique<Query::Aggregate>(Query::Aggregate{
                slot(total.slot), copy_if(total.start), copy(*total.expression), total.distinct});
        }
        for (const Query::SortItem& item : query.sort) {
            out->sort.push_back({copy_if(item.expression), item.descending});
        }
        out->this_slot = slot(query.this_slot);
        return out;
    }

    const Replacement& replacement_;
    std::uint32_t* slot_count_;
    std::map<std::uint32_t, std::uint32_t> slots_;
};

}  // namespace

NodePtr copy_tree(const Node& node, const Replacement& replacement, std::uint32_t* slot_count) {
    return Copier(replacement, slot_count).copy(node);
}

}  // namespace parcours::cql
