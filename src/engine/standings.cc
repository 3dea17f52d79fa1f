#include "engine/standings.h"

#include <cstddef>
#include <cstdint>
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
                                                          Instant as_of, Executor& executor,
                                                          std::size_t part_count) {
    std::vector<position::StandingsBuilder> parts;
    parts.reserve(part_count);
    for (std::size_t i = 0; i < part_count; ++i) {
        parts.emplace_back(map, as_of);
    }
    const std::uint64_t count = index.patient_count();
    executor.run(part_count, [&](std::size_t i) {
        std::vector<Fact> facts;
        const auto from = static_cast<population::PatientNumber>(count * i / part_count);
        const auto to = static_cast<population::PatientNumber>(count * (i + 1) / part_count);
        for (population::PatientNumber number = from; number < to; ++number) {
            if (index.patients().counts(number)) {
                index.facts_of(number, facts);
                parts[i].add(index.patients().fact(number), facts);
            } else {
                parts[i].skip();
            }
        }
    });
    for (std::size_t i = 1; i < part_count; ++i) {
        parts.front().append(parts[i].take());
    }
    return std::make_shared<const position::Standings>(parts.front().take());
}

}  // namespace parcours::engine
