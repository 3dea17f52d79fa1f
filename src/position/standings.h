#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "population/column.h"
#include "position/compiled_map.h"
#include "position/fold.h"
#include "position/patient_standings.h"  // IWYU pragma: export
#include "record/engagement.h"
#include "record/fact.h"

namespace parcours::position {

/// Where everybody stands at one moment. Immutable, so any number of threads may read it.
struct Standings {
    Instant as_of;
    std::vector<std::string> concerns;  ///< in the order of the map, childhood names after
    PatientStandings patients;          ///< by population::PatientNumber

    [[nodiscard]] std::span<const ConcernStanding> of(population::PatientNumber number) const {
        const PatientStanding& patient = patients[number];
        const auto& part = *patients.parts()[number / PatientStandings::part_size];
        return std::span(part.positions).subspan(patient.from, patient.to - patient.from);
    }
    [[nodiscard]] std::optional<std::uint8_t> find_concern(std::string_view name) const;
};

/// The names of concerns as `Standings` has them.
[[nodiscard]] std::vector<std::string> concern_names(const JourneyMap& map);

/// Folds the patients of one part, one by one, each in the order of its number; one per thread.
class StandingsBuilder {
  public:
    StandingsBuilder(const CompiledMap& map, Instant as_of);

    /// The next number's patient.
    void add(const PatientFact& patient, std::span<const Fact> facts);
    /// The next number is of nobody who counts: merged away, or only referred to.
    void skip();
    /// The next number's patient stands as they did: same record, still fresh.
    void keep(const Standings& before, population::PatientNumber number);
    /// What was folded since the last call.
    [[nodiscard]] StandingsPart take();

  private:
    [[nodiscard]] std::uint8_t place(const ConcernPosition& each) const;
    void look_back(const PatientFact& patient, std::span<const Fact> facts,
                   PatientStanding& standing);
    void look_back(const PatientPositions& then, std::int8_t PatientStanding::*headline,
                   std::int8_t ConcernStanding::*stage, PatientStanding& standing);

    const CompiledMap* map_;
    Folder now_;
    Folder past_;
    Instant as_of_;
    std::vector<std::string> concerns_;
    StandingsPart part_;
};

/// Counts of standings, of headlines or of one concern.
struct StageCount {
    std::uint64_t patients = 0;
    std::uint64_t overdue = 0;
    std::uint64_t lost = 0;
    std::optional<std::int32_t> median_days;  ///< since when they stand there
};

struct ConcernCount {
    std::uint64_t patients = 0;  ///< in whom it is open
    std::uint64_t headlines = 0;
    std::uint64_t overdue = 0;
    std::uint64_t lost = 0;
    std::array<std::uint64_t, stage_count> stages{};  ///< in whom it is open, by its stage
};

using MoveCounts = std::array<std::array<std::uint64_t, stage_count>, stage_count>;

struct StandingCounts {
    std::uint64_t patients = 0;  ///< those who count; of a concern: in whom it is open
    std::uint64_t left = 0;
    std::uint64_t registered = 0;
    std::uint64_t palliative = 0;
    std::uint64_t in_hospital = 0;
    std::uint64_t suspected_deaths = 0;
    std::uint64_t deceased = 0;
    std::uint64_t overdue = 0;  ///< patients with any open position overdue
    std::uint64_t lost = 0;     ///< … whose headline is lost
    std::array<StageCount, stage_count> stages;
    MoveCounts moves_7_days{};  ///< from (row) to (column)
    MoveCounts moves_30_days{};
    std::vector<ConcernCount> concerns;  ///< of all headlines; empty where one concern is counted
};

/// Who came to a stage and who went from it.
struct Flow {
    std::uint64_t in = 0;
    std::uint64_t out = 0;
};
[[nodiscard]] Flow flow_of(const MoveCounts& moves, std::size_t stage);

/// Without a concern: by headline; stages and left add up to the patients. With one: everybody in
/// whom it is open.
[[nodiscard]] StandingCounts count_standings(const Standings& standings,
                                             std::optional<std::uint8_t> concern);

}  // namespace parcours::position
