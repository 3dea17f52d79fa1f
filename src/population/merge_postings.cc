#include <algorithm>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "population/merge_steps.h"
#include "population/table.h"

namespace parcours::population {

void fill_postings(Table& table, const TableMerge& merge) {
    const std::uint32_t owned = table.offsets[merge.patients.count];
    std::vector<std::uint32_t> counts(merge.dictionary.concept_count(), 0);
    for (std::uint32_t row = 0; row < owned; ++row) {
        ++counts[table.code[row]];
    }
    counts[0] = 0;
    std::vector<ConceptId> concepts;
    std::vector<std::uint32_t> offsets = {0};
    std::vector<std::uint32_t> at(counts.size(), 0);
    for (ConceptId code = 1; code < counts.size(); ++code) {
        if (counts[code] > 0) {
            at[code] = offsets.back();
            concepts.push_back(code);
            offsets.push_back(offsets.back() + counts[code]);
        }
    }
    Arena& arena = merge.arena;
    const std::span<std::uint32_t> rows = arena.make<std::uint32_t>(offsets.back());
    for (std::uint32_t row = 0; row < owned; ++row) {
        if (const ConceptId code = table.code[row]; code != 0) {
            rows[at[code]++] = row;
        }
    }
    const auto store = [&arena](const auto& values) {
        using T = std::decay_t<decltype(values[0])>;
        const std::span<T> memory = arena.make<T>(values.size());
        std::ranges::copy(values, memory.begin());
        return Column<T>(std::span<const T>(memory));
    };
    table.posting_concepts = store(concepts);
    table.posting_offsets = store(offsets);
    table.posting_rows = Column<std::uint32_t>(std::span<const std::uint32_t>(rows));
}

}  // namespace parcours::population
