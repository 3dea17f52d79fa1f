#include "population/live_record.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace parcours::population {

LiveRecord::LiveRecord(LiveSources sources, const Expressions& expressions, Instant now)
    : sources_(std::move(sources)),
      expressions_(expressions),
      retrieves_(expressions.size()),
      touches_({}),
      appearances_(*sources_.index, now, sources_.as_recorded) {
    for (std::size_t cohort = 0; cohort < expressions.size(); ++cohort) {
        if (expressions[cohort] != nullptr) {
            retrieves_[cohort] =
                std::make_unique<PreparedRetrieves>(*expressions[cohort], *sources_.index);
        }
    }
    touches_ = TouchIndex(retrieves_);
}

void LiveRecord::add(std::uint32_t cohort, std::shared_ptr<const cql::Expression> expression) {
    retrieves_.resize(std::max<std::size_t>(retrieves_.size(), cohort + 1));
    expressions_.resize(retrieves_.size());
    retrieves_[cohort] = std::make_unique<PreparedRetrieves>(*expression, *sources_.index);
    expressions_[cohort] = std::move(expression);
    touches_ = TouchIndex(retrieves_);
}

void LiveRecord::remove(std::uint32_t cohort) {
    if (knows(cohort)) {
        retrieves_[cohort].reset();
        expressions_[cohort].reset();
        touches_ = TouchIndex(retrieves_);
    }
}

}  // namespace parcours::population
