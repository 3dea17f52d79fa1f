#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/command.h"
#include "app/options.h"
#include "app/requests.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::string campaign;
    std::vector<std::string> steps;
    std::string rest;
    std::string by;
    bool preview = false;
};

Result<std::string> make_request(const Options& options) {
    std::string request;
    JsonWriter json(request);
    json.begin_object()
        .member("command", "move")
        .member("campaign", options.campaign)
        .member("rest", options.rest)
        .member("by", name_of_doer(options.by))
        .member("preview", options.preview)
        .key("moves")
        .begin_object();
    for (const std::string& step : options.steps) {
        const std::size_t at = step.find('=');
        if (at == std::string::npos || at == 0 || at + 1 == step.size()) {
            return fail(ErrorCode::Usage,
                        "--step needs the earlier step and the new one, such as "
                        "--step reminder=second-letter, not \"" +
                            step + "\"");
        }
        json.member(step.substr(0, at), step.substr(at + 1));
    }
    json.end_object().end_object();
    return request;
}

void print_plan(const JsonView& answer, const Options& options) {
    const Style style = output_style();
    Table table({"people", "stand on", "go to", ""}, {true, false, false, false});
    for (const JsonView row : answer["steps"].elements()) {
        const bool moves = !row["to"].text().empty();
        table.add({grouped(static_cast<std::uint64_t>(row["people"].integer().value_or(0))),
                   std::string(row["from"].text()),
                   moves ? std::string(row["to"].text())
                         : style.bold(options.rest == "stop"     ? "stopped"
                                      : options.rest == "finish" ? "finish theirs"
                                                                 : "no equivalent"),
                   row["goes_on"].boolean().value_or(false) ? "goes on"
                   : moves                                  ? "begins anew"
                                                            : ""});
    }
    if (table.empty()) {
        fmt::print("Nobody is in an earlier release of \"{}\".\n", options.campaign);
        return;
    }
    fmt::print("{}", table.draw(style));
    if (options.rest.empty() && answer["without_equivalent"].integer().value_or(0) > 0) {
        fmt::print("\nSay where such a step leads (--step OLD=NEW), or --rest finish or stop.\n");
    }
}

void print_report(const JsonView& answer) {
    const auto count = [&answer](std::string_view name) {
        return grouped(static_cast<std::uint64_t>(answer[name].integer().value_or(0)));
    };
    fmt::print("{} moved to the release that runs, {} finish theirs, {} stopped.\n", count("moved"),
               count("finishing"), count("stopped"));
}

Result<int> move_people(const Options& options) {
    const auto request = make_request(options);
    if (!request) {
        return pass_on(request);
    }
    return print_answer(options.common, perform(options.common, *request),
                        [&options](const JsonView& answer) {
                            if (options.preview) {
                                print_plan(answer, options);
                            } else {
                                print_report(answer);
                            }
                        });
}

}  // namespace

Run declare_move(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("campaign", options->campaign, "A campaign that was published anew")
        .required()
        .type_name("CAMPAIGN");
    app.add_flag("--preview", options->preview, "Tell who would go where, and move nobody");
    app.add_option("--step", options->steps, "Where an earlier step leads, where the names differ")
        .type_name("OLD=NEW");
    app.add_option("--rest", options->rest,
                   "What those do whose step has no equivalent: finish, or stop")
        .type_name("WHAT");
    add_by_option(app, options->by, "Who does so");
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    add_json_option(app, options->common);
    app.footer(
        "People in flight finish the release of a campaign that they came in by, unless they are\n"
        "moved. A step of the same name and kind stands for the earlier one: a wait is counted\n"
        "from when it began, an open task stays open if its work is the same, a message that has\n"
        "not left says what the new release says. Nobody is moved where anybody's step has no\n"
        "equivalent and nothing is said of them. A safety-critical task is never closed by it.\n\n"
        "  parcours move colorectal-screening --preview --data clinic\n"
        "  parcours move colorectal-screening --step reminder=second-letter --rest finish \\\n"
        "      --by Ann --data clinic");
    return [options] { return move_people(*options); };
}

}  // namespace parcours::app
