#include "practice/libraries.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/parser.h"

namespace parcours::practice {

void Libraries::add(const std::string& path, const std::string& text, std::vector<Error>& errors) {
    auto document = cql::parse(text);
    if (!document) {
        Error error = document.error();
        error.where.file = path;
        errors.push_back(std::move(error));
        return;
    }
    if (document->expression || document->name.empty()) {
        errors.push_back({ErrorCode::InvalidInput,
                          "a library begins with its name; write first: library NAME",
                          {path, 1, 1}});
        return;
    }
    if (document->name == "FHIRHelpers") {
        return;
    }
    if (const Library* const other = find(document->name)) {
        errors.push_back({ErrorCode::InvalidInput,
                          "the library \"" + document->name + "\" is written twice, first in " +
                              other->path + "; rename or remove one",
                          {path, 1, 1}});
        return;
    }
    all_.push_back({document->name, document->version, path, text});
}

const Library* Libraries::find(std::string_view name) const {
    const auto found = std::ranges::find(all_, name, &Library::name);
    return found == all_.end() ? nullptr : &*found;
}

const Library* Libraries::find_file(std::string_view path) const {
    const auto found = std::ranges::find(all_, path, &Library::path);
    return found == all_.end() ? nullptr : &*found;
}

std::optional<std::string> Libraries::find_library(std::string_view name,
                                                   std::string_view version) const {
    const Library* const found = find(name);
    const bool fits = found != nullptr && (version.empty() || version == found->version);
    return fits ? std::optional(found->text) : std::nullopt;
}

std::vector<std::string> Libraries::library_names() const {
    std::vector<std::string> names;
    for (const Library& library : all_) {
        names.push_back(library.name);
    }
    return names;
}

std::string Libraries::library_file(std::string_view name) const {
    const Library* const found = find(name);
    return found == nullptr ? std::string(name) : found->path;
}

}  // namespace parcours::practice
