#include "access/secret_bytes.h"

#include <gtest/gtest.h>
#include <string>

#include "base/random.h"

namespace parcours::access {
namespace {

// FIPS 180-4, example "abc".
TEST(Sha256, IsThatOfTheStandard) {
    const auto abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    EXPECT_EQ(sha256("abc").to_hex(), abc);
    EXPECT_EQ(sha256("a", "bc").to_hex(), abc);
    EXPECT_EQ(sha256("").to_hex(),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// RFC 4231, test case 2, and 6 with a key longer than a block.
TEST(HmacSha256, IsThatOfTheStandard) {
    EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?").to_hex(),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hmac_sha256(std::string(131, '\xaa'),
                          "Test Using Larger Than Block-Size Key - Hash Key First")
                  .to_hex(),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hash256, HexIsReadBack) {
    const Hash256 hash = sha256("x");
    EXPECT_EQ(hash256_from_hex(hash.to_hex()), hash);
    EXPECT_FALSE(hash256_from_hex(""));
    EXPECT_FALSE(hash256_from_hex(std::string(63, '0') + "g"));
    EXPECT_FALSE(hash256_from_hex(std::string(64, 'A')));
    EXPECT_FALSE(hash256_from_hex(hash.to_hex() + "00"));
}

TEST(SameSecret, ComparesAllOfIt) {
    EXPECT_TRUE(same_secret("", ""));
    EXPECT_TRUE(same_secret("abc", "abc"));
    EXPECT_FALSE(same_secret("abc", "abd"));
    EXPECT_FALSE(same_secret("abc", "ab"));
    EXPECT_FALSE(same_secret("", "a"));
}

TEST(Base64Url, IsReadBack) {
    SeededRandom random(7);
    for (std::size_t size = 0; size < 70; ++size) {
        const std::string bytes = random_bytes(random, size);
        ASSERT_EQ(bytes.size(), size);
        const std::string text = to_base64url(bytes);
        EXPECT_EQ(text.find_first_of("+/= "), std::string::npos);
        EXPECT_EQ(from_base64url(text), bytes);
    }
    EXPECT_EQ(to_base64url("\xfb\xff\xfe"), "-__-");
    EXPECT_FALSE(from_base64url("a"));
    EXPECT_FALSE(from_base64url("ab=="));
    EXPECT_FALSE(from_base64url("a b c"));
    EXPECT_FALSE(from_base64url("+/+/"));
    EXPECT_FALSE(
        from_base64url("pa\xcd\xa0\xc8"
                       "AAA"))
        << "letters of no alphabet";
}

TEST(Seal, OpensForItsOwnerAlone) {
    SeededRandom random(1);
    const Hash256 key = sha256("key");
    const std::string sealed = seal(key, random, "secret", "anna");
    EXPECT_EQ(open_sealed(key, sealed, "anna").value(), "secret");
    EXPECT_EQ(sealed.find("secret"), std::string::npos);
    EXPECT_NE(seal(key, random, "secret", "anna"), sealed);
    EXPECT_EQ(open_sealed(key, sealed, "ben").error().code, ErrorCode::Damaged);
    EXPECT_FALSE(open_sealed(sha256("other"), sealed, "anna"));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(open_sealed(key, changed, "anna")) << i;
    }
    EXPECT_FALSE(open_sealed(key, sealed.substr(0, 20), "anna"));
    EXPECT_FALSE(open_sealed(key, "", "anna"));
}

}  // namespace
}  // namespace parcours::access
