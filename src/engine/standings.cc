#include "engine/standings.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/time.h"
#include "population/index_changes.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "position/standings.h"
#include "record/fact.h"

namespace parcours::engine {

namespace {

using population::PatientNumber;
using position::PatientStandings;
using position::StandingsPart;

/// What still holds of earlier standings.
class Kept {
  public:
    Kept(const EarlierStandings& before, const population::LiveIndex& index, Instant as_of)
        : standings_(before.standings), as_of_(as_of), size_(index.patient_count()) {
        if (as_of < before.standings.as_of) {
            return;
        }
        usable_ = true;
        const auto changes = population::find_changes(before.index, index);
        renumbered_ = !changes.renumbered.empty();
        if (renumbered_) {
            earlier_.assign(size_, nobody);
            for (PatientNumber old = 0; old < changes.renumbered.size(); ++old) {
                earlier_[changes.renumbered[old]] = old;
            }
        }
        for (const population::PatientChange& change : changes.patients) {
            changed_.push_back(change.patient);
        }
        for (const population::RowChange& change : changes.rows) {
            changed_.push_back(change.patient);
        }
        std::ranges::sort(changed_);
    }

    /// A part that holds as it is; null for none.
    [[nodiscard]] std::shared_ptr<const StandingsPart> part(std::size_t number) const {
        const auto& parts = standings_.patients.parts();
        if (!usable_ || renumbered_ || number >= parts.size() ||
            parts[number]->fresh_until <= as_of_) {
            return nullptr;
        }
        const std::size_t from = number * PatientStandings::part_size;
        const std::size_t to = std::min<std::size_t>(from + PatientStandings::part_size, size_);
        const auto change = std::ranges::lower_bound(changed_, from);
        const bool touched = change != changed_.end() && *change < to;
        return touched || parts[number]->patients.size() != to - from ? nullptr : parts[number];
    }

    /// The earlier number of a patient whose standing holds.
    [[nodiscard]] std::optional<PatientNumber> patient(PatientNumber number) const {
        if (!usable_ || std::ranges::binary_search(changed_, number)) {
            return std::nullopt;
        }
        const PatientNumber old = renumbered_ ? earlier_[number] : number;
        if (old >= standings_.patients.size() || standings_.patients[old].fresh_until <= as_of_) {
            return std::nullopt;
        }
        return old;
    }

  private:
    static constexpr PatientNumber nobody = UINT32_MAX;

    const position::Standings& standings_;
    Instant as_of_;
    std::size_t size_;
    bool usable_ = false;
    bool renumbered_ = false;
    std::vector<PatientNumber> earlier_;  ///< by present number, where they are others
    std::vector<PatientNumber> changed_;  ///< sorted
};

}  // namespace

std::shared_ptr<const position::Standings> make_standings(const population::LiveIndex& index,
                                                          const position::CompiledMap& map,
                                                          Instant as_of, Executor& executor,
                                                          const EarlierStandings* before) {
    std::optional<Kept> kept;
    if (before != nullptr) {
        kept.emplace(*before, index, as_of);
    }
    const Parts all{index.patient_count(), PatientStandings::part_size};
    PatientStandings::Parts parts(all.number());
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        parts[i] = kept ? kept->part(i) : nullptr;
        if (parts[i] == nullptr) {
            open.push_back(i);
        }
    }
    // A builder is large: several parts share one.
    constexpr std::size_t parts_at_once = 8;
    const Parts runs{open.size(), parts_at_once};
    executor.run(runs.number(), [&](std::size_t run) {
        position::StandingsBuilder builder(map, as_of);
        std::vector<Fact> facts;
        for (std::size_t at = runs.from(run); at < runs.to(run); ++at) {
            const std::size_t part = open[at];
            for (auto number = static_cast<PatientNumber>(all.from(part)); number < all.to(part);
                 ++number) {
                if (const auto old = kept ? kept->patient(number) : std::nullopt) {
                    builder.keep(before->standings, *old);
                } else if (index.patients().counts(number)) {
                    index.facts_of(number, facts);
                    builder.add(index.patients().fact(number), facts);
                } else {
                    builder.skip();
                }
            }
            parts[part] = std::make_shared<const StandingsPart>(builder.take());
        }
    });
    auto standings = std::make_shared<position::Standings>();
    standings->as_of = as_of;
    standings->concerns = position::concern_names(map.map());
    standings->patients = PatientStandings(std::move(parts));
    return standings;
}

}  // namespace parcours::engine
