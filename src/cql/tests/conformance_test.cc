#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "cql/cql.h"
#include "cql/operations.h"
#include "cql/tests/fixture.h"

// The public suite (cqframework/cql-tests) beside the project.
namespace parcours::cql {
namespace {

struct LeftOut {
    std::string_view name;
    std::string_view reason;
};

// What we answer otherwise, and the paragraph of the specification that supports us.
constexpr std::string_view seconds =
    "Appendix B §Date, §DateTime, §Time: seconds and milliseconds are one decimal, and without "
    "milliseconds they end in .0, so they can be compared";
constexpr auto left_out = std::to_array<LeftOut>({
    {"CqlArithmeticFunctionsTest/Floor/FloorIntegerGreaterThanMaxInteger",
     "Appendix B §Integer: 2147483648 is no Integer, as Ceiling of the same number has it"},
    {"CqlDateTimeOperatorsTest/Uncertainty tests/DateTimeDurationBetweenUncertainInterval",
     "Appendix B §Duration: from the end of January 15th on it may be 16 whole days, as "
     "…UncertainAdd, …UncertainMultiply and CqlTypesTest/DateTime/DateTimeUncertain have it"},
    {"CqlIntervalOperatorsTest/Included In/DateTimeIncludedInNull", seconds},
    {"CqlIntervalOperatorsTest/Included In/DateTimeIncludedInPrecisionNull", seconds},
    {"CqlIntervalOperatorsTest/ProperContains/TimeProperContainsNull", seconds},
    {"CqlIntervalOperatorsTest/ProperContains/TimeProperContainsPrecisionNull", seconds},
    {"CqlIntervalOperatorsTest/ProperIn/TimeProperInNull", seconds},
    {"CqlListOperatorsTest/ProperIn/ProperInTimeNull", seconds},
    {"CqlIntervalOperatorsTest/ProperlyIncludedIn/IntegerIntervalProperlyIncludedInNullBoundaries",
     "Appendix B §Start: the limits of an interval of unknown type cannot be determined, as "
     "In/TestInNullBoundaries and Overlaps/TestOverlapsNull have it"},
    {"ValueLiteralsAndSelectors/Decimal/Decimal10Pow28ToZeroOneStepDecimalMaxValue",
     "Appendix B §Decimal: 28 digits, of which 8 follow the point"},
    {"ValueLiteralsAndSelectors/Decimal/DecimalPos10Pow28ToZeroOneStepDecimalMaxValue",
     "Appendix B §Decimal: 28 digits, of which 8 follow the point"},
});

/// Answers that are right but are written otherwise.
constexpr std::size_t differing_max = 14;

struct Case {
    std::string name;
    std::string expression;
    std::optional<std::string> expected;  ///< none: an error
};

struct Outcome {
    std::optional<Value> value;
    std::string error;
};

Outcome run(const std::string& expression) {
    const auto compiled = compile(expression, {});
    if (!compiled) {
        return {{}, compiled.error().to_text()};
    }
    const test::Record nobody({});
    const EvaluationContext context{*parse_instant("2019-06-01T10:11:12Z"), {}};
    auto value = evaluate(**compiled, nobody.source("2019-06-01"), context);
    return value ? Outcome{std::move(*value), {}} : Outcome{{}, value.error().to_text()};
}

bool is_left_out(const Case& test) {
    return std::ranges::find(left_out, std::string_view(test.name), &LeftOut::name) !=
           left_out.end();
}

// Empty where it passes, else what went wrong.
std::string judge(const Case& test, const Outcome& got) {
    if (!test.expected) {
        return got.value ? fmt::format("gives {} where an error is due", got.value->to_text()) : "";
    }
    if (!got.value) {
        return fmt::format("fails ({}), should give {}", got.error, *test.expected);
    }
    const Outcome wanted = run(*test.expected);
    if (!wanted.value) {
        return fmt::format("the expected {} cannot be read: {}", *test.expected, wanted.error);
    }
    const bool same = got.value->kind() == wanted.value->kind() &&
                      equivalent(*got.value, *wanted.value) &&
                      equal(*got.value, *wanted.value) != Truth(false);
    return same ? ""
                : fmt::format("gives {}, should give {}", got.value->to_text(), *test.expected);
}

std::vector<Case> cases() {
    std::ifstream file(PARCOURS_SOURCE_DIR "/../shared/conformance/cql.jsonl");
    std::vector<Case> out;
    JsonDocument document;
    for (std::string line; std::getline(file, line);) {
        const JsonView test = *document.parse(line);
        Case each{fmt::format("{}/{}", test["group"].text(), test["name"].text()),
                  std::string(test["expression"].text()),
                  {}};
        if (!test["invalid"].exists()) {
            each.expected = std::string(test["expected"].elements()[0].text());
        }
        out.push_back(std::move(each));
    }
    return out;
}

TEST(Conformance, PassesEveryCaseButTheNamed) {
    const auto all = cases();
    if (all.empty()) {
        GTEST_SKIP() << "no conformance cases beside the project";
    }
    std::size_t failed = 0;
    for (const Case& test : all) {
        const std::string wrong = judge(test, run(test.expression));
        failed += wrong.empty() ? 0 : 1;
        EXPECT_EQ(wrong.empty(), !is_left_out(test))
            << test.name << ": " << test.expression << "\n    "
            << (wrong.empty() ? "passes, though it is listed as left out" : wrong);
    }
    fmt::print("passed {} of {}\n", all.size() - failed, all.size());
}

// Without the blanks that stand outside of quotations.
std::string without_blanks(std::string_view text) {
    std::string out;
    char quotation = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quotation != 0 && c == '\\' && i + 1 < text.size()) {
            out += c;
            out += text[++i];
            continue;
        }
        if (c == '\'' || c == '"') {
            quotation = quotation == 0 ? c : quotation == c ? '\0' : quotation;
        }
        if (quotation != 0 || (c != ' ' && c != '\n' && c != '\t' && c != '\r')) {
            out += c;
        }
    }
    return out;
}

// An answer that is compared as text, but for blanks, should be written as the suite writes it.
TEST(Conformance, WritesAnswersAsTheSuiteDoes) {
    std::size_t count = 0;
    std::vector<std::string> differing;
    for (const Case& test : cases()) {
        const Outcome got = run(test.expression);
        if (!test.expected || !got.value || !judge(test, got).empty()) {
            continue;
        }
        ++count;
        const std::string text = got.value->to_text();
        if (without_blanks(text) != without_blanks(*test.expected)) {
            differing.push_back(
                fmt::format("{}: {} instead of {}", test.name, text, *test.expected));
        }
    }
    EXPECT_LE(differing.size(), differing_max) << fmt::format("{}", fmt::join(differing, "\n"));
    fmt::print("{} of {} answers differ in form\n", differing.size(), count);
}

}  // namespace
}  // namespace parcours::cql
