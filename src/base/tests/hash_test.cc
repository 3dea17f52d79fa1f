#include "base/hash.h"

#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "base/random.h"

namespace parcours {
namespace {

// Golden values: ids must be the same on every machine and in every version.
TEST(NamedHash, GivesTheSameIdsForEver) {
    EXPECT_EQ(named_hash("message", {"a", "b"}).to_hex(),
              named_hash("message", {"a", "b"}).to_hex());
    EXPECT_EQ(content_hash("").to_hex(), "cae66941d9efbd404e4d88758ea67670");
    EXPECT_EQ(fast_hash("Patient/p1"), fast_hash(std::string("Patient/") + "p1"));
    EXPECT_EQ(fast_hash(""), 0x2d06800538d394c2U);
}

TEST(NamedHash, TellsPartsApart) {
    EXPECT_NE(named_hash("m", {"ab", "c"}), named_hash("m", {"a", "bc"}));
    EXPECT_NE(named_hash("m", {"a"}), named_hash("n", {"a"}));
    EXPECT_NE(named_hash("m", {"a", ""}), named_hash("m", {"a"}));
}

TEST(Digest, HexIsReadBack) {
    const Digest digest = named_hash("x", {"y"});
    EXPECT_EQ(digest_from_hex(digest.to_hex()), digest);
    EXPECT_FALSE(digest_from_hex("12"));
    EXPECT_FALSE(digest_from_hex(std::string(32, 'g')));
    EXPECT_FALSE(digest_from_hex(digest.to_hex() + "0"));
}

TEST(HashFraction, IsSpreadEvenly) {
    int low = 0;
    for (int i = 0; i < 10'000; ++i) {
        const double share = hash_fraction("holdout", {std::to_string(i), "salt"});
        ASSERT_GE(share, 0);
        ASSERT_LT(share, 1);
        low += share < 0.1 ? 1 : 0;
    }
    EXPECT_NEAR(low, 1000, 120);  // four standard deviations
}

TEST(SeededRandom, RepeatsAndStaysInBounds) {
    SeededRandom first(7);
    SeededRandom second(7);
    SeededRandom other(8);
    bool differs = false;
    for (int i = 0; i < 1000; ++i) {
        const auto number = first.next();
        EXPECT_EQ(number, second.next());
        differs = differs || number != other.next();
        EXPECT_LT(first.below(10), 10U);
        second.below(10);
    }
    EXPECT_TRUE(differs);
    EXPECT_EQ(first.below(0), 0U);
}

TEST(SystemRandom, DoesNotRepeat) {
    SystemRandom random;
    EXPECT_NE(random.next(), random.next());
}

}  // namespace
}  // namespace parcours
