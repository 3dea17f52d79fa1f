#include "access/totp.h"

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>

#include "base/time.h"

namespace parcours::access {
namespace {

const std::string rfc_secret = "12345678901234567890";

Instant at(std::int64_t seconds) {
    return Instant{std::chrono::seconds(seconds)};
}

// RFC 6238, appendix B (SHA-1), the last six of eight digits.
TEST(Totp, CodesAreThoseOfTheStandard) {
    EXPECT_EQ(totp_code(rfc_secret, totp_step(at(59))), "287082");
    EXPECT_EQ(totp_code(rfc_secret, totp_step(at(1111111109))), "081804");
    EXPECT_EQ(totp_code(rfc_secret, totp_step(at(1111111111))), "050471");
    EXPECT_EQ(totp_code(rfc_secret, totp_step(at(1234567890))), "005924");
    EXPECT_EQ(totp_code(rfc_secret, totp_step(at(2000000000))), "279037");
    EXPECT_EQ(totp_code(rfc_secret, totp_step(at(20000000000))), "353130");
}

TEST(Totp, OneStepEarlierOrLaterIsAccepted) {
    const std::int64_t step = totp_step(at(1'700'000'000));
    const Instant now = at(1'700'000'000);
    for (std::int64_t off = -3; off <= 3; ++off) {
        const auto found = find_totp_step(rfc_secret, totp_code(rfc_secret, step + off), now, 0);
        EXPECT_EQ(found.has_value(), off >= -1 && off <= 1) << off;
        if (found) {
            EXPECT_EQ(*found, step + off);
        }
    }
}

TEST(Totp, ACodeCountsOnce) {
    const Instant now = at(1'700'000'000);
    const std::int64_t step = totp_step(now);
    const std::string code = totp_code(rfc_secret, step);
    EXPECT_TRUE(find_totp_step(rfc_secret, code, now, step - 1));
    EXPECT_FALSE(find_totp_step(rfc_secret, code, now, step));
    EXPECT_FALSE(find_totp_step(rfc_secret, totp_code(rfc_secret, step - 1), now, step));
    EXPECT_TRUE(find_totp_step(rfc_secret, totp_code(rfc_secret, step + 1), now, step));
}

TEST(Totp, OtherTextIsRefused) {
    const Instant now = at(1'700'000'000);
    const std::string code = totp_code(rfc_secret, totp_step(now));
    for (const std::string& text :
         {std::string(), code.substr(1), code + "0", " " + code.substr(1), std::string("abcdef")}) {
        EXPECT_FALSE(find_totp_step(rfc_secret, text, now, 0)) << text;
    }
}

TEST(Totp, CodesMayBeTypedWithSpaces) {
    EXPECT_EQ(totp_code_typed(" 123 456 "), "123456");
    EXPECT_EQ(totp_code_typed(std::string(1000, '1')).size(), 20U);
}

// RFC 4648 §10.
TEST(Totp, SecretsAreWrittenInBase32) {
    EXPECT_EQ(totp_secret_text(""), "");
    EXPECT_EQ(totp_secret_text("f"), "MY");
    EXPECT_EQ(totp_secret_text("foob"), "MZXW6YQ");
    EXPECT_EQ(totp_secret_text("foobar"), "MZXW6YTBOI");
    EXPECT_EQ(totp_uri("foobar", "anna@clinic"),
              "otpauth://totp/Parcours:anna%40clinic?secret=MZXW6YTBOI&issuer=Parcours");
}

}  // namespace
}  // namespace parcours::access
