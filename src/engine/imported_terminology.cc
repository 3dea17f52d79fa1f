#include "engine/imported_terminology.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "fhir/resource_type.h"
#include "population/table.h"
#include "practice/folder.h"

namespace parcours::engine {
namespace {

/// The newest first.
std::vector<std::uint32_t> rows_of(const population::Table& table) {
    std::vector<std::uint32_t> rows(table.row_count);
    std::iota(rows.begin(), rows.end(), 0U);
    std::ranges::sort(rows, [&table](std::uint32_t one, std::uint32_t other) {
        return std::pair(table.last_updated[one], table.position[one]) >
               std::pair(table.last_updated[other], table.position[other]);
    });
    return rows;
}

}  // namespace

ImportedTerminology imported_terminology(const DataFolder& folder) {
    practice::FileMap files;
    const auto index = folder.index();
    for (const fhir::ResourceType type :
         {fhir::ResourceType::ValueSet, fhir::ResourceType::CodeSystem}) {
        const population::Table* const table = index->find_table(type);
        if (table == nullptr) {
            continue;
        }
        for (const std::uint32_t row : rows_of(*table)) {
            auto body = folder.read_body(table->position[row]);
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

}  // namespace parcours::engine
