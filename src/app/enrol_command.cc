#include <fmt/format.h>
#include <memory>
#include <string>

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
    std::string patient;
    std::string by;
    std::string about;
};

Result<int> enrol(const Options& options) {
    std::string request;
    JsonWriter(request)
        .begin_object()
        .member("command", "enrol")
        .member("campaign", options.campaign)
        .member("patient", options.patient)
        .member("by", name_of_doer(options.by))
        .member("about", options.about)
        .end_object();
    return print_answer(
        options.common, perform(options.common, request), [&options](const JsonView& answer) {
            fmt::print("{} is in \"{}\"{}.\nWhat follows: parcours why {} --data {}\n",
                       options.patient, options.campaign,
                       answer["holdout"].boolean().value_or(false)
                           ? ", in the group that is not contacted, to measure the difference"
                           : ", at the step " + output_style().bold(answer["step"].text()),
                       options.patient, options.common.data);
        });
}

}  // namespace

Run declare_enrol(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("campaign", options->campaign,
                   "A campaign with `enter: { by: hand }` (or api, or campaign)")
        .required()
        .type_name("CAMPAIGN");
    app.add_option("patient", options->patient, "The patient's FHIR id")
        .required()
        .type_name("PATIENT");
    add_by_option(app, options->by, "Who puts the patient in");
    app.add_option("--about", options->about,
                   "Where the campaign has a key: which resource, such as Appointment/a1")
        .type_name("TYPE/ID");
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    add_json_option(app, options->common);
    app.footer(
        "The same holds as for everybody: who was in before comes in again only if the campaign\n"
        "says so, nobody whom an exit lets out at once, and the holdout is drawn.\n\n"
        "  parcours enrol walking-group p17 --by Ann --data clinic --practice my-practice");
    return [options] { return enrol(*options); };
}

}  // namespace parcours::app
