#include "http/fhir/finder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "fhir/reference.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "population/column.h"
#include "population/live_index.h"
#include "population/table.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::http::facade {
namespace {

using api::main_feed;

/// Whose id is asked for, without what stands before it in a reference.
std::string_view referred_id(std::string_view reference) {
    constexpr std::string_view type = "Patient/";
    if (reference.find("://") != std::string_view::npos) {
        return fhir::patient_id_of(reference);
    }
    return reference.starts_with(type) ? reference.substr(type.size()) : reference;
}

}  // namespace

std::vector<std::string> feeds_of(const population::LiveIndex& index) {
    std::vector<std::string> feeds = index.patients().sources;
    if (std::ranges::find(feeds, main_feed) == feeds.end()) {
        feeds.emplace_back(main_feed);
    }
    return feeds;
}

std::vector<Key> keys_of(const population::LiveIndex& index, fhir::ResourceType type,
                         std::string_view id) {
    std::vector<Key> keys;
    for (const std::string& feed : feeds_of(index)) {
        keys.push_back(resource_key(feed, type, id));
        if (id.size() > feed.size() && id.starts_with(feed) && id[feed.size()] == '/') {
            keys.push_back(resource_key(feed, type, id.substr(feed.size() + 1)));
        }
    }
    return keys;
}

std::vector<population::RowPlace> find_rows(const population::LiveIndex& index,
                                            fhir::ResourceType type, const std::vector<Key>& keys) {
    std::vector<Key> sought = keys;
    std::ranges::sort(sought);
    const auto doubles = std::ranges::unique(sought);
    sought.erase(doubles.begin(), doubles.end());
    std::vector<population::RowPlace> rows;
    for (const auto& place : index.find_rows(type, sought)) {
        if (place) {
            rows.push_back(*place);
        }
    }
    return rows;
}

std::vector<LogPosition> positions_of(const population::LiveIndex& index, fhir::ResourceType type,
                                      std::size_t max) {
    std::vector<LogPosition> positions;
    for (const population::IndexLayer& layer : index.layers()) {
        const population::Table* const table = layer.index->find_table(type);
        if (table == nullptr) {
            continue;
        }
        layer.each_row(*table, [&](std::uint32_t row) {
            if (positions.size() < max) {
                positions.push_back(table->position[row]);
            }
        });
    }
    return positions;
}

std::string address_id(const population::LiveIndex& index, fhir::ResourceType type, Key key,
                       std::string_view id) {
    if (resource_key(main_feed, type, id) == key) {
        return std::string(id);
    }
    for (const std::string& feed : index.patients().sources) {
        if (resource_key(feed, type, id) == key) {
            return feed + "%2F" + std::string(id);
        }
    }
    return std::string(id);
}

Result<std::optional<population::PatientNumber>> find_referred(const population::LiveIndex& index,
                                                               std::string_view reference) {
    const auto found = index.find_patients(referred_id(reference));
    if (found.empty()) {
        return std::optional<population::PatientNumber>();
    }
    if (found.size() > 1) {
        return fail(ErrorCode::Usage, std::string(api::several_feeds) + "main/ID");
    }
    return std::optional(index.patients().survivor[found.front()]);
}

}  // namespace parcours::http::facade
