// The only file that knows libphonenumber.
#include <cstddef>
#include <optional>
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "outreach/address.h"

namespace parcours::outreach {
namespace {

using i18n::phonenumbers::PhoneNumberUtil;
using Parsed = i18n::phonenumbers::PhoneNumber;

constexpr std::size_t length_max = 60;
constexpr std::size_t remembered_max = 8'192;

const PhoneNumberUtil& library() {
    return *PhoneNumberUtil::GetInstance();
}

std::string_view explain(PhoneNumberUtil::ErrorType error) {
    switch (error) {
        case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
            return "the number has no known country code";
        case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
        case PhoneNumberUtil::TOO_SHORT_NSN:
            return "the number is too short";
        case PhoneNumberUtil::TOO_LONG_NSN:
            return "the number is too long";
        default:
            return "this is not a phone number";
    }
}

Result<Parsed> parse(std::string_view written, std::string_view region) {
    if (const auto plain = find_plain_number(written, region)) {
        constexpr std::size_t country_length = 2;
        Parsed number;
        number.set_country_code(1);
        number.set_national_number(std::stoull(plain->substr(country_length)));
        return number;
    }
    if (written.size() > length_max) {
        return fail(ErrorCode::InvalidInput, "this is too long for a phone number");
    }
    std::string_view text = written;
    if (text.starts_with("tel:")) {
        text.remove_prefix(4);
    }
    Parsed number;
    const auto error = library().Parse(std::string(text), std::string(region), &number);
    if (error != PhoneNumberUtil::NO_PARSING_ERROR) {
        return fail(ErrorCode::InvalidInput, std::string(explain(error)));
    }
    return number;
}

bool may_be_mobile(PhoneNumberUtil::PhoneNumberType type) {
    return type == PhoneNumberUtil::MOBILE || type == PhoneNumberUtil::FIXED_LINE_OR_MOBILE ||
           type == PhoneNumberUtil::PERSONAL_NUMBER;
}

Result<PhoneNumber> read_phone(std::string_view written, std::string_view region) {
    const auto number = parse(written, region);
    if (!number) {
        return pass_on(number);
    }
    if (!number->extension().empty()) {
        return fail(ErrorCode::InvalidInput, "the number has an extension, which cannot be texted");
    }
    // A number is of a type where its country's plan has it. Each question reads the plan anew.
    const PhoneNumberUtil::PhoneNumberType type = library().GetNumberType(*number);
    if (type == PhoneNumberUtil::UNKNOWN) {
        return fail(ErrorCode::InvalidInput, "no such number exists in its country's plan");
    }
    PhoneNumber result;
    library().Format(*number, PhoneNumberUtil::E164, &result.e164);
    result.may_be_mobile = may_be_mobile(type);
    return result;
}

}  // namespace

Result<PhoneNumber> parse_phone(std::string_view written, std::string_view region) {
    // A message is looked at again and again, and a plan of numbers takes long to read.
    thread_local std::unordered_map<std::string, Result<PhoneNumber>> remembered;
    std::string asked(region);
    asked.append(1, ' ').append(written);
    if (const auto known = remembered.find(asked); known != remembered.end()) {
        return known->second;
    }
    auto number = read_phone(written, region);
    if (written.size() <= length_max) {
        if (remembered.size() >= remembered_max) {
            remembered.clear();
        }
        remembered.emplace(std::move(asked), number);
    }
    return number;
}

std::optional<std::string> find_plain_number(std::string_view written, std::string_view region) {
    constexpr std::size_t national_length = 10;
    std::string digits;
    for (const char c : written) {
        if (c >= '0' && c <= '9') {
            digits += c;
        } else if (!std::string_view(" -.()").contains(c) && (c != '+' || c != written.front())) {
            return std::nullopt;
        }
    }
    const bool international = written.starts_with("+1");
    if (international || (digits.size() > national_length && digits.starts_with('1'))) {
        digits.erase(0, 1);
    }
    const bool at_home = !written.starts_with('+') && (region == "US" || region == "CA");
    return (international || at_home) && digits.size() == national_length && digits.front() > '1'
               ? std::optional("+1" + digits)
               : std::nullopt;
}

std::string phone_region(std::string_view written, std::string_view region) {
    const auto number = parse(written, region);
    if (!number) {
        return {};
    }
    std::string code;
    library().GetRegionCodeForNumber(*number, &code);
    // Of a number that is not valid the country's main region is known at least.
    if (code.empty() || code == "ZZ") {
        library().GetRegionCodeForCountryCode(number->country_code(), &code);
    }
    return code == "ZZ" || code == "001" ? std::string() : code;
}

}  // namespace parcours::outreach
