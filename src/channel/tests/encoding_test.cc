#include "channel/encoding.h"

#include <gtest/gtest.h>
#include <string>

#include "base/random.h"
#include "base/text.h"
#include "channel/settings.h"
#include "channel/signature.h"

namespace parcours::channel {
namespace {

std::string to_hex(const std::string& bytes) {
    std::string text;
    for (const char c : bytes) {
        text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4U];
        text += "0123456789abcdef"[static_cast<unsigned char>(c) & 15U];
    }
    return text;
}

TEST(Encoding, KnowsTheVectorsOfRfc4648) {
    const std::pair<const char*, const char*> base64[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, coded] : base64) {
        EXPECT_EQ(to_base64(plain), coded);
        EXPECT_EQ(from_base64(coded), plain);
    }
    EXPECT_EQ(to_base32("foobar"), "mzxw6ytboi");
    EXPECT_EQ(from_base32("MZXW6YTBOI"), "foobar");
    EXPECT_EQ(from_hex("00fF"), std::string("\0\xFF", 2));
}

TEST(Encoding, ReadsBackWhatItWrote) {
    SeededRandom random(11);
    for (std::size_t size = 0; size < 200; ++size) {
        std::string bytes;
        while (bytes.size() < size) {
            bytes += static_cast<char>(random.below(256));
        }
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
        EXPECT_EQ(from_base32(to_base32(bytes)), bytes);
        const auto fields = parse_form(write_form({{bytes, bytes}}));
        ASSERT_TRUE(fields.has_value());
        if (size > 0) {
            EXPECT_EQ(*fields, (FormFields{{bytes, bytes}}));
        }
    }
}

TEST(Encoding, RefusesBrokenText) {
    for (const char* text : {"Z", "Zg=", "Z===", "Zg==Zg==", "Z*==", "=", "Zm9v="}) {
        EXPECT_FALSE(from_base64(text).has_value()) << text;
    }
    EXPECT_EQ(from_base64("Zm9v\r\n Zm9v\n"), "foofoo");
    for (const char* text : {"a", "mzxw6ytbo1", "mz=", "mzxw6ytbo7", "m z"}) {
        EXPECT_FALSE(from_base32(text).has_value()) << text;
    }
    for (const char* text : {"a", "0g", "0 "}) {
        EXPECT_FALSE(from_hex(text).has_value()) << text;
    }
}

TEST(Encoding, ReadsForms) {
    const auto fields = parse_form("a=1&&b=x+y%20z&c&=d&a=2");
    ASSERT_TRUE(fields.has_value());
    EXPECT_EQ(*fields, (FormFields{{"a", "1"}, {"b", "x y z"}, {"c", ""}, {"", "d"}, {"a", "2"}}));
    EXPECT_EQ(find_field(*fields, "a"), "1");
    EXPECT_EQ(find_field(*fields, "missing"), "");
    EXPECT_FALSE(parse_form("a=%").has_value());
    EXPECT_FALSE(parse_form("a=%4").has_value());
    EXPECT_EQ(percent_encode("a b+é~"), "a%20b%2B%C3%A9~");
}

TEST(Encoding, KnowsUtf8) {
    for (const char* good : {"", "abc", "é", "中", "\xF0\x9F\x98\x80"}) {
        EXPECT_TRUE(is_utf8(good)) << good;
    }
    for (const char* bad :
         {"\x80", "\xC3", "\xC3\x28", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "a\xFF"}) {
        EXPECT_FALSE(is_utf8(bad));
    }
    EXPECT_EQ(count_characters("aé中\xF0\x9F\x98\x80"), 4U);
    EXPECT_EQ(to_characters("a\xFFé"), U"a\uFFFDé");
}

TEST(Encoding, CleansWords) {
    EXPECT_EQ(clean_words("550 no\r\nANA@example.org here", "ana@Example.org"),
              "550 no  <address> here");
    EXPECT_EQ(clean_words("caf\xE9", ""), "caf?");
    EXPECT_EQ(clean_words("café", ""), "café");
    EXPECT_LE(clean_words(std::string(9999, 'x'), "").size(), words_length_max);
    EXPECT_TRUE(is_utf8(clean_words(std::string(239, 'x') + "é", "")));
    EXPECT_TRUE(has_control("a\nb"));
    EXPECT_TRUE(has_control(std::string("a\0b", 3)));
    EXPECT_FALSE(has_control("a\tb é"));
}

TEST(Signature, KnowsTheVectorsOfTheStandards) {
    // RFC 2202 test case 2; RFC 4231 test case 2.
    EXPECT_EQ(to_hex(hmac_sha1("Jefe", "what do ya want for nothing?")),
              "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
    EXPECT_TRUE(equal_in_constant_time("", ""));
}

TEST(Settings, ReadsBaseUrls) {
    const auto loopback = [](const char* text) {
        const auto url = parse_base_url(text);
        return url && url->is_loopback();
    };
    for (const char* here : {"http://127.0.0.1", "http://127.255.0.9:80/x", "http://[::1]:1",
                             "smtp://localhost:25", "http://LOCALHOST"}) {
        EXPECT_TRUE(loopback(here)) << here;
    }
    for (const char* there : {"http://127.0.0.1.example.org", "http://128.0.0.1", "http://127.0.0",
                              "http://127.0.0.0.1", "http://[::2]", "http://localhost.example.org",
                              "http://127.0.0.256", "http://0.0.0.0"}) {
        EXPECT_FALSE(loopback(there)) << there;
    }
    for (const char* wrong : {"", "x", "://x", "http://", "http://:80", "http://a:b", "http://a:0",
                              "http://a:70000", "http://[::1", "http://u@a", "http://a?x",
                              "http://a#x", "http://a b", "http://a\\b", "http://[::1]x"}) {
        EXPECT_FALSE(parse_base_url(wrong).has_value()) << wrong;
    }
}

}  // namespace
}  // namespace parcours::channel
