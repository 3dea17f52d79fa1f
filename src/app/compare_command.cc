#include <algorithm>
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
#include "base/json_writer.h"
#include "base/time.h"
#include "campaign/compare.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/ledger.h"
#include "engine/release_comparison.h"
#include "engine/releases.h"

namespace parcours::app {
namespace {

using campaign::Difference;

struct Options {
    CommonOptions common;
    engine::ComparisonOrder order;
};

void print_json(const Options& options, const engine::ReleaseComparison& comparison) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("campaign", options.order.campaign)
        .member("before", comparison.before.to_hex())
        .member("after", comparison.after.to_hex())
        .key("differences")
        .begin_array();
    for (const Difference& one : comparison.differences) {
        json.begin_object()
            .member("what", campaign::difference_name(one.what))
            .member("kind", one.kind)
            .member("name", one.name)
            .member("before", one.before)
            .member("after", one.after)
            .end_object();
    }
    json.end_array().end_object();
    fmt::print("{}\n", out);
}

/// Each line of a text on a line of its own, after a sign.
void print_text(char sign, std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (!line.empty()) {
            fmt::print("    {} {}\n", sign, one_line(line));
        }
    }
}

std::string_view heading_of(std::string_view kind) {
    return kind == "campaign" ? "The campaign"
           : kind == "step"   ? "Steps"
           : kind == "words"  ? "Words"
                              : "What it names";
}

void print_words(const Options& options, const engine::ReleaseComparison& comparison) {
    const Style style = output_style();
    fmt::print("\"{}\": from release {} to {}\n", options.order.campaign,
               comparison.before.to_hex().substr(0, 12), comparison.after.to_hex().substr(0, 12));
    if (comparison.differences.empty()) {
        fmt::print("\nThey say the same.\n");
        return;
    }
    std::string_view heading;
    for (const Difference& one : comparison.differences) {
        if (heading_of(one.kind) != heading) {
            heading = heading_of(one.kind);
            fmt::print("\n{}\n", style.bold(std::string(heading)));
        }
        const bool is_named_only = one.before.empty() && one.after.empty();
        fmt::print("  {} {}\n", is_named_only ? one.kind + " " + one.name : one.name,
                   campaign::difference_name(one.what));
        print_text('-', one.before);
        print_text('+', one.after);
    }
}

Result<int> run(const Options& options) {
    const auto open = open_clinic(options.common);
    if (!open) {
        return pass_on(open);
    }
    engine::Releases releases(*open->folder, open->clinic);
    const auto comparison = engine::compare_releases(
        releases, engine::known_releases(open->ledger, options.order.campaign), options.order);
    if (!comparison) {
        return pass_on(comparison);
    }
    if (options.common.json) {
        print_json(options, *comparison);
    } else {
        print_words(options, *comparison);
    }
    return 0;
}

}  // namespace

Run declare_compare(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("campaign", options->order.campaign, "A campaign")
        .required()
        .type_name("CAMPAIGN");
    app.add_option("--release", options->order.before,
                   "The earlier release, or the beginning of its id; else the last one before")
        .type_name("ID");
    app.add_option("--with", options->order.after,
                   "The later release; else the one that runs, or that of --practice")
        .type_name("ID");
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    add_json_option(app, options->common);
    app.footer(
        "What differs between two releases of a campaign: who comes in and what ends it, steps "
        "that\n"
        "were added, taken away or changed (words, times, conditions), the words that they say, "
        "and\n"
        "the lists that they name. With --practice: a draft against what was published.\n\n"
        "  parcours compare colorectal-screening --data clinic\n"
        "  parcours compare colorectal-screening --data clinic --practice draft/\n"
        "  parcours compare colorectal-screening --release 3fa4 --with 91c0 --data clinic");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
