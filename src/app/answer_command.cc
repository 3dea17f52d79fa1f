#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/options.h"
#include "app/requests.h"
#include "base/error.h"
#include "base/json_writer.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::string patient;
    std::vector<std::string> answers;
    std::string form;
    std::string by;
};

Result<int> save(const Options& options) {
    std::string request;
    JsonWriter json(request);
    json.begin_object()
        .member("command", "answer")
        .member("patient", options.patient)
        .member("form", options.form)
        .member("by", name_of_doer(options.by))
        .key("answers")
        .begin_object();
    for (const std::string& answer : options.answers) {
        const std::size_t sign = answer.find('=');
        if (sign == std::string::npos || sign == 0) {
            return fail(
                ErrorCode::Usage,
                "\"" + answer + "\" is no answer; write QUESTION=ANSWER, such as smoker=false");
        }
        json.member(answer.substr(0, sign), answer.substr(sign + 1));
    }
    json.end_object().end_object();
    return print_answer(
        options.common, perform(options.common, request), [&options](const JsonView& /*answer*/) {
            fmt::print("Written down for {}: {} answer{}.\n", options.patient,
                       options.answers.size(), options.answers.size() == 1 ? "" : "s");
        });
}

}  // namespace

Run declare_answer(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("patient", options->patient, "The patient's FHIR id")
        .required()
        .type_name("PATIENT");
    app.add_option("answers", options->answers, "Questions and answers")
        .required()
        .type_name("QUESTION=ANSWER");
    app.add_option("--form", options->form, "The form of the practice they were given in")
        .type_name("FORM");
    add_by_option(app, options->by, "Who writes it down");
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    add_json_option(app, options->common);
    app.footer(
        "Steps that wait for the answer or the form go on; conditions see it as Answer.\n\n"
        "  parcours answer p17 preferred-channel=sms --by Ann --data clinic\n"
        "  parcours answer p17 smoker=false height=172 --form about-you --data clinic");
    return [options] { return save(*options); };
}

}  // namespace parcours::app
