#include "practice/scalar.h"

#include <array>
#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "practice/nearest.h"
#include "practice/utf8.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

Node value(std::string_view text) {
    const auto node = parse_yaml("v: " + std::string(text) + "\n", "f");
    EXPECT_TRUE(node.has_value()) << text;
    return *node->find("v");
}

TEST(Scalar, Durations) {
    EXPECT_EQ(*read_duration(value("90 minutes"), "x"), std::chrono::minutes{90});
    EXPECT_EQ(*read_duration(value("1 hour"), "x"), std::chrono::hours{1});
    EXPECT_EQ(*read_duration(value("2 days"), "x"), std::chrono::hours{48});
    EXPECT_EQ(*read_duration(value("1 week"), "x"), std::chrono::hours{168});
    for (const std::string_view bad :
         {"2", "days", "-1 days", "2days", "2  days", "2 months", "1.5 hours", "2 days!",
          "99999999999 days", "[2 days]", "~"}) {
        EXPECT_FALSE(read_duration(value(bad), "x")) << bad;
    }
}

TEST(Scalar, TimesOfDay) {
    EXPECT_EQ(*read_time_of_day(value("\"08:05\""), "x"), std::chrono::minutes{485});
    EXPECT_EQ(*read_time_of_day(value("00:00"), "x"), std::chrono::minutes{0});
    EXPECT_EQ(*read_time_of_day(value("24:00"), "x"), std::chrono::hours{24});
    for (const std::string_view bad :
         {"8:00", "24:01", "12:60", "-1:00", "1200", "12:00:00", "ab:cd"}) {
        EXPECT_FALSE(read_time_of_day(value(bad), "x")) << bad;
    }
}

TEST(Scalar, Titles) {
    const auto titles = read_titles(value("{ en: A, zh: 糖 }"), "title");
    ASSERT_TRUE(titles.has_value());
    EXPECT_EQ(title_in(*titles, "zh"), "糖");
    EXPECT_EQ(title_in(*titles, "fr"), "A") << "English where the language is missing";
    EXPECT_EQ(title_in({{"fr", "B"}}, "zh"), "B");
    EXPECT_EQ(title_in({}, "zh"), "");
    EXPECT_EQ(read_titles(value("plain"), "title")->at("en"), "plain");
    EXPECT_FALSE(read_titles(value("[a]"), "title"));
    EXPECT_FALSE(read_titles(value("{ english: A }"), "title"));
    EXPECT_FALSE(read_titles(value("{ en: [A] }"), "title"));
}

TEST(Scalar, Names) {
    for (const std::string_view name : {"a", "hba1c", "type-2-diabetes", "0"}) {
        EXPECT_TRUE(is_name(name)) << name;
    }
    for (const std::string_view name : {"", "-a", "a-", "a--b", "A", "a_b", "a b", "é"}) {
        EXPECT_FALSE(is_name(name)) << name;
    }
    EXPECT_TRUE(is_name(std::string(64, 'a')));
    EXPECT_FALSE(is_name(std::string(65, 'a')));
}

TEST(Scalar, LanguageTags) {
    for (const std::string_view tag : {"en", "fr-CA", "zh-Hant", "zh-Hant-TW", "yue"}) {
        EXPECT_TRUE(is_language_tag(tag)) << tag;
    }
    for (const std::string_view tag :
         {"", "e", "english", "EN", "en-", "en--US", "en_US", "en-x"}) {
        EXPECT_FALSE(is_language_tag(tag)) << tag;
    }
}

TEST(Nearest, CountsInsertedDroppedChangedAndSwappedLetters) {
    const std::vector<std::string> names = {"diabetes", "hypertension", "asthma"};
    for (const std::string_view slip :
         {"diabetis", "diabets", "diabettes", "idabetes", "dyabetis"}) {
        EXPECT_EQ(nearest_name(slip, names), "diabetes") << slip;
    }
    EXPECT_EQ(nearest_name("asmtha", names), "asthma");
    EXPECT_EQ(nearest_name("cancer", names), std::nullopt);
    EXPECT_EQ(nearest_name("", names), std::nullopt);
    EXPECT_EQ(nearest_name(std::string(5000, 'a'), names), std::nullopt);
}

TEST(Nearest, SuggestsOrLists) {
    const std::vector<std::string> names = {"one", "two"};
    EXPECT_EQ(suggest("twu", names), "; did you mean \"two\"?");
    EXPECT_EQ(suggest("zzzzzz", names), "; known: one, two");
    EXPECT_EQ(suggest("x", std::vector<std::string>{}), "; none is defined");
    const std::vector<std::string> many(20, "abcdef");
    EXPECT_TRUE(suggest("zzzzzz", many).ends_with(", …"));
}

TEST(Utf8, AcceptsWhatRfc3629Allows) {
    for (const std::string_view text :
         {"", "plain", "é", "糖尿病", "😀", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"}) {
        EXPECT_EQ(find_invalid_utf8(text), std::nullopt) << text;
    }
}

TEST(Utf8, FindsTheFirstBadByte) {
    const std::array<std::string, 9> bad = {"\x80",              // a lone continuation
                                            "\xC0\x80",          // too long a form
                                            "\xC3",              // cut off
                                            "\xE0\x80\x80",      // too long a form
                                            "\xED\xA0\x80",      // a surrogate
                                            "\xF0\x80\x80\x80",  // too long a form
                                            "\xF4\x90\x80\x80",  // beyond U+10FFFF
                                            "\xF8\x88\x80\x80",  // no such lead
                                            "\xE7\xB3z"};        // cut off by a letter
    for (const std::string& text : bad) {
        EXPECT_EQ(find_invalid_utf8("é" + text), 2U);
    }
}

}  // namespace
}  // namespace parcours::practice
