#include "population/live_record.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace parcours::population {

LiveRecord::LiveRecord(LiveSources sources, const Expressions& expressions, Instant now,
                       const std::shared_ptr<const Findings>& before)
    : sources_(std::move(sources)), findings_(std::make_shared<Findings>()) {
    find(expressions, now, before.get());
    appearances_ = findings_->appearances;
}

void LiveRecord::find(const Expressions& expressions, Instant now, const Findings* before) {
    const LiveIndex& index = *sources_.index;
    findings_->index = sources_.index;
    findings_->expressions = expressions;
    findings_->retrieves.resize(expressions.size());
    const bool same_codes =
        before != nullptr && before->index->shared_dictionary() == index.shared_dictionary();
    const bool same_base = before != nullptr && before->index->base() == index.base();
    bool same_touches = same_codes && before->expressions == expressions;
    for (std::size_t cohort = 0; cohort < expressions.size(); ++cohort) {
        auto& mine = findings_->retrieves[cohort];
        const bool known = same_codes && cohort < before->expressions.size() &&
                           before->expressions[cohort] == expressions[cohort];
        if (expressions[cohort] == nullptr) {
            continue;
        }
        if (!known) {
            mine = std::make_shared<const PreparedRetrieves>(*expressions[cohort], *index.base(),
                                                             index.dictionary());
        } else if (same_base) {
            mine = before->retrieves[cohort];
        } else {
            mine = std::make_shared<const PreparedRetrieves>(*before->retrieves[cohort],
                                                             *index.base());
        }
    }
    findings_->touches = same_touches ? before->touches
                                      : std::make_shared<const TouchIndex>(findings_->retrieves);
    findings_->appearances = Appearances(index, now, sources_.as_recorded,
                                         before == nullptr ? nullptr : &before->appearances);
}

const PreparedRetrieves& LiveRecord::retrieves(std::uint32_t cohort) const {
    return *findings_->retrieves[cohort];
}

const PreparedRetrieves& LiveRecord::retrieves(std::uint32_t cohort,
                                               const IndexLayer& layer) const {
    auto& found = of_layers_[{cohort, &layer}];
    if (found == nullptr) {
        found = std::make_unique<const PreparedRetrieves>(retrieves(cohort), *layer.index);
    }
    return *found;
}

bool LiveRecord::knows(std::uint32_t cohort) const {
    return cohort < findings_->retrieves.size() && findings_->retrieves[cohort] != nullptr;
}

const TouchIndex& LiveRecord::touches() const {
    return *findings_->touches;
}

/// Others may look at the findings from before.
void LiveRecord::add(std::uint32_t cohort, std::shared_ptr<const cql::Expression> expression) {
    auto next = std::make_shared<Findings>(*findings_);
    next->retrieves.resize(std::max<std::size_t>(next->retrieves.size(), cohort + 1));
    next->expressions.resize(next->retrieves.size());
    next->retrieves[cohort] = std::make_shared<const PreparedRetrieves>(
        *expression, *sources_.index->base(), sources_.index->dictionary());
    next->expressions[cohort] = std::move(expression);
    next->touches = std::make_shared<const TouchIndex>(next->retrieves);
    findings_ = std::move(next);
}

void LiveRecord::remove(std::uint32_t cohort) {
    if (!knows(cohort)) {
        return;
    }
    auto next = std::make_shared<Findings>(*findings_);
    next->retrieves[cohort].reset();
    next->expressions[cohort].reset();
    next->touches = std::make_shared<const TouchIndex>(next->retrieves);
    findings_ = std::move(next);
    std::erase_if(of_layers_, [cohort](const auto& one) { return one.first.first == cohort; });
}

}  // namespace parcours::population
