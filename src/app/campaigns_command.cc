#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/campaign_counts.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/holds.h"
#include "engine/ledger.h"
#include "engine/left_behind.h"
#include "engine/release_comparison.h"
#include "practice/nearest.h"

namespace parcours::app {
namespace {

using engine::CampaignCounts;

struct Options {
    CommonOptions common;
    std::string campaign;
};

struct Row {
    std::string name;
    bool left_out = false;  ///< not one that the practice runs; people are in it still
    bool paused = false;
    CampaignCounts counts;
    std::vector<engine::KnownRelease> releases;
};

/// "12 of 40 (30 %)".
std::string share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? "–"
                      : fmt::format("{} of {} ({:.1f} %)", grouped(part), grouped(whole),
                                    100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

void print_json(const std::vector<Row>& rows, const std::vector<std::string>& holds) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("campaigns").begin_array();
    for (const Row& row : rows) {
        json.begin_object()
            .member("name", row.name)
            .member("left_out", row.left_out)
            .member("paused", row.paused)
            .member("running", row.counts.running)
            .member("ended", row.counts.ended)
            .member("undone", row.counts.undone)
            .member("successes", row.counts.successes)
            .member("sent", row.counts.sent)
            .member("not_sent", row.counts.not_sent)
            .member("tasks_open", row.counts.tasks_open)
            .member("holdout", row.counts.holdout)
            .member("holdout_successes", row.counts.holdout_successes)
            .key("arms")
            .begin_array();
        for (const auto& [way, count] : row.counts.arms) {
            json.begin_object()
                .member("split", way.first)
                .member("label", way.second)
                .member("entered", count.entered)
                .member("ended", count.ended)
                .member("successes", count.successes)
                .end_object();
        }
        json.end_array().key("releases").begin_array();
        for (const engine::KnownRelease& release : row.releases) {
            json.begin_object()
                .member("id", release.id.to_hex())
                .member("running", release.running)
                .member("present", release.is_present)
                .end_object();
        }
        json.end_array().end_object();
    }
    json.end_array().key("holds").begin_array();
    for (const std::string& hold : holds) {
        json.value(hold);
    }
    json.end_array().end_object();
    fmt::print("{}\n", out);
}

/// Whoever was contacted beside whoever was not: the difference is what the campaign did.
void print_holdout(const Row& row) {
    const CampaignCounts& counts = row.counts;
    if (counts.holdout == 0) {
        return;
    }
    Table table({"group", "succeeded so far"}, {false, false});
    table.add({"contacted", share(counts.successes - counts.holdout_successes,
                                  counts.running + counts.ended - counts.undone - counts.holdout)});
    table.add({"held out", share(counts.holdout_successes, counts.holdout)});
    fmt::print("\n{}", table.draw(output_style()));
}

void print_arms(const Row& row) {
    if (row.counts.arms.empty()) {
        return;
    }
    Table table({"split", "way", "entered", "succeeded of those that ended"},
                {false, false, true, false});
    for (const auto& [way, count] : row.counts.arms) {
        table.add(
            {way.first, way.second, grouped(count.entered), share(count.successes, count.ended)});
    }
    fmt::print("\n{}", table.draw(output_style()));
}

void print_releases(const Row& row) {
    if (row.releases.empty()) {
        return;
    }
    Table table({"release", "in flight", "", "published"}, {false, true, false, false});
    for (const engine::KnownRelease& release : row.releases) {
        table.add({release.id.to_hex().substr(0, 12), grouped(release.running),
                   release.is_present ? "runs" : "", short_time(release.launched_at)});
    }
    fmt::print("\n{}", table.draw(output_style()));
}

std::string name_words(const Row& row) {
    return row.name + (row.left_out ? " (left out)" : "") + (row.paused ? " (paused)" : "");
}

void print_words(const Options& options, const std::vector<Row>& rows,
                 const std::vector<std::string>& holds) {
    Table table({"campaign", "in flight", "ended", "succeeded of those", "sent", "not sent"},
                {false, true, true, false, true, true});
    for (const Row& row : rows) {
        const std::uint64_t ended = row.counts.ended - row.counts.undone;
        table.add({name_words(row), grouped(row.counts.running), grouped(ended),
                   share(row.counts.successes, ended), grouped(row.counts.sent),
                   grouped(row.counts.not_sent)});
    }
    fmt::print("{}", table.draw(output_style()));
    if (std::ranges::any_of(rows, &Row::left_out)) {
        fmt::print(
            "\nThe practice leaves out what is marked so: nobody comes in any more, and who is in\n"
            "it finishes its release.\n");
    }
    for (const std::string& hold : holds) {
        fmt::print("{} {}.\n", output_style().alert("!"), hold);
    }
    if (!options.campaign.empty()) {
        print_holdout(rows.front());
        print_arms(rows.front());
        print_releases(rows.front());
    }
}

Row make_row(const engine::Ledger& ledger, const std::string& name, bool left_out) {
    const CampaignCounts* const counts = ledger.lists().campaigns.find(name);
    auto releases = engine::known_releases(ledger, name);
    for (engine::KnownRelease& release : releases) {
        release.is_present = release.is_present && !left_out;
    }
    return {name, left_out, ledger.find_pause(name) != nullptr,
            counts == nullptr ? CampaignCounts{} : *counts, std::move(releases)};
}

Result<std::vector<Row>> find_rows(const Options& options, const engine::Clinic& clinic,
                                   const engine::Ledger& ledger) {
    std::vector<Row> rows;
    std::vector<std::string> names;
    const auto add = [&](const std::string& name, bool left_out) {
        names.push_back(name);
        if (options.campaign.empty() || options.campaign == name) {
            rows.push_back(make_row(ledger, name, left_out));
        }
    };
    for (const engine::LoadedCampaign& campaign : clinic.campaigns) {
        add(campaign.definition.name, false);
    }
    for (const engine::LeftBehind& left : engine::find_left_behind(clinic, ledger)) {
        add(left.campaign, true);
    }
    if (rows.empty() && ledger.find_launched(options.campaign) != nullptr) {
        rows.push_back(make_row(ledger, options.campaign, true));  // all have finished
    }
    if (rows.empty() && !options.campaign.empty()) {
        return fail(ErrorCode::NotFound, "the practice has no campaign \"" + options.campaign +
                                             "\"" + practice::suggest(options.campaign, names));
    }
    return rows;
}

Result<int> run(const Options& options) {
    const auto open = open_clinic(options.common);
    if (!open) {
        return pass_on(open);
    }
    const auto rows = find_rows(options, *open->clinic, open->ledger);
    if (!rows) {
        return pass_on(rows);
    }
    const std::vector<std::string> holds = engine::list_holds(open->ledger);
    if (options.common.json) {
        print_json(*rows, holds);
    } else {
        print_words(options, *rows, holds);
    }
    return 0;
}

}  // namespace

Run declare_campaigns(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("campaign", options->campaign,
                   "One alone, with its holdout, its releases and the ways of its splits")
        .type_name("CAMPAIGN");
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    add_json_option(app, options->common);
    app.footer(
        "How many are in each campaign, how many reached what it wants, what was sent. Of one\n"
        "campaign also what became of those who were held out, of those whom a split sent each "
        "way,\n"
        "and its releases.\n\n"
        "  parcours campaigns --data clinic\n"
        "  parcours campaigns colorectal-screening --data clinic");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
