#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/control_socket.h"
#include "app/cut_off.h"
#include "app/import_answer.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/import.h"
#include "engine/imported_terminology.h"
#include "engine/journal.h"
#include "record/log.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    engine::ImportOptions import;
};

/// The request to the one who works on the folder.
std::string import_request(const engine::ImportOptions& options) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("command", "import").member("source", options.source);
    json.key("paths").begin_array();
    for (const std::string& path : options.paths) {
        json.value(std::filesystem::absolute(path).string());
    }
    json.end_array().end_object();
    return out;
}

/// A feed's name stands before the ids of its patients, as in "hospital/p1".
Result<> check_source(const std::string& source) {
    constexpr std::size_t length_max = 64;
    const bool good =
        !source.empty() && source.size() <= length_max && std::ranges::all_of(source, [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ||
                   c == '.';
        });
    return good ? Result<>()
                : fail(ErrorCode::Usage,
                       fmt::format("--source \"{}\" names no feed; take 1 to {} letters, digits, "
                                   "\"-\", \"_\" or \".\", such as hospital",
                                   one_line(source), length_max));
}

/// What the one who works on the folder answered, as this process would have said it.
Result<engine::ImportReport> read_report(std::string_view answer, double& seconds) {
    JsonDocument document;
    const auto parsed = document.parse(answer);
    if (!parsed) {
        return pass_on(parsed);
    }
    const auto count = [&parsed](std::string_view name) {
        return static_cast<std::uint64_t>((*parsed)[name].integer().value_or(0));
    };
    engine::ImportReport report;
    report.resources = count("resources");
    report.stored = count("stored");
    report.unchanged = count("unchanged");
    report.quarantined = count("quarantined");
    report.patients = count("patients");
    for (const JsonView& warning : (*parsed)["warnings"].elements()) {
        report.warnings.emplace_back(warning.text());
    }
    seconds = (*parsed)["seconds"].number().value_or(seconds);
    return report;
}

void print_report(const engine::ImportReport& report, double seconds, const std::string& data);

Result<int> import_by_worker(const Options& options) {
    const Stopwatch stopwatch;
    const auto answer = ask_worker(options.common.data, import_request(options.import));
    if (!answer) {
        return pass_on(answer);
    }
    if (!*answer) {
        return fail(ErrorCode::Locked, "another process writes to this data folder; wait for it");
    }
    if (options.common.json) {
        fmt::print("{}\n", **answer);
        return 0;
    }
    double seconds = stopwatch.seconds();
    const auto report = read_report(**answer, seconds);
    if (!report) {
        return pass_on(report);
    }
    print_report(*report, seconds, options.common.data);
    return 0;
}

}  // namespace

std::string import_json(const engine::ImportReport& report, double seconds) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("resources", report.resources)
        .member("stored", report.stored)
        .member("unchanged", report.unchanged)
        .member("quarantined", report.quarantined)
        .member("patients", report.patients)
        .member("seconds", seconds)
        .member("resources_per_second", static_cast<double>(report.resources) / seconds);
    if (!report.warnings.empty()) {
        json.key("warnings").begin_array();
        for (const std::string& warning : report.warnings) {
            json.value(warning);
        }
        json.end_array();
    }
    json.end_object();
    return out;
}

