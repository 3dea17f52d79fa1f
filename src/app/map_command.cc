#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/executor.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/standings.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "position/standings.h"
#include "record/engagement.h"

namespace parcours::app {
namespace {

constexpr std::size_t thread_count = 2;

struct Options {
    CommonOptions common;
};

using position::Flow;
using position::flow_of;
using position::StandingCounts;
using position::Standings;

void write_moves(JsonWriter& json, std::string_view name, const position::MoveCounts& moves) {
    json.key(name).begin_array();
    for (std::size_t from = 0; from < stage_count; ++from) {
        for (std::size_t to = 0; to < stage_count; ++to) {
            if (moves.at(from).at(to) != 0) {
                json.begin_object()
                    .member("from", stage_name(static_cast<Stage>(from)))
                    .member("to", stage_name(static_cast<Stage>(to)))
                    .member("patients", moves.at(from).at(to))
                    .end_object();
            }
        }
    }
    json.end_array();
}

std::string summary_json(const Standings& standings, const StandingCounts& summary) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("as_of", format_instant(standings.as_of))
        .member("patients", summary.patients)
        .member("left", summary.left)
        .key("stages")
        .begin_array();
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
        const Flow week = flow_of(summary.moves_7_days, stage);
        const Flow month = flow_of(summary.moves_30_days, stage);
        json.begin_object()
            .member("stage", stage_name(static_cast<Stage>(stage)))
            .member("patients", summary.stages.at(stage).patients)
            .member("overdue", summary.stages.at(stage).overdue)
            .member("in_7_days", week.in)
            .member("out_7_days", week.out)
            .member("in_30_days", month.in)
            .member("out_30_days", month.out)
            .end_object();
    }
    json.end_array()
        .member("overdue", summary.overdue)
        .member("lost", summary.lost)
        .member("in_hospital", summary.in_hospital)
        .member("palliative", summary.palliative)
        .member("registered", summary.registered)
        .member("suspected_deaths", summary.suspected_deaths)
        .member("deceased", summary.deceased);
    write_moves(json, "moves_7_days", summary.moves_7_days);
    write_moves(json, "moves_30_days", summary.moves_30_days);
    json.key("concerns").begin_array();
    for (std::size_t i = 0; i < summary.concerns.size(); ++i) {
        const position::ConcernCount& one = summary.concerns[i];
        json.begin_object()
            .member("concern", standings.concerns[i])
            .member("headlines", one.headlines);
        json.member("overdue", one.overdue).member("lost", one.lost).key("stages").begin_object();
        for (std::size_t stage = 0; stage < stage_count; ++stage) {
            json.member(stage_name(static_cast<Stage>(stage)), one.stages.at(stage));
        }
        json.end_object().end_object();
    }
    json.end_array().end_object();
    return out;
}

std::string signed_flow(const Flow& flow) {
    return fmt::format("+{} −{}", flow.in, flow.out);
}

void print_moves(const position::MoveCounts& moves, const Style& style) {
    std::vector<std::string> lines;
    for (std::size_t from = 0; from < stage_count; ++from) {
        for (std::size_t to = 0; to < stage_count; ++to) {
            if (moves.at(from).at(to) != 0) {
                lines.push_back(fmt::format("  {} → {} {}",
                                            fit(stage_name(static_cast<Stage>(from)), 10),
                                            fit(stage_name(static_cast<Stage>(to)), 10),
                                            fit_right(grouped(moves.at(from).at(to)), 6)));
            }
        }
    }
    fmt::print("\n{}\n", style.dim("Moves between stages, 30 days"));
    if (lines.empty()) {
        fmt::print("  none\n");
    }
    for (const std::string& line : lines) {
        fmt::print("{}\n", line);
    }
}

