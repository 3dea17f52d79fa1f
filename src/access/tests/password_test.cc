#include "access/password.h"

#include <gtest/gtest.h>
#include <string>

#include "base/random.h"

namespace parcours::access {
namespace {

constexpr PasswordLimits cheap{.passes = 1, .memory_bytes = 8192};

TEST(JudgePassword, WantsLengthAndNothingElse) {
    EXPECT_TRUE(judge_password("anna", "only lower case words"));
    EXPECT_TRUE(judge_password("anna", "abcdefghijkm"));
    EXPECT_FALSE(judge_password("anna", "elevenchars"));
    EXPECT_TRUE(judge_password("anna", "éàüöçéàüöçéà"));  // twelve characters
    EXPECT_FALSE(judge_password("anna", "éàüöçéàüöçé"));  // eleven, in 22 bytes
    EXPECT_TRUE(judge_password("anna", "患者健康之路在于长期坚持"));
    EXPECT_TRUE(judge_password("anna", std::string(500, 'x') + std::string(500, 'y')));
    EXPECT_FALSE(judge_password("anna", std::string(500, 'x') + std::string(501, 'y')));
    EXPECT_FALSE(judge_password("anna", "\xff\xfe of twelve bytes"));
    EXPECT_NE(judge_password("anna", "short").error().message.find("12"), std::string::npos);
}

TEST(JudgePassword, RefusesWhatIsTriedFirst) {
    EXPECT_FALSE(judge_password("anna", "password1234"));
    EXPECT_FALSE(judge_password("anna", "PassWord1234"));
    EXPECT_FALSE(judge_password("anna", "aaaaaaaaaaaaaaaa"));
    EXPECT_FALSE(judge_password("anna.martin.roux", "Anna.Martin.Roux"));
    EXPECT_TRUE(judge_password("anna", "anna goes to the lake"));
}

TEST(HashPassword, FitsItsPasswordAlone) {
    SeededRandom random(3);
    const std::string hash = hash_password("a long sentence", cheap, random).value();
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$")) << hash;
    EXPECT_TRUE(password_fits(hash, "a long sentence"));
    EXPECT_FALSE(password_fits(hash, "a long sentence "));
    EXPECT_FALSE(password_fits(hash, ""));
    EXPECT_FALSE(password_fits(hash, std::string(password_bytes_max + 1, 'x')));
    EXPECT_NE(hash_password("a long sentence", cheap, random).value(), hash) << "salted";
}

TEST(HashPassword, TellsWhereMemoryIsShort) {
    SeededRandom random(3);
    const auto hash = hash_password("x", {.passes = 1, .memory_bytes = 1}, random);
    ASSERT_FALSE(hash);
    EXPECT_EQ(hash.error().code, ErrorCode::Limit);
}

TEST(PasswordFits, NothingFitsABrokenHash) {
    for (const char* const hash : {"", "x", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$$"}) {
        EXPECT_FALSE(password_fits(hash, "")) << hash;
    }
}

TEST(HashOfNobody, CostsTheSameAndFitsNothing) {
    SeededRandom random(5);
    const std::string nobody = hash_of_nobody(cheap, random);
    const std::string somebody = hash_password("x", cheap, random).value();
    EXPECT_EQ(nobody.size(), somebody.size());
    EXPECT_EQ(nobody.substr(0, 27), somebody.substr(0, 27));
    EXPECT_FALSE(password_fits(nobody, "x"));
    EXPECT_FALSE(password_fits(nobody, ""));
}

}  // namespace
}  // namespace parcours::access
