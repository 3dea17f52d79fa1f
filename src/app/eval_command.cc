#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "app/answers.h"
#include "app/batch_evaluation.h"
#include "app/command.h"
#include "app/options.h"
#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "practice/folder.h"

namespace parcours::app {
namespace {

struct Options {
    std::string batch;
    CommonOptions common;
};

/// The clinic's own folder over the built-in one, that of a data folder with what was imported;
/// null where none is named.
Result<std::shared_ptr<const practice::Folder>> read_practice(const CommonOptions& options) {
    const std::string& path = options.practice;
    if (!options.data.empty()) {
        const auto data = open_for_reading(options);
        const auto clinic = data ? load_clinic_for_reading(options, **data)
                                 : Result<std::shared_ptr<const engine::Clinic>>(pass_on(data));
        return clinic ? Result<std::shared_ptr<const practice::Folder>>(
                            std::shared_ptr<const practice::Folder>(*clinic, &(*clinic)->folder))
                      : pass_on(clinic);
    }
    if (path.empty()) {
        return nullptr;
    }
    const auto own = practice::read_practice_folder(path);
    if (!own) {
        return pass_on(own);
    }
    auto folder = practice::open_folder(practice::overlay(practice::built_in_files(), *own));
    if (!folder) {
        return pass_on(folder);
    }
    return std::make_shared<const practice::Folder>(std::move(*folder));
}

Result<int> answer_lines(std::istream& lines, const Options& options) {
    auto practice = read_practice(options.common);
    if (!practice) {
        return pass_on(practice);
    }
    BatchEvaluation evaluation(SystemClock().now(), std::move(*practice));
    bool first = true;
    for (std::string line; std::getline(lines, line); first = false) {
        constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
        if (first && line.starts_with(byte_order_mark)) {
            line.erase(0, byte_order_mark.size());
        }
        if (line.find_first_not_of(" \t\r") == std::string::npos) {
            continue;
        }
        const std::string answer = evaluation.answer(line) + "\n";
        if (std::fwrite(answer.data(), 1, answer.size(), stdout) != answer.size()) {
            return fail(ErrorCode::Unavailable, "the answers cannot be written to the output");
        }
    }
    if (lines.bad()) {
        return fail(ErrorCode::Unavailable, "the questions cannot be read to their end");
    }
    return 0;
}

Result<int> evaluate(const Options& options) {
    std::ios::sync_with_stdio(false);
    if (options.batch == "-") {
        return answer_lines(std::cin, options);
    }
    std::ifstream file(options.batch);
    if (!file) {
        return fail(ErrorCode::NotFound,
                    fmt::format("{} cannot be read; name a file of JSON lines, or - for the input",
                                options.batch));
    }
    return answer_lines(file, options);
}

}  // namespace

Run declare_eval(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("--batch", options->batch, "A file of JSON lines, or - for standard input")
        .required();
    app.add_option(
        "--data", options->common.data,
        "A data folder whose value sets and code systems memberOf, subsumes and CQL know");
    add_practice_option(app, options->common);
    app.footer(
        "Each line is one question, and gives one line of answer. FHIRPath 2.0 on any JSON, typed "
        "by\nR4 where it has a resourceType; CQL 1.5 of the System types:\n\n"
        "  {\"id\": 1, \"language\": \"fhirpath\", \"expression\": \"name.given.first()\",\n"
        "   \"resource\": {\"resourceType\": \"Patient\", \"name\": [{\"given\": [\"Zoe\"]}]}}\n"
        "  {\"id\": 2, \"language\": \"cql\", \"expression\": \"Interval[1, 5] overlaps "
        "Interval[5, 9]\"}\n\n"
        "  {\"id\":1,\"result\":[\"Zoe\"]}\n"
        "  {\"id\":2,\"result\":\"true\"}\n\n"
        "With \"context\" a FHIRPath question starts from a path of the resource, and "
        "\"variables\" are\nknown as %name. What is wrong with an expression is its answer, and "
        "the program ends well:\n\n"
        "  {\"id\":3,\"error\":{\"code\":\"syntax\",\"message\":\"found the end, expected an "
        "expression\",\n   \"line\":1,\"column\":5}}\n\n"
        "The code is syntax, type (a function, type or name that there is not) or runtime. CQL "
        "may\n"
        "include the libraries of the practice folder (libraries/NAME.cql), and name its value "
        "sets "
        "where\n--practice is given.");
    return [options] { return evaluate(*options); };
}

}  // namespace parcours::app
