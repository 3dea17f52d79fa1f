#include <CLI/CLI.hpp>
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
    CLI::App* run = nullptr;
    CLI::App* words = nullptr;
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

/// What came of all of them.
struct Tally {
    std::size_t passed = 0;
    std::size_t failed = 0;
};

void show_timeline(const scenario::Report& report, const Style& style) {
    for (const scenario::TimelineLine& line : report.timeline) {
        fmt::print("    {}\n", style.dim(one_line(line.text)));
    }
}

Result<> play_file(const Files& files, const std::string& path, const practice::FileMap& under,
                   const Options& options, Tally& tally) {
    const auto view = files.view(path);
    if (!view) {
        return pass_on(view);
    }
    const auto scenarios = scenario::read_scenarios((*view)->bytes(), path);
    if (!scenarios) {
        return pass_on(scenarios);
    }
    const Style style = output_style();
    for (const scenario::Scenario& one : *scenarios) {
        const auto report = scenario::play(one, under);
        const bool passed = report && report->passed();
        ++(passed ? tally.passed : tally.failed);
        if (!options.common.json) {
            fmt::print("{}  {}\n", passed ? style.good("ok    ") : style.alert("FAILED"),
                       one_line(one.title));
        }
        if (options.common.json) {
            continue;
        }
        if (!report) {
            fmt::print("{}\n", report.error().to_text());
            continue;
        }
        fmt::print("{}", scenario::explain(*report));
        if (options.timeline) {
            show_timeline(*report, style);
        }
    }
    return {};
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
    Tally tally;
    for (const std::string& path : *paths) {
        if (const auto played = play_file(files, path, under, options, tally); !played) {
            return pass_on(played);
        }
    }
    if (options.common.json) {
        std::string answer;
        JsonWriter(answer)
            .begin_object()
            .member("passed", tally.passed)
            .member("failed", tally.failed)
            .end_object();
        fmt::print("{}\n", answer);
    } else {
        fmt::print("{} passed, {} failed\n", tally.passed, tally.failed);
    }
    return tally.failed == 0 ? 0 : not_as_expected;
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

Run declare_scenario(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.require_subcommand(1);
    options->run = app.add_subcommand("run", "Play scenarios and tell what is not as expected");
    options->run->add_option("files", options->paths, "Files, or folders of *.scenario")
        ->required()
        ->type_name("FILE");
    options->run->add_flag("--timeline", options->timeline, "Show all that happened");
    add_practice_option(*options->run, options->common);
    add_json_option(*options->run, options->common);
    options->words = app.add_subcommand("words", "Every sentence that a scenario may hold");
    app.footer(
        "A scenario is a text: who the patients are, what happens when, what must be sent and "
        "what\n"
        "must not (docs/scenarios.md). It is played on the real engine, in memory, on a clock of\n"
        "its own; nothing leaves. Ends with 1 where anything is not as expected.\n\n"
        "  parcours scenario run reminders.scenario --practice our-practice\n"
        "  parcours scenario words");
    return [options]() -> Result<int> {
        return *options->words ? Result<int>(show_words()) : run(*options);
    };
}

}  // namespace parcours::app
