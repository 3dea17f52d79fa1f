#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "campaign/describe.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/imported_terminology.h"
#include "practice/chosen.h"
#include "practice/folder.h"

namespace parcours::app {
namespace {

struct Options {
    std::string path;
    std::string data;
    bool read_aloud = false;
    bool json = false;
};

void write_list(JsonWriter& json, const std::vector<Error>& errors) {
    json.begin_array();
    for (const Error& error : errors) {
        json.begin_object()
            .member("file", error.where.file)
            .member("line", error.where.line)
            .member("column", error.where.column)
            .member("message", error.message)
            .end_object();
    }
    json.end_array();
}

std::string errors_json(const std::vector<Error>& errors, const std::vector<Error>& warnings) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("errors", errors.size());
    write_list(json.key("list"), errors);
    write_list(json.key("warnings"), warnings);
    json.end_object();
    return out;
}

/// The value sets that came with records of a data folder.
Result<engine::ImportedTerminology> read_imported(const std::string& data) {
    if (data.empty()) {
        return engine::ImportedTerminology();
    }
    const auto folder = engine::DataFolder::open(data, engine::DataFolder::Mode::Read);
    return folder ? Result<engine::ImportedTerminology>(engine::imported_terminology(**folder))
                  : pass_on(folder);
}

/// What came with records and nobody can use.
std::vector<Error> flaws_of(const practice::FileMap& files,
                            const engine::ImportedTerminology& imported) {
    std::vector<Error> ignored;
    return imported == nullptr ? std::vector<Error>()
                               : practice::read_folder(files, ignored, imported).imported_flaws;
}

std::vector<Error> concatenate(std::vector<Error> first, const std::vector<Error>& then) {
    first.insert(first.end(), then.begin(), then.end());
    return first;
}

/// The definition's line with a mark under the place.
void print_excerpt(const practice::FileMap& files, const Location& where, const Style& style) {
    const auto file = files.find(where.file);
    if (file == files.end() || where.line == 0) {
        return;
    }
    std::size_t from = 0;
    for (std::uint64_t line = 1; line < where.line && from != std::string::npos; ++line) {
        from = file->second.find('\n', from);
        from = from == std::string::npos ? from : from + 1;
    }
    if (from == std::string::npos || from >= file->second.size()) {
        return;
    }
    const std::string text = file->second.substr(from, file->second.find('\n', from) - from);
    fmt::print("    {}\n", style.dim(text));
    if (where.column > 0 && where.column <= text.size() + 1) {
        fmt::print("    {}{}\n", std::string(where.column - 1, ' '), style.alert("^"));
    }
}

Result<int> run(const Options& options) {
    practice::FileMap files = practice::built_in_files();
    if (!options.path.empty()) {
        const auto own = practice::read_practice_folder(options.path);
        if (!own) {
            return pass_on(own);
        }
        files = practice::overlay(files, *own);
    }
    auto imported = read_imported(options.data);
    if (!imported) {
        return pass_on(imported);
    }
    std::vector<Error> doubts;
    const std::vector<Error> errors =
        engine::check_clinic(files, *imported, SystemClock().now(), &doubts);
    const std::vector<Error> flaws = flaws_of(files, *imported);
    if (options.json) {
        fmt::print("{}\n", errors_json(errors, concatenate(doubts, flaws)));
        return errors.empty() ? 0 : exit_code(ErrorCode::InvalidInput);
    }
    const Style style = output_style();
    for (const Error& flaw : flaws) {
        fmt::print("{} {}\n", style.alert("warning:"), one_line(engine::flaw_warning(flaw)));
    }
    for (const Error& doubt : doubts) {
        fmt::print("{} {}\n", style.alert("warning:"), doubt.to_text());
        print_excerpt(files, doubt.where, style);
    }
    for (const Error& error : errors) {
        fmt::print("{}\n", error.to_text());
        print_excerpt(files, error.where, style);
    }
    if (!errors.empty()) {
        fmt::print("\n{} to mend; others may show once {}.\n",
                   style.alert(counted(errors.size(), "mistake")),
                   errors.size() == 1 ? "it is" : "they are");
        return exit_code(ErrorCode::InvalidInput);
    }
    auto clinic = engine::make_clinic(std::move(files), std::move(*imported));
    if (!clinic) {
        return pass_on(clinic);
    }
    if (options.read_aloud) {
        for (const auto& campaign : (*clinic)->campaigns) {
            fmt::print("{}\n", campaign::describe(campaign.definition));
        }
    }
    for (const auto& campaign : (*clinic)->campaigns) {
        fmt::print("{} {}  release {}\n", style.good("good"), fit(campaign.definition.name, 28),
                   campaign.release.to_hex().substr(0, 12));
    }
    const practice::Folder& folder = (*clinic)->folder;
    for (const std::string& name : practice::resting_campaigns(folder)) {
        fmt::print("{}\n", style.dim("rest " + fit(name, 28) +
                                     "  not one of the campaigns in practice.yaml"));
    }
    fmt::print(
        "{}, {}, {}, {}: nothing to mend.\n", counted((*clinic)->campaigns.size(), "campaign"),
        counted(folder.cohorts.size(), "cohort"), counted(folder.value_sets.size(), "value set"),
        counted(folder.content.all().size(), "content"));
    return 0;
}

}  // namespace

Run declare_check(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("practice", options->path,
                   "The clinic's practice folder, laid over the built-in one (default: that alone)")
        .type_name("DIR");
    app.add_option("--data", options->data,
                   "A data folder, whose imported value sets the practice may use")
        .type_name("DIR");
    app.add_flag("--read-aloud", options->read_aloud, "Say each campaign in plain English");
    app.add_flag("--json", options->json, "Answer in JSON: the last line is the whole answer");
    app.footer(
        "Reads every definition and names mistakes with file, line, column and a cure, before\n"
        "anybody is contacted. Names and conditions of a file are looked up once its form is "
        "right:\n"
        "check again when its mistakes are mended.\n\n"
        "  parcours check my-practice/ --read-aloud");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