namespace {

void print_report(const engine::ImportReport& report, double seconds, const std::string& data) {
    const Style style = output_style();
    // A resource may come in several versions: every one is kept and counted.
    const std::uint64_t versions = report.stored + report.unchanged;
    const std::string in_versions =
        versions == report.resources ? "" : fmt::format(", in {}", counted(versions, "version"));
    fmt::print("{} read{}: {} stored, {} unchanged. {} in the data folder.\n",
               style.bold(counted(report.resources, "resource")), in_versions,
               grouped(report.stored), grouped(report.unchanged),
               counted(report.patients, "patient"));
    fmt::print(
        "{:.2f} s, {} resources/s.\n", seconds,
        grouped(static_cast<std::uint64_t>(static_cast<double>(report.resources) / seconds)));
    if (report.quarantined > 0) {
        fmt::print("{}\n", style.alert(fmt::format(
                               "{} could not be read, in quarantine now: parcours quarantine "
                               "--data {}",
                               counted(report.quarantined, "piece of input", "pieces of input"),
                               shell_word(data))));
    }
    for (const std::string& warning : report.warnings) {
        fmt::print("{} {}\n", style.alert("warning:"), one_line(warning));
    }
}

/// What came of value sets and cannot be used, where any came.
void warn_terminology(const Options& options, const engine::DataFolder& folder,
                      const std::vector<LogPosition>& before, engine::ImportReport& report) {
    if (engine::terminology_places(*folder.index()) == before) {
        return;
    }
    const auto clinic = load_clinic_for_reading(options.common, folder);
    if (!clinic) {
        report.warnings.push_back("with the value sets that came the practice has mistakes: " +
                                  clinic.error().to_text());
        return;
    }
    for (const Error& flaw : (*clinic)->folder.imported_flaws) {
        report.warnings.push_back(engine::flaw_warning(flaw));
    }
}

void warn_damage(const engine::DataFolder& folder) {
    for (const auto& damage : folder.damages()) {
        fmt::print(stderr, "parcours: warning: {}\n", damage.message);
    }
}

Result<engine::ImportReport> import_with_progress(const Options& options,
                                                  engine::DataFolder& folder, const Files& files,
                                                  const Clock& clock) {
    const WhenCutOff told(
        "the import was cut off; what it stored is kept. "
        "The same command again adds what is missing and makes all of it seen");
    ProgressBar bar("Importing", "resources");
    return engine::import_files(
        folder, files, clock, options.import, [&bar](const engine::ImportProgress& progress) {
            const double total = static_cast<double>(progress.input_bytes_total);
            bar.update(total > 0 ? static_cast<double>(progress.input_bytes_done) / total : 1,
                       progress.resources);
        });
}

Result<int> run(const Options& options) {
    const Stopwatch stopwatch;
    const SystemFiles files;
    const SystemClock clock;
    if (const auto named = check_source(options.import.source); !named) {
        return pass_on(named);
    }
    if (const auto input = engine::find_input(files, options.import.paths); !input) {
        return pass_on(input);  // before a data folder is made
    }
    auto folder = engine::DataFolder::open(options.common.data, engine::DataFolder::Mode::Create);
    if (!folder && folder.error().code == ErrorCode::Locked) {
        const auto done = import_by_worker(options);
        // Nobody listens where another import holds the lock: then its own words say it better.
        return !done && done.error().code == ErrorCode::Locked ? Result<int>(pass_on(folder))
                                                               : done;
    }
    if (!folder) {
        return pass_on(folder);
    }
    warn_damage(**folder);
    const auto terminology = engine::terminology_places(*(*folder)->index());
    auto report = import_with_progress(options, **folder, files, clock);
    if (!report) {
        return pass_on(report);
    }
    if (const auto noted = engine::note_feed(**folder, options.import.source, clock.now());
        !noted) {
        return pass_on(noted);
    }
    const double seconds = stopwatch.seconds();
    warn_terminology(options, **folder, terminology, *report);
    if (options.common.json) {
        fmt::print("{}\n", import_json(*report, seconds));
    } else {
        print_report(*report, seconds, options.common.data);
    }
    return 0;
}

}  // namespace

Run declare_import(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("paths", options->import.paths,
                   "FHIR R4 files or folders: NDJSON, single resources, Bundles; plain or gzip")
        .required()
        .type_name("PATH");
    add_data_option(app, options->common);
    app.add_option("--source", options->import.source, "The name of the feed they come from")
        .show_default()
        .type_name("NAME");
    add_json_option(app, options->common);
    app.footer(
        "Every version of every resource is kept; importing twice stores nothing twice. What\n"
        "cannot be read is quarantined with its place and reason, and never stops the import.\n\n"
        "  parcours import export/ --data clinic\n"
        "  parcours import Bundle.json.gz --data clinic --source hospital");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
