#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/files.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "practice/folder.h"
#include "scenario/person.h"
#include "scenario/play.h"
#include "scenario/report.h"
#include "scenario/saying.h"
#include "scenario/scenario.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::vector<std::string> paths;
    bool timeline = false;
    CommandLine run;
    CommandLine words;
};

constexpr std::string_view ending = ".scenario";
constexpr int not_as_expected = 1;

/// Files as they are named, and those of folders.
Result<std::vector<std::string>> find_files(const Files& files,
                                            const std::vector<std::string>& paths) {
    std::vector<std::string> found;
    for (const std::string& path : paths) {
        if (files.kind(path) != Files::Kind::Folder) {
            found.push_back(path);
            continue;
        }
        const auto inside = files.list(path);
        if (!inside) {
            return pass_on(inside);
        }
        for (const std::string& file : *inside) {
            if (file.ends_with(ending)) {
                found.push_back(file);
            }
        }
    }
    if (found.empty()) {
        return fail(ErrorCode::NotFound,
                    fmt::format("there are no files *{} in the folders named", ending));
    }
    return found;
}

/// One scenario with what came of it.
struct Played {
    std::string title;
    Location where;
    Result<scenario::Report> report;
    [[nodiscard]] bool passed() const { return report && report->passed(); }
};

void show(const Played& played, bool timeline) {
    const Style style = output_style();
    fmt::print("{}  {}\n", played.passed() ? style.good("ok    ") : style.alert("FAILED"),
               one_line(played.title));
    if (!played.report) {
        fmt::print("{}\n", played.report.error().to_text());
        return;
    }
    fmt::print("{}", scenario::explain(*played.report));
    if (timeline) {
        for (const scenario::TimelineLine& line : played.report->timeline) {
            fmt::print("    {}\n", style.dim(one_line(line.text)));
        }
    }
}

void write_place(JsonWriter& json, const Location& where) {
    json.member("file", where.file).member("line", where.line).member("column", where.column);
}

void write(JsonWriter& json, const Played& played) {
    json.begin_object().member("title", played.title);
    write_place(json, played.where);
    json.member("passed", played.passed());
    if (!played.report) {
        json.member("error", played.report.error().to_text());
    } else {
        json.key("misses").begin_array();
        for (const scenario::Miss& miss : played.report->misses) {
            json.begin_object();
            write_place(json, miss.where);
            json.member("at", format_instant(miss.at)).member("expected", miss.expected);
            json.member("happened", miss.happened).end_object();
        }
        json.end_array();
    }
    json.end_object();
}

/// Plays the scenarios of a file; each is shown when it has ended, unless the answer is JSON.
Result<> play_file(const Files& files, const std::string& path, const practice::FileMap& under,
                   const Options& options, std::vector<Played>& all) {
    const auto view = files.view(path);
    if (!view) {
        return pass_on(view);
    }
    const auto scenarios = scenario::read_scenarios((*view)->bytes(), path);
    if (!scenarios) {
        return pass_on(scenarios);
    }
    for (const scenario::Scenario& one : *scenarios) {
        all.push_back({one.title, one.where, scenario::play(one, under)});
        if (!options.common.json) {
            show(all.back(), options.timeline);
        }
    }
    return {};
}

/// How it ended, in a line or as JSON.
void conclude(const std::vector<Played>& all, std::size_t passed, bool as_json) {
    if (!as_json) {
        fmt::print("{} passed, {} failed\n", passed, all.size() - passed);
        return;
    }
    std::string answer;
    JsonWriter json(answer);
    json.begin_object().member("passed", passed).member("failed", all.size() - passed);
    json.key("scenarios").begin_array();
    for (const Played& played : all) {
        write(json, played);
    }
    json.end_array().end_object();
    fmt::print("{}\n", answer);
}

Result<int> run(const Options& options) {
    const SystemFiles files;
    practice::FileMap under;
    if (!options.common.practice.empty()) {
        auto read = practice::read_practice_folder(options.common.practice);
        if (!read) {
            return pass_on(read);
        }
        under = std::move(*read);
    }
    const auto paths = find_files(files, options.paths);
    if (!paths) {
        return pass_on(paths);
    }
    std::vector<Played> all;
    for (const std::string& path : *paths) {
        if (const auto played = play_file(files, path, under, options, all); !played) {
            return pass_on(played);
        }
    }
    const auto passed = static_cast<std::size_t>(std::ranges::count_if(all, &Played::passed));
    conclude(all, passed, options.common.json);
    return passed == all.size() ? 0 : not_as_expected;
}

/// The language, as docs/scenarios.md has it.
int show_words() {
    for (const scenario::Sayings& group : scenario::sayings()) {
        fmt::print("### {}\n\n| sentence | means |\n|---|---|\n", group.title);
        for (const scenario::Saying& one : group.all) {
            fmt::print("| `{}` | {} |\n", one.phrase.pattern(), one.help);
        }
        fmt::print("\n");
    }
    fmt::print("### What can be said of a patient\n\n| words | mean |\n|---|---|\n");
    for (const scenario::Trait& trait : scenario::traits()) {
        fmt::print("| `{}` | {} |\n", trait.phrase.pattern(), trait.help);
    }
    return 0;
}

}  // namespace

Run declare_scenario(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.require_subcommand();
    options->run = app.add_subcommand("run", "Play scenarios and tell what is not as expected");
    options->run.add_option("files", options->paths, "Files, or folders of *.scenario")
        .required()
        .type_name("FILE");
    options->run.add_flag("--timeline", options->timeline, "Show all that happened");
    add_practice_option(options->run, options->common);
    add_json_option(options->run, options->common);
    options->words = app.add_subcommand("words", "Every sentence that a scenario may hold");
    app.footer(
        "A scenario is a text: who the patients are, what happens when, what must be sent and "
        "what\n"
        "must not (docs/scenarios.md). It is played on the real engine, in memory, on a clock of\n"
        "its own; nothing leaves. Ends with 1 where anything is not as expected.\n\n"
        "  parcours scenario run reminders.scenario --practice our-practice\n"
        "  parcours scenario words");
    return [options]() -> Result<int> {
        return options->words.parsed() ? Result<int>(show_words()) : run(*options);
    };
}

}  // namespace parcours::app
