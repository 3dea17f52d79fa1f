// Queries: sources are nested loops; a row is what the aliases hold at the moment.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "cql/evaluator.h"
#include "cql/functions/element_set.h"
#include "cql/operations.h"
#include "cql/tree.h"
#include "cql/value.h"

namespace parcours::cql {

std::vector<Value> Evaluator::elements_of(const Query::Source& source) {
    const Value value = eval(*source.expression);
    if (value.kind() == Value::Kind::List &&
        (source.is_list || source.expression->type.is(Type::Kind::Any))) {
        return value.elements();
    }
    return value.is_null() ? std::vector<Value>() : std::vector<Value>{value};
}

bool Evaluator::related(const Query::Relationship& relationship) {
    for (Value& element : elements_of(relationship.source)) {
        slots_[relationship.source.slot] = std::move(element);
        if (eval(*relationship.condition).is_true()) {
            return true;
        }
        if (error_) {
            return false;
        }
    }
    return false;
}

bool Evaluator::accept_row(const Query& query) {
    for (const Query::Let& let : query.lets) {
        slots_[let.slot] = eval(*let.expression);
    }
    for (const Query::Relationship& relationship : query.relationships) {
        if (related(relationship) == relationship.without) {
            return false;
        }
    }
    return !error_ && (!query.where || eval(*query.where).is_true());
}

// Calls `take` for each accepted row until it says false; false where it did.
bool Evaluator::each_row(const Query& query, std::size_t source, const auto& take) {
    if (source == query.sources.size()) {
        return !accept_row(query) || take();
    }
    for (Value& element : elements_of(query.sources[source])) {
        slots_[query.sources[source].slot] = std::move(element);
        if (error_ || !each_row(query, source + 1, take)) {
            return false;
        }
    }
    return true;
}

Value Evaluator::current(const Query& query) {
    return query.returns ? eval(*query.returns) : slots_[query.sources[0].slot];
}

// Stops at the first row that is not null; order and doubles do not matter.
Value Evaluator::exists(const Node& node) {
    const Node& child = *node.children[0];
    if (child.kind == NodeKind::Query && child.type.is(Type::Kind::List)) {
        bool found = false;
        each_row(*child.query, 0, [&] {
            found = !current(*child.query).is_null();
            return !found;
        });
        return found;
    }
    const Value value = eval(child);
    return value.kind() == Value::Kind::List &&
           std::ranges::any_of(value.elements(),
                               [](const Value& element) { return !element.is_null(); });
}

Value Evaluator::query(const Node& node) {
    const Query& query = *node.query;
    if (query.aggregate) {
        return aggregate(query);
    }
    std::vector<Value> rows;
    ElementSet known;
    each_row(query, 0, [&] {
        Value row = current(query);
        if (!query.distinct) {
            rows.push_back(std::move(row));
        } else {
            const std::uint64_t before = known.comparisons();
            known.insert(row);
            steps_ += known.comparisons() - before;
        }
        return step(node);
    });
    if (query.distinct) {
        rows = known.take();
    }
    if (!node.type.is(Type::Kind::List) ||
        !std::ranges::any_of(query.sources, [](const Query::Source& source) {
            return source.is_list || source.expression->type.is(Type::Kind::Any);
        })) {
        return rows.empty() ? Value() : std::move(rows.front());
    }
    sort(query, rows);
    return ListValue{std::move(rows)};
}

void Evaluator::sort(const Query& query, std::vector<Value>& rows) {
    if (query.sort.empty() || error_) {
        return;
    }
    std::vector<std::vector<Value>> keys(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        slots_[query.this_slot] = rows[i];
        for (const Query::SortItem& item : query.sort) {
            keys[i].push_back(item.expression ? eval(*item.expression) : rows[i]);
        }
    }
    std::vector<std::size_t> places(rows.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::ranges::sort(places, [&](std::size_t left, std::size_t right) {
        for (std::size_t i = 0; i < query.sort.size(); ++i) {
            const int compared = sort_order(keys[left][i], keys[right][i]);
            if (compared != 0) {
                return query.sort[i].descending ? compared > 0 : compared < 0;
            }
        }
        return left < right;
    });
    std::vector<Value> sorted;
    sorted.reserve(rows.size());
    for (const std::size_t place : places) {
        sorted.push_back(std::move(rows[place]));
    }
    rows = std::move(sorted);
}

Value Evaluator::aggregate(const Query& query) {
    const Query::Aggregate& aggregate = *query.aggregate;
    Value total = aggregate.start ? eval(*aggregate.start) : Value();
    std::vector<std::vector<Value>> seen;
    each_row(query, 0, [&] {
        std::vector<Value> row;
        for (const Query::Source& source : query.sources) {
            row.push_back(slots_[source.slot]);
        }
        const bool known = aggregate.distinct &&
                           std::ranges::any_of(seen, [&row](const std::vector<Value>& other) {
                               return std::ranges::equal(row, other, equivalent);
                           });
        if (!known) {
            slots_[aggregate.slot] = total;
            total = eval(*aggregate.expression);
            if (aggregate.distinct) {
                steps_ += seen.size();
                seen.push_back(std::move(row));
            }
        }
        return !error_;
    });
    return total;
}

}  // namespace parcours::cql