void print_concerns(const Standings& standings, const StandingCounts& summary, const Style& style) {
    std::vector<std::string> headings = {"concern", "headline"};
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
        headings.emplace_back(stage_name(static_cast<Stage>(stage)));
    }
    headings.insert(headings.end(), {"overdue", "lost"});
    Table table(headings, {false, true, true, true, true, true, true, true, true, true});
    for (std::size_t i = 0; i < summary.concerns.size(); ++i) {
        const position::ConcernCount& one = summary.concerns[i];
        std::vector<std::string> cells = {standings.concerns[i], grouped(one.headlines)};
        for (const std::uint64_t count : one.stages) {
            cells.push_back(count == 0 ? "·" : grouped(count));
        }
        cells.push_back(one.overdue == 0 ? "·" : grouped(one.overdue));
        cells.push_back(one.lost == 0 ? "·" : grouped(one.lost));
        if (one.patients > 0) {
            table.add(cells);
        }
    }
    fmt::print("\n{}", table.draw(style));
}

void print_summary(const Standings& standings, const StandingCounts& summary) {
    const Style style = output_style();
    fmt::print("{} as of {}, {} of them {} left.\n\n",
               style.bold(counted(summary.patients, "patient")), format_date(standings.as_of),
               grouped(summary.left), summary.left == 1 ? "has" : "have");
    Table table({"stage", "patients", "7 days", "30 days", "overdue"},
                {false, true, true, true, true});
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
        table.add({std::string(stage_name(static_cast<Stage>(stage))),
                   grouped(summary.stages.at(stage).patients),
                   signed_flow(flow_of(summary.moves_7_days, stage)),
                   signed_flow(flow_of(summary.moves_30_days, stage)),
                   grouped(summary.stages.at(stage).overdue)});
    }
    fmt::print("{}", table.draw(style));
    fmt::print("\nin hospital {} · palliative {} · overdue {} · lost {} · suspected deaths {}\n",
               grouped(summary.in_hospital), grouped(summary.palliative), grouped(summary.overdue),
               grouped(summary.lost), grouped(summary.suspected_deaths));
    print_moves(summary.moves_30_days, style);
    print_concerns(standings, summary, style);
}

/// Kinds of records that have never come: said, rather than shown as zero.
void print_feeds(const population::LiveIndex& index) {
    std::string missing;
    for (const fhir::ResourceType type :
         {fhir::ResourceType::Appointment, fhir::ResourceType::Communication,
          fhir::ResourceType::Consent, fhir::ResourceType::ServiceRequest}) {
        if (!index.has_table(type)) {
            missing += (missing.empty() ? "" : ", ") + std::string(fhir::resource_type_name(type));
        }
    }
    if (!missing.empty()) {
        fmt::print("\n{}\n", output_style().dim("no feed: " + missing));
    }
}

Result<int> run(const Options& options) {
    const auto moment = options.common.moment();
    if (!moment) {
        return pass_on(moment);
    }
    const auto folder = open_for_reading(options.common);
    if (!folder) {
        return pass_on(folder);
    }
    const auto clinic = load_clinic_for_reading(options.common, **folder);
    if (!clinic) {
        return pass_on(clinic);
    }
    const auto index = (*folder)->index();
    const auto map = position::CompiledMap::compile((*clinic)->map, (*clinic)->folder.value_sets,
                                                    index->dictionary());
    if (!map) {
        return pass_on(map);
    }
    ThreadExecutor executor(thread_count);
    const auto standings = engine::make_standings(*index, *map, *moment, executor);
    const StandingCounts summary = position::count_standings(*standings, std::nullopt);
    if (options.common.json) {
        fmt::print("{}\n", summary_json(*standings, summary));
        return 0;
    }
    print_summary(*standings, summary);
    print_feeds(*index);
    return 0;
}

}  // namespace

Run declare_map(CommandLine app) {
    const auto options = std::make_shared<Options>();
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    add_as_of_option(app, options->common);
    add_json_option(app, options->common);
    app.footer(
        "Where the patients stand: the six stages, who came and went, who is overdue or lost, and\n"
        "each concern. Every patient born and not dead has one headline stage, or has left.\n\n"
        "  parcours map --data clinic --as-of 2019-06-01");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
