#include <algorithm>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "population/merge_steps.h"
#include "population/table.h"

namespace parcours::population {

void fill_postings(Table& table, const TableMerge& merge, Arena& arena) {
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
    std::vector<std::uint32_t> rows(offsets.back());
    for (std::uint32_t row = 0; row < owned; ++row) {
        if (const ConceptId code = table.code[row]; code != 0) {
            rows[at[code]++] = row;
        }
    }
    table.posting_concepts = arena.plain(std::span<const ConceptId>(concepts));
    table.posting_offsets = arena.plain(std::span<const std::uint32_t>(offsets));
    table.posting_rows = arena.pack(std::span<const std::uint32_t>(rows));
}

}  // namespace parcours::population
