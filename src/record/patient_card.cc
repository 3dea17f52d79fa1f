#include "record/patient_card.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "record/patient_profile.h"

namespace parcours {
namespace {

std::string name_text(const JsonView& name) {
    std::string text(name["text"].text());
    if (!text.empty()) {
        return text;
    }
    for (const JsonView given : name["given"].elements()) {
        text += given.text();
        text += ' ';
    }
    return text += name["family"].text();
}

std::string address_line(const JsonView& address) {
    std::string line(address["text"].text());
    if (!line.empty()) {
        return line;
    }
    const auto add = [&line](std::string_view part) {
        if (!part.empty()) {
            line += line.empty() ? "" : ", ";
            line += part;
        }
    };
    for (const JsonView part : address["line"].elements()) {
        add(part.text());
    }
    add(address["postalCode"].text());
    add(address["city"].text());
    add(address["state"].text());
    return line;
}

std::string home_address(const JsonView& addresses) {
    std::string line;
    for (const JsonView address : addresses.elements()) {
        const std::string_view use = address["use"].text();
        if (use != "old" && (line.empty() || use == "home")) {
            line = address_line(address);
        }
    }
    return line;
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Lower case, without marks: decomposed, so that an accent is a character of its own.
std::string fold_unicode(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* const decompose = icu::Normalizer2::getNFKDInstance(status);
    icu::UnicodeString wide = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    if (U_SUCCESS(status)) {
        wide = decompose->normalize(wide, status);
    }
    wide.foldCase();
    icu::UnicodeString kept;
    for (std::int32_t i = 0; i < wide.length(); i = wide.moveIndex32(i, 1)) {
        const UChar32 c = wide.char32At(i);
        if (u_charType(c) != U_NON_SPACING_MARK) {
            kept.append(c);
        }
    }
    std::string out;
    kept.toUTF8String(out);
    return out;
}

std::string one_space(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!space) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (!out.empty() && out.back() == ' ') {
        out.pop_back();
    }
    return out;
}

void read_names(const JsonView& names, PatientCard& card) {
    for (const JsonView name : names.elements()) {
        std::string text = name_text(name);
        if (text != card.name && !text.empty()) {
            card.other_names.push_back(std::move(text));
        }
    }
}

void read_telecom(const std::vector<ContactPoint>& points, PatientCard& card) {
    for (const ContactPoint& point : points) {
        if (point.use == "old") {
            continue;
        }
        if (point.system == "phone" || point.system == "sms") {
            card.phones.push_back(point.value);
        } else if (point.system == "email") {
            card.emails.push_back(point.value);
        }
    }
}

}  // namespace

std::string fold_for_search(std::string_view text) {
    if (!is_ascii(text)) {
        return one_space(fold_unicode(text));
    }
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return one_space(lower);
}

std::string digits_of(std::string_view text) {
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits),
                         [](char c) { return c >= '0' && c <= '9'; });
    return digits;
}

std::string PatientCard::search_text() const {
    std::string text = fold_for_search(name) + '\n' + sort_name;
    for (const std::string& other : other_names) {
        text += '\n' + fold_for_search(other);
    }
    for (const std::string& phone : phones) {
        text += '\n' + digits_of(phone);
    }
    for (const auto* const list : {&identifiers, &emails}) {
        for (const std::string& one : *list) {
            text += '\n' + fold_for_search(one);
        }
    }
    return text;
}

Result<PatientCard> parse_patient_card(std::string_view json) {
    const auto profile = parse_patient_profile(json);
    if (!profile) {
        return pass_on(profile);
    }
    JsonDocument document;
    const auto parsed = document.parse(json);
    if (!parsed) {
        return pass_on(parsed);
    }
    PatientCard card;
    card.name = one_space(profile->full_name);
    card.sort_name = fold_for_search(profile->family + ' ' + profile->given);
    if (card.sort_name.empty()) {
        card.sort_name = fold_for_search(card.name);
    }
    card.language = profile->language;
    read_names((*parsed)["name"], card);
    read_telecom(profile->telecom, card);
    for (const JsonView identifier : (*parsed)["identifier"].elements()) {
        if (const std::string_view value = identifier["value"].text(); !value.empty()) {
            card.identifiers.emplace_back(value);
        }
    }
    for (const JsonView label : (*parsed)["meta"]["security"].elements()) {
        const bool is_confidentiality = label["system"].text().ends_with("v3-Confidentiality");
        const std::string_view code = label["code"].text();
        card.confidential |= is_confidentiality && (code == "R" || code == "V");
    }
    card.address = home_address((*parsed)["address"]);
    return card;
}

}  // namespace parcours
