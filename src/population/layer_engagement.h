#pragma once

#include <memory>

#include "base/time.h"
#include "population/engagement.h"
#include "population/index_layer.h"

namespace parcours::population {

/// An engagement asked by the numbers that patients have in one layer. Borrows both.
class LayerEngagement final : public Engagement {
  public:
    LayerEngagement(const Engagement& all, const IndexLayer& layer) : all_(all), layer_(layer) {}
    [[nodiscard]] std::unique_ptr<PatientEngagement> of(PatientNumber patient,
                                                        Instant as_of) const override {
        return all_.of(layer_.number_of(patient), as_of);
    }

  private:
    const Engagement& all_;
    const IndexLayer& layer_;
};

}  // namespace parcours::population
