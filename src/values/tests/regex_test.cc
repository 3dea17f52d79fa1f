#include "values/regex.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace parcours::values {
namespace {

Regex regex(std::string_view pattern, std::string_view flags = {}) {
    return *Regex::compile(pattern, flags);
}

std::string replaced(std::string_view pattern, std::string_view text, std::string_view with) {
    const auto out = regex(pattern).replace(text, with);
    return out ? *out : "error: " + out.error().message;
}

TEST(Regex, MatchesTheWholeOrAPart) {
    EXPECT_TRUE(regex("a+").matches("aaa"));
    EXPECT_FALSE(regex("a+").matches("aab"));
    EXPECT_TRUE(regex("a+").is_in("xaab"));
    EXPECT_TRUE(regex("a.b").matches("a\nb"));
    EXPECT_TRUE(regex("^.$").matches("ü"));
    EXPECT_FALSE(regex("a").is_in("A"));
    EXPECT_TRUE(regex("a", "i").is_in("A"));
    EXPECT_TRUE(regex("^b$", "m").is_in("a\nb"));
    EXPECT_FALSE(regex("^b$").is_in("a\nb"));
}

TEST(Regex, ReplacesWithGroups) {
    EXPECT_EQ(replaced("(\\w+) (\\w+)", "Ada Test", "$2, $1"), "Test, Ada");
    EXPECT_EQ(replaced("(?<month>\\d+)/(?<day>\\d+)", "11/30", "${day}-${month}"), "30-11");
    EXPECT_EQ(replaced("\\s", "a b c", "\\$"), "a$b$c");
    EXPECT_EQ(replaced("\\d", "a1", "$"), "a$");
    EXPECT_EQ(replaced("x*", "ab", "-"), "-a-b-");
    EXPECT_EQ(replaced("(b)?", "a", "[$1]"), "[]a[]");
    EXPECT_EQ(replaced("é", "né", "e"), "ne");
    EXPECT_EQ(replaced("a", "a", "$1"),
              "error: the substitution names group $1, but the pattern has 0 group(s)");
    EXPECT_TRUE(replaced("a", "a", "${no}").starts_with("error: the substitution names a group"));
    EXPECT_EQ(replaced("[(?<]", "(", "x"), "x");
}

TEST(Regex, SplitsBetweenMatches) {
    const std::vector<std::string> words{"a", "b", "", "c"};
    EXPECT_EQ(regex(",").split("a,b,,c"), words);
    EXPECT_EQ(regex(",").split("abc"), std::vector<std::string>{"abc"});
    EXPECT_EQ(regex("").split("aé"), (std::vector<std::string>{"a", "é"}));
    EXPECT_EQ(regex(",").split(""), std::vector<std::string>{""});
}

TEST(Regex, RefusesWhatWouldNotBeLinear) {
    for (const char* pattern : {"(", "a(?=b)", "(?<!a)b", "(a)\\1", "[z-a]"}) {
        const auto compiled = Regex::compile(pattern);
        ASSERT_FALSE(compiled) << pattern;
        EXPECT_EQ(compiled.error().code, ErrorCode::InvalidInput);
        EXPECT_NE(compiled.error().message.find("cannot be read"), std::string::npos);
    }
    EXPECT_FALSE(Regex::compile("a", "x"));
    EXPECT_EQ(Regex::compile(std::string(5000, 'a')).error().code, ErrorCode::Limit);
}

// Backtracking would take 2^40 steps here.
TEST(Regex, IsLinearForHostilePatterns) {
    EXPECT_FALSE(regex("(a*)*b").is_in(std::string(100'000, 'a')));
    EXPECT_EQ(regex("a").replace(std::string(100'000, 'a'), std::string(1000, 'b')).error().code,
              ErrorCode::Limit);
}

TEST(Regex, RemembersPatterns) {
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 20; ++i) {
            const std::string text = "a" + std::to_string(i);
            EXPECT_TRUE(Regex::find(text)->matches(text));
        }
    }
    EXPECT_FALSE(Regex::find("a")->matches("A"));
    EXPECT_TRUE(Regex::find("a", "i")->matches("A"));
}

}  // namespace
}  // namespace parcours::values
