#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>

#include "app/command.h"
#include "app/options.h"
#include "app/requests.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::string what;
    std::string by;
    std::string reason;
};

/// Asks, and gives the answer's document where it is to be told in words.
Result<int> ask(const Options& options, std::string_view command, bool held,
                std::string (*words)(const JsonView& answer)) {
    std::string request;
    JsonWriter(request)
        .begin_object()
        .member("command", command)
        .member("what", options.what)
        .member("held", held)
        .member("by", name_of_doer(options.by))
        .member("reason", options.reason)
        .end_object();
    return print_answer(options.common, perform(options.common, request),
                        [words](const JsonView& answer) { fmt::print("{}\n", words(answer)); });
}

std::string paused_words(const JsonView& answer) {
    return fmt::format("{} is held; {} wait. Nothing is lost: parcours resume {}",
                       answer["what"].text(), answer["waiting"].integer().value_or(0),
                       answer["what"].text());
}

std::string resumed_words(const JsonView& answer) {
    std::string words =
        fmt::format("{} {}.", answer["what"].text(),
                    answer["was_held"].boolean().value_or(false) ? "goes on" : "was not held");
    for (const JsonView hold : answer["holds"].elements()) {
        words += fmt::format("\nStill: {}.", hold.text());
    }
    return words;
}

std::string undone_words(const JsonView& answer) {
    const auto elsewhere = answer["elsewhere"].integer().value_or(0);
    const auto left = answer["undone"].integer().value_or(0);
    if (left == 0 && elsewhere == 0) {
        return fmt::format(
            "Nobody who came in by the launch is left in the campaign: nothing to undo. \"{}\" is "
            "paused: parcours resume {}",
            answer["what"].text(), answer["what"].text());
    }
    return fmt::format(
        "{} left the campaign as undone, with what had not been sent{}. \"{}\" is paused: "
        "parcours resume {}",
        left, elsewhere == 0 ? "" : fmt::format("; so did {} whom it had put elsewhere", elsewhere),
        answer["what"].text(), answer["what"].text());
}

std::shared_ptr<Options> declare(CommandLine app, const std::string& what, const char* type) {
    auto options = std::make_shared<Options>();
    app.add_option("what", options->what, what).required().type_name(type);
    add_by_option(app, options->by, "Who does so");
    app.add_option("--reason", options->reason, "Why").type_name("TEXT");
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    add_json_option(app, options->common);
    return options;
}

}  // namespace

Run declare_pause(CommandLine app) {
    const auto options = declare(app, "A campaign, a channel, or everything", "WHAT");
    app.footer(
        "What waits is kept, and looked at again when it goes on: what is too late by then is\n"
        "not sent. A channel that is held sends nothing; while everything is held, nobody is\n"
        "taken in and no timer fires either.\n\n"
        "  parcours pause sms --by Ann --reason \"the provider is moving\" --data clinic\n"
        "  parcours pause everything --by Ann --data clinic\n"
        "What waits: parcours outbox --held");
    return [options] { return ask(*options, "hold", true, paused_words); };
}

Run declare_resume(CommandLine app) {
    const auto options = declare(app, "A campaign, a channel, or everything", "WHAT");
    app.footer("What fell due meanwhile leaves at a pace: after-outage in practice.yaml.");
    return [options] { return ask(*options, "hold", false, resumed_words); };
}

Run declare_undo(CommandLine app) {
    const auto options = declare(app, "A campaign that was launched within the hour", "CAMPAIGN");
    app.footer(
        "Whoever came in by the launch leaves as \"undone\" and may come in again; what has not\n"
        "left is withdrawn, and the campaign is paused. What has left cannot be called back.");
    return [options] { return ask(*options, "undo", true, undone_words); };
}

}  // namespace parcours::app
