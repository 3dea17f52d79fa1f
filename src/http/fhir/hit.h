#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "http/fhir/query.h"
#include "record/identity.h"

namespace parcours::http::facade {

/// One resource that a search has found. Hits come in the order of (order, key): it does not change
/// when others come or go, so that pages neither repeat nor skip.
struct Hit {
    enum class Where : std::uint8_t { Row, Patient, Own };
    std::int64_t order = 0;  ///< of `_sort`; 0 where nothing was asked for
    Key key = 0;
    Where where = Where::Row;
    std::uint32_t place = 0;  ///< the row of its table, the patient's number, or among our own
    std::uint32_t layer = 0;  ///< of the index, that has the row

    [[nodiscard]] bool before(const Hit& other) const {
        return order != other.order ? order < other.order : key < other.key;
    }
};

/// What is shown of the hits: at most `query.count` behind its cursor, in their order.
struct HitPage {
    std::vector<Hit> hits;
    std::optional<Cursor> next;  ///< where there are more
};
[[nodiscard]] HitPage choose_page(const std::vector<Hit>& hits, const Query& query);

/// `value` as an order: the other way round where `down`. No value comes first, or last.
[[nodiscard]] std::int64_t order_of(std::int64_t value, bool down);

}  // namespace parcours::http::facade
