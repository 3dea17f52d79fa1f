#pragma once

#include <cstddef>
#include <string_view>

namespace parcours::channel {

/// What a text costs as SMS.
struct SmsSegments {
    bool unicode = false;      ///< UCS-2 instead of the GSM 7-bit alphabet
    std::size_t units = 0;     ///< septets (GSM 7-bit) or 16-bit units (UCS-2)
    std::size_t segments = 0;  ///< messages billed and joined by the phone; 0 for no text
};

/// Counts by 3GPP TS 23.038 (default alphabet and its extension table, each extension two septets)
/// and TS 23.040: 160 septets or 70 units in one message; 153 or 67 in each part of several, and
/// neither an extension nor a surrogate pair is split between parts. The text must be UTF-8.
[[nodiscard]] SmsSegments count_sms_segments(std::string_view text);

}  // namespace parcours::channel
