#include "cql/libraries.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/diagnostics.h"
#include "cql/document.h"
#include "cql/parser.h"
#include "cql/scope.h"
#include "cql/terminology.h"
#include "cql/value.h"

namespace parcours::cql {
namespace {

constexpr std::size_t libraries_max = 100;

template <class T>
void append_names(const LibraryScope::Names<T>& from, std::vector<std::string>& out) {
    for (const auto& [name, declared] : from) {
        out.push_back(name);
    }
}

}  // namespace

Error Libraries::within(Error error, const LibraryScope& scope) {
    if (error.where.file.empty()) {
        error.where.file = scope.file;
    }
    return error;
}

std::vector<std::string> Libraries::public_names(const LibraryScope& scope) {
    std::vector<std::string> out;
    for (const auto& [name, defined] : scope.defines) {
        if (!defined.line->is_private) {
            out.push_back(name);
        }
    }
    append_names(scope.functions, out);
    append_names(scope.parameters, out);
    append_names(scope.value_sets, out);
    append_names(scope.code_lines, out);
    append_names(scope.code_systems, out);
    return out;
}

Result<LibraryScope*> Libraries::add(Document document) {
    auto scope = std::make_unique<LibraryScope>();
    scope->document = std::move(document);
    LibraryScope& added = *scope;
    all_.push_back(std::move(scope));
    if (auto declared = declare(added); !declared) {
        return pass_on(declared);
    }
    return &added;
}

Result<> Libraries::declare(LibraryScope& scope) {
    bool unfiltered = false;
    for (const Declaration& line : scope.document.declarations) {
        if (line.kind == Declaration::Kind::Context) {
            // The older names of Unfiltered are accepted (CQL 1.5 §Context Support).
            unfiltered = line.name == "Unfiltered" || line.name == "Population" ||
                         line.name == "Unspecified";
        }
        if (auto declared = declare_line(scope, line, unfiltered); !declared) {
            return declared;
        }
    }
    return {};
}

namespace {

Result<> declared_once(const Declaration& line, bool added, const Declaration& first) {
    if (added) {
        return {};
    }
    return error(line.place, fmt::format("\"{}\" is defined twice, first in line {}", line.name,
                                         first.place.line));
}

Result<> check_model(const Declaration& line) {
    if (line.name != "FHIR" && line.name != "System") {
        return error(
            line.place,
            fmt::format("the model '{}' is unknown; write: using FHIR version '4.0.1'", line.name));
    }
    if (line.name == "FHIR" && !line.version.empty() && !line.version.starts_with("4.0")) {
        return error(line.place, fmt::format("FHIR {} is not supported; write: using FHIR version "
                                             "'4.0.1'",
                                             line.version));
    }
    return {};
}

}  // namespace

Result<> Libraries::declare_line(LibraryScope& scope, const Declaration& line, bool unfiltered) {
    using Kind = Declaration::Kind;
    const auto once = [&line](auto& names) -> Result<> {
        const auto [at, added] = names.try_emplace(line.name, &line);
        return declared_once(line, added, *at->second);
    };
    switch (line.kind) {
        case Kind::Using:
            return check_model(line);
        case Kind::Include:
            return include(scope, line);
        case Kind::Context:
            return line.name == "Patient" || unfiltered
                       ? Result<>{}
                       : error(line.place,
                               fmt::format("the context '{}' is not supported; write: context "
                                           "Patient, or context Unfiltered",
                                           line.name));
        case Kind::CodeSystem:
            return once(scope.code_systems);
        case Kind::ValueSet:
            return once(scope.value_sets);
        case Kind::Code:
        case Kind::Concept:
            return once(scope.code_lines);
        case Kind::Parameter:
            return once(scope.parameters);
        case Kind::Function:
            scope.functions[line.name].push_back({&line, {}, false, {}, false});
            return {};
        case Kind::Define:
            break;
    }
    const auto [at, added] =
        scope.defines.try_emplace(line.name, DefinedExpression{&line, unfiltered, {}, false});
    return declared_once(line, added, *at->second.line);
}

Result<> Libraries::include(LibraryScope& scope, const Declaration& line) {
    // FHIR's conversions are built in; published libraries include them by this name.
    if (line.id == "FHIRHelpers" || line.id.ends_with(".FHIRHelpers")) {
        return {};
    }
    auto loaded = load(line);
    if (!loaded) {
        return pass_on(loaded);
    }
    if (!scope.includes.try_emplace(line.name, *loaded).second) {
        return error(line.place, fmt::format("two libraries are called '{}' here; add: called "
                                             "another name",
                                             line.name));
    }
    return {};
}

Result<LibraryScope*> Libraries::load(const Declaration& line) {
    if (std::ranges::find(loading_, line.id) != loading_.end()) {
        return error(line.place, fmt::format("the library '{}' includes itself", line.id));
    }
    const auto known = std::ranges::find_if(all_, [&line](const auto& scope) {
        return scope->name == line.id &&
               (line.version.empty() || scope->document.version == line.version);
    });
    if (known != all_.end()) {
        return known->get();
    }
    const auto text = context_.libraries == nullptr
                          ? std::nullopt
                          : context_.libraries->find_library(line.id, line.version);
    if (!text) {
        const auto names = context_.libraries == nullptr ? std::vector<std::string>()
                                                         : context_.libraries->library_names();
        return error(line.place,
                     fmt::format("there is no library '{}'{}{}", line.id,
                                 line.version.empty() ? "" : " of version " + line.version,
                                 suggest(line.id, names)));
    }
    if (all_.size() >= libraries_max) {
        return fail(ErrorCode::Limit,
                    fmt::format("more than {} libraries are included", libraries_max),
                    {{}, line.place.line, line.place.column});
    }
    auto scope = std::make_unique<LibraryScope>();
    scope->name = line.id;
    scope->file = context_.libraries->library_file(line.id);
    auto document = parse(*text);
    if (document && document->expression) {
        document =
            error({1, 1}, "an included text must be a library; begin with: library " + line.id);
    }
    if (!document) {
        return std::unexpected(within(document.error(), *scope));
    }
    scope->document = std::move(*document);
    LibraryScope& added = *scope;
    all_.push_back(std::move(scope));
    loading_.push_back(line.id);
    const auto declared = declare(added);
    loading_.pop_back();
    if (!declared) {
        return std::unexpected(within(declared.error(), added));
    }
    return &added;
}

Result<LibraryScope*> Libraries::find(LibraryScope& scope, const QualifiedName& name,
                                      Place place) const {
    if (name.library.empty()) {
        return &scope;
    }
    const auto found = scope.includes.find(name.library);
    if (found != scope.includes.end()) {
        return found->second;
    }
    std::vector<std::string> names;
    append_names(scope.includes, names);
    return error(place, fmt::format("no library is called '{}' here{}", name.library,
                                    suggest(name.library, names)));
}

Result<std::string> Libraries::code_system(LibraryScope& scope, const QualifiedName& name,
                                           Place place) const {
    auto library = find(scope, name, place);
    if (!library) {
        return pass_on(library);
    }
    const auto found = (*library)->code_systems.find(name.name);
    if (found != (*library)->code_systems.end()) {
        return found->second->id;
    }
    if (context_.terminology != nullptr && name.library.empty()) {
        if (auto url = context_.terminology->find_code_system(name.name); url) {
            return *url;
        }
    }
    if (name.name.find(':') != std::string::npos) {
        return name.name;  // a URL says itself which system it is
    }
    std::vector<std::string> names;
    append_names((*library)->code_systems, names);
    return error(place,
                 fmt::format("there is no code system \"{}\"{}; declare it, or write its URL",
                             name.name, suggest(name.name, names)));
}

Result<Value> Libraries::read_code(LibraryScope& scope, const Declaration& line) {
    if (line.kind == Declaration::Kind::Concept) {
        return read_concept(scope, line);
    }
    auto system = code_system(scope, line.system, line.place);
    if (!system) {
        return pass_on(system);
    }
    return Code{*system, line.id, line.display, ""};
}

Result<Value> Libraries::read_concept(LibraryScope& scope, const Declaration& line) {
    Concept out;
    out.display = line.display;
    for (const QualifiedName& name : line.codes) {
        auto library = find(scope, name, line.place);
        if (!library) {
            return pass_on(library);
        }
        const auto declared = (*library)->code_lines.find(name.name);
        const bool is_code = declared != (*library)->code_lines.end() &&
                             declared->second->kind == Declaration::Kind::Code;
        if (!is_code) {
            return error(line.place,
                         fmt::format("the concept \"{}\" names the code \"{}\", which is not "
                                     "declared",
                                     line.name, name.name));
        }
        auto found = code(**library, name.name);
        if (!found) {
            return pass_on(found);
        }
        out.codes.push_back((*found)->code());
    }
    return out;
}

Result<const Value*> Libraries::code(LibraryScope& scope, std::string_view name) {
    if (const auto known = scope.codes.find(name); known != scope.codes.end()) {
        return &known->second;
    }
    const auto line = scope.code_lines.find(name);
    if (line == scope.code_lines.end()) {
        return nullptr;
    }
    auto read = read_code(scope, *line->second);
    if (!read) {
        return std::unexpected(within(read.error(), scope));
    }
    return &scope.codes.emplace(name, std::move(*read)).first->second;
}

}  // namespace parcours::cql
