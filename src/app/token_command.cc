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
    std::string name;
    std::string scopes;
    std::string expires;
    CommandLine add;
    CommandLine revoke;
};

Result<std::string> ask(const Options& options, const std::string& what) {
    std::string request;
    JsonWriter(request)
        .begin_object()
        .member("command", "token")
        .member("do", what)
        .member("name", options.name)
        .member("scopes", options.scopes)
        .member("expires", options.expires)
        .end_object();
    return perform_access(options.common, request);
}

void print_list(const JsonView& answer) {
    Table table({"id", "name", "scopes", "added", "last used", ""});
    for (const JsonView token : answer["tokens"].elements()) {
        table.add({std::string(token["id"].text()), std::string(token["name"].text()),
                   std::string(token["scopes"].text()),
                   std::string(token["added"].text().substr(0, 10)),
                   std::string(token["used"].text().substr(0, 10)),
                   token["revoked"].boolean().value_or(false) ? "revoked" : ""});
    }
    fmt::print("{}", table.empty() ? "There are no tokens.\n" : table.draw(output_style()));
}

Result<int> run(const Options& options) {
    const std::string what = options.add.parsed()      ? "add"
                             : options.revoke.parsed() ? "revoke"
                                                       : "list";
    const auto answer = ask(options, what);
    if (!answer) {
        return pass_on(answer);
    }
    JsonDocument document;
    const auto parsed = document.parse(*answer);
    if (!parsed) {
        return pass_on(parsed);
    }
    if (options.common.json) {
        fmt::print("{}\n", *answer);
    } else if (what == "add") {
        fmt::print(stderr, "Keep it: it is not shown again.\n");
        fmt::print("{}\n", (*parsed)["token"].text());
    } else if (what == "revoke") {
        fmt::print("Revoked: {}\n", options.name);
    } else {
        print_list(*parsed);
    }
    return 0;
}

}  // namespace

Run declare_token(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.require_subcommand();
    options->add = app.add_subcommand("add", "Make a token; it is printed once");
    options->add.add_option("name", options->name, "What it is for").required();
    options->add
        .add_option("--scope", options->scopes,
                    "read, write, fhir.read, fhir.write, import; several with commas")
        .required()
        .type_name("SCOPES");
    options->add.add_option("--expires", options->expires, "After this moment it is void")
        .type_name("DATE");
    options->revoke = app.add_subcommand("revoke", "Void a token");
    options->revoke.add_option("name", options->name, "Its name or id").required();
    CommandLine all = app.add_subcommand("list", "The tokens there are");
    for (CommandLine sub : {options->add, options->revoke, all}) {
        add_data_option(sub, options->common);
        add_json_option(sub, options->common);
    }
    app.footer(
        "A program sends it as: Authorization: Bearer parcours_…\n\n"
        "  parcours token add reporting --scope read --data clinic");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
