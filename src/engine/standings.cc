#include "engine/standings.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "base/executor.h"
#include "base/time.h"
#include "population/index.h"
#include "population/index_changes.h"
#include "position/compiled_map.h"
#include "position/standings.h"
#include "record/fact.h"

namespace parcours::engine {

namespace {

constexpr population::PatientNumber fold_anew = UINT32_MAX;

/// Whose earlier standing still holds: its earlier number, by the present one.
std::vector<population::PatientNumber> find_kept(const EarlierStandings& before,
                                                 const population::Index& index, Instant as_of) {
    std::vector<population::PatientNumber> kept(index.patient_count(), fold_anew);
    if (as_of < before.standings.as_of) {
        return kept;
    }
    const auto changes = population::find_changes(before.index, index);
    for (population::PatientNumber old = 0; old < before.index.patient_count(); ++old) {
        if (before.standings.patients[old].fresh_until > as_of) {
            kept[changes.renumbered.empty() ? old : changes.renumbered[old]] = old;
        }
    }
    for (const population::PatientChange& change : changes.patients) {
        kept[change.patient] = fold_anew;
    }
    for (const population::RowChange& change : changes.rows) {
        kept[change.patient] = fold_anew;
    }
    return kept;
}

}  // namespace

std::shared_ptr<const position::Standings> make_standings(const population::Index& index,
                                                          const position::CompiledMap& map,
                                                          Instant as_of, Executor& executor,
                                                          const EarlierStandings* before) {
    const auto kept = before == nullptr ? std::vector<population::PatientNumber>()
                                        : find_kept(*before, index, as_of);
    const Parts all{index.patient_count()};
    std::vector<position::StandingsBuilder> parts;
    parts.reserve(all.number());
    for (std::size_t i = 0; i < std::max<std::size_t>(all.number(), 1); ++i) {
        parts.emplace_back(map, as_of);
    }
    executor.run(all.number(), [&](std::size_t i) {
        std::vector<Fact> facts;
        for (auto number = static_cast<population::PatientNumber>(all.from(i)); number < all.to(i);
             ++number) {
            if (!kept.empty() && kept[number] != fold_anew) {
                parts[i].keep(before->standings, kept[number]);
            } else if (index.patients().counts(number)) {
                index.facts_of(number, facts);
                parts[i].add(index.patients().fact(number), facts);
            } else {
                parts[i].skip();
            }
        }
    });
    for (std::size_t i = 1; i < parts.size(); ++i) {
        parts.front().append(parts[i].take());
    }
    return std::make_shared<const position::Standings>(parts.front().take());
}

}  // namespace parcours::engine
