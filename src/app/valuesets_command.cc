#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "cql/terminology.h"
#include "cql/value.h"
#include "engine/clinic.h"
#include "practice/folder.h"
#include "practice/nearest.h"
#include "practice/value_set.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::string name;  ///< empty: all of them
};

using Clinic = std::shared_ptr<const engine::Clinic>;

/// Who defined a value set.
std::string_view source_of(const practice::ValueSet& set, const practice::Folder& folder) {
    if (set.imported) {
        return "imported";
    }
    const auto shipped = practice::built_in_files().find(set.where.file);
    const auto here = folder.files.find(set.where.file);
    const bool same = shipped != practice::built_in_files().end() && here != folder.files.end() &&
                      shipped->second == here->second;
    return same ? "built-in" : "practice";
}

/// Why nobody can use it; nothing where it can be used.
std::optional<std::string> flaw_of(const practice::ValueSet& set, const practice::Folder& folder) {
    return folder.value_sets.why_unusable(set.name.empty() ? set.url : set.name);
}

void write_set(JsonWriter& json, cql::ValueSetId id, const practice::Folder& folder,
               bool with_codes) {
    const practice::ValueSet& set = folder.value_sets.get(id);
    json.begin_object().member("name", set.name).member("url", set.url);
    json.member("title", practice::title_in(set.title, "en"));
    json.member("source", source_of(set, folder)).member("file", set.where.file);
    const auto flaw = flaw_of(set, folder);
    const auto codes = flaw ? fail(ErrorCode::NotFound, *flaw) : folder.value_sets.expand(id);
    if (codes) {
        json.member("codes", static_cast<std::uint64_t>(codes->size()));
    } else {
        json.member(flaw ? "unusable" : "why-not-listed", codes.error().message);
    }
    if (with_codes) {
        json.key("list").begin_array();
        for (const cql::Code& code : codes.value_or(std::vector<cql::Code>{})) {
            json.begin_object().member("system", code.system).member("code", code.code);
            json.end_object();
        }
        json.end_array();
    }
    json.end_object();
}

void print_all(const Clinic& clinic) {
    const practice::Folder& folder = clinic->folder;
    Table table({"value set", "codes", "source", "title or address"}, {false, true, false, false});
    for (std::uint32_t i = 0; i < folder.value_sets.size(); ++i) {
        const cql::ValueSetId id{i};
        const practice::ValueSet& set = folder.value_sets.get(id);
        const bool usable = !flaw_of(set, folder);
        const auto codes = usable ? folder.value_sets.expand(id)
                                  : Result<std::vector<cql::Code>>(std::vector<cql::Code>{});
        const std::string_view title = practice::title_in(set.title, "en");
        table.add({one_line(set.name.empty() ? set.url : set.name),
                   !usable ? "unusable"
                   : codes ? grouped(codes->size())
                           : "unlisted",
                   std::string(source_of(set, folder)),
                   one_line(title.empty() || set.imported ? set.url : std::string(title))});
    }
    fmt::print("{}\n{} in all. The codes of one: parcours valuesets NAME\n",
               table.draw(output_style()), counted(folder.value_sets.size(), "value set"));
}

Result<int> print_one(const Clinic& clinic, cql::ValueSetId id) {
    const practice::Folder& folder = clinic->folder;
    const practice::ValueSet& set = folder.value_sets.get(id);
    const auto codes = folder.value_sets.expand(id);
    const std::string title(practice::title_in(set.title, "en"));
    fmt::print("{}{}\n{}: {}{}\n", output_style().bold(one_line(set.name)),
               title.empty() ? "" : "  " + one_line(title), source_of(set, folder),
               one_line(set.where.file), set.url.empty() ? "" : "  " + one_line(set.url));
    if (!codes) {
        fmt::print("\nIts codes cannot be listed: {}\n", codes.error().message);
        return 0;
    }
    Table table({"system", "code"});
    for (const cql::Code& code : *codes) {
        table.add({one_line(code.system), one_line(code.code)});
    }
    fmt::print("\n{}\n{}.\n", table.draw(output_style()), counted(codes->size(), "code"));
    return 0;
}

/// That of the data folder, with what came with its records; without one the practice alone.
Result<Clinic> read_clinic(const CommonOptions& options) {
    if (!options.data.empty()) {
        const auto folder = open_for_reading(options);
        return folder ? load_clinic_for_reading(options, **folder) : pass_on(folder);
    }
    practice::FileMap files = practice::built_in_files();
    if (!options.practice.empty()) {
        const auto own = practice::read_practice_folder(options.practice);
        if (!own) {
            return pass_on(own);
        }
        files = practice::overlay(files, *own);
    }
    return engine::make_clinic(std::move(files), nullptr);
}

Result<int> run(const Options& options) {
    const auto clinic = read_clinic(options.common);
    if (!clinic) {
        return pass_on(clinic);
    }
    const practice::Folder& folder = (*clinic)->folder;
    std::string out;
    JsonWriter json(out);
    if (options.name.empty()) {
        if (!options.common.json) {
            print_all(*clinic);
            return 0;
        }
        json.begin_object().key("value-sets").begin_array();
        for (std::uint32_t i = 0; i < folder.value_sets.size(); ++i) {
            write_set(json, cql::ValueSetId{i}, folder, false);
        }
        json.end_array().end_object();
        fmt::print("{}\n", out);
        return 0;
    }
    if (const auto why = folder.value_sets.why_unusable(options.name)) {
        return fail(ErrorCode::InvalidInput, *why);
    }
    const auto id = folder.value_sets.find_value_set(options.name);
    if (!id) {
        return fail(
            ErrorCode::NotFound,
            fmt::format("there is no value set \"{}\"{}; \"parcours valuesets\" lists them",
                        one_line(options.name),
                        practice::suggest(options.name, folder.value_sets.value_set_names())));
    }
    if (!options.common.json) {
        return print_one(*clinic, *id);
    }
    write_set(json, *id, folder, true);
    fmt::print("{}\n", out);
    return 0;
}

}  // namespace

Run declare_valuesets(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("name", options->name, "One of them, by name or address: its codes")
        .type_name("NAME");
    app.add_option("--data", options->common.data,
                   "The data folder, for what came with its records (default: the practice alone)")
        .type_name("DIR");
    add_practice_option(app, options->common);
    add_json_option(app, options->common);
    return [options] { return run(*options); };
}

}  // namespace parcours::app
