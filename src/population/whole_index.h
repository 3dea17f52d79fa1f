#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include "cql/cql.h"
#include "cql/value.h"
#include "population/index_layer.h"
#include "population/live_index.h"
#include "population/relatives.h"
#include "population/retrieves.h"
#include "population/source.h"
#include "record/log.h"

namespace parcours::population {

/// All layers of a live index as one, made ready for an expression that looks at the records of
/// other patients. A row stands behind those of its type in the layers before its own, and a
/// patient has the number of the live index, so that rows of any layer can be told apart. For any
/// thread; all that it is made of must outlive it.
class WholeIndex {
  public:
    /// `links` as of `Relatives`.
    WholeIndex(const cql::Expression& expression, const LiveIndex& index,
               const BodyReader& read_body,
               std::shared_ptr<const Relatives::Links> links = nullptr);
    WholeIndex(const WholeIndex&) = delete;
    WholeIndex& operator=(const WholeIndex&) = delete;

    struct Part {
        const IndexLayer* layer = nullptr;
        PreparedRetrieves retrieves;
    };
    /// A row as the layer of its part counts it.
    struct Place {
        std::size_t part = 0;
        cql::Row row;
    };

    [[nodiscard]] const cql::Expression& expression() const { return expression_; }
    [[nodiscard]] const LiveIndex& index() const { return index_; }
    /// One for each layer, in their order.
    [[nodiscard]] const std::deque<Part>& parts() const { return parts_; }
    [[nodiscard]] std::size_t part_of(const PatientPlace& place) const;
    /// The row of a part as all layers count it, and the other way round: its part is that of no
    /// layer where there is no such row. Not for rows of engagement.
    [[nodiscard]] cql::Row numbered(const Place& place) const;
    [[nodiscard]] Place place_of(cql::Row row) const;
    /// Where the resource of a row stands in the log; 0 where there is none.
    [[nodiscard]] LogPosition position_of(cql::Row row) const;
    [[nodiscard]] const Relatives& relatives() const { return relatives_; }

  private:
    const cql::Expression& expression_;
    const LiveIndex& index_;
    std::deque<Part> parts_;
    Relatives relatives_;
};

}  // namespace parcours::population
