// With message_format.cc the only file that knows ICU.
#include "outreach/value_words.h"

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unicode/datefmt.h>
#include <unicode/locid.h>
#include <unicode/nounit.h>
#include <unicode/numberformatter.h>
#include <unicode/plurrule.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>
#include <unicode/upluralrules.h>
#include <unicode/utypes.h>
#include <unordered_map>
#include <utility>
#include <variant>

#include "base/error.h"
#include "base/time.h"
#include "outreach/plain_value.h"
#include "outreach/render.h"
#include "outreach/zones.h"

namespace parcours::outreach {
namespace {

using icu::UnicodeString;

std::string to_utf8(const UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

UnicodeString from_utf8(std::string_view text) {
    return UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
}

/// The narrow and unbreakable spaces of CLDR ("7:30 PM") would make an SMS twice as long.
std::string with_plain_spaces(UnicodeString text) {
    text.findAndReplace(UnicodeString(u"\u202F"), UnicodeString(u" "));
    text.findAndReplace(UnicodeString(u"\u00A0"), UnicodeString(u" "));
    return to_utf8(text);
}

icu::DateFormat::EStyle style_of(std::string_view style) {
    if (style == "short") {
        return icu::DateFormat::kShort;
    }
    if (style == "long") {
        return icu::DateFormat::kLong;
    }
    return style == "full" ? icu::DateFormat::kFull : icu::DateFormat::kMedium;
}

std::unique_ptr<icu::DateFormat> make_format(const icu::Locale& locale, bool is_time,
                                             std::string_view style) {
    std::unique_ptr<icu::DateFormat> format;
    if (style.starts_with("::")) {
        UErrorCode status = U_ZERO_ERROR;
        format.reset(
            icu::DateFormat::createInstanceForSkeleton(from_utf8(style.substr(2)), locale, status));
        if (U_FAILURE(status)) {
            format.reset();
        }
    } else if (is_time) {
        format.reset(icu::DateFormat::createTimeInstance(style_of(style), locale));
    } else {
        format.reset(icu::DateFormat::createDateInstance(style_of(style), locale));
    }
    if (format != nullptr) {
        format->adoptTimeZone(icu::TimeZone::getGMT()->clone());
    }
    return format;
}

/// Making a format costs forty times what using it does. A format is not for two threads, so each
/// thread keeps its own; a clinic's content has a handful.
const icu::DateFormat* find_format(const icu::Locale& locale, bool is_time,
                                   std::string_view style) {
    constexpr std::size_t kept_max = 200;
    thread_local std::unordered_map<std::string, std::unique_ptr<icu::DateFormat>> kept;
    std::string key = locale.getName();
    key += is_time ? "|time|" : "|date|";
    key += style;
    const auto found = kept.find(key);
    if (found != kept.end()) {
        return found->second.get();
    }
    if (kept.size() >= kept_max) {
        kept.clear();
    }
    return kept.emplace(std::move(key), make_format(locale, is_time, style)).first->second.get();
}

/// English for a language that nobody knows. Each thread keeps its own, as above.
icu::Locale find_locale(const std::string& language) {
    constexpr std::size_t kept_max = 200;
    thread_local std::unordered_map<std::string, icu::Locale> kept;
    if (const auto found = kept.find(language); found != kept.end()) {
        return found->second;
    }
    UErrorCode status = U_ZERO_ERROR;
    icu::Locale locale = icu::Locale::forLanguageTag(language, status);
    if (U_FAILURE(status) || locale.isBogus()) {
        locale = icu::Locale::getEnglish();
    }
    if (kept.size() >= kept_max) {
        kept.clear();
    }
    kept.emplace(language, locale);
    return locale;
}

}  // namespace

struct ValueWords::State {
    icu::Locale locale;
    Zone zone;
};

ValueWords::ValueWords(const Reader& reader)
    : state_(std::make_unique<State>(find_locale(reader.language), reader.zone)) {}

ValueWords::~ValueWords() = default;

std::string ValueWords::number(double number, std::string_view style) const {
    using icu::number::NumberFormatter;
    using icu::number::Precision;
    UErrorCode status = U_ZERO_ERROR;
    icu::number::FormattedNumber said;
    if (style.starts_with("::")) {
        said = NumberFormatter::forSkeleton(from_utf8(style.substr(2)), status)
                   .locale(state_->locale)
                   .formatDouble(number, status);
    } else if (style == "percent") {
        said = NumberFormatter::withLocale(state_->locale)
                   .unit(icu::NoUnit::percent())
                   .scale(icu::number::Scale::powerOfTen(2))
                   .precision(Precision::integer())
                   .formatDouble(number, status);
    } else {
        said = NumberFormatter::withLocale(state_->locale)
                   .precision(style == "integer" ? Precision::integer() : Precision::maxFraction(3))
                   .formatDouble(number, status);
    }
    return U_SUCCESS(status) ? with_plain_spaces(said.toString(status)) : std::string();
}

Result<std::string> ValueWords::say(const Value& value, VariableUse::Kind kind,
                                    std::string_view style) const {
    if (const auto* text = std::get_if<std::string>(&value)) {
        if (kind != VariableUse::Kind::Text) {
            return fail(ErrorCode::InvalidInput, "a text stands where a date or number is wanted");
        }
        std::string plain = plain_value(*text);
        if (const std::size_t length = count_value_characters(plain); length > value_length_max) {
            return fail(ErrorCode::InvalidInput,
                        "the value has " + std::to_string(length) + " characters, more than the " +
                            std::to_string(value_length_max) +
                            " that a message quotes; mend it in the record");
        }
        return plain;
    }
    if (const auto* amount = std::get_if<double>(&value)) {
        if (kind == VariableUse::Kind::Date || kind == VariableUse::Kind::Time) {
            return fail(ErrorCode::InvalidInput, "a number stands where a date is wanted");
        }
        std::string said = number(*amount, style);
        if (said.empty()) {
            return fail(ErrorCode::InvalidInput,
                        "\"" + std::string(style) + "\" is no way to say a number");
        }
        return said;
    }
    const auto* day = std::get_if<CivilDate>(&value);
    if (kind == VariableUse::Kind::Number || (day != nullptr && kind == VariableUse::Kind::Time)) {
        return fail(ErrorCode::InvalidInput, day != nullptr
                                                 ? "a day has no time and is no number"
                                                 : "a date stands where a number is wanted");
    }
    // The system's zone data decide, not ICU's own: one truth for saying and for sending.
    const LocalTime local =
        day != nullptr ? LocalTime(*day) : state_->zone.to_local(std::get<Instant>(value));
    const auto milliseconds =
        std::chrono::floor<std::chrono::milliseconds>(local.time_since_epoch());
    const icu::DateFormat* format =
        find_format(state_->locale, kind == VariableUse::Kind::Time, style);
    if (format == nullptr) {
        return fail(ErrorCode::InvalidInput,
                    "\"" + std::string(style) + "\" is no way to say a date");
    }
    UnicodeString said;
    format->format(static_cast<UDate>(milliseconds.count()), said);
    return with_plain_spaces(std::move(said));
}

std::string ValueWords::plural_keyword(double number, bool is_ordinal) const {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::PluralRules> rules(icu::PluralRules::forLocale(
        state_->locale, is_ordinal ? UPLURAL_TYPE_ORDINAL : UPLURAL_TYPE_CARDINAL, status));
    return U_SUCCESS(status) && rules != nullptr ? to_utf8(rules->select(number))
                                                 : std::string("other");
}

std::string ValueWords::select_keyword(const Value& value) const {
    if (const auto* amount = std::get_if<double>(&value)) {
        return std::to_string(std::llround(*amount));
    }
    if (const auto* day = std::get_if<CivilDate>(&value)) {
        return format_date(*day);
    }
    if (const auto* instant = std::get_if<Instant>(&value)) {
        return format_date(*instant);
    }
    return std::get<std::string>(value);
}

}  // namespace parcours::outreach
