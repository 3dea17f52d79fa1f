#include "fhirpath/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "base/error.h"
#include "fhirpath/fhirpath.h"
#include "fhirpath/function.h"
#include "fhirpath/tests/evaluated.h"

namespace parcours::fhirpath {
namespace {

using test::evaluated;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Parser, MistakesNameTheirPlaceAndWhatWouldBeRight) {
    EXPECT_EQ(evaluated("2 + "), "syntax 1:5: found the end, expected an expression");
    EXPECT_EQ(evaluated("name.\n  (1)"), "syntax 2:3: found '(', expected a name after the '.'");
    EXPECT_EQ(evaluated("(1 | 2"), "syntax 1:7: found the end, expected ')'");
    EXPECT_EQ(evaluated("1 2"), "syntax 1:3: found '2', expected an operator or the end");
    EXPECT_THAT(evaluated("'abc"), StartsWith("syntax 1:1: the text that begins here"));
    EXPECT_THAT(evaluated("1 /* x"), StartsWith("syntax 1:3: the comment does not end"));
    EXPECT_THAT(evaluated("1 # 2"), StartsWith("syntax 1:3: no expression has the character '#'"));
    EXPECT_THAT(evaluated("@2024-02-30"), HasSubstr("no date or time that exists"));
    EXPECT_THAT(evaluated("$that"), HasSubstr("there are $this, $index and $total"));
    EXPECT_THAT(evaluated("99999999999"), HasSubstr("write 99999999999L"));
    EXPECT_EQ(evaluated("(1 | 2).select(3.$this)"), "[1,2]") << "the grammar has it";
}

TEST(Parser, NamesThatThereAreNotAreMistakesOfType) {
    EXPECT_EQ(evaluated("name.firstt()"),
              "type 1:6: there is no function 'firstt'; did you mean 'first'?");
    EXPECT_EQ(evaluated("x is Patiant"),
              "type 1:6: there is no type 'Patiant'; did you mean 'Patient'?");
    EXPECT_EQ(evaluated("x.ofType(System.Strin)"),
              "type 1:10: there is no type 'Strin'; did you mean 'String'?");
    EXPECT_EQ(evaluated("x.take()"), "type 1:3: take takes 1 argument, not 0");
    EXPECT_EQ(evaluated("x.substring(1, 2, 3)"),
              "type 1:3: substring takes 1 to 2 arguments, not 3");
}

TEST(Parser, TighterOperatorsComeFirst) {
    EXPECT_EQ(evaluated("1 + 2 * 3 - 4 / 2"), "[5]");
    EXPECT_EQ(evaluated("-2.abs()"), "[-2]") << "a sign stands before the whole path";
    EXPECT_EQ(evaluated("1 | 2 = 1 | 2"), "[true]");
    EXPECT_EQ(evaluated("false and false or true"), "[true]");
    EXPECT_EQ(evaluated("false implies false and false"), "[true]");
    EXPECT_EQ(evaluated("(1 | 1 is Integer).count()"), "[2]");
}

TEST(Parser, KeywordsMayBeNames) {
    EXPECT_EQ(evaluated("contains.in.as.is", R"({"contains":{"in":{"as":{"is":7}}}})"), "[7]");
    EXPECT_EQ(evaluated("`div`.`a b`", R"({"div":{"a b":1}})"), "[1]");
    EXPECT_THAT(evaluated("x.div"), StartsWith("syntax 1:3"));
}

TEST(Parser, DepthAndLengthHaveBounds) {
    const auto refused = [](const std::string& text) {
        const auto compiled = compile(text);
        return !compiled && compiled.error().error.code == ErrorCode::Limit;
    };
    EXPECT_TRUE(refused(std::string(10'000, '(')));
    EXPECT_TRUE(refused(std::string(10'000, '-') + "1"));
    std::string chain = "a";
    std::string sum = "1";
    for (int i = 0; i < 5'000; ++i) {
        chain += ".a";
        sum += "+1";
    }
    EXPECT_TRUE(refused(chain));
    EXPECT_TRUE(refused(sum));
    EXPECT_TRUE(refused(std::string(text_length_max + 1, ' ')));
    EXPECT_FALSE(refused("a.a.a.a + 1 + 1 + 1"));
}

TEST(Parser, TextThatIsNoTextIsRefused) {
    EXPECT_THAT(evaluated("'\xff'"), HasSubstr("byte 2 is not UTF-8"));
}

TEST(Functions, EveryOneSaysWhatItDoes) {
    EXPECT_GT(functions().size(), 100U);
    for (const Function* function : functions()) {
        EXPECT_FALSE(function->description.empty()) << function->name;
        EXPECT_EQ(find_function(function->name), function) << "two of one name";
        EXPECT_LE(function->arguments_min, function->arguments_max) << function->name;
    }
    EXPECT_EQ(find_function("nosuch"), nullptr);
}

}  // namespace
}  // namespace parcours::fhirpath
