#include "channel/sms/segments.h"

#include <gtest/gtest.h>
#include <string>

namespace parcours::channel {
namespace {

std::string times(std::size_t count, const std::string& text) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
        all += text;
    }
    return all;
}

void expect(const std::string& text, bool unicode, std::size_t units, std::size_t segments) {
    const SmsSegments count = count_sms_segments(text);
    EXPECT_EQ(count.unicode, unicode) << text;
    EXPECT_EQ(count.units, units) << text;
    EXPECT_EQ(count.segments, segments) << text;
}

TEST(Segments, CountsSeptets) {
    expect("", false, 0, 0);
    expect("Hello", false, 5, 1);
    expect(times(160, "x"), false, 160, 1);
    expect(times(161, "x"), false, 161, 2);
    expect(times(306, "x"), false, 306, 2);
    expect(times(307, "x"), false, 307, 3);
    expect("Rendez-vous à 10 h, près de l'entrée", false, 36, 1);
    expect("ÄÖÑÜ§¿äöñüà@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ", false, 40, 1);
}

TEST(Segments, CountsTheExtensionTwice) {
    expect("{}[]~\\^|€", false, 18, 1);
    expect(times(80, "€"), false, 160, 1);
    expect(times(81, "€"), false, 162, 2);
    // 152 septets and an extension: it does not fit into the first part's last septet.
    expect(times(152, "x") + times(77, "€"), false, 306, 3);
}

TEST(Segments, KnowsTheWholeAlphabet) {
    std::size_t basic = 0;
    std::size_t extended = 0;
    for (char32_t c = 1; c < 0xD800; ++c) {
        std::string text;
        if (c < 0x80) {
            text = {static_cast<char>(c)};
        } else if (c < 0x800) {
            text = {static_cast<char>(0xC0U | (c >> 6U)), static_cast<char>(0x80U | (c & 0x3FU))};
        } else {
            text = {static_cast<char>(0xE0U | (c >> 12U)),
                    static_cast<char>(0x80U | ((c >> 6U) & 0x3FU)),
                    static_cast<char>(0x80U | (c & 0x3FU))};
        }
        const SmsSegments count = count_sms_segments(text);
        basic += !count.unicode && count.units == 1 ? 1U : 0U;
        extended += !count.unicode && count.units == 2 ? 1U : 0U;
    }
    EXPECT_EQ(basic, 127U) << "the 7-bit alphabet without its escape";
    EXPECT_EQ(extended, 10U);
}

TEST(Segments, CountsUnicode) {
    expect("ê", true, 1, 1);
    expect("Fête", true, 4, 1);
    expect(times(70, "中"), true, 70, 1);
    expect(times(71, "中"), true, 71, 2);
    expect(times(134, "中"), true, 134, 2);
    expect(times(135, "中"), true, 135, 3);
    expect(times(35, "\xF0\x9F\x98\x80"), true, 70, 1);
    // 67 units hold 33 pairs: a pair is not split.
    expect(times(67, "\xF0\x9F\x98\x80"), true, 134, 3);
    expect("“quoted”", true, 8, 1);
}

}  // namespace
}  // namespace parcours::channel
