#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/tree.h"
#include "population/leaf.h"
#include "population/row_plan.h"
#include "population/truth.h"

namespace parcours::population {

/// Rows that a list expression gives, as far as columns tell: a retrieve and conditions on it.
struct RowSet {
    const RetrieveAccess* access = nullptr;
    std::vector<RowConditionPtr> conditions;  ///< all must hold; the cheapest first
    bool open = false;                        ///< a row that passes may still not be given

    /// Rows that are judged together.
    struct Block {
        std::vector<std::uint32_t> rows;  ///< once judged: those that are seen and may be given
        std::vector<Truth> truths;        ///< of each of them
        std::vector<Instant> untils;      ///< likewise, where somebody asks

        [[nodiscard]] Held held(std::size_t at) const {
            return {truths[at], untils.empty() ? Instant::max() : untils[at]};
        }
        /// Whether a judged row is left out for good.
        [[nodiscard]] bool is_out(std::size_t at) const {
            const bool may_be = truths[at] == Truth::True || truths[at] == Truth::Open;
            return !may_be && held(at).until == Instant::max();
        }
    };

    /// Calls `use(patient, held)` for each seen row of the patients first … first + asked.size() -
    /// 1 that are asked about, where the row is not left out for good.
    template <class Use>
    void for_each(const Query& query, PatientNumber first, Asked asked, Use use) const;
    /// The same with `use(row, held)`.
    template <class Use>
    void for_each_row(const Query& query, PatientNumber first, Asked asked, Use use) const;
    void retime() {
        for (const RowConditionPtr& condition : conditions) {
            condition->retime();
        }
    }
    /// Calls `use(block)` for blocks of judged rows, which hold all that the other two give.
    template <class Use>
    void for_each_block(const Query& query, PatientNumber first, Asked asked, Use use) const;
    void judge_block(const Query& query, Block& block) const;
    /// How its rows are found, as `CohortStep::way` names it.
    [[nodiscard]] std::string_view way() const;
};

/// The rows of a list expression; nothing where it is of another shape.
[[nodiscard]] std::optional<RowSet> plan_row_set(const Query& query, const cql::Node& node);

template <class Use>
void RowSet::for_each(const Query& query, PatientNumber first, Asked asked, Use use) const {
    std::vector<PatientNumber> patients;
    for_each_block(query, first, asked, [&](const Block& block) {
        patients.resize(block.rows.size(), first);
        if (asked.size() > 1) {  // else all are of the first
            access->table->patient.read(block.rows, patients);
        }
        for (std::size_t i = 0; i < block.rows.size(); ++i) {
            if (!block.is_out(i)) {
                use(patients[i], block.held(i));
            }
        }
    });
}

template <class Use>
void RowSet::for_each_row(const Query& query, PatientNumber first, Asked asked, Use use) const {
    for_each_block(query, first, asked, [&](const Block& block) {
        for (std::size_t i = 0; i < block.rows.size(); ++i) {
            if (!block.is_out(i)) {
                use(block.rows[i], block.held(i));
            }
        }
    });
}

template <class Use>
void RowSet::for_each_block(const Query& query, PatientNumber first, Asked asked, Use use) const {
    using Way = RetrieveAccess::Way;
    if (access->way == Way::Nothing) {
        return;
    }
    const Table& table = *access->table;
    constexpr std::size_t block_size = 1024;
    Block block;
    const auto judge = [&] {
        judge_block(query, block);
        use(std::as_const(block));
        block.rows.clear();
    };
    constexpr std::size_t few = 16;  // their rows are found quicker than those of a code
    if (access->way == Way::Concepts && access->column == &Table::code && asked.size() > few) {
        const std::uint32_t begin = table.offsets[first];
        const std::uint32_t end = table.offsets[first + asked.size()];
        const bool everybody = std::ranges::find(asked, 0) == asked.end();
        for (const ConceptId code : access->concepts) {
            const auto all = table.rows_with(code);
            const std::size_t last = all.lower_bound(end);
            for (std::size_t at = all.lower_bound(begin); at < last; at += block_size) {
                block.rows.resize(std::min(block_size, last - at));
                all.read(at, block.rows);
                if (!everybody) {
                    std::erase_if(block.rows, [&](std::uint32_t row) {
                        return asked[table.patient[row] - first] == 0;
                    });
                }
                judge();
            }
        }
    } else {
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const std::uint32_t end = asked[i] != 0 ? table.offsets[first + i + 1] : 0;
            for (std::uint32_t row = asked[i] != 0 ? table.offsets[first + i] : 0; row < end;
                 ++row) {
                if (access->way == Way::Bodies || access->passes(row)) {
                    block.rows.push_back(row);
                }
            }
            if (block.rows.size() >= block_size) {
                judge();
            }
        }
        judge();
    }
}

}  // namespace parcours::population
