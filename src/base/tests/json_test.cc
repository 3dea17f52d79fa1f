#include "base/json.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json_file.h"
#include "base/json_writer.h"

namespace parcours {
namespace {

TEST(JsonDocument, GivesMembersAndNothingForWhatIsMissing) {
    JsonDocument document;
    const auto root =
        document.parse(R"({"a":{"b":[1,"two",true,null,-2.5]},"n":18446744073709551615})");
    ASSERT_TRUE(root);
    const auto list = (*root)["a"]["b"].elements();
    ASSERT_EQ(list.size(), 5U);
    EXPECT_EQ(list[0].integer(), 1);
    EXPECT_EQ(list[1].text(), "two");
    EXPECT_EQ(list[2].boolean(), true);
    EXPECT_TRUE(list[3].is_null());
    EXPECT_DOUBLE_EQ(list[4].number().value(), -2.5);
    EXPECT_EQ((*root)["n"].natural(), std::numeric_limits<std::uint64_t>::max());
    EXPECT_FALSE((*root)["x"]["y"]);
    EXPECT_EQ((*root)["x"].text("otherwise"), "otherwise");
    EXPECT_TRUE((*root)["x"].elements().empty());
    EXPECT_FALSE(list[1].integer());
}

TEST(JsonDocument, RefusesBrokenAndDeepText) {
    JsonDocument document;
    EXPECT_EQ(document.parse("{\"a\":").error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(document.parse("").error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(document.parse(std::string(100'000, '[') + std::string(100'000, ']')).error().code,
              ErrorCode::Limit);
    EXPECT_TRUE(document.parse("[1]")) << "a document serves again after an error";
}

TEST(JsonDocument, OfAFileItSaysWhich) {
    JsonDocument document;
    EXPECT_TRUE(parse_file(document, R"({"a":1})", "measures/a.json"));
    const auto broken = parse_file(document, R"({"a":})", "measures/a.json");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().where.file, "measures/a.json");
}

TEST(JsonDocument, KeepsNumbersAsWrittenWhereAskedTo) {
    constexpr std::string_view text =
        R"({"a \" 1.50":["2.50\\",1.50,-1.5,1e2,{"b":12345678901234567.25},7,-3,1.0,null,true,)"
        R"(18446744073709551615,0.10]})";
    JsonDocument document;
    const auto written = [&](JsonDocument::Numbers numbers) {
        const auto parsed = document.parse(text, numbers);
        EXPECT_TRUE(parsed) << parsed.error().to_text();
        std::vector<std::string> out;
        for (const JsonView& view : (*parsed)["a \" 1.50"].elements()) {
            out.emplace_back(view.is_object() ? view["b"].written() : view.written());
        }
        return out;
    };
    using Numbers = JsonDocument::Numbers;
    EXPECT_EQ(written(Numbers::AsWritten),
              (std::vector<std::string>{"", "1.50", "", "1e2", "12345678901234567.25", "", "", "",
                                        "", "", "", "0.10"}));
    const auto parsed = document.parse(text, Numbers::AsWritten);
    EXPECT_EQ(parsed->to_json(), text);
    EXPECT_EQ(JsonView().written(), "");
    EXPECT_EQ(written(Numbers::AsNumbers), std::vector<std::string>(12))
        << "of an earlier text nothing is left";
    const auto alone = document.parse("1.50", Numbers::AsWritten);
    EXPECT_EQ(alone->written(), "1.50");
}

TEST(JsonWriter, WhatItWritesIsReadBack) {
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("text", "a \"quoted\" \\ line\nand \x01 more, é 中")
        .member("number", -12)
        .member("big", std::numeric_limits<std::uint64_t>::max())
        .member("decimal", 0.1)
        .member("truth", true)
        .key("list")
        .begin_array()
        .value(1)
        .null()
        .begin_object()
        .end_object()
        .end_array()
        .member("infinite", std::numeric_limits<double>::infinity())
        .end_object();
    JsonDocument document;
    const auto root = document.parse(out);
    ASSERT_TRUE(root) << out;
    EXPECT_EQ((*root)["text"].text(), "a \"quoted\" \\ line\nand \x01 more, é 中");
    EXPECT_EQ((*root)["number"].integer(), -12);
    EXPECT_DOUBLE_EQ((*root)["decimal"].number().value(), 0.1);
    EXPECT_EQ((*root)["list"].elements().size(), 3U);
    EXPECT_TRUE((*root)["infinite"].is_null());
    EXPECT_EQ(root->to_json(), out);
}

TEST(Utf8, TellsBrokenBytes) {
    EXPECT_TRUE(is_utf8("é 中 😀"));
    EXPECT_FALSE(is_utf8("\xff"));
    EXPECT_FALSE(is_utf8("\xc3"));
}

}  // namespace
}  // namespace parcours
