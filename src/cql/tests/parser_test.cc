#include "cql/parser.h"

#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "cql/cql.h"

namespace parcours::cql {
namespace {

std::string error_of(std::string_view text) {
    const auto parsed = parse(text);
    return parsed ? "no error: " + print(*parsed) : parsed.error().to_text();
}

TEST(Parser, SaysWhatWasFoundAndWhatWasExpected) {
    EXPECT_EQ(error_of("exists [Condition"),
              "1:18: found the end of the text where ']' at the end of the retrieve was expected");
    EXPECT_EQ(error_of("exists [Condition: code in\n  \"diabetes\""),
              "2:13: found the end of the text where ']' at the end of the retrieve was expected");
    EXPECT_EQ(error_of("1 +"), "1:4: found the end of the text where an expression was expected");
    EXPECT_EQ(error_of("(1 + 2"),
              "1:7: found the end of the text where ')' to close the parenthesis was expected");
    EXPECT_EQ(
        error_of("if true then 1"),
        "1:15: found the end of the text where 'else' and another value after 'then' was expected");
    EXPECT_EQ(error_of("'abc"), "1:1: a quotation begins here and never ends; close it with '");
    EXPECT_EQ(error_of("1 # 2"),
              "1:3: the character '#' means nothing here; text stands between ' and '");
    EXPECT_EQ(error_of("/* x"), "1:1: a comment begins here and never ends; close it with */");
    EXPECT_EQ(error_of("[Encounter] E with [Condition] C E.x"),
              "1:34: found 'E' where 'such that' was expected");
    EXPECT_EQ(error_of(""), "1:1: found the end of the text where an expression was expected");
    EXPECT_EQ(error_of("1 2"),
              "1:3: found the number 2 where an operator or the end of the text was expected");
}

TEST(Parser, CountsCharactersNotBytes) {
    EXPECT_EQ(error_of("'é结' #"),
              "1:6: the character '#' means nothing here; text stands between ' and '");
    EXPECT_NE(error_of("'\xff'").find("not UTF-8"), std::string::npos);
}

TEST(Parser, BindsOperatorsAsTheGrammarSays) {
    const auto shown = [](std::string_view text) { return print(*parse(text)); };
    EXPECT_EQ(shown("({1}) \"$this\" where \"$this\" > 0"), "({1}) \"$this\" where \"$this\" > 0");
    EXPECT_EQ(shown("({1}) X return $this"), "({1}) X return $this");
    EXPECT_EQ(shown("1 + 2 * 3"), "1 + (2 * 3)");
    EXPECT_EQ(shown("a and b or c and d"), "(a and b) or (c and d)");
    EXPECT_EQ(shown("not a = b"), "(not a) = b");
    EXPECT_EQ(shown("not a is null"), "not (a is null)");
    EXPECT_EQ(shown("exists [Condition] and x"), "(exists [Condition]) and x");
    EXPECT_EQ(shown("-2 ^ 2"), "(-2) ^ 2");
    EXPECT_EQ(shown("a < b = c"), "(a < b) = c");
    EXPECT_EQ(shown("x between 1 and 2 and y"), "(x between 1 and 2) and y");
    EXPECT_EQ(shown("start of E.period + 1 day"), "(start of E.period) + 1 day");
    EXPECT_EQ(shown("[Observation] R where R.a and R.b sort by x desc, y"),
              "[Observation] R where R.a and R.b sort by x desc, y asc");
}

// What practices write; each must read back as itself.
const std::vector<std::string> samples = {
    "exists [Observation: \"FIT result\"] R where R.effective after enrolled",
    "[Condition: code in \"diabetes\"] C where C.clinicalStatus ~ 'active'",
    "E.period starts 3 days or less before day of start X.period",
    "E.period ends less than 2 weeks after start of X",
    "A on or before B",
    "A same day or after B",
    "A same month as B",
    "A properly during B",
    "A within 3 'd' of start B",
    "A included in day of B",
    "A overlaps before B",
    "A meets after day of B",
    "A starts B",
    "A ends month of B",
    "A occurs more than 3 years before B",
    "A 30 days or more on or after B",
    "from [Encounter] E, [Condition] C let x: E.id with [Procedure] P such that P.a = x without "
    "[Observation] O such that true where 1 = 1 return distinct Tuple { a: E, b: C } sort by a "
    "asc, b desc",
    "({1, 2}) X aggregate distinct R starting 0: R + X",
    "case when a then 1 when b then 2 else 3 end",
    "case x when 1 then 'a' else 'b' end",
    "if a then [Condition] C where C.x else null",
    "cast x as Quantity",
    "(O.value as Quantity) > 8 '%'",
    "x is not null",
    "x is List<Interval<DateTime>>",
    "convert x to 'mg'",
    "convert 5 to String",
    "days between a and b",
    "difference in months between a and b",
    "duration in days of E.period",
    "Interval[@2019-01-01, @2019-12-31T)",
    "{1, {2}, 'x', null, true, 1.5, 5L, 3 days, 1 'mg' : 2 'mL'}",
    "Tuple { name: 'x', \"odd name\": 1 }",
    "Code '44054006' from \"SNOMED\" display 'Diabetes'",
    "singleton from ([Patient])",
    "distinct {1, 1}",
    "collapse X per day",
    "maximum Integer",
    "'it\\'s \\\\ \\n'",
    "$this.x",
    "a union b except c intersect d",
    "X[0].y.z(1, 2)",
    "year from Today()",
    "-x + +y",
    "a & b",
    "List<Integer>{}",
    "Tuple { : }",
    "[Observation: category in (\"a\" union \"b\")]",
    "@T08:30 = x",
    "collapse X per 2 days",
    "expand X per 0.1",
    "timezoneoffset from x",
    "Quantity { value: 5, unit: 'mg' }",
    "FHIR.Period { start: @2019-01-01T, end: null }",
    "Concept { codes: { x } }",
    "Concept { Code '1' from Common.\"LOINC\", Code '2' from \"urn:x\" }",
    "Common.\"In Demographic\" and Common.IsAdult(x)",
    "X.where($this > 1).first()",
    "A ends 3 days or less before start B",
    "A starts within 3 days of end B",
    "A properly within 3 days of start B",
    "A before or on day of B",
    "A starts same day as end B",
    "A occurs during B",
    "A includes day of start B",
    "A properly included in B",
    "case when x then 1 else null end",
    "maximum Quantity",
    "minimum DateTime",
    "from ({1}) A, ({2}) B where A < B return all A + B",
    "library Common.\"My Cohorts\" version '2'\ninclude Base version '1.0' called B\ninclude "
    "X.Y\nprivate codesystem \"S\": 'urn:s' version '3'\nvalueset \"v\": 'urn:v' codesystems { "
    "\"S\", B.\"T\" }\ncode \"c\": '1' from B.\"T\"\nconcept \"k\": { \"c\", B.\"d\" }\n"
    "context Unfiltered\ndefine private D: 1\ncontext Patient\ndefine fluent function "
    "older(p Integer, q List<Interval<DateTime>>) returns Boolean: p > 1\ndefine function f(): "
    "external\ndefine private function \"g h\"(t Tuple { a Integer, b String }): t.a",
    "library \"x\" version '1'\nusing FHIR version '4.0.1'\ncodesystem \"S\": 'urn:s'\nvalueset "
    "\"v\": 'urn:v' version '2'\n"
    "code \"c\": '1' from \"S\" display 'C'\nconcept \"k\": { \"c\" } display 'K'\nparameter P "
    "Integer default 5\n"
    "context Patient\ndefine \"a b\": P + 1\ndefine D: \"a b\" > 2",
};

// Everything of a declaration but its expression.
std::string all_texts(const Declaration& line) {
    std::string out = std::to_string(static_cast<int>(line.kind)) + "|" + line.name + "|" +
                      line.id + "|" + line.version + "|" + line.display + "|" +
                      line.system.library + "." + line.system.name;
    for (const QualifiedName& code : line.codes) {
        out += "|" + code.library + "." + code.name;
    }
    for (const Declaration::Operand& operand : line.operands) {
        out += "|" + operand.name + " " + print(*operand.type);
    }
    return out + (line.type ? "|" + print(*line.type) : "") + (line.is_private ? "|private" : "") +
           (line.fluent ? "|fluent" : "") + (line.external ? "|external" : "");
}

void expect_round_trip(const std::string& text) {
    const auto first = parse(text);
    ASSERT_TRUE(first) << text << "\n" << first.error().to_text();
    const std::string shown = print(*first);
    const auto second = parse(shown);
    ASSERT_TRUE(second) << text << "\n" << shown << "\n" << second.error().to_text();
    EXPECT_EQ(print(*second), shown) << text;
    if (first->expression) {
        EXPECT_TRUE(same(*first->expression, *second->expression)) << text << "\n" << shown;
        return;
    }
    ASSERT_EQ(first->declarations.size(), second->declarations.size());
    for (std::size_t i = 0; i < first->declarations.size(); ++i) {
        const Declaration& left = first->declarations[i];
        const Declaration& right = second->declarations[i];
        EXPECT_EQ(all_texts(left), all_texts(right));
        EXPECT_EQ(left.expression != nullptr, right.expression != nullptr);
        EXPECT_TRUE(!left.expression || same(*left.expression, *right.expression));
    }
}

TEST(Parser, PrintsWhatReadsBackAsItself) {
    for (const std::string& text : samples) {
        expect_round_trip(text);
    }
}

TEST(Parser, PrintsTheConformanceCasesWithoutChange) {
    std::ifstream file(PARCOURS_SOURCE_DIR "/../shared/conformance/cql.jsonl");
    if (!file) {
        GTEST_SKIP() << "no conformance cases beside the project";
    }
    JsonDocument document;
    int count = 0;
    for (std::string line; std::getline(file, line);) {
        const std::string text((*document.parse(line))["expression"].text());
        if (parse(text)) {
            expect_round_trip(text);
            ++count;
        }
    }
    EXPECT_GT(count, 1300);
}

// Random trees of the operators that are easiest to print wrongly.
std::string random_expression(SeededRandom& random, int depth) {
    static const std::vector<std::string> leaves = {"a",           "1",    "2.5",    "'s'",
                                                    "[Condition]", "null", "3 days", "@2019-01",
                                                    "\"q n\"",     "f(x)", "x.y"};
    static const std::vector<std::string> infixes = {"and",
                                                     "or",
                                                     "=",
                                                     "<",
                                                     "+",
                                                     "*",
                                                     "in",
                                                     "union",
                                                     "before",
                                                     "during",
                                                     "implies",
                                                     "^",
                                                     "3 days or less after",
                                                     "same day as",
                                                     "-",
                                                     "starts before end",
                                                     "overlaps"};
    static const std::vector<std::string> prefixes = {
        "not ", "exists ", "-", "start of ", "distinct ", "days between 1 and "};
    if (depth == 0) {
        return leaves[random.below(leaves.size())];
    }
    const std::string left = random_expression(random, depth - 1);
    const std::string right = random_expression(random, depth - 1);
    switch (random.below(7)) {
        case 0:
            return "(" + prefixes[random.below(prefixes.size())] + "(" + left + "))";
        case 1:
            return "(if " + left + " then " + right + " else " + left + ")";
        case 2:
            return "{" + left + ", " + right + "}";
        case 3:
            return "((" + left + ") X where " + right + " return " + left + ")";
        case 4:
            return "(" + left + " is null)";
        default:
            return "(" + left + " " + infixes[random.below(infixes.size())] + " " + right + ")";
    }
}

TEST(Parser, PrintsRandomTreesWithoutChange) {
    SeededRandom random(20190601);
    for (int i = 0; i < 2000; ++i) {
        expect_round_trip(random_expression(random, 1 + static_cast<int>(random.below(4))));
    }
}

TEST(Parser, TellsDifferentTreesApart) {
    EXPECT_FALSE(same(*parse("1 + 2")->expression, *parse("1 - 2")->expression));
    EXPECT_FALSE(
        same(*parse("a before day of b")->expression, *parse("a before month of b")->expression));
    EXPECT_FALSE(same(*parse("[A] X where a")->expression, *parse("[A] X where b")->expression));
    EXPECT_FALSE(same(*parse("Interval[1, 2)")->expression, *parse("Interval[1, 2]")->expression));
}

TEST(Parser, RefusesWhatIsTooBigWithoutFalling) {
    const auto code = [](const std::string& text) {
        const auto parsed = parse(text);
        return parsed ? ErrorCode::Internal : parsed.error().code;
    };
    EXPECT_EQ(code(std::string(100'000, '(')), ErrorCode::Limit);
    EXPECT_EQ(code(std::string(100'000, '{')), ErrorCode::Limit);
    EXPECT_EQ(code(std::string(100'000, '-') + "1"), ErrorCode::Limit);
    EXPECT_EQ(code(std::string(300'000, ' ') + "1"), ErrorCode::Limit);
    std::string chain = "1";
    std::string negations;
    std::string types = "x as ";
    for (int i = 0; i < 5000; ++i) {
        chain += "+1";
        negations += "not ";
        types += "List<";
    }
    EXPECT_EQ(code(chain), ErrorCode::Limit);
    EXPECT_EQ(code(negations + "true"), ErrorCode::Limit);
    EXPECT_EQ(code(types), ErrorCode::Limit);
}

TEST(Parser, ReadsRandomBytesWithoutFalling) {
    static constexpr std::string_view pieces[] = {
        "[",     "]",   "(",     ")",      "{",      "}",      "where",  "and",     "exists",
        "\"x\"", "'y'", "@2019", "1",      "starts", "before", "3 days", "or less", "of",
        "start", ",",   ":",     "define", "not",    ".",      "X"};
    SeededRandom random(7);
    for (int i = 0; i < 5000; ++i) {
        std::string text;
        for (std::uint64_t n = random.below(25); n > 0; --n) {
            text += std::string(pieces[random.below(std::size(pieces))]) + " ";
        }
        const auto parsed = parse(text);
        if (parsed) {
            expect_round_trip(text);
        } else {
            EXPECT_GT(parsed.error().where.line, 0U) << text;
        }
    }
}

}  // namespace
}  // namespace parcours::cql
