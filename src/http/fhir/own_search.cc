// Searches through our own resources.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "base/time.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/fhir/compiled.h"
#include "http/fhir/finder.h"
#include "http/fhir/hit.h"
#include "http/fhir/own.h"
#include "http/fhir/own_walk.h"
#include "http/fhir/parameters.h"
#include "http/fhir/query.h"
#include "http/fhir/values.h"
#include "population/column.h"
#include "population/live_index.h"
#include "record/identity.h"

namespace parcours::http::facade {
namespace {

using fhir::ResourceType;
using population::PatientNumber;

/// So many are judged before the ledger is let go, so that nobody waits longer for it than these
/// take to be written and read.
constexpr std::size_t run_size = 128;
/// For how long one search may take.
constexpr std::chrono::seconds time_max{10};

Key key_of(const Digest& id) {
    Key key = 0;
    for (std::size_t i = 0; i < sizeof key; ++i) {
        key = (key << 8U) | id.bytes.at(i);
    }
    return key;
}

/// The keys of those whom a reference names: the patient and who was merged into it.
Result<std::optional<std::vector<Key>>> asked_keys(const population::LiveIndex& index,
                                                   const std::vector<Compiled>& criteria) {
    std::optional<std::vector<Key>> keys;
    for (const Compiled& criterion : criteria) {
        if (criterion.parameter->matching != Matching::Patient) {
            continue;
        }
        std::vector<Key> found;
        for (const std::string& text : criterion.texts) {
            const auto patient = find_referred(index, text);
            if (!patient) {
                return pass_on(patient);
            }
            for (PatientNumber number = 0; *patient && number < index.patient_count(); ++number) {
                if (index.patients().survivor[number] == **patient) {
                    found.push_back(index.patients().key[number]);
                }
            }
        }
        sort_unique(found);
        if (keys) {
            std::erase_if(*keys, [&](Key key) { return !std::ranges::binary_search(found, key); });
        } else {
            keys = std::move(found);
        }
    }
    return keys;
}

/// Whether one of our own fulfils all criteria but those about its patient, which led to it.
bool fulfils(const Seen& seen, ResourceType type, const std::vector<Compiled>& criteria,
             JsonDocument& document) {
    bool open = false;
    for (const Compiled& criterion : criteria) {
        const Matching matching = criterion.parameter->matching;
        if (matching == Matching::Status &&
            std::ranges::none_of(criterion.tokens, [&](const Token& token) {
                return token.matches("", seen.status);
            })) {
            return false;
        }
        if (matching == Matching::Id &&
            std::ranges::find(criterion.texts, seen.item.fhir_id(type)) == criterion.texts.end()) {
            return false;
        }
        open = open || (matching != Matching::Status && matching != Matching::Id &&
                        matching != Matching::Patient);
    }
    if (!open) {
        return true;
    }
    std::string text;
    JsonWriter json(text);
    seen.write(json);
    const auto resource = document.parse(text);
    return resource && std::ranges::all_of(criteria, [&](const Compiled& criterion) {
               return criterion.holds(*resource);
           });
}

}  // namespace

Result<std::vector<Hit>> search_own(const api::Backend& backend, const engine::Published& record,
                                    const Query& query, const std::vector<Compiled>& criteria,
                                    std::vector<OwnItem>& items) {
    std::vector<Hit> hits;
    if (!has_own(query.type)) {
        return hits;
    }
    const auto patients = asked_keys(*record.index, criteria);
    if (!patients) {
        return pass_on(patients);
    }
    JsonDocument document;
    const auto keep = [&](const Seen& seen) {
        if (fulfils(seen, query.type, criteria, document)) {
            const std::int64_t order =
                query.sort == SortBy::Nothing
                    ? 0
                    : order_of(seen.at.time_since_epoch().count(), query.down);
            hits.push_back({order, key_of(seen.item.id), Hit::Where::Own,
                            static_cast<std::uint32_t>(items.size())});
            items.push_back(seen.item);
        }
    };
    const Instant deadline = backend.service.clock().now() + time_max;
    const Walk walk(record, backend.service.ledger().ledger, query.type, *patients);
    for (std::size_t from = 0; from < walk.size(); from += run_size) {
        if (backend.service.clock().now() > deadline) {
            return fail(ErrorCode::Limit,
                        "this search takes too long; name a patient or a status beside");
        }
        const auto reading = backend.service.ledger();
        walk.see(reading.ledger, from, from + run_size, keep);
    }
    return hits;
}

}  // namespace parcours::http::facade
