#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/time.h"
#include "cql/cql.h"
#include "population/appearances.h"
#include "population/engagement.h"
#include "population/index.h"
#include "population/index_changes.h"
#include "population/source.h"
#include "population/touch_index.h"

namespace parcours::population {

/// What live cohorts are judged by.
struct LiveSources {
    std::shared_ptr<const Index> index;
    BodyReader read_body;
    /// Borrowed; must know the same index. May be null.
    const Engagement* engagement = nullptr;
    /// What the source wrote down later is not seen: rehearsals.
    bool as_recorded = false;
};

/// An index with all that cohorts need to know of it, made beside whoever judges by the one before.
class LiveRecord {
  public:
    using Expressions = std::vector<std::shared_ptr<const cql::Expression>>;

    /// `expressions` by number of the cohort; null where there is none. `now` is not later than the
    /// moment from which it is used.
    LiveRecord(LiveSources sources, const Expressions& expressions, Instant now);

    /// A cohort that was not known when it was made.
    void add(std::uint32_t cohort, std::shared_ptr<const cql::Expression> expression);
    void remove(std::uint32_t cohort);

    [[nodiscard]] const Index& index() const { return *sources_.index; }
    [[nodiscard]] const LiveSources& sources() const { return sources_; }
    [[nodiscard]] const PreparedRetrieves& retrieves(std::uint32_t cohort) const {
        return *retrieves_[cohort];
    }
    [[nodiscard]] bool knows(std::uint32_t cohort) const {
        return cohort < retrieves_.size() && retrieves_[cohort] != nullptr;
    }
    [[nodiscard]] const TouchIndex& touches() const { return touches_; }
    [[nodiscard]] Appearances& appearances() { return appearances_; }
    [[nodiscard]] const Appearances& appearances() const { return appearances_; }

  private:
    LiveSources sources_;
    std::vector<std::shared_ptr<const cql::Expression>> expressions_;
    std::vector<std::unique_ptr<PreparedRetrieves>> retrieves_;
    TouchIndex touches_;
    Appearances appearances_;
};

}  // namespace parcours::population
