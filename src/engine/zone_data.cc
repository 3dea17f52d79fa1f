#include "engine/zone_data.h"

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/journal.h"

namespace parcours::engine {
namespace {

constexpr const char* zone_file = "/usr/share/zoneinfo/tzdata.zi";

/// Of "# version 2026a".
std::string_view version_in(std::string_view text) {
    constexpr std::string_view before = "# version ";
    const std::string_view line = text.substr(0, text.find('\n'));
    return line.starts_with(before) ? line.substr(before.size()) : std::string_view();
}

}  // namespace

Result<std::optional<std::string>> find_new_zone_data(const DataFolder& folder, Journal& journal,
                                                      const Files& files, Instant now) {
    const auto view = files.view(zone_file);
    if (!view) {
        return std::nullopt;
    }
    std::string version(version_in((*view)->bytes()));
    const auto before = find_definition(folder, zone_data_name);
    if (!before && before.error().code != ErrorCode::NotFound) {
        return pass_on(before);
    }
    if (version.empty() || (before && *before == version)) {
        return std::nullopt;
    }
    if (!before) {
        journal.add_definition(zone_data_name, version, now);
        return std::nullopt;
    }
    return version;
}

}  // namespace parcours::engine
