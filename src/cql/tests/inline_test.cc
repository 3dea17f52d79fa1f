#include "cql/inline.h"

#include <gtest/gtest.h>
#include <string>

#include "cql/cql.h"
#include "cql/tests/fixture.h"
#include "cql/tree.h"

namespace parcours::cql {
namespace {

const test::Record& record() {
    static const test::Record all({
        R"({"resourceType":"Patient","id":"p","gender":"female","birthDate":"1953-06-01"})",
        R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p"},"onsetDateTime":"2010-03-04",
            "code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}]}})",
    });
    return all;
}

std::shared_ptr<const Expression> compiled(const std::string& text) {
    const auto done = compile(text, test::compile_context());
    EXPECT_TRUE(done) << text << ": " << done.error().to_text();
    return done ? *done : nullptr;
}

std::string tree(const std::string& text) {
    return to_text(compiled(text)->root());
}

TEST(Inline, ABodyStandsInPlaceOfItsCall) {
    EXPECT_EQ(tree("define function Twice(x Integer): x * 2\ndefine A: Twice(Twice(3))"),
              "Multiply(Multiply(3, 2), 2)");
    EXPECT_EQ(tree("define fluent function recent(C Condition): C.onset after @2010-01-01\n"
                   "define A: exists ([Condition] X where X.recent())"),
              "Exists(Query([0], where After(.onset(X), @2010-01-01)))");
    EXPECT_TRUE(compiled("define function F(x Integer): x\ndefine A: F(1)")->functions.empty());
}

TEST(Inline, WhatIsCostlyAndReadOftenGetsANameAndIsAskedOnce) {
    const auto expression = compiled(
        "define function Some(found List<Condition>): exists found and Count(found) < 9\n"
        "define A: Some([Condition] C where C.onset after @2010-01-01)");
    EXPECT_EQ(to_text(expression->root()), "And(Exists(Some #1), Less(Count(Some #1), 9))");
    EXPECT_EQ(
        test::answer("define function Some(found List<Condition>): exists found and Count(found) "
                     "< 9\ndefine A: Some([Condition] C where C.onset after @2010-01-01)",
                     record()),
        "true");
}

TEST(Inline, ACallStaysWhereItsOperandIsCostlyAndReadsAnAlias) {
    const std::string text =
        "define function Far(found List<Condition>): exists found and Count(found) < 9\n"
        "define A: exists ([Condition] D where Far([Condition] C where C.onset same day as "
        "D.onset))";
    EXPECT_EQ(compiled(text)->functions.size(), 1U);
    EXPECT_EQ(test::answer(text, record()), "true");
}

TEST(Inline, QueriesOfACopyHaveSlotsOfTheirOwn) {
    // Were they shared, the inner copy would overwrite what the outer one goes through.
    EXPECT_EQ(test::answer("define function Up(n List<Integer>): n X return all X + 1\n"
                           "define A: Up(Up({1, 2}))"),
              "{3, 4}");
    EXPECT_EQ(test::answer("define function Pairs(n Integer): ({1, 2}) X return all X * n\n"
                           "define A: ({10, 20}) Y return all Sum(Pairs(Y))"),
              "{30, 60}");
    EXPECT_EQ(test::answer("define function Add(n Integer): ({1, 2}) X aggregate T starting 0: T + "
                           "X * n\ndefine A: Add(Add(1))"),
              "9");
}

TEST(Inline, AnOperandOfAnyTypeStaysWhatItIs) {
    EXPECT_EQ(test::answer("define function Each(x Any): x X return all X\ndefine A: Each({1, 2})"),
              "{1, 2}");
}

TEST(Inline, GrowthHasALimit) {
    std::string text = "define function F0(x Integer): x + x\n";
    for (int i = 1; i <= 40; ++i) {
        const std::string inner = "F" + std::to_string(i - 1);
        text += "define function F" + std::to_string(i) + "(x Integer): " + inner + "(x) + " +
                inner + "(x)\n";
    }
    const auto expression = compiled(text + "define A: F40(1) > 0 and false");
    EXPECT_FALSE(expression->functions.empty());
    EXPECT_EQ(test::answer("define function F(x Integer): x + x\ndefine A: F(F(F(1)))"), "8");
}

TEST(Inline, AMessageIsToldOnce) {
    const auto expression = compiled(
        "define function Both(x Integer): x + x\n"
        "define A: Both(Message(1, true, 'c', 'Message', 'hello'))");
    std::vector<std::string> messages;
    EvaluationContext context;
    context.now = *parse_instant("2019-06-01");
    context.messages = &messages;
    EXPECT_EQ(evaluate(*expression, record().source("2019-06-01"), context)->to_text(), "2");
    EXPECT_EQ(messages.size(), 1U);
}

}  // namespace
}  // namespace parcours::cql
