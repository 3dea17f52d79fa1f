#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/time.h"
#include "cql/cql.h"
#include "population/appearances.h"
#include "population/engagement.h"
#include "population/index_changes.h"
#include "population/live_index.h"
#include "population/source.h"
#include "population/touch_index.h"

namespace parcours::population {

/// What live cohorts are judged by.
struct LiveSources {
    std::shared_ptr<const LiveIndex> index;
    BodyReader read_body;
    /// Borrowed; must know the same index. May be null.
    const Engagement* engagement = nullptr;
    /// What the source wrote down later is not seen: rehearsals.
    bool as_recorded = false;

    /// At a moment `at` is seen what was written down until then.
    [[nodiscard]] Instant recorded_until(Instant at) const {
        return as_recorded ? at : Instant::max();
    }
};

/// An index with all that cohorts need to know of it, made beside whoever judges by the one before.
/// One thread.
class LiveRecord {
  public:
    using Expressions = std::vector<std::shared_ptr<const cql::Expression>>;

    /// What one record has found out of an index that the next may use. Immutable.
    struct Findings;

    /// `expressions` by number of the cohort; null where there is none. `now` is not later than the
    /// moment from which it is used. `before`, of an earlier record, spares finding anew what is
    /// the same; may be null.
    LiveRecord(LiveSources sources, const Expressions& expressions, Instant now,
               const std::shared_ptr<const Findings>& before = nullptr);

    /// A cohort that was not known when it was made.
    void add(std::uint32_t cohort, std::shared_ptr<const cql::Expression> expression);
    void remove(std::uint32_t cohort);

    [[nodiscard]] const LiveIndex& index() const { return *sources_.index; }
    [[nodiscard]] const LiveSources& sources() const { return sources_; }
    /// Against the first layer.
    [[nodiscard]] const PreparedRetrieves& retrieves(std::uint32_t cohort) const;
    /// Against another.
    [[nodiscard]] const PreparedRetrieves& retrieves(std::uint32_t cohort,
                                                     const IndexLayer& layer) const;
    [[nodiscard]] bool knows(std::uint32_t cohort) const;
    [[nodiscard]] const TouchIndex& touches() const;
    [[nodiscard]] Appearances& appearances() { return appearances_; }
    [[nodiscard]] const Appearances& appearances() const { return appearances_; }
    [[nodiscard]] std::shared_ptr<const Findings> findings() const { return findings_; }

  private:
    void find(const Expressions& expressions, Instant now, const Findings* before);

    LiveSources sources_;
    std::shared_ptr<Findings> findings_;
    Appearances appearances_;
    /// By cohort and layer, made when first asked for.
    mutable std::map<std::pair<std::uint32_t, const IndexLayer*>,
                     std::unique_ptr<const PreparedRetrieves>>
        of_layers_;
};

struct LiveRecord::Findings {
    std::shared_ptr<const LiveIndex> index;
    Expressions expressions;  ///< kept alive
    std::vector<std::shared_ptr<const PreparedRetrieves>> retrieves;
    std::shared_ptr<const TouchIndex> touches;
    Appearances appearances;  ///< at the beginning
};

}  // namespace parcours::population
