#include "http/fhir/hit.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <vector>

#include "http/fhir/query.h"

namespace parcours::http::facade {

std::int64_t order_of(std::int64_t value, bool down) {
    if (!down) {
        return value;
    }
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    return value == least ? std::numeric_limits<std::int64_t>::max() : -value;
}

HitPage choose_page(const std::vector<Hit>& hits, const Query& query) {
    const auto by_order = [](const Hit& left, const Hit& right) { return left.before(right); };
    HitPage page;
    if (query.cursor) {
        const Hit last{query.cursor->order, query.cursor->key, Hit::Where::Row, 0};
        std::ranges::copy_if(hits, std::back_inserter(page.hits),
                             [&](const Hit& hit) { return last.before(hit); });
    } else {
        page.hits = hits;
    }
    const std::size_t kept = std::min(query.count, page.hits.size());
    const bool more = page.hits.size() > kept;
    std::ranges::partial_sort(page.hits, page.hits.begin() + static_cast<std::ptrdiff_t>(kept),
                              by_order);
    page.hits.resize(kept);
    if (more) {
        page.next = Cursor{page.hits.back().order, page.hits.back().key};
    }
    return page;
}

}  // namespace parcours::http::facade
