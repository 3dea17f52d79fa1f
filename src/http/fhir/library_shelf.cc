#include "http/fhir/library_shelf.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "channel/encoding.h"
#include "cql/outline.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/fhir/finder.h"
#include "practice/libraries.h"
#include "practice/nearest.h"
#include "quality/evaluate.h"
#include "quality/period.h"
#include "record/log.h"

namespace parcours::http::facade {
namespace {

/// More are not looked through: libraries are few.
constexpr std::size_t stored_max = 500;

}  // namespace

std::string library_id(std::string_view name) {
    std::string id;
    for (const char c : name.substr(0, 64)) {
        const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '.' || c == '-';
        id += fits ? c : '-';
    }
    return id;
}

void LibraryShelf::read_stored(LogPosition position) const {
    const auto body = backend_.service.folder().read_body(position);
    JsonDocument document;
    const auto resource = body ? document.parse(*body) : Result<JsonView>(JsonView());
    if (!body || !resource) {
        return;  // whoever names it is told that it is not there
    }
    for (const JsonView& content : (*resource)["content"].elements()) {
        const auto text = content["contentType"].text().starts_with("text/cql")
                              ? channel::from_base64(content["data"].text())
                              : std::nullopt;
        const auto outline = text ? cql::read_outline(*text) : Result<cql::LibraryOutline>();
        if (text) {
            const bool named = outline && !outline->name.empty();
            stored_->push_back(
                {std::string((*resource)["id"].text()), std::string((*resource)["url"].text()),
                 named ? outline->name : std::string((*resource)["name"].text()),
                 named ? outline->version : std::string((*resource)["version"].text()), *text});
            return;
        }
    }
}

const std::vector<LibraryShelf::Stored>& LibraryShelf::stored() const {
    if (!stored_) {
        stored_.emplace();
        for (const LogPosition position :
             positions_of(*record_.index, fhir::ResourceType::Library, stored_max)) {
            read_stored(position);
        }
    }
    return *stored_;
}

std::optional<std::string> LibraryShelf::find_library(std::string_view name,
                                                      std::string_view version) const {
    if (auto own = record_.clinic->folder.libraries.find_library(name, version)) {
        return own;
    }
    for (const Stored& one : stored()) {
        if (one.name == name && (version.empty() || one.version == version)) {
            return one.text;
        }
    }
    return std::nullopt;
}

std::vector<std::string> LibraryShelf::library_names() const {
    std::vector<std::string> names = record_.clinic->folder.libraries.library_names();
    for (const Stored& one : stored()) {
        names.push_back(one.name);
    }
    return names;
}

std::string LibraryShelf::library_file(std::string_view name) const {
    const auto& own = record_.clinic->folder.libraries;
    if (own.find(name) != nullptr) {
        return own.library_file(name);
    }
    const auto found = std::ranges::find(stored(), name, &Stored::name);
    return found == stored().end() ? std::string(name) : "Library/" + found->id;
}

Result<quality::LibraryName> LibraryShelf::find_by_id(std::string_view id) const {
    for (const practice::Library& library : record_.clinic->folder.libraries.all()) {
        if (library_id(library.name) == id) {
            return quality::LibraryName{library.name, library.version};
        }
    }
    for (const Stored& one : stored()) {
        if (one.id == id) {
            return quality::LibraryName{one.name, one.version};
        }
    }
    return fail(ErrorCode::NotFound,
                "there is no Library of this id that holds text/cql; GET /fhir/Library lists them");
}

Result<quality::LibraryName> LibraryShelf::find_by_canonical(std::string_view canonical) const {
    quality::LibraryName name = quality::library_of(canonical);
    const std::string_view url = canonical.substr(0, canonical.find('|'));
    for (const Stored& one : stored()) {
        if (one.url == url && (name.version.empty() || one.version == name.version)) {
            return quality::LibraryName{one.name, one.version};
        }
    }
    for (const practice::Library& library : record_.clinic->folder.libraries.all()) {
        if (library.name == name.name || library_id(library.name) == name.name) {
            name.name = library.name;
        }
    }
    if (find_library(name.name, name.version)) {
        return name;
    }
    return fail(ErrorCode::NotFound,
                fmt::format("there is no library {}{}{}", name.name,
                            name.version.empty() ? "" : " of version " + name.version,
                            practice::suggest(name.name, library_names())));
}

}  // namespace parcours::http::facade
