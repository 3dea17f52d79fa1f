#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/time.h"
#include "population/live_index.h"

namespace parcours::population {

/// Something the index holds already and that is seen only from a moment on: a row, a death or an
/// abatement that lies ahead, a birth, or that somebody has left, where that is written down later.
struct Appearance {
    enum class What : std::uint8_t { Row, Birth, Departure };

    Instant at;
    PatientNumber patient = 0;
    What what = What::Row;
    fhir::ResourceType type{};
    std::uint32_t row = 0;

    auto operator<=>(const Appearance&) const = default;
};

/// All that appears after a moment, in order, taken one after another. `as_recorded`: nothing is
/// seen before its source wrote it down. Borrows the index.
class Appearances {
  public:
    Appearances() = default;
    /// What `before` (may be null) knows of a layer is not looked for again.
    Appearances(const LiveIndex& index, Instant after, bool as_recorded,
                const Appearances* before = nullptr);

    [[nodiscard]] Instant next() const {
        return first_ < layers_.size() ? layers_[first_].front().at : Instant::max();
    }
    /// Its patient by number of the live index.
    [[nodiscard]] Appearance front() const;
    /// The table of its row.
    [[nodiscard]] const Table& table() const;
    void pop();

  private:
    using List = std::vector<Appearance>;  ///< sorted, patients by numbers of their layer
    struct OfLayer {
        const IndexLayer* layer = nullptr;
        std::shared_ptr<const Index> index;  ///< of the layer
        std::shared_ptr<const List> all;
        std::size_t at = 0;

        [[nodiscard]] bool at_end() const { return at == all->size(); }
        [[nodiscard]] const Appearance& front() const { return (*all)[at]; }
        void skip_moved();
    };
    void find_first();

    std::vector<OfLayer> layers_;
    std::size_t first_ = 0;  ///< the layer with the first; none: their number
};

}  // namespace parcours::population
