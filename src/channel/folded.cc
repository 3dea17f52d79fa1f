#include "channel/folded.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utypes.h>

#include "base/error.h"

namespace parcours::channel {

std::u32string fold(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* casefold = icu::Normalizer2::getNFKCCasefoldInstance(status);
    const icu::Normalizer2* decompose = icu::Normalizer2::getNFDInstance(status);
    check(U_SUCCESS(status) != 0, "ICU has its normalisation data");
    const auto source = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    const icu::UnicodeString folded =
        decompose->normalize(casefold->normalize(source, status), status);
    std::u32string plain;
    for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
        const UChar32 c = folded.char32At(i);
        if (u_charType(c) != U_NON_SPACING_MARK) {
            plain += static_cast<char32_t>(c);
        }
    }
    return plain;
}

std::string fold_words(std::string_view text) {
    icu::UnicodeString words(u' ');
    for (const char32_t letter : fold(text)) {
        const auto c = static_cast<UChar32>(letter);
        if (u_isalnum(c) != 0) {
            words.append(c);
        } else if (!words.endsWith(u" ")) {
            words.append(u' ');
        }
    }
    if (!words.endsWith(u" ")) {
        words.append(u' ');
    }
    std::string utf8;
    return words.toUTF8String(utf8);
}

}  // namespace parcours::channel
