#include "quality/program.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/outline.h"
#include "practice/nearest.h"
#include "practice/vocabulary.h"
#include "values/text.h"

namespace parcours::quality {
namespace {

/// "Common.Diabetes" as CQL writes a qualified name.
std::string qualified(std::string_view name) {
    std::string out;
    while (true) {
        const std::size_t dot = name.find('.');
        out += values::quote(name.substr(0, dot), '"');
        if (dot == std::string_view::npos) {
            return out;
        }
        out += '.';
        name.remove_prefix(dot + 1);
    }
}

/// What a library is called where nothing else is said: the last of its name.
std::string last_of(std::string_view name) {
    return std::string(name.substr(name.rfind('.') + 1));
}

}  // namespace

Result<Program> Program::make(const practice::Vocabulary& vocabulary,
                              const std::vector<LibraryName>& libraries,
                              const std::vector<Parameter>& parameters) {
    Program program;
    program.context_ = vocabulary.context();
    program.prelude_ = "using FHIR version '4.0.1'\n";
    for (const LibraryName& library : libraries) {
        const auto text = vocabulary.libraries == nullptr
                              ? std::nullopt
                              : vocabulary.libraries->find_library(library.name, library.version);
        if (!text) {
            const auto names = vocabulary.libraries == nullptr
                                   ? std::vector<std::string>()
                                   : vocabulary.libraries->library_names();
            const bool other = std::ranges::find(names, library.name) != names.end();
            return fail(ErrorCode::NotFound,
                        fmt::format("there is no library \"{}\"{}{}", library.name,
                                    library.version.empty() ? "" : " of version " + library.version,
                                    other ? ", but one of another version"
                                          : practice::suggest(library.name, names)));
        }
        auto outline = cql::read_outline(*text);
        if (!outline) {
            Error error = outline.error();
            error.where.file = vocabulary.libraries->library_file(library.name);
            return std::unexpected(std::move(error));
        }
        const std::string alias = last_of(library.name);
        program.prelude_ += fmt::format("include {} called {}\n", qualified(library.name),
                                        values::quote(alias, '"'));
        program.libraries_.push_back({alias, std::move(*outline)});
    }
    program.prelude_ += "context Patient\n";
    for (const Parameter& parameter : parameters) {
        program.context_.parameters.push_back({parameter.name, parameter.type});
        program.values_.push_back(parameter.value);
    }
    return program;
}

const Program::Library* Program::find_define(std::string_view name) const {
    const auto found = std::ranges::find_if(libraries_, [name](const Library& library) {
        const auto* const define = library.outline.find_define(name);
        return define != nullptr && !define->is_private;
    });
    return found == libraries_.end() ? nullptr : &*found;
}

const Program::Library* Program::find_function(std::string_view name) const {
    const auto found = std::ranges::find_if(libraries_, [name](const Library& library) {
        return std::ranges::find(library.outline.functions, name) !=
               library.outline.functions.end();
    });
    return found == libraries_.end() ? nullptr : &*found;
}

std::string Program::text_of(const Criteria& criteria) const {
    const Library* const library = find_define(criteria.text);
    return library == nullptr
               ? "(" + criteria.text + "\n)"
               : values::quote(library->alias, '"') + "." + values::quote(criteria.text, '"');
}

std::string Program::call_of(const Criteria& criteria, std::string_view argument) const {
    const Library* const library = find_function(criteria.text);
    return library == nullptr ? text_of(criteria)
                              : fmt::format("{}.{}({})", values::quote(library->alias, '"'),
                                            values::quote(criteria.text, '"'), argument);
}

Result<Compiled> Program::compile(std::span<const Define> defines, std::string_view where) const {
    std::string text = prelude_;
    for (const Define& define : defines) {
        text += fmt::format("define {}:\n{}\n", values::quote(define.name, '"'), define.text);
    }
    auto compiled = cql::compile(text, context_);
    if (!compiled && compiled.error().where.file.empty()) {
        // Lines of the text that was made here would lead nowhere.
        Error error = compiled.error();
        error.message = fmt::format("{}: {}", where, error.message);
        error.where = {};
        return std::unexpected(std::move(error));
    }
    return compiled;
}

}  // namespace parcours::quality
