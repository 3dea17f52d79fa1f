#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <string>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/requests.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/practice_versions.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::string folder;
    std::string note;
    std::string by;
    bool history = false;
};

Result<int> publish(const Options& options) {
    if (options.folder.empty()) {
        return fail(ErrorCode::Usage,
                    "name the practice folder: parcours publish DIR --note \"…\"");
    }
    if (options.note.empty()) {
        return fail(ErrorCode::Usage, "say why, for the history: --note \"new opening hours\"");
    }
    std::error_code failed;
    const auto folder = std::filesystem::absolute(options.folder, failed);
    std::string request;
    JsonWriter(request)
        .begin_object()
        .member("command", "publish")
        .member("practice", failed ? options.folder : folder.string())
        .member("note", options.note)
        .member("by", name_of_doer(options.by))
        .end_object();
    return print_answer(options.common, perform(options.common, request),
                        [](const JsonView& answer) {
                            fmt::print("Published as version {}; it runs from now on.\n",
                                       answer["version"].natural().value_or(0));
                            for (const JsonView left : answer["left_behind"].elements()) {
                                fmt::print(
                                    "{} are still in {}, which it leaves out: they go on to its "
                                    "end. To hold it: parcours pause {}\n",
                                    counted(left["running"].natural().value_or(0), "patient"),
                                    left["campaign"].text(), left["campaign"].text());
                            }
                        });
}

std::string history_json(const engine::PracticeVersions& versions) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("versions").begin_array();
    for (const engine::PracticeVersion& version : versions.all()) {
        json.begin_object()
            .member("version", version.number)
            .member("digest", version.digest.to_hex())
            .member("at", format_instant(version.at))
            .member("by", version.by)
            .member("note", version.note)
            .member("files", version.files)
            .end_object();
    }
    json.end_array().end_object();
    return out;
}

Result<int> show_history(const Options& options) {
    const auto folder = open_for_reading(options.common);
    if (!folder) {
        return pass_on(folder);
    }
    const auto versions = engine::PracticeVersions::load((*folder)->store());
    if (!versions) {
        return pass_on(versions);
    }
    if (options.common.json) {
        fmt::print("{}\n", history_json(*versions));
        return 0;
    }
    for (const engine::PracticeVersion& version : versions->all()) {
        fmt::print("{:>4}  {}  {}  {}: {}\n", version.number, format_instant(version.at),
                   version.digest.to_hex().substr(0, 12), version.by, version.note);
    }
    if (versions->all().empty()) {
        fmt::print("No version was published here: the folder that --practice names runs.\n");
    }
    return 0;
}

}  // namespace

Run declare_publish(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("practice", options->folder, "The clinic's own practice folder, as a whole")
        .type_name("DIR");
    app.add_option("--note", options->note, "Why, for the history; needed to publish")
        .type_name("TEXT");
    add_by_option(app, options->by, "Who publishes it");
    app.add_flag("--history", options->history, "List what was published, and publish nothing");
    add_data_option(app, options->common);
    add_json_option(app, options->common);
    app.footer(
        "Checks the folder and keeps it in the data folder as a version, which the engine goes\n"
        "over to, without a restart where one runs. People in flight finish the campaigns that\n"
        "they are in. From the first version on, serve and work run the newest one.\n\n"
        "  parcours check my-practice\n"
        "  parcours publish my-practice --note \"new opening hours\" --by Ann --data clinic\n"
        "  parcours publish --history --data clinic");
    return [options] { return options->history ? show_history(*options) : publish(*options); };
}

}  // namespace parcours::app
