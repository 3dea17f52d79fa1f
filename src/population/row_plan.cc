#include "population/row_plan.h"
#include "population/row_set.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "cql/data_source.h"
#include "cql/model/model.h"
#include "cql/model/type_id.h"
#include "cql/tree.h"
#include "fhir/resource_type.h"
#include "population/combination.h"
#include "population/engagement.h"
#include "population/leaf.h"
#include "population/table.h"
#include "population/truth.h"

namespace parcours::population {
namespace {

using cql::Node;
using cql::NodeKind;

/// The same for every row: what `node` says; open where there is none.
class ConstantCondition final : public RowCondition {
  public:
    ConstantCondition(const Query& query, const Node* node) : query_(query), node_(node) {
        ConstantCondition::retime();
    }
    void retime() override {
        held_ =
            node_ == nullptr ? Held{Truth::Open, Instant::max()} : constant_truth(query_, *node_);
    }
    void judge(std::span<const std::uint32_t> /*rows*/, std::span<Truth> out,
               Untils untils) const override {
        std::ranges::fill(out, held_.truth);
        std::ranges::fill(untils, held_.until);
    }

  private:
    const Query& query_;
    const Node* node_;
    Held held_;
};

class CombinedCondition final : public RowCondition {
  public:
    CombinedCondition(const Combination& combine, std::vector<RowConditionPtr> parts)
        : combine_(combine), parts_(std::move(parts)) {}
    void judge(std::span<const std::uint32_t> rows, std::span<Truth> out,
               Untils untils) const override {
        parts_[0]->judge(rows, out, untils);
        std::vector<Truth> more(rows.size());
        std::vector<Instant> more_untils(untils.size());
        for (std::size_t part = 1; part < parts_.size(); ++part) {
            parts_[part]->judge(rows, more, more_untils);
            for (std::size_t i = 0; i < untils.size(); ++i) {
                untils[i] = combine_({out[i], untils[i]}, {more[i], more_untils[i]}).until;
            }
            for (std::size_t i = 0; i < rows.size(); ++i) {
                out[i] = combine_.apply(out[i], more[i]);
            }
        }
    }

    void retime() override {
        for (const RowConditionPtr& part : parts_) {
            part->retime();
        }
    }
    [[nodiscard]] Cost cost() const override {
        return (*std::ranges::max_element(parts_, {}, &RowCondition::cost))->cost();
    }

  private:
    const Combination& combine_;
    std::vector<RowConditionPtr> parts_;
};

class NotCondition final : public RowCondition {
  public:
    explicit NotCondition(RowConditionPtr part) : part_(std::move(part)) {}
    void judge(std::span<const std::uint32_t> rows, std::span<Truth> out,
               Untils untils) const override {
        part_->judge(rows, out, untils);
        for (Truth& truth : out) {
            truth = truth_not(truth);
        }
    }
    void retime() override { part_->retime(); }
    [[nodiscard]] Cost cost() const override { return part_->cost(); }

  private:
    RowConditionPtr part_;
};

/// Evaluates the expression for each row, from columns alone.
class SingleCondition final : public RowCondition {
  public:
    SingleCondition(const Query& query, const Node& node, const Table& table, std::uint32_t alias)
        : query_(query),
          node_(node),
          table_(static_cast<std::uint32_t>(table.type)),
          alias_(alias) {}
    [[nodiscard]] Cost cost() const override { return Cost::Evaluation; }
    void judge(std::span<const std::uint32_t> rows, std::span<Truth> out,
               Untils untils) const override {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const Held held = row_held(query_, node_, alias_, {table_, rows[i]});
            out[i] = held.truth;
            if (!untils.empty()) {
                untils[i] = held.until;
            }
        }
    }

