#include "engine/standings.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "base/executor.h"
#include "base/time.h"
#include "population/index.h"
#include "position/compiled_map.h"
#include "position/standings.h"
#include "record/fact.h"

namespace parcours::engine {

std::shared_ptr<const position::Standings> make_standings(const population::Index& index,
                                                          const position::CompiledMap& map,
                                                          Instant as_of, Executor& executor) {
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
            if (index.patients().counts(number)) {
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
