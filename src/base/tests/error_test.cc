#include "base/error.h"

#include <gtest/gtest.h>
#include <set>

namespace parcours {
namespace {

TEST(Error, SaysWhereAsFarAsItIsKnown) {
    EXPECT_EQ((Error{ErrorCode::InvalidInput, "bad", {"f.json", 3, 7}}).to_text(),
              "f.json:3:7: bad");
    EXPECT_EQ((Error{ErrorCode::InvalidInput, "bad", {"f.json", 3, 0}}).to_text(), "f.json:3: bad");
    EXPECT_EQ((Error{ErrorCode::InvalidInput, "bad", {"", 0, 0}}).to_text(), "bad");
}

TEST(Error, EveryCodeHasItsOwnNameAndExitCode) {
    std::set<int> codes;
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(ErrorCode::Internal); ++i) {
        codes.insert(exit_code(static_cast<ErrorCode>(i)));
        names.insert(error_code_name(static_cast<ErrorCode>(i)));
    }
    EXPECT_EQ(codes.size(), names.size());
    EXPECT_EQ(exit_code(ErrorCode::Usage), 2);
    EXPECT_FALSE(codes.contains(0));
}

TEST(Check, StopsTheProgram) {
    check(true, "never said");
    EXPECT_DEATH(check(false, "two and two"), "two and two");
}

}  // namespace
}  // namespace parcours
