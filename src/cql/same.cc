// Whether two syntax trees say the same.

#include <algorithm>
#include <memory>
#include <vector>

#include "cql/ast.h"
#include "cql/parser.h"

namespace parcours::cql {
namespace {

bool same_child(const SyntaxPtr& left, const SyntaxPtr& right) {
    return left && right ? same(*left, *right) : !left && !right;
}

bool same_children(const std::vector<SyntaxPtr>& left, const std::vector<SyntaxPtr>& right) {
    return std::ranges::equal(left, right, same_child);
}

bool same_type(const TypeSyntax& left, const TypeSyntax& right) {
    return left.name == right.name && left.names == right.names &&
           std::ranges::equal(left.arguments, right.arguments, same_type);
}

bool same_timing(const TimingSyntax& left, const TimingSyntax& right) {
    return left.relation == right.relation && left.left == right.left &&
           left.right == right.right && left.same == right.same &&
           left.properly == right.properly && left.or_on == right.or_on &&
           left.during == right.during && left.offset == right.offset &&
           left.amount == right.amount && left.unit == right.unit &&
           left.precision == right.precision;
}

bool same_source(const QuerySyntax::Source& left, const QuerySyntax::Source& right) {
    return left.alias == right.alias && same_child(left.expression, right.expression);
}

bool same_aggregate(const QuerySyntax::Aggregate* left, const QuerySyntax::Aggregate* right) {
    if (left == nullptr || right == nullptr) {
        return left == right;
    }
    return left->name == right->name && left->distinct == right->distinct &&
           same_child(left->start, right->start) && same_child(left->expression, right->expression);
}

bool same_query(const QuerySyntax& left, const QuerySyntax& right) {
    const auto relationship = [](const auto& one, const auto& other) {
        return one.without == other.without && same_source(one.source, other.source) &&
               same_child(one.condition, other.condition);
    };
    const auto sort = [](const auto& one, const auto& other) {
        return one.descending == other.descending && same_child(one.expression, other.expression);
    };
    return std::ranges::equal(left.sources, right.sources, same_source) &&
           std::ranges::equal(left.lets, right.lets, same_source) &&
           std::ranges::equal(left.relationships, right.relationships, relationship) &&
           same_child(left.where, right.where) && same_child(left.returns, right.returns) &&
           left.return_kind == right.return_kind &&
           same_aggregate(left.aggregate.get(), right.aggregate.get()) &&
           std::ranges::equal(left.sort, right.sort, sort);
}

template <class T, class Same>
bool same_part(const std::unique_ptr<T>& left, const std::unique_ptr<T>& right, Same compare) {
    return left && right ? compare(*left, *right) : !left && !right;
}

}  // namespace

bool same(const Syntax& left, const Syntax& right) {
    return left.kind == right.kind && left.text == right.text && left.unit == right.unit &&
           left.comparator == right.comparator && left.names == right.names &&
           left.precision == right.precision && left.quoted == right.quoted &&
           left.receiver == right.receiver && left.negated == right.negated &&
           left.has_comparand == right.has_comparand && left.low_closed == right.low_closed &&
           left.high_closed == right.high_closed && same_part(left.type, right.type, same_type) &&
           same_part(left.timing, right.timing, same_timing) &&
           same_part(left.query, right.query, same_query) &&
           same_children(left.children, right.children);
}

}  // namespace parcours::cql
