#include "base/text.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace parcours {
namespace {

TEST(Text, IsTrimmedAtBothEnds) {
    EXPECT_EQ(trim(" \t a b\r\n"), "a b");
    EXPECT_EQ(trim("a"), "a");
    EXPECT_EQ(trim(""), "");
    EXPECT_EQ(trim(" \n "), "");
    EXPECT_EQ(trim("\na \n", " "), "\na \n") << "only what counts as blank";
    EXPECT_EQ(trim("xxaxx", "x"), "a");
}

TEST(Text, LowersTheLettersOfAsciiAlone) {
    EXPECT_EQ(to_lower_ascii("AZaz09@[`{ÉÄ"), "azaz09@[`{ÉÄ");
}

TEST(Text, IsPercentEncodedButForUnreservedCharacters) {
    EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(percent_encode("a b/é:%\x01"), "a%20b%2F%C3%A9%3A%25%01");
    EXPECT_EQ(percent_encode("a:b,c/", ":,"), "a:b,c%2F");
}

TEST(Text, SortsAndKeepsOneOfEach) {
    std::vector<int> values = {3, 1, 3, 2, 1};
    sort_unique(values);
    EXPECT_EQ(values, (std::vector{1, 2, 3}));
    std::vector<std::string> none;
    sort_unique(none);
    EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace parcours
