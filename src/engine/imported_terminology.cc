#include "engine/imported_terminology.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "fhir/resource_type.h"
#include "population/index_layer.h"
#include "population/live_index.h"
#include "population/table.h"
#include "practice/folder.h"
#include "record/log.h"

namespace parcours::engine {
namespace {

constexpr std::array terminology_types{fhir::ResourceType::ValueSet,
                                       fhir::ResourceType::CodeSystem};

/// How new a resource is, and where it stands.
using Age = std::pair<Instant, LogPosition>;

/// The newest first.
std::vector<Age> ages_of(const population::LiveIndex& index, fhir::ResourceType type) {
    std::vector<Age> ages;
    for (const population::IndexLayer& layer : index.layers()) {
        const population::Table* const table = layer.index->find_table(type);
        if (table != nullptr) {
            layer.each_row(*table, [&](std::uint32_t row) {
                ages.emplace_back(table->last_updated[row], table->position[row]);
            });
        }
    }
    std::ranges::sort(ages, std::greater());
    return ages;
}

}  // namespace

std::vector<LogPosition> terminology_places(const population::LiveIndex& index) {
    std::vector<LogPosition> places;
    for (const fhir::ResourceType type : terminology_types) {
        for (const auto& [updated, position] : ages_of(index, type)) {
            places.push_back(position);
        }
    }
    std::ranges::sort(places);
    return places;
}

ImportedTerminology imported_terminology(const DataFolder& folder) {
    practice::FileMap files;
    const auto index = folder.index();
    for (const fhir::ResourceType type : terminology_types) {
        for (const auto& [updated, position] : ages_of(*index, type)) {
            auto body = folder.read_body(position);
            JsonDocument document;
            const auto parsed = body ? document.parse(*body) : Result<JsonView>(pass_on(body));
            if (!parsed) {
                continue;
            }
            const std::string_view url = (*parsed)["url"].text();
            const std::string_view name = url.empty() ? (*parsed)["id"].text() : url;
            std::string path =
                std::string(fhir::resource_type_name(type)) + " " + std::string(name);
            files.try_emplace(std::move(path), *std::move(body));
        }
    }
    return files.empty() ? nullptr : std::make_shared<const practice::FileMap>(std::move(files));
}

std::string flaw_warning(const Error& flaw) {
    return flaw.where.file + " came with records, but nobody can use it: " + flaw.message;
}

}  // namespace parcours::engine
