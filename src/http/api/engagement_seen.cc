#include "http/api/engagement_seen.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "cql/data_source.h"
#include "cql/model/type_id.h"
#include "engine/past_ledger.h"
#include "engine/service.h"
#include "population/engagement.h"

namespace parcours::http::api {

using engine::EngagementRows;

bool asks_the_ledger(const std::vector<cql::Retrieve>& retrieves) {
    return std::ranges::any_of(retrieves, [](const cql::Retrieve& what) {
        return population::is_engagement(what.type) && what.type != cql::model::position;
    });
}

Result<> EngagementSeen::open(const Backend& backend, const engine::Published& record,
                              bool by_ledger, Instant as_of) {
    if (!by_ledger) {
        rows_.emplace(*record.index, record.map());
        return {};
    }
    if (!engine::is_past(backend.service.ledger().ledger, as_of)) {
        rows_.emplace(*record.index, record.map(),
                      [this, &backend](const EngagementRows::See& see) { look(backend, see); });
        return {};
    }
    auto made = backend.service.past_ledger().find_or_make(backend.service.folder(), as_of);
    if (!made) {
        return pass_on(made);
    }
    past_ = std::move(*made);
    rows_.emplace(*record.index, record.map(), *past_);
    return {};
}

// In a task of the executor, where nothing may be thrown.
void EngagementSeen::look(const Backend& backend, const EngagementRows::See& see) {
    try {
        const auto reading = backend.service.ledger();
        see(reading.ledger);
    } catch (const std::exception&) {
        failed_ = true;
    }
}

}  // namespace parcours::http::api
