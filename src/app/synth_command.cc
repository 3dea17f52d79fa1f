#include <algorithm>
#include <cctype>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <sys/stat.h>

#include "app/answers.h"
#include "app/command.h"
#include "app/cut_off.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "synth/synth.h"

namespace parcours::app {
namespace {

struct Options {
    synth::Options synth;
    std::string until;
    bool json = false;
};

std::string report_json(const synth::Summary& summary, double seconds) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("patients", summary.patients)
        .member("resources", summary.resources)
        .member("bytes", summary.bytes)
        .member("seconds", seconds)
        .member("resources_per_second", static_cast<double>(summary.resources) / seconds);
    json.key("by_type").begin_object();
    for (const auto& [type, count] : summary.by_type) {
        json.member(type, count);
    }
    json.end_object().end_object();
    return out;
}

/// CLI11's own check would name the largest number there is, with its 309 digits.
std::string must_be_positive(const std::string& text) {
    const bool number = !text.empty() && std::ranges::all_of(text, [](char c) {
        return std::isdigit(static_cast<unsigned char>(c)) != 0;
    });
    const bool zero = text.find_first_not_of('0') == std::string::npos;
    return number && !zero ? "" : "\"" + text + "\" is no number of patients; 1 is the least";
}

std::string must_name_a_folder(const std::string& path) {
    return path.empty() ? "it is empty; name a folder" : "";
}

Result<int> run(Options& options) {
    if (!options.until.empty()) {
        const auto until = parse_instant(options.until);
        if (!until) {
            return fail(ErrorCode::Usage, "--until: " + until.error().message);
        }
        options.synth.until = utc_date(*until);
    }
    ::umask(0022);  // invented people: nothing to hide
    const Stopwatch stopwatch;
    const std::uint64_t total = options.synth.patients;
    ProgressBar bar("Inventing", "patients");
    std::optional<WhenCutOff> told;  // from when on the folder is known to be ours
    const auto summary = synth::write_population(options.synth, [&](std::uint64_t patients) {
        if (!told) {
            told.emplace("cut off; \"" + options.synth.out +
                         "\" holds a part of the practice: remove it, and begin again");
        }
        bar.update(static_cast<double>(patients) / static_cast<double>(total), patients);
    });
    told.reset();
    bar.finish();
    if (!summary) {
        return pass_on(summary);
    }
    if (options.json) {
        fmt::print("{}\n", report_json(*summary, stopwatch.seconds()));
        return 0;
    }
    fmt::print("{}, {}, {} in \"{}\".\n", counted(summary->patients, "invented patient"),
               counted(summary->resources, "resource"), byte_size(summary->bytes),
               options.synth.out);
    fmt::print("Next: parcours import {} --data clinic\n", shell_word(options.synth.out));
    return 0;
}

}  // namespace

Run declare_synth(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("--patients", options->synth.patients, "How many")
        .required()
        .check(must_be_positive)
        .type_name("N");
    app.add_option("--seed", options->synth.seed, "The same seed gives the same bytes")
        .show_default()
        .type_name("S");
    app.add_option("--until", options->until, "The last day of history (default 2026-01-01)")
        .type_name("DATE");
    app.add_option("--density", options->synth.density, "Resources a patient, on average")
        .show_default()
        .type_name("R");
    app.add_flag("--gzip", options->synth.gzip, "Write .ndjson.gz");
    app.add_option("--out", options->synth.out, "A folder that is empty or does not exist yet")
        .required()
        .check(must_name_a_folder)
        .type_name("DIR");
    app.add_flag("--json", options->json, "Answer in JSON: the last line is the whole answer");
    app.footer(
        "Writes a FHIR R4 bulk export of a practice that does not exist: ten years of history,\n"
        "appointments beyond, in three languages, with the defects of real data.\n\n"
        "  parcours synth --patients 1000 --seed 7 --out practice-1000");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
