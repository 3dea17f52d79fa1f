#include "practice/yaml.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace parcours::practice {
namespace {

Node parse(std::string_view text) {
    auto node = parse_yaml(text, "f.yaml");
    EXPECT_TRUE(node.has_value()) << (node ? "" : node.error().to_text());
    return node ? *node : Node();
}

Error parse_error(std::string_view text) {
    const auto node = parse_yaml(text, "f.yaml");
    EXPECT_FALSE(node.has_value()) << text;
    return node ? Error{} : node.error();
}

std::string at(const Location& where) {
    return std::to_string(where.line) + ":" + std::to_string(where.column);
}

TEST(Yaml, KeepsOrderKindsAndPlaces) {
    const Node root = parse("b: 1\na:\n  - x\n  - {k: v}\n\"q r\": ~\n");
    ASSERT_TRUE(root.is_map());
    ASSERT_EQ(root.entries().size(), 3U);
    EXPECT_EQ(root.entries()[0].key, "b");
    EXPECT_EQ(root.entries()[1].key, "a");
    EXPECT_EQ(at(root.entries()[1].where), "2:1");
    const Node* list = root.find("a");
    ASSERT_NE(list, nullptr);
    ASSERT_EQ(list->items().size(), 2U);
    EXPECT_EQ(at(list->items()[0].where()), "3:5");
    EXPECT_EQ(at(list->items()[1].entries()[0].value.where()), "4:9");
    EXPECT_EQ(root.find("q r")->kind(), Node::Kind::Null);
    EXPECT_EQ(root.find("c"), nullptr);
    EXPECT_EQ(root.where().file, "f.yaml");
}

TEST(Yaml, TextsAreNeverTurnedIntoOtherTypes) {
    const Node root = parse("lang: no\ncode: 08\nwhen: 2019-01-01\nquoted: 'yes'\n");
    EXPECT_EQ(root.find("lang")->text(), "no");
    EXPECT_EQ(root.find("code")->text(), "08");
    EXPECT_EQ(root.find("when")->text(), "2019-01-01");
    EXPECT_FALSE(root.find("when")->quoted());
    EXPECT_TRUE(root.find("quoted")->quoted());
}

TEST(Yaml, SaysWhereTheTextItselfBegins) {
    const Node root =
        parse("a: plain\nb: 'single'\nc: \"double\"\nd: |\n\n    exists [X]\n    and y\n");
    EXPECT_EQ(at(root.find("a")->text_where()), "1:4");
    EXPECT_EQ(at(root.find("b")->where()), "2:4");
    EXPECT_EQ(at(root.find("b")->text_where()), "2:5");
    EXPECT_EQ(at(root.find("c")->text_where()), "3:5");
    EXPECT_EQ(at(root.find("d")->text_where()), "6:5");
    EXPECT_EQ(root.find("d")->text(), "\nexists [X]\nand y\n");
}

TEST(Yaml, ColumnsCountCharactersNotBytes) {
    const Node root = parse("t: { zh: 糖尿病, fr: été, en: x }\n");
    const Node* titles = root.find("t");
    ASSERT_NE(titles, nullptr);
    EXPECT_EQ(at(titles->entries()[1].where), "1:15");
    EXPECT_EQ(at(titles->entries()[2].value.where()), "1:28");
}

TEST(Yaml, EmptyDocumentIsNull) {
    EXPECT_TRUE(parse("").is_null());
    EXPECT_TRUE(parse("# only a comment\n").is_null());
}

TEST(Yaml, RefusesDuplicateKeysNamingBothPlaces) {
    const Error error = parse_error("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n");
    EXPECT_EQ(error.code, ErrorCode::InvalidInput);
    EXPECT_EQ(at(error.where), "5:3");
    EXPECT_NE(error.message.find("\"c\" stands twice: first at line 3, column 3"),
              std::string::npos)
        << error.message;
    EXPECT_TRUE(parse_yaml("a: {x: 1}\nb: {x: 1}\n", "f").has_value()) << "other maps may repeat";
}

TEST(Yaml, RefusesDuplicateKeysOfFlowMapsAndQuotedSpellings) {
    EXPECT_EQ(at(parse_error("{a: 1, 'a': 2}").where), "1:8");
}

using Mistake = std::tuple<std::string_view, std::string_view, std::string_view>;
class YamlMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(YamlMistake, IsNamedWithPlaceAndCure) {
    const auto& [text, place, words] = GetParam();
    const Error error = parse_error(text);
    EXPECT_EQ(at(error.where), place) << error.to_text();
    EXPECT_NE(error.message.find(words), std::string::npos) << error.message;
    EXPECT_EQ(error.where.file, "f.yaml");
}

INSTANTIATE_TEST_SUITE_P(
    Table, YamlMistake,
    ::testing::Values(Mistake{"a:\n\tb: 1\n", "2:1", "indent with spaces"},
                      Mistake{"a: 1\n  b: 2\n", "2:4", "quotes"},
                      Mistake{"a: [1, 2\nb: 3\n", "2:2", "not closed"},
                      Mistake{"a: {b: 1\n", "2:1", "not closed"},
                      Mistake{"a: \"open\nb: 1\n", "1:4", "never closed"},
                      Mistake{"a: 'it''s open\n", "1:4", "never closed"},
                      Mistake{"a: *nowhere\n", "1:4", "alias"},
                      Mistake{"a: 1\n---\nb: 2\n", "2:1", "second document"},
                      Mistake{"? [a]\n: 1\n", "1:3", "key must be a plain text"},
                      Mistake{"a: !!python/object x\n", "1:4", "tag"},
                      Mistake{"a: &x { b: *x }\n", "1:12", "refers to the value it stands in"},
                      Mistake{"a: &x {b: 1}\nc: { <<: *x }\n", "2:6", "merge keys"},
                      Mistake{"a: 1\nb: \xff\n", "2:0", "UTF-8"}));

TEST(Yaml, AliasesAreFollowed) {
    const Node root = parse("a: &x [1, 2]\nb: *x\n");
    EXPECT_EQ(root.find("b")->items().size(), 2U);
}

TEST(Yaml, AliasesCannotMultiply) {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j) {
            text += (j == 0 ? "" : ", ") + before;
        }
        text += "]\n";
    }
    EXPECT_EQ(parse_error(text).code, ErrorCode::Limit);
}

