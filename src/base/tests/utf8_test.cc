#include "base/utf8.h"

#include <gtest/gtest.h>
#include <string>

#include "base/json.h"

namespace parcours {
namespace {

TEST(ToValidUtf8, KeepsWhatIsValid) {
    EXPECT_EQ(to_valid_utf8("caf\xC3\xA9 \xE7\xB3\x96"), "caf\xC3\xA9 \xE7\xB3\x96");
    EXPECT_EQ(to_valid_utf8(""), "");
}

TEST(ToValidUtf8, ReplacesEachStrayByte) {
    EXPECT_EQ(to_valid_utf8("a\xFF\xC3"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(to_valid_utf8("\xE7\xB3x"), "\xEF\xBF\xBD\xEF\xBF\xBDx");
    EXPECT_TRUE(is_utf8(to_valid_utf8(std::string("\x80\xED\xA0\x80\xF5\xC0\xAF"))));
}

TEST(CutUtf8, CutsBetweenCharacters) {
    EXPECT_EQ(cut_utf8("abc", 3), "abc");
    EXPECT_EQ(cut_utf8("a\xC3\xA9", 2), "a");
    EXPECT_EQ(cut_utf8("a\xC3\xA9z", 3), "a\xC3\xA9");
    EXPECT_EQ(cut_utf8("\xE7\xB3\x96", 1), "");
}

}  // namespace
}  // namespace parcours
