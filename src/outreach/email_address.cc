#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "outreach/address.h"

namespace parcours::outreach {
namespace {

// RFC 5321 §4.5.3.1; 254 is a path of 256 without its brackets.
constexpr std::size_t local_length_max = 64;
constexpr std::size_t address_length_max = 254;
constexpr std::size_t label_length_max = 63;
constexpr std::string_view local_signs = "!#$%&'*+-/=?^_`{|}~.";

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_local_part(std::string_view local) {
    return !local.empty() && local.size() <= local_length_max && local.front() != '.' &&
           local.back() != '.' && !local.contains("..") && std::ranges::all_of(local, [](char c) {
               return is_letter_or_digit(c) || local_signs.contains(c);
           });
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= label_length_max && label.front() != '-' &&
           label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

bool is_domain(std::string_view domain) {
    std::size_t labels = 0;
    std::string_view last;
    for (std::size_t start = 0; start <= domain.size();) {
        const std::size_t end = std::min(domain.find('.', start), domain.size());
        last = domain.substr(start, end - start);
        if (!is_label(last)) {
            return false;
        }
        ++labels;
        start = end + 1;
    }
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return labels >= 2 && last.size() >= 2 && !std::ranges::all_of(last, is_digit);
}

}  // namespace

Result<std::string> parse_email(std::string_view written) {
    std::string_view text = trim(written);
    if (text.starts_with("mailto:")) {
        text.remove_prefix(7);
    }
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    };
    if (std::ranges::any_of(text, is_control)) {
        return fail(ErrorCode::InvalidInput, "the e-mail address holds control characters");
    }
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos) {
        return fail(ErrorCode::InvalidInput, "the e-mail address has no @");
    }
    if (text.size() > address_length_max) {
        return fail(ErrorCode::InvalidInput, "the e-mail address is longer than 254 characters");
    }
    if (!is_local_part(text.substr(0, at))) {
        return fail(ErrorCode::InvalidInput, "the part before the @ is not that of an address");
    }
    if (!is_domain(text.substr(at + 1))) {
        return fail(ErrorCode::InvalidInput, "the part after the @ is no domain");
    }
    std::string address(text);
    std::ranges::transform(address.begin() + static_cast<std::ptrdiff_t>(at), address.end(),
                           address.begin() + static_cast<std::ptrdiff_t>(at), [](char c) {
                               return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
                           });
    return address;
}

Digest address_key(std::string_view channel_kind, std::string_view address) {
    std::string folded(address);
    // Mailbox names are case-sensitive by the letter of RFC 5321, by nobody's practice: a STOP from
    // "Ann@" must hold for "ann@".
    std::ranges::transform(folded, folded.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return named_hash("address-1", {channel_kind, folded});
}

}  // namespace parcours::outreach
