#include "engine/check_logic.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/outline.h"
#include "practice/folder.h"
#include "practice/libraries.h"
#include "quality/evaluate.h"
#include "quality/measure.h"
#include "quality/period.h"
#include "values/temporal.h"

namespace parcours::engine {
namespace {

Result<> check_library(const practice::Folder& folder, const practice::Library& library) {
    const auto outline = cql::read_outline(library.text);
    if (!outline) {
        return pass_on(outline);
    }
    cql::CompileContext context = folder.vocabulary().context();
    context.file = library.path;
    for (const auto& parameter : outline->parameters) {
        if (!parameter.has_default && parameter.type) {
            context.parameters.push_back({parameter.name, *parameter.type});
        }
    }
    // One that holds functions only has nothing to give by itself.
    const std::string text =
        outline->defines.empty() ? library.text + "\ndefine \"nothing\": true" : library.text;
    const auto compiled = cql::compile(text, context);
    return compiled ? Result<>{} : pass_on(compiled);
}

/// "measures/a.json" → "a".
std::string stem(std::string_view path) {
    const std::string_view file = path.substr(path.rfind('/') + 1);
    return std::string(file.substr(0, file.rfind('.')));
}

Result<quality::Measure> read_checked(const practice::Folder& folder,
                                      const practice::JsonFile& file) {
    auto measure = quality::read_measure(file.text, file.path);
    if (!measure) {
        return measure;
    }
    measure->id = measure->id.empty() ? stem(file.path) : measure->id;
    std::vector<quality::LibraryName> libraries;
    for (const std::string& canonical : measure->libraries) {
        libraries.push_back(quality::library_of(canonical));
    }
    // Any period shows whether its criteria can be asked.
    const values::Temporal year{
        .kind = values::Temporal::Kind::Date, .precision = values::Precision::Year, .year = 2000};
    const auto period = quality::measurement_period(folder.vocabulary(), libraries, year, year);
    const auto checked = period
                             ? quality::check(*measure, folder.vocabulary(), libraries, {*period})
                             : Result<>(pass_on(period));
    if (!checked) {
        Error error = checked.error();
        if (error.where.file.empty()) {
            error.where = {file.path, 0, 0};
        }
        return std::unexpected(std::move(error));
    }
    return measure;
}

}  // namespace

void check_libraries(const practice::Folder& folder, std::vector<Error>& errors) {
    for (const practice::Library& library : folder.libraries.all()) {
        if (const auto checked = check_library(folder, library); !checked) {
            errors.push_back(checked.error());
        }
    }
}

std::vector<quality::Measure> read_measures(const practice::Folder& folder,
                                            std::vector<Error>& errors) {
    std::vector<quality::Measure> measures;
    for (const practice::JsonFile& file : folder.measures) {
        auto measure = read_checked(folder, file);
        if (!measure) {
            errors.push_back(measure.error());
            continue;
        }
        if (std::ranges::find(measures, measure->id, &quality::Measure::id) != measures.end()) {
            errors.push_back(
                {ErrorCode::InvalidInput,
                 "there are two measures of the id \"" + measure->id + "\"; change one",
                 {file.path, 0, 0}});
            continue;
        }
        measures.push_back(std::move(*measure));
    }
    return measures;
}

}  // namespace parcours::engine
