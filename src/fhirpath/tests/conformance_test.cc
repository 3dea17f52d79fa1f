#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "fhirpath/fhirpath.h"
#include "fhirpath/nodes.h"
#include "fhirpath/tests/left_out.h"

namespace parcours::fhirpath {
namespace {

const std::string folder = PARCOURS_SOURCE_DIR "/../shared/conformance/";

std::string read_all(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// One case, evaluated as `parcours eval --batch` does.
struct Run {
    JsonDocument input;
    std::vector<std::shared_ptr<const Expression>> kept;  ///< answers look into them
    std::string result;                                   ///< JSON, or "error: …"

    explicit Run(const JsonView& test) {
        JsonView resource = test["input"];
        if (const std::string_view file = test["inputfile"].text(); !file.empty()) {
            const auto parsed =
                input.parse(read_all(folder + "fhirpath-inputs/" + std::string(file)),
                            JsonDocument::Numbers::AsWritten);
            resource = parsed ? *parsed : JsonView{};
        }
        std::vector<Variable> variables;
        for (const auto& [name, value] : test["variables"].members()) {
            variables.push_back({std::string(name), collection_of(value)});
        }
        Environment environment;
        environment.now = *parse_instant("2026-11-22T10:11:12.345Z");
        environment.variables = variables;
        const Collection root = collection_of(resource);
        environment.resource = root.items();
        Answer context;
        if (const std::string_view path = test["context"].text(); !path.empty()) {
            context = evaluated(path, root.items(), environment).value();
        } else {
            context.items = root;
        }
        const auto answer =
            evaluated(test["expression"].text(), context.items.items(), environment);
        result = answer ? to_json(answer->items.items())
                        : "error: " + std::string(failure_name(answer.error().kind)) + " " +
                              answer.error().error.to_text();
    }

    Outcome<Answer> evaluated(std::string_view text, std::span<const Item> input_items,
                              const Environment& environment) {
        const auto compiled = compile(text);
        if (!compiled) {
            return std::unexpected(compiled.error());
        }
        kept.push_back(*compiled);
        return evaluate(**compiled, input_items, environment);
    }
};

bool passes(const JsonView& test, const std::string& result) {
    const bool failed = result.starts_with("error: ");
    if (test["error"].exists() || failed) {
        return test["error"].exists() && failed;
    }
    JsonDocument document;
    const auto given = document.parse(result);
    return given && same_json(*given, test["expected"]);
}

bool is_left_out(std::string_view file, std::string_view group, std::string_view name) {
    for (const LeftOut& one : left_out()) {
        if (one.file == file && one.group == group && one.name == name) {
            return true;
        }
    }
    return false;
}

void run_file(const std::string& name, std::size_t left_out_max) {
    std::ifstream file(folder + name);
    if (!file) {
        GTEST_SKIP() << "no conformance cases beside the project";
    }
    JsonDocument document;
    std::size_t passed = 0;
    std::size_t count = 0;
    std::size_t left = 0;
    for (std::string line; std::getline(file, line); ++count) {
        const JsonView test = *document.parse(line, JsonDocument::Numbers::AsWritten);
        const Run run(test);
        const bool good = passes(test, run.result);
        passed += good ? 1 : 0;
        const bool excused = is_left_out(name, test["group"].text(), test["name"].text());
        left += excused ? 1 : 0;
        EXPECT_TRUE(good || excused) << test["group"].text() << " | " << test["name"].text()
                                     << "\n  " << test["expression"].text() << "\n  wanted "
                                     << test["expected"].to_json() << " but got " << run.result;
        EXPECT_FALSE(good && excused) << test["name"].text() << " passes: take it off the list";
    }
    std::printf("%s: %zu of %zu pass, %zu left out by name\n", name.c_str(), passed, count, left);
    EXPECT_LE(left, left_out_max);
}

TEST(Conformance, OfficialSuite) {
    run_file("fhirpath-r4.jsonl", 0);
}

TEST(Conformance, SuiteOfFhirpathJs) {
    run_file("fhirpath-js.jsonl", left_out().size());
}

}  // namespace
}  // namespace parcours::fhirpath
