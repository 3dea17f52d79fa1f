#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engine/ledger.h"
#include "population/engagement.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "position/fold.h"

namespace parcours::engine {

/// What CQL sees as `Position` (folded from the record at the moment that is asked for) and as
/// `Enrolment`, `Message` and `Answer` (as the ledger has them: fold it to that moment). Index and
/// map must outlive it and not change while it is asked. Several threads may ask.
class EngagementRows final : public population::Engagement {
  public:
    using See = std::function<void(const Ledger& ledger)>;
    /// Shows the ledger for as long as `see` takes, to several threads. Must not throw: where there
    /// is nothing to show it does not call, and there are no rows.
    using Look = std::function<void(const See& see)>;

    /// Positions alone: for what asks of nothing else.
    EngagementRows(const population::LiveIndex& index, const position::CompiledMap& map)
        : EngagementRows(index, map, Look(), false) {}
    /// Of a ledger that outlives it and does not change meanwhile.
    EngagementRows(const population::LiveIndex& index, const position::CompiledMap& map,
                   const Ledger& ledger)
        : EngagementRows(index, map, [&ledger](const See& see) { see(ledger); }, false) {}
    /// Of a ledger that goes on: it is looked into once for each patient and kind of row, shortly,
    /// and what is found is copied.
    EngagementRows(const population::LiveIndex& index, const position::CompiledMap& map, Look look)
        : EngagementRows(index, map, std::move(look), true) {}

    [[nodiscard]] std::unique_ptr<population::PatientEngagement> of(
        population::PatientNumber patient, Instant as_of) const override;

    /// From now on positions are folded from what was written down by then: rehearsals.
    void see_as_recorded() { as_recorded_ = true; }
    /// The keys of a person: the patient's own, then those of the records merged into it.
    [[nodiscard]] std::vector<Key> keys_of(population::PatientNumber patient) const;

  private:
    class OfPatient;
    EngagementRows(const population::LiveIndex& index, const position::CompiledMap& map, Look look,
                   bool copies);

    [[nodiscard]] std::unique_ptr<position::Folder> take_folder() const;
    void give_back(std::unique_ptr<position::Folder> folder) const;

    const population::LiveIndex& index_;
    const position::CompiledMap& map_;
    Look look_;
    bool copies_;
    bool as_recorded_ = false;
    /// Those merged into a patient: what was said to them was said to the patient.
    std::unordered_map<population::PatientNumber, std::vector<population::PatientNumber>> merged_;
    mutable std::mutex mutex_;
    mutable std::vector<std::unique_ptr<position::Folder>> folders_;  ///< not in use; they are big
};

}  // namespace parcours::engine
