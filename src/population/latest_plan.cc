#include "population/latest_plan.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/functions/function.h"
#include "cql/tree.h"
#include "cql/tree_parts.h"
#include "population/exact_columns.h"
#include "population/row_set.h"

namespace parcours::population {
namespace {

using cql::Node;
using cql::NodeKind;

/// A row that a list ends with when put in order.
struct Pick {
    const Node* list = nullptr;  ///< the sorted query
    bool latest = false;         ///< else the earliest
    bool period = false;         ///< in the order of `start of` a period
};

/// Whether a key of `sort by` is the clinical date of the element in `slot`.
bool is_date_key(const Node& key, std::uint32_t slot, bool& period) {
    const Node* at = &key;
    period = at->kind == NodeKind::Call && at->function->name == "Start";
    at = period ? at->children[0].get() : at;
    return at->kind == NodeKind::Property && at->path.steps.size() == 1 &&
           at->children[0]->kind == NodeKind::Variable && at->children[0]->index == slot &&
           is_date_element(at->path.of, at->path.steps.front());
}

/// Nothing where the node is no `First` or `Last` of rows in the order of their dates.
std::optional<Pick> find_pick(const Query& query, const Node& asked) {
    const Node& node = without_defines(query, asked);
    if (node.kind != NodeKind::Call || node.children.size() != 1 ||
        (node.function->name != "First" && node.function->name != "Last")) {
        return std::nullopt;
    }
    Pick pick;
    pick.list = &without_defines(query, *node.children[0]);
    if (pick.list->kind != NodeKind::Query || pick.list->query->sort.size() != 1) {
        return std::nullopt;
    }
    const cql::Query& inner = *pick.list->query;
    const cql::Query::SortItem& order = inner.sort.front();
    if (!order.expression || !is_date_key(*order.expression, inner.this_slot, pick.period)) {
        return std::nullopt;
    }
    pick.latest = (node.function->name == "Last") != order.descending;
    return pick;
}

/// The node with a variable in place of the row it picks, and the pick; null where there is none,
/// or are several.
cql::NodePtr replace_pick(const Query& query, const Node& node, std::optional<Pick>& pick) {
    bool several = false;
    cql::NodePtr out = cql::copy_tree(node, [&](const Node& part) -> cql::NodePtr {
        const auto found = find_pick(query, part);
        if (!found) {
            return nullptr;
        }
        several = several || (pick && (pick->list != found->list || pick->latest != found->latest));
        pick = found;
        auto row = std::make_unique<Node>();
        row->kind = NodeKind::Variable;
        row->index = found->list->query->sources[0].slot;
        row->type = part.type;
        return row;
    });
    return pick && !several ? std::move(out) : nullptr;
}

bool reads_now(const Query& query, const Node& node) {
    if (const Node& inside = without_defines(query, node); &inside != &node) {
        return reads_now(query, inside);
    }
    bool reads = node.kind == NodeKind::Call && node.function->reads_now;
    cql::each_part(node, [&](const cql::NodePtr& part, bool /*again*/) {
        reads = reads || reads_now(query, *part);
    });
    return reads;
}

class LatestCondition final : public PatientCondition {
  public:
    LatestCondition(const Query& query, Pick pick, RowSet rows, cql::NodePtr node,
                    std::uint32_t alias)
        : query_(query), pick_(pick), rows_(std::move(rows)), node_(std::move(node)) {
        if (rows_.access->way != RetrieveAccess::Way::Nothing) {
            of_row_ = plan_row_condition(query, *node_, *rows_.access->table, alias, false);
        }
        LatestCondition::retime();
    }

    void judge(PatientNumber first, Asked asked, std::span<Truth> out,
               Untils untils) const override {
        std::ranges::fill(untils, Instant::max());
        std::vector<Best> all(out.size());
        rows_.for_each_row(query_, first, asked, [&](std::uint32_t row, const Held& held) {
            const std::size_t i = rows_.access->table->patient[row] - first;
            take(row, held.truth, all[i]);
            if (!untils.empty()) {
                untils[i] = std::min(untils[i], held.until);
            }
        });
        std::vector<std::uint32_t> picked;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < out.size(); ++i) {
            const bool open = all[i].open || all[i].tied;
            out[i] = open ? Truth::Open : of_nothing_;
            if (all[i].found && !open) {
                picked.push_back(all[i].row);
                places.push_back(i);
            }
        }
        if (picked.empty()) {
            return;
        }
        Truths truths(picked.size());
        std::vector<Instant> more(untils.empty() ? 0 : picked.size(), Instant::max());
        of_row_->judge(picked, truths, more);
        for (std::size_t i = 0; i < picked.size(); ++i) {
            out[places[i]] = truths[i];
            if (!untils.empty()) {
                untils[places[i]] = std::min(untils[places[i]], more[i]);
            }
        }
    }

    void retime() override {
        rows_.retime();
        if (of_row_) {
            of_row_->retime();
        }
        of_nothing_ = constant_truth(query_, *node_).truth;
    }

    [[nodiscard]] std::string_view way() const override { return rows_.way(); }

  private:
    /// The best row of a patient so far.
    struct Best {
        std::uint32_t row = 0;
        std::int64_t at = 0;
        bool found = false;
        bool tied = false;  ///< with another of the same date
        bool open = false;
    };

    void take(std::uint32_t row, Truth truth, Best& best) const {
        if (truth != Truth::True && truth != Truth::Open) {
            return;
        }
        const Table& table = *rows_.access->table;
        const DateShape shape = RowShape{table.shape[row]}.date();
        const Instant start = table.start[row];
        if (truth == Truth::Open || start == no_time ||
            shape != (pick_.period ? DateShape::Period : DateShape::Point)) {
            best.open = true;
            return;
        }
        // In milliseconds, as the language puts dates in order.
        const std::int64_t at =
            std::chrono::floor<std::chrono::milliseconds>(start.time_since_epoch()).count();
        if (!best.found || (pick_.latest ? at > best.at : at < best.at)) {
            best = {row, at, true, false, best.open};
        } else {
            best.tied = best.tied || at == best.at;
        }
    }

    const Query& query_;
    Pick pick_;
    RowSet rows_;
    cql::NodePtr node_;  ///< about the row as a variable
    RowConditionPtr of_row_;
    Truth of_nothing_ = Truth::Open;  ///< what it says where there is no row
};

}  // namespace

PatientConditionPtr plan_latest(const Query& query, const Node& node) {
    std::optional<Pick> pick;
    cql::NodePtr of_row = replace_pick(query, node, pick);
    if (of_row == nullptr || of_row->kind == NodeKind::Variable || reads_now(query, *of_row)) {
        return nullptr;
    }
    const std::uint32_t alias = pick->list->query->sources[0].slot;
    auto rows = plan_row_set(query, *pick->list);
    if (!rows || !find_reads(query.expression, *of_row, alias).only_row()) {
        return nullptr;
    }
    return std::make_unique<LatestCondition>(query, *pick, std::move(*rows), std::move(of_row),
                                             alias);
}

}  // namespace parcours::population
