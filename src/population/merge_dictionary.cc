#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "fhir/summary.h"
#include "population/merge_steps.h"
#include "population/part_rows.h"
#include "record/dictionary.h"

namespace parcours::population {
namespace {

/// The first place in the log where a wording is used, in the order of the row's columns.
using FirstUse = std::uint64_t;
constexpr FirstUse unused = UINT64_MAX;

struct Word {
    FirstUse first = unused;
    std::uint32_t part = 0;
    WordingId id = 0;
};

void note_uses(const PartRow& row, std::vector<FirstUse>& concepts, std::vector<FirstUse>& units) {
    const FirstUse base = row.fact.position * 8;
    const std::array used = {row.fact.code, row.fact.category, row.fact.reason, row.fact.value,
                             row.fact.interpretation};
    for (std::size_t slot = 0; slot < used.size(); ++slot) {
        concepts[used[slot]] = std::min(concepts[used[slot]], base + slot);
    }
    units[row.unit] = std::min(units[row.unit], base);
}

void collect(const std::vector<FirstUse>& uses, std::uint32_t part, std::vector<Word>& out) {
    for (WordingId id = 1; id < uses.size(); ++id) {
        if (uses[id] != unused) {
            out.push_back({uses[id], part, id});
        }
    }
}

fhir::Codings codings_of(const WordingPool::Wording& wording) {
    fhir::Codings codings;
    codings.text = wording.text;
    for (const auto& coding : wording.codings) {
        codings.codings.push_back({coding.system, coding.code, coding.display});
    }
    return codings;
}

/// Whether a dictionary has all these words already; then they are translated.
bool translate(Parts parts, const Dictionary& dictionary, const std::vector<Word>& concepts,
               const std::vector<Word>& units, std::vector<Translation>& translations) {
    for (const Word& word : concepts) {
        const auto known =
            dictionary.find_concept(codings_of(parts[word.part]->wordings.wordings()[word.id]));
        if (!known) {
            return false;
        }
        translations[word.part].concepts[word.id] = *known;
    }
    for (const Word& word : units) {
        const auto known =
            dictionary.find_unit(parts[word.part]->units.wordings()[word.id].text);
        if (!known) {
            return false;
        }
        translations[word.part].units[word.id] = *known;
    }
    return true;
}

}  // namespace

std::shared_ptr<const Dictionary> merge_dictionaries(
    Parts parts, const std::shared_ptr<const Dictionary>& previous,
    std::vector<Translation>& translations) {
    std::vector<Word> concepts;
    std::vector<Word> units;
    translations.assign(parts.size(), {});
    for (std::uint32_t part = 0; part < parts.size(); ++part) {
        const PartRows& rows = *parts[part];
        translations[part].concepts.assign(rows.wordings.wordings().size(), 0);
        translations[part].units.assign(rows.units.wordings().size(), 0);
        std::vector<FirstUse> concept_uses(rows.wordings.wordings().size(), unused);
        std::vector<FirstUse> unit_uses(rows.units.wordings().size(), unused);
        for (const PartRow& row : rows.rows) {
            if (row.fact.position != 0) {
                note_uses(row, concept_uses, unit_uses);
            }
        }
        collect(concept_uses, part, concepts);
        collect(unit_uses, part, units);
    }
    if (translate(parts, *previous, concepts, units, translations)) {
        return previous;
    }
    auto dictionary = std::make_shared<Dictionary>(*previous);
    std::ranges::sort(concepts, {}, &Word::first);
    for (const Word& word : concepts) {
        translations[word.part].concepts[word.id] =
            dictionary->add_concept(codings_of(parts[word.part]->wordings.wordings()[word.id]));
    }
    std::ranges::sort(units, {}, &Word::first);
    for (const Word& word : units) {
        translations[word.part].units[word.id] =
            dictionary->add_unit(parts[word.part]->units.wordings()[word.id].text);
    }
    return dictionary;
}

}  // namespace parcours::population
