#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/rehearsal_words.h"
#include "app/rehearsed_path.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/executor.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "campaign/steps.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/imported_terminology.h"
#include "engine/practice_versions.h"
#include "engine/rehearsal.h"
#include "engine/release_files.h"
#include "practice/config.h"
#include "practice/folder.h"
#include "practice/nearest.h"

namespace parcours::app {
namespace {

using ClinicPtr = std::shared_ptr<const engine::Clinic>;

constexpr std::size_t worker_count = 2;

struct Options {
    CommonOptions common;
    std::vector<std::string> campaigns;
    bool all = false;
    std::string from;
    std::string to;
    std::string compare;
    std::string patient;
    std::vector<std::string> replies;
    std::vector<std::string> outcomes;
    bool with_present = false;
};

Result<Instant> read_moment(std::string_view option, const std::string& text) {
    if (text.empty()) {
        return fail(ErrorCode::Usage,
                    "a rehearsal needs --from DATE and --to DATE, such as --from 2025-01-01 --to "
                    "2026-01-01");
    }
    const auto moment = parse_instant(text);
    if (!moment) {
        return fail(ErrorCode::Usage, fmt::format("{}: {}", option, moment.error().message));
    }
    return moment;
}

using Rates = std::map<std::string, double, std::less<>>;

/// "sms=20" or "sms=20%", each; `meant` says what would be right.
Result<Rates> read_rates(std::string_view option, const std::vector<std::string>& texts,
                         std::string_view meant) {
    Rates rates;
    for (const std::string& text : texts) {
        const std::size_t sign = text.find('=');
        std::string percent = sign == std::string::npos ? std::string() : text.substr(sign + 1);
        if (percent.ends_with('%')) {
            percent.pop_back();
        }
        double rate = -1;
        const auto [end, error] =
            std::from_chars(percent.data(), percent.data() + percent.size(), rate);
        const std::string name = text.substr(0, sign);
        if (error != std::errc() || end != percent.data() + percent.size() || rate < 0 ||
            name.empty() || rate > 100) {
            return fail(ErrorCode::Usage, fmt::format("{} \"{}\" must be {}", option, text, meant));
        }
        rates[name] = rate / 100;
    }
    return rates;
}

Result<engine::ReplyRates> read_replies(const std::vector<std::string>& texts) {
    const auto rates = read_rates("--replies", texts,
                                  "a channel with the share of its messages that are replied to, "
                                  "such as sms=20%");
    if (!rates) {
        return pass_on(rates);
    }
    for (const auto& [channel, rate] : *rates) {
        if (const auto known = must_be_one_of("--replies", channel, practice::channel_names());
            !known) {
            return pass_on(known);
        }
    }
    return *rates;
}

/// Errors: Usage (an outcome that no task of these campaigns offers, more than 100 % in all).
Result<> check_outcomes(const engine::RehearsalOrder& order, const engine::Clinic& clinic) {
    std::set<std::string> offered;
    for (const engine::LoadedCampaign& campaign : clinic.campaigns) {
        for (const campaign::Step& step : campaign.definition.steps) {
            if (const auto* const task = std::get_if<campaign::TaskStep>(&step.what)) {
                for (const auto& outcome : task->outcomes) {
                    offered.insert(outcome.first);
                }
            }
        }
    }
    constexpr double rounding = 1e-9;
    double sum = 0;
    for (const auto& [outcome, rate] : order.outcomes) {
        sum += rate;
        if (!offered.contains(outcome)) {
            return fail(
                ErrorCode::Usage,
                fmt::format("--outcomes {}: no task of this practice's campaigns has such "
                            "an outcome{}",
                            outcome,
                            practice::suggest(outcome, std::vector<std::string>(offered.begin(),
                                                                                offered.end()))));
        }
    }
    return sum <= 1 + rounding
               ? Result<>{}
               : fail(ErrorCode::Usage, "the shares of --outcomes are more than 100 % together");
}

Result<engine::RehearsalOrder> read_order(const Options& options) {
    if (options.campaigns.empty() != options.all) {
        return fail(ErrorCode::Usage, options.all
                                          ? "name campaigns or give --all, not both"
                                          : "name the campaigns to rehearse, or give --all");
    }
    if (!options.patient.empty() && !options.compare.empty()) {
        return fail(ErrorCode::Usage, "--patient and --compare do not go together");
    }
    const auto from = read_moment("--from", options.from);
    if (!from) {
        return pass_on(from);
    }
    const auto to = read_moment("--to", options.to);
    if (!to) {
        return pass_on(to);
    }
    if (*to <= *from) {
        return fail(ErrorCode::Usage,
                    fmt::format("--to {} must be later than --from {}", options.to, options.from));
    }
    const auto replies = read_replies(options.replies);
    if (!replies) {
        return pass_on(replies);
    }
    const auto outcomes = read_rates("--outcomes", options.outcomes,
                                     "an outcome with the share of the tasks offering it that are "
                                     "closed with it, such as booked=30%");
    if (!outcomes) {
        return pass_on(outcomes);
    }
    engine::RehearsalOrder order;
    order.campaigns = options.campaigns;
    order.from = *from;
    order.until = *to;
    order.replies = *replies;
    order.outcomes = *outcomes;
    order.with_present = options.with_present;
    order.workers = worker_count;
    return order;
}

Result<ClinicPtr> load_release(const engine::DataFolder& folder, const std::string& named) {
    const auto files = engine::find_release_files(folder, named);
    if (!files) {
        return pass_on(files);
    }
    return engine::make_clinic(*files, engine::ClinicUse::Work,
                               engine::imported_terminology(folder));
}

/// A practice folder, the number of a published version, or the beginning of a release that was
/// launched. Nothing named: what was published, else the built-in practice.
Result<ClinicPtr> load_practice(const engine::DataFolder& folder, const std::string& named) {
    constexpr std::size_t number_length_max = 5;
    constexpr std::size_t release_length_min = 6;
    constexpr std::size_t release_length_max = 32;
    const bool version = !named.empty() && named.size() <= number_length_max &&
                         named.find_first_not_of("0123456789") == std::string::npos;
    const bool release = named.size() >= release_length_min && named.size() <= release_length_max &&
                         named.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (release && !std::filesystem::exists(named)) {
        return load_release(folder, named);
    }
    if (!version || std::filesystem::exists(named)) {
        // Drafts go before what was published.
        return engine::load_clinic(folder.store(), named, engine::ClinicUse::Work,
                                   engine::PracticeChoice::Named,
                                   engine::imported_terminology(folder));
    }
    const auto versions = engine::PracticeVersions::load(folder.store());
    if (!versions) {
        return pass_on(versions);
    }
    const auto own = versions->files_of(std::stoul(named));
    if (!own) {
        return pass_on(own);
    }
    return engine::make_clinic(practice::overlay(practice::built_in_files(), *own),
                               engine::ClinicUse::Work, engine::imported_terminology(folder));
}

Result<engine::RehearsalReport> rehearse_one(engine::DataFolder& folder, const ClinicPtr& clinic,
                                             const engine::RehearsalOrder& order) {
    ThreadExecutor executor(worker_count);
    ProgressBar bar("Rehearsing", "entered");
    auto report = engine::rehearse(
        folder, clinic, order, executor,
        [&bar](double share, std::uint64_t entered) { bar.update(share, entered); });
    bar.finish();
    return report;
}

Result<int> compare(const Options& options, engine::DataFolder& folder, const ClinicPtr& clinic,
                    const engine::RehearsalOrder& order) {
    const Stopwatch stopwatch;
    const auto other_clinic = load_practice(folder, options.compare);
    if (!other_clinic) {
        return pass_on(other_clinic);
    }
    if (const auto offered = check_outcomes(order, **other_clinic); !offered) {
        return pass_on(offered);
    }
    const auto one = rehearse_one(folder, clinic, order);
    if (!one) {
        return pass_on(one);
    }
    const double one_seconds = stopwatch.seconds();
    const auto other = rehearse_one(folder, *other_clinic, order);
    if (!other) {
        return pass_on(other);
    }
    if (options.common.json) {
        std::string out;
        JsonWriter json(out);
        json.begin_object()
            .key("one")
            .raw(rehearsal_json(*one, *clinic, one_seconds))
            .key("other")
            .raw(rehearsal_json(*other, **other_clinic, stopwatch.seconds() - one_seconds))
            .member("seconds", stopwatch.seconds())
            .end_object();
        fmt::print("{}\n", out);
        return 0;
    }
    const std::string name = options.common.practice.empty() ? "now" : options.common.practice;
    print_comparison(*other, options.compare, *one, name);
    return 0;
}

Result<int> follow(const Options& options, engine::DataFolder& folder, const ClinicPtr& clinic,
                   const engine::RehearsalOrder& order) {
    const Stopwatch stopwatch;
    const auto index = folder.index();
    const auto number = find_patient(*index, options.patient);
    if (!number) {
        return pass_on(number);
    }
    ThreadExecutor executor(worker_count);
    const auto events =
        engine::rehearse_patient(folder, clinic, order, index->patients().key[*number], executor);
    if (!events) {
        return pass_on(events);
    }
    const std::string name(index->patients().id(*number));
    const auto path = read_path(*events);
    if (options.common.json) {
        fmt::print("{}\n", path_json(name, order.from, order.until, path, stopwatch.seconds()));
    } else {
        print_path(name, path);
    }
    return 0;
}

Result<int> run(const Options& options) {
    const Stopwatch stopwatch;
    const auto order = read_order(options);
    if (!order) {
        return pass_on(order);
    }
    const auto folder = open_for_reading(options.common);
    if (!folder) {
        return pass_on(folder);
    }
    const auto clinic = load_practice(**folder, options.common.practice);
    if (!clinic) {
        return pass_on(clinic);
    }
    if (const auto offered = check_outcomes(*order, **clinic); !offered) {
        return pass_on(offered);
    }
    if (!options.patient.empty()) {
        return follow(options, **folder, *clinic, *order);
    }
    if (!options.compare.empty()) {
        return compare(options, **folder, *clinic, *order);
    }
    const auto report = rehearse_one(**folder, *clinic, *order);
    if (!report) {
        return pass_on(report);
    }
    if (options.common.json) {
        fmt::print("{}\n", rehearsal_json(*report, **clinic, stopwatch.seconds()));
    } else {
        print_rehearsal(*report, **clinic, stopwatch.seconds());
    }
    return 0;
}

}  // namespace

Run declare_rehearse(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("campaign", options->campaigns, "The campaigns, by name").type_name("NAME");
    app.add_flag("--all", options->all, "All campaigns of the practice");
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    app.add_option("--from", options->from,
                   "The moment to begin at, with nobody enrolled unless --with-present")
        .type_name("DATE");
    app.add_option("--to", options->to, "The moment to end at").type_name("DATE");
    app.add_option("--compare", options->compare,
                   "Beside it the campaigns of another practice folder, of a published version or "
                   "of a release")
        .type_name("DIR|NUMBER|RELEASE");
    app.add_option("--patient", options->patient,
                   "This patient's way through it, with every reason")
        .type_name("ID");
    app.add_option("--replies", options->replies,
                   "Assume that this share of a channel's messages is replied to after two hours")
        .type_name("CHANNEL=PERCENT");
    app.add_option("--outcomes", options->outcomes,
                   "Assume that this share of the tasks that offer an outcome is closed with it "
                   "after a day")
        .type_name("OUTCOME=PERCENT");
    app.add_flag("--with-present", options->with_present,
                 "Who is enrolled at --from goes on from there, with what was said to them before");
    add_json_option(app, options->common);
    app.footer(
        "Runs campaigns over the record on a virtual clock, by the code that runs them live: who\n"
        "would come in, what would be sent and what not and why, what work it makes. History is\n"
        "seen as it was known at each moment. Nothing is sent and nothing is written: it may run\n"
        "beside parcours serve. Drafts are rehearsed from their folder with --practice.\n\n"
        "  parcours rehearse --all --data clinic --from 2025-01-01 --to 2026-01-01\n"
        "  parcours rehearse welcome --practice my-practice --data clinic --from 2025-01-01 --to "
        "2025-07-01\n\n"
        "--practice and --compare also take the number of a published version, or the first "
        "letters\n"
        "of a campaign's release (parcours why and the console name it).\n"
        "A date is midnight UTC; 2025-01-01T08:00:00-05:00 is a moment, too.");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
