#include "population/gap_leaf.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "cql/functions/function.h"
#include "cql/model/model.h"
#include "cql/tree.h"
#include "cql/value.h"
#include "population/exact_columns.h"
#include "population/leaf.h"
#include "population/row_plan.h"
#include "population/table.h"

namespace parcours::population {
namespace {

using cql::Node;
using cql::NodeKind;
using cql::Value;

constexpr std::size_t constants_max = 6;

constexpr std::array comparisons = {"After",
                                    "Before",
                                    "Contains",
                                    "Equal",
                                    "Greater",
                                    "GreaterOrEqual",
                                    "In",
                                    "IncludedIn",
                                    "Includes",
                                    "IsNull",
                                    "Less",
                                    "LessOrEqual",
                                    "OverlapsAfter",
                                    "OverlapsBefore",
                                    "Overlaps",
                                    "ProperlyIncludedIn",
                                    "ProperlyIncludes",
                                    "SameAs",
                                    "SameOrAfter",
                                    "SameOrBefore"};

bool is_comparison(const Node& node) {
    return node.kind == NodeKind::Call &&
           std::ranges::find(comparisons, node.function->name) != comparisons.end();
}

/// The constants a comparison compares its one property with; nothing for another shape.
std::optional<std::vector<Value>> find_constants(const Query& query, const Node& node,
                                                 std::uint32_t alias) {
    std::vector<Value> constants;
    for (const cql::NodePtr& child : node.children) {
        if (bare_property(*child) != nullptr) {
            continue;
        }
        const bool constant = find_reads(query.expression, *child, alias).nothing();
        auto value = constant ? constant_value(query, *child) : std::nullopt;
        if (!value) {
            return std::nullopt;
        }
        constants.push_back(std::move(*value));
    }
    return constants;
}

}  // namespace

const Node* bare_property(const Node& node) {
    const bool wrapped = node.kind == NodeKind::As ||
                         (node.kind == NodeKind::Call &&
                          (node.function->name == "Start" || node.function->name == "End" ||
                           node.function->name == "DateFrom" || node.function->name == "ToDate" ||
                           node.function->name == "ToDateTime"));
    if (wrapped) {
        return bare_property(*node.children[0]);
    }
    return node.kind == NodeKind::Property ? &node : nullptr;
}

void take_apart(const Value& value, std::vector<Value>& out) {
    if (value.kind() == Value::Kind::Interval) {
        take_apart(value.interval().low, out);
        take_apart(value.interval().high, out);
    } else if (!value.is_null()) {
        out.push_back(value);
    }
}

RowConditionPtr plan_gap_leaf(const Query& query, const Node& node, const Table& table,
                              std::uint32_t alias, const Reads& reads) {
    const Node& property = *reads.row_properties.front();
    if (!is_comparison(node) || reads.row_properties.size() != 1) {
        return nullptr;
    }
    if (query.times != nullptr && !query.times->is_still(node) &&
        query.times->find(node) == nullptr) {
        return nullptr;  // its constants may move to and fro
    }
    const auto whole = find_constants(query, node, alias);
    if (!whole) {
        return nullptr;
    }
    std::vector<Value> constants;
    for (const Value& value : *whole) {
        take_apart(value, constants);
    }
    if (constants.size() > constants_max) {
        return nullptr;
    }
    const bool abatement = property.path.column == cql::model::Column::Abatement;
    if (abatement || is_date_element(property.path.of, property.path.steps.front())) {
        return plan_date_gaps(query, node, table, alias, abatement, *whole);
    }
    const bool whole_value =
        property.path.column == cql::model::Column::Value && property.path.steps.size() == 1;
    return whole_value ? plan_quantity_gaps(query, node, table, alias, constants) : nullptr;
}

}  // namespace parcours::population
