#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "position/compiled_map.h"
#include "position/fold.h"
#include "record/engagement.h"
#include "record/fact.h"

namespace parcours::position {

using StageCounts = std::array<std::uint64_t, stage_count>;
/// From stage (row) to stage (column); the diagonal stays 0.
using StageMoves = std::array<StageCounts, stage_count>;

struct ConcernSummary {
    std::string concern;
    StageCounts stages{};         ///< patients in whom it is open, by its stage
    std::uint64_t headlines = 0;  ///< … whose headline it is
    std::uint64_t overdue = 0;
    std::uint64_t lost = 0;
};

/// The practice at a moment. Patients are those born and not dead; each has one headline stage or
/// has left: the sum of `stages` and `left` is `patients`.
struct MapSummary {
    Instant as_of;
    std::uint64_t patients = 0;
    std::uint64_t left = 0;
    std::uint64_t registered = 0;  ///< of the patients: nothing is known of their care yet
    std::uint64_t palliative = 0;
    std::uint64_t in_hospital = 0;
    std::uint64_t suspected_deaths = 0;
    std::uint64_t deceased = 0;    ///< not among the patients
    std::uint64_t overdue = 0;     ///< patients with any open position overdue
    std::uint64_t lost = 0;        ///< … whose headline is lost
    StageCounts stages{};          ///< headline stages
    StageCounts stages_overdue{};  ///< … of which the headline is overdue
    StageMoves moves_7_days{};     ///< headline stage 7 days ago and now
    StageMoves moves_30_days{};
    std::vector<ConcernSummary> concerns;  ///< in the order of the map, childhood names after

    /// Adds the counts of another part of the same practice at the same moment.
    void add(const MapSummary& other);
};

/// Counts patients one by one; one per thread, added up at the end.
class MapCounter {
  public:
    MapCounter(const CompiledMap& map, Instant as_of);

    /// Counts a patient; gives where the patient stands, valid until the next call.
    const PatientPositions& add(const PatientFact& patient, std::span<const Fact> facts,
                                std::span<const ManualSetting> manual = {});
    [[nodiscard]] const MapSummary& summary() const { return summary_; }

  private:
    void count_move(const PatientFact& patient, std::span<const Fact> facts,
                    std::span<const ManualSetting> manual, const PatientPositions& now,
                    Duration before, StageMoves& moves);
    void count_positions(const PatientPositions& now);

    const CompiledMap* map_;
    Folder folder_;
    Folder past_;
    MapSummary summary_;
};

}  // namespace parcours::position
