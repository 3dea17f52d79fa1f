#include <fstream>
#include <gtest/gtest.h>
#include <string>

#include "base/json.h"
#include "cql/cql.h"
#include "cql/operations.h"
#include "cql/tests/fixture.h"

namespace parcours::cql {
namespace {

// Cases of the public suite (cqframework/cql-tests) that passed when this was last raised. What is
// missing are functions of a later issue (expand, boundaries, regular expressions), arithmetic on
// uncertain distances, and disputed cases: seconds against milliseconds are one decimal here
// (CQL 1.5 §Comparison) and unknown there.
constexpr int passed_min = 1281;

bool passes(const JsonView& test) {
    const bool invalid = test["invalid"].exists();
    const test::Record nobody({});
    const JsonSource source = nobody.source("2019-06-01");
    const EvaluationContext context{*parse_instant("2019-06-01T10:11:12Z"), {}};
    const auto compiled = compile(test["expression"].text(), {});
    if (!compiled) {
        return invalid;
    }
    const auto value = evaluate(**compiled, source, context);
    if (!value || invalid) {
        return !value && invalid;
    }
    const auto wanted_text = test["expected"].elements();
    const auto wanted_expression = wanted_text.size() == 1 ? compile(wanted_text[0].text(), {})
                                                           : fail(ErrorCode::Internal, "");
    if (!wanted_expression) {
        return false;
    }
    const auto wanted = evaluate(**wanted_expression, source, context);
    return wanted && value->kind() == wanted->kind() && equivalent(*value, *wanted);
}

TEST(Conformance, PassesAtLeastWhatItPassedBefore) {
    std::ifstream file(PARCOURS_SOURCE_DIR "/../shared/conformance/cql.jsonl");
    if (!file) {
        GTEST_SKIP() << "no conformance cases beside the project";
    }
    JsonDocument document;
    int passed = 0;
    int count = 0;
    for (std::string line; std::getline(file, line); ++count) {
        const JsonView test = *document.parse(line);
        if (passes(test)) {
            ++passed;
        }
    }
    RecordProperty("passed", passed);
    EXPECT_GE(passed, passed_min) << "of " << count;
}

}  // namespace
}  // namespace parcours::cql
