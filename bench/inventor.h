#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/json.h"
#include "base/random.h"
#include "fhir/summary.h"
#include "population/builder.h"
#include "record/log.h"

namespace parcours::bench {

/// What invented records are like.
struct Invention {
    struct Years {
        std::uint64_t from = 0;
        std::uint64_t count = 0;
    };
    std::uint64_t concepts = 20;
    bool some_are_common = false;  ///< low codes come more often than high ones
    bool conditions_end = false;   ///< half of them do
    Years births{1930, 85};
    Years onsets{2000, 20};
    Years visits{2010, 10};
    Years vaccinations{2010, 10};
};

/// Invents patients of 30 resources each, the same in every run.
class Inventor {
  public:
    explicit Inventor(const Invention& how) : how_(how) {}

    /// The patient of this number with all their resources.
    void add(population::IndexPart& part, std::size_t number);

  private:
    std::string resource(int number, const std::string& head);
    std::string date(const Invention::Years& years);
    std::uint64_t code();
    void put(population::IndexPart& part, const std::string& json);

    Invention how_;
    SeededRandom random_{7};
    JsonDocument document_;
    fhir::Summary summary_;
    LogPosition position_ = 0;
};

}  // namespace parcours::bench
