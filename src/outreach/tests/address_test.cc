#include "outreach/address.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <tuple>

namespace parcours::outreach {
namespace {

using Valid = std::tuple<std::string_view, std::string_view, std::string_view, bool>;
class ValidPhone : public ::testing::TestWithParam<Valid> {};

TEST_P(ValidPhone, IsNormalised) {
    const auto& [written, region, e164, mobile] = GetParam();
    const auto number = parse_phone(written, region);
    ASSERT_TRUE(number.has_value()) << written << ": " << number.error().message;
    EXPECT_EQ(number->e164, e164);
    EXPECT_EQ(number->may_be_mobile, mobile);
}

INSTANTIATE_TEST_SUITE_P(Table, ValidPhone,
                         ::testing::Values(Valid{"0491 570 156", "AU", "+61491570156", true},
                                           Valid{"+33 1 99 00 12 34", "US", "+33199001234", false},
                                           Valid{"070-174 06 05", "SE", "+46701740605", true},
                                           Valid{"020 7946 0123", "GB", "+442079460123", false},
                                           Valid{"(617) 555-0123", "US", "+16175550123", true},
                                           Valid{"tel:+1-617-555-0123", "FR", "+16175550123", true},
                                           Valid{"0046 70 174 06 05", "FR", "+46701740605", true}));

class BadPhone : public ::testing::TestWithParam<std::tuple<std::string_view, std::string_view>> {};

TEST_P(BadPhone, IsRefusedInPlainWords) {
    const auto& [written, words] = GetParam();
    const auto number = parse_phone(written, "US");
    ASSERT_FALSE(number.has_value()) << number->e164;
    EXPECT_NE(number.error().message.find(words), std::string::npos) << number.error().message;
    EXPECT_EQ(number.error().message.find(written), std::string::npos) << "no data of patients";
}

INSTANTIATE_TEST_SUITE_P(Table, BadPhone,
                         ::testing::Values(std::tuple{"555-501-2345", "no such number"},
                                           std::tuple{"555-0123", "no such number"},
                                           std::tuple{"+1 617 555 0123 4567 890123", "too long"},
                                           std::tuple{"hello", "not a phone number"},
                                           std::tuple{"+999 1234567", "country code"},
                                           std::tuple{"617-555-0123 ext. 12", "extension"}));

TEST(Phone, NoNumberAtAll) {
    EXPECT_FALSE(parse_phone("", "US"));
    EXPECT_FALSE(parse_phone(std::string(5000, '1'), "US"));
    EXPECT_FALSE(parse_phone("0491 570 156", "")) << "no region, no prefix";
    EXPECT_TRUE(parse_phone("+61491570156", ""));
}

TEST(Phone, RegionIsKnownOfInvalidNumbersToo) {
    EXPECT_EQ(phone_region("+33 1 99 00 12 34", "US"), "FR");
    EXPECT_EQ(phone_region("555-501-2345", "US"), "US");
    EXPECT_EQ(phone_region("nonsense", "US"), "");
}

TEST(Email, NormalisesDomainOnly) {
    EXPECT_EQ(*parse_email("  Ann.B+x@Example.ORG "), "Ann.B+x@example.org");
    EXPECT_EQ(*parse_email("mailto:a@b.example"), "a@b.example");
}

TEST(Email, ReservedDomainsAreValid) {
    for (const std::string_view address :
         {"a@example.org", "a@example.com", "a@mail.example", "o'neil_1-2@a-b.example.net"}) {
        EXPECT_TRUE(parse_email(address)) << address;
    }
}

TEST(Email, RefusesWhatIsNoAddress) {
    const std::string long_local(65, 'a');
    const std::string long_label(64, 'b');
    for (const std::string& address :
         {std::string(),
          std::string("a"),
          std::string("@example.org"),
          std::string("a@"),
          std::string("a@example"),
          std::string("a@@example.org"),
          std::string("a b@example.org"),
          std::string(".a@example.org"),
          std::string("a.@example.org"),
          std::string("a..b@example.org"),
          std::string("a@-x.org"),
          std::string("a@x-.org"),
          std::string("a@x..org"),
          std::string("a@.org"),
          std::string("a@127.0.0.1"),
          std::string("a@example.org\r\nBcc: b@example.org"),
          std::string("a\0@example.org", 14),
          std::string("\"a b\"@example.org"),
          std::string("é@example.org"),
          std::string("<a@example.org>"),
          std::string("a@example.org,b@example.org"),
          long_local + "@example.org",
          "a@" + long_label + ".org",
          "a@" + std::string(60, 'c') + "." + std::string(60, 'c') + "." + std::string(60, 'c') +
              "." + std::string(60, 'c') + "." + std::string(20, 'c') + ".org"}) {
        EXPECT_FALSE(parse_email(address)) << address;
    }
    EXPECT_TRUE(parse_email(std::string(64, 'a') + "@example.org"));
    EXPECT_TRUE(parse_email("a@" + std::string(63, 'b') + ".org"));
}

TEST(AddressKey, IsOneForOneAddress) {
    EXPECT_EQ(address_key("email", "Ann@example.org"), address_key("email", "ann@example.org"));
    EXPECT_NE(address_key("email", "ann@example.org"), address_key("email", "bob@example.org"));
    EXPECT_NE(address_key("email", "x"), address_key("phone", "x"));
    EXPECT_EQ(address_key("phone", "+61491570156").to_hex(),
              address_key("phone", "+61491570156").to_hex());
}

}  // namespace
}  // namespace parcours::outreach
