#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <istream>
#include <memory>
#include <string>

#include "app/batch_evaluation.h"
#include "app/command.h"
#include "base/error.h"
#include "base/time.h"

namespace parcours::app {
namespace {

struct Options {
    std::string batch;
};

Result<int> answer_lines(std::istream& lines) {
    BatchEvaluation evaluation(SystemClock().now());
    for (std::string line; std::getline(lines, line);) {
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
        return answer_lines(std::cin);
    }
    std::ifstream file(options.batch);
    if (!file) {
        return fail(ErrorCode::NotFound,
                    fmt::format("{} cannot be read; name a file of JSON lines, or - for the input",
                                options.batch));
    }
    return answer_lines(file);
}

}  // namespace

Run declare_eval(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("--batch", options->batch, "A file of JSON lines, or - for standard input")
        ->required();
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
        "The code is syntax, type (a function, type or name that there is not) or runtime.");
    return [options] { return evaluate(*options); };
}

}  // namespace parcours::app