TEST(Yaml, AliasesCannotNestWithoutBound) {
    std::string text = "a0: &a0 [x]\n";
    for (int i = 1; i < 200; ++i) {
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" +
                std::to_string(i - 1) + "]\n";
    }
    EXPECT_EQ(parse_error(text).code, ErrorCode::Limit);
}

TEST(Yaml, DepthIsBounded) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_TRUE(parse_yaml(nested(yaml_depth_max), "f").has_value());
    const Error error = parse_error(nested(yaml_depth_max + 1));
    EXPECT_EQ(error.code, ErrorCode::Limit);
    EXPECT_EQ(parse_error(nested(100'000)).code, ErrorCode::Limit);
    EXPECT_EQ(parse_error(std::string(100'000, '{')).code, ErrorCode::Limit);
}

TEST(Yaml, SizeIsBounded) {
    EXPECT_EQ(parse_error(std::string(yaml_size_max + 1, ' ')).code, ErrorCode::Limit);
}

TEST(Yaml, NamesUnknownKeysWithTheNearest) {
    const Node root = parse("titel: x\npurpose: y\nzzzzzz: 1\n");
    const auto errors = unknown_keys(root, {"title", "purpose"}, "a campaign");
    ASSERT_EQ(errors.size(), 2U);
    EXPECT_EQ(errors[0].to_text(),
              "f.yaml:1:1: a campaign has no key \"titel\"; did you mean \"title\"?");
    EXPECT_EQ(errors[1].to_text(),
              "f.yaml:3:1: a campaign has no key \"zzzzzz\"; known: title, purpose");
}

TEST(Yaml, TypedReadingsSayWhatWouldBeRight) {
    const Node root = parse("n: 12\nbad: twelve\nlist: [a, b]\none: a\ntruth: yes\nreal: 0.5\n");
    EXPECT_EQ(*read_integer(*root.find("n"), "n", 0, 20), 12);
    EXPECT_EQ(read_integer(*root.find("n"), "n", 0, 10).error().message,
              "n must be a whole number from 0 to 10, not \"12\"");
    EXPECT_FALSE(read_integer(*root.find("bad"), "bad", 0, 10));
    EXPECT_FALSE(read_integer(*root.find("list"), "list", 0, 10));
    EXPECT_EQ(read_texts(*root.find("list"), "list")->size(), 2U);
    EXPECT_EQ(read_texts(*root.find("one"), "one")->size(), 1U);
    EXPECT_TRUE(*read_bool(*root.find("truth"), "truth"));
    EXPECT_EQ(read_bool(*root.find("n"), "n").error().message, "n must be yes or no, not \"12\"");
    EXPECT_EQ(*read_number(*root.find("real"), "real"), 0.5);
    EXPECT_EQ(read_text(*root.find("list"), "title").error().message,
              "title must be a text, not a list");
}

TEST(Yaml, CanonicalTextIgnoresWriting) {
    const Node one = parse("# note\na: 'x'\nb: [1, {c: ~}]\n");
    const Node two = parse("a: x\nb:\n  - \"1\"\n  - c:\n");
    EXPECT_EQ(canonical_text(one), R"({"a":"x","b":["1",{"c":null}]})");
    EXPECT_EQ(canonical_text(one), canonical_text(two));
    EXPECT_NE(canonical_text(one), canonical_text(parse("b: [1, {c: ~}]\na: x\n")));
}

TEST(Yaml, LongLinesStayCheap) {
    std::string text = "a: [";
    for (int i = 0; i < 200'000; ++i) {
        text += "é, ";
    }
    text += "x]\n";
    const Node root = parse(text);
    EXPECT_EQ(root.find("a")->items().size(), 200'001U);
    EXPECT_EQ(at(root.find("a")->items()[3].where()), "1:14");
}

}  // namespace
}  // namespace parcours::practice