  private:
    const Query& query_;
    const Node& node_;
    std::uint32_t table_;
    std::uint32_t alias_;
};

/// Whether columns may ever say what the property says.
bool may_be_in_columns(const Node& property) {
    using cql::model::Column;
    switch (property.path.column) {
        case Column::Status:
        case Column::Clinical:
        case Column::Value:
        case Column::Abatement:
            return true;
        default:
            return false;
    }
}

RowConditionPtr open(const Query& query) {
    return std::make_unique<ConstantCondition>(query, nullptr);
}

RowConditionPtr plan_leaf(const Query& query, const Node& node, const Table& table,
                          std::uint32_t alias, bool positive) {
    const Reads reads = find_reads(query.expression, node, alias);
    if (reads.nothing()) {
        return std::make_unique<ConstantCondition>(query, &node);
    }
    if (!reads.only_row()) {
        return open(query);
    }
    if (auto leaf = plan_memo_leaf(query, node, table, alias, reads, positive)) {
        return leaf;
    }
    if (!std::ranges::all_of(reads.row_properties,
                             [](const Node* one) { return may_be_in_columns(*one); })) {
        return open(query);
    }
    if (auto leaf = plan_gap_leaf(query, node, table, alias, reads)) {
        return leaf;
    }
    return std::make_unique<SingleCondition>(query, node, table, alias);
}

/// Keeps the rows whose place in the block satisfies `is_kept`, with their truths.
template <class IsKept>
void keep(RowSet::Block& block, IsKept is_kept) {
    std::size_t kept = 0;
    for (std::size_t at = 0; at < block.rows.size(); ++at) {
        if (is_kept(at)) {
            block.rows[kept] = block.rows[at];
            block.truths[kept] = block.truths[at];
            ++kept;
        }
    }
    block.rows.resize(kept);
    block.truths.resize(kept);
}

/// Those that are seen as of the moment.
void keep_seen(const Query& query, const Table& table, RowSet::Block& block) {
    keep(block, [&](std::size_t at) {
        const std::uint32_t row = block.rows[at];
        return table.occurred[row] <= query.context.as_of &&
               table.recorded[row] <= query.context.recorded_until;
    });
}

/// What `where` says, as conditions that must all hold; the cheapest first.
void plan_where(const Query& query, const Node& node, const Table& table, std::uint32_t alias,
                std::vector<RowConditionPtr>& out) {
    if (node.kind == NodeKind::And) {
        for (const cql::NodePtr& child : node.children) {
            plan_where(query, *child, table, alias, out);
        }
    } else {
        auto condition = plan_row_condition(query, node, table, alias, true);
        const auto place =
            std::ranges::upper_bound(out, condition->cost(), {}, &RowCondition::cost);
        out.insert(place, std::move(condition));
    }
}

/// Each condition looks only at the rows that the last have left.
void narrow(const RowSet& set, const Query& query, RowSet::Block& block) {
    const bool certain = !set.open && set.access->way != RetrieveAccess::Way::Bodies;
    block.truths.assign(block.rows.size(), certain ? Truth::True : Truth::Open);
    bool looked = false;
    const auto look = [&] {
        if (!looked) {
            keep_seen(query, *set.access->table, block);
        }
        looked = true;
    };
    std::vector<Truth> more;
    for (const RowConditionPtr& condition : set.conditions) {
        if (condition->cost() == RowCondition::Cost::Evaluation) {
            look();
        }
        more.resize(block.rows.size());
        condition->judge(block.rows, more, {});
        keep(block, [&](std::size_t at) {
            block.truths[at] = truth_and(block.truths[at], more[at]);
            return more[at] == Truth::True || more[at] == Truth::Open;
        });
    }
    look();
}

/// All rows are judged by all conditions: what is false may become true.
void judge_timed(const RowSet& set, const Query& query, RowSet::Block& block) {
    std::vector<Truth>& truths = block.truths;
    std::vector<Instant>& untils = block.untils;
    const bool certain = !set.open && set.access->way != RetrieveAccess::Way::Bodies;
    truths.assign(block.rows.size(), certain ? Truth::True : Truth::Open);
    keep_seen(query, *set.access->table, block);
    const std::size_t count = block.rows.size();
    untils.assign(count, Instant::max());
    std::vector<Truth> more(count);
    std::vector<Instant> more_untils(count);
    const Combination& both = *find_combination(NodeKind::And);
    for (const RowConditionPtr& condition : set.conditions) {
        condition->judge(block.rows, more, more_untils);
        // A condition that is not true leaves the row out.
        std::ranges::replace(more, Truth::Null, Truth::False);
        for (std::size_t i = 0; i < count; ++i) {
            untils[i] = both({truths[i], untils[i]}, {more[i], more_untils[i]}).until;
        }
        for (std::size_t i = 0; i < count; ++i) {
            truths[i] = truth_and(truths[i], more[i]);
        }
    }
}

}  // namespace

RowConditionPtr plan_row_condition(const Query& query, const Node& node, const Table& table,
                                   std::uint32_t alias, bool positive) {
    if (const Node& inside = without_defines(query, node); &inside != &node) {
        return plan_row_condition(query, inside, table, alias, positive);
    }
    if (node.kind == NodeKind::Not) {
        return std::make_unique<NotCondition>(
            plan_row_condition(query, *node.children[0], table, alias, false));
    }
    const Combination* const combine = find_combination(node.kind);
    if (combine == nullptr) {
        return plan_leaf(query, node, table, alias, positive);
    }
    const bool monotone = node.kind == NodeKind::And || node.kind == NodeKind::Or;
    std::vector<RowConditionPtr> parts;
    parts.reserve(node.children.size());
    for (const cql::NodePtr& child : node.children) {
        parts.push_back(plan_row_condition(query, *child, table, alias, positive && monotone));
    }
    return std::make_unique<CombinedCondition>(*combine, std::move(parts));
}

std::string_view RowSet::way() const {
    using Way = RetrieveAccess::Way;
    switch (access->way) {
        case Way::Nothing:
            return "no-feed";
        case Way::All:
            return "rows";
        case Way::Concepts:
            return access->column == &Table::code ? "codes" : "column";
        case Way::Bodies:
            return "record";
    }
    return {};
}

void RowSet::judge_block(const Query& query, Block& block) const {
    if (query.times == nullptr) {
        narrow(*this, query, block);
    } else {
        judge_timed(*this, query, block);
    }
}

std::optional<RowSet> plan_row_set(const Query& query, const Node& node) {
    if (const Node& inside = without_defines(query, node); &inside != &node) {
        return plan_row_set(query, inside);
    }
    if (node.kind == NodeKind::Retrieve) {
        RowSet set;
        const cql::Retrieve& what = query.expression.retrieves[node.index];
        set.access = &query.retrieves.access(what);
        const bool of_rows = !is_engagement(what.type) &&
                             what.type != cql::model::type_id(fhir::ResourceType::Patient);
        return of_rows ? std::optional(std::move(set)) : std::nullopt;
    }
    if (node.kind != NodeKind::Query || node.query->sources.size() != 1 ||
        !node.query->sources[0].is_list || node.query->aggregate) {
        return std::nullopt;
    }
    const cql::Query& inner = *node.query;
    auto set = plan_row_set(query, *inner.sources[0].expression);
    if (!set || inner.returns) {
        return std::nullopt;
    }
    set->open = set->open || !inner.relationships.empty();
    if (inner.where && set->access->way != RetrieveAccess::Way::Nothing) {
        plan_where(query, *inner.where, *set->access->table, inner.sources[0].slot,
                   set->conditions);
    }
    return set;
}

}  // namespace parcours::population
