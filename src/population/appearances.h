#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "population/index.h"

namespace parcours::population {

/// Something the index holds already and that is seen only from a moment on: a row, a death or an
/// abatement that lies ahead, a birth.
struct Appearance {
    enum class What : std::uint8_t { Row, Birth, Death };

    Instant at;
    PatientNumber patient = 0;
    What what = What::Row;
    fhir::ResourceType type{};
    std::uint32_t row = 0;

    auto operator<=>(const Appearance&) const = default;
};

/// All that appears after a moment, in order, taken one after another. `as_recorded`: nothing is
/// seen before its source wrote it down.
class Appearances {
  public:
    Appearances() = default;
    Appearances(const Index& index, Instant after, bool as_recorded);

    [[nodiscard]] Instant next() const { return at_ < all_.size() ? all_[at_].at : Instant::max(); }
    [[nodiscard]] const Appearance& front() const { return all_[at_]; }
    void pop() { ++at_; }

  private:
    std::vector<Appearance> all_;
    std::size_t at_ = 0;
};

}  // namespace parcours::population
