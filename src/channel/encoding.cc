#include "channel/encoding.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace parcours::channel {
namespace {

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base32_digits = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view hex_digits = "0123456789ABCDEF";

std::uint8_t byte_of(char c) {
    return static_cast<std::uint8_t>(c);
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Writes `bytes` in groups of `bits` bits with the given digits, unpadded.
std::string write_digits(std::string_view bytes, unsigned bits, std::string_view digits) {
    std::string text;
    std::uint32_t held = 0;
    unsigned held_bits = 0;
    for (const char c : bytes) {
        held = (held << 8U) | byte_of(c);
        held_bits += 8;
        while (held_bits >= bits) {
            held_bits -= bits;
            text += digits[(held >> held_bits) & ((1U << bits) - 1U)];
        }
        held &= (1U << held_bits) - 1U;
    }
    if (held_bits > 0) {
        text += digits[(held << (bits - held_bits)) & ((1U << bits) - 1U)];
    }
    return text;
}

std::optional<unsigned> hex_value(char c) {
    const char upper = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    const std::size_t place = hex_digits.find(upper);
    if (place == std::string_view::npos) {
        return std::nullopt;
    }
    return static_cast<unsigned>(place);
}

std::optional<char> hex_pair(std::string_view text, std::size_t at) {
    if (at + 2 > text.size()) {
        return std::nullopt;
    }
    const auto high = hex_value(text[at]);
    const auto low = hex_value(text[at + 1]);
    if (!high || !low) {
        return std::nullopt;
    }
    return static_cast<char>(*high * 16U + *low);
}

Result<std::string> decode_form_text(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            plain += ' ';
        } else if (text[i] == '%') {
            const auto byte = hex_pair(text, i + 1);
            if (!byte) {
                return fail(ErrorCode::InvalidInput,
                            "a form field holds '%' without two hexadecimal digits after it");
            }
            plain += *byte;
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

/// The first character of a text and its size; nothing and 1 where its bytes are no UTF-8
/// (RFC 3629 §4: no overlong forms, no surrogates, nothing above U+10FFFF).
std::pair<std::optional<char32_t>, std::size_t> first_character(std::string_view text) {
    const std::uint8_t lead = byte_of(text.front());
    if (lead < 0x80) {
        return {lead, 1};
    }
    const std::size_t size = lead < 0xC2 ? 0U : lead < 0xE0 ? 2U : lead < 0xF0 ? 3U : 4U;
    if (size == 0 || lead > 0xF4 || text.size() < size) {
        return {std::nullopt, 1};
    }
    char32_t character = lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte_of(text[i]) & 0xC0U) != 0x80U) {
            return {std::nullopt, 1};
        }
        character = (character << 6U) | (byte_of(text[i]) & 0x3FU);
    }
    const bool overlong = (size == 3 && character < 0x800) || (size == 4 && character < 0x10000);
    const bool surrogate = character >= 0xD800 && character < 0xE000;
    if (overlong || surrogate || character > 0x10FFFF) {
        return {std::nullopt, 1};
    }
    return {character, size};
}

bool same_letters(std::string_view left, std::string_view right) {
    return std::ranges::equal(
        left, right, [](char a, char b) { return to_lower_ascii(a) == to_lower_ascii(b); });
}

}  // namespace

std::string to_base64(std::string_view bytes) {
    std::string text = write_digits(bytes, 6, base64_digits);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string bytes;
    std::uint32_t held = 0;
    unsigned held_bits = 0;
    std::size_t digits = 0;
    std::size_t pads = 0;
    for (const char c : text) {
        if (is_space(c)) {
            continue;
        }
        const std::size_t value = base64_digits.find(c);
        if (c == '=') {
            ++pads;
            continue;
        }
        if (value == std::string_view::npos || pads > 0) {
            return std::nullopt;
        }
        ++digits;
        held = ((held << 6U) | static_cast<std::uint32_t>(value)) & 0xFFFFU;
        held_bits += 6;
        if (held_bits >= 8) {
            held_bits -= 8;
            bytes += static_cast<char>((held >> held_bits) & 0xFFU);
        }
    }
    if (digits % 4 == 1 || pads > 2 || (pads > 0 && (digits + pads) % 4 != 0)) {
        return std::nullopt;
    }
    return bytes;
}

std::string to_base32(std::string_view bytes) {
    return write_digits(bytes, 5, base32_digits);
}

std::optional<std::string> from_base32(std::string_view text) {
    std::string bytes;
    std::uint32_t held = 0;
    unsigned held_bits = 0;
    for (const char c : text) {
        const std::size_t value = base32_digits.find(to_lower_ascii(c));
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        held = ((held << 5U) | static_cast<std::uint32_t>(value)) & 0xFFFFU;
        held_bits += 5;
        if (held_bits >= 8) {
            held_bits -= 8;
            bytes += static_cast<char>((held >> held_bits) & 0xFFU);
        }
    }
    if (to_base32(bytes) != to_lower_ascii(text)) {
        return std::nullopt;
    }
    return bytes;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto byte = hex_pair(text, i);
        if (!byte) {
            return std::nullopt;
        }
        bytes += *byte;
    }
    return bytes;
}

std::string write_form(const FormFields& fields) {
    std::string body;
    for (const auto& [name, value] : fields) {
        body += body.empty() ? "" : "&";
        body += percent_encode(name) + '=' + percent_encode(value);
    }
    return body;
}

Result<FormFields> parse_form(std::string_view body) {
    FormFields fields;
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('&'), body.size());
        const std::string_view field = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        if (field.empty()) {
            continue;
        }
        if (fields.size() == form_fields_max) {
            return fail(ErrorCode::Limit, "a form has more fields than the 200 that are read");
        }
        const std::size_t equals = std::min(field.find('='), field.size());
        auto name = decode_form_text(field.substr(0, equals));
        auto value = decode_form_text(field.substr(std::min(equals + 1, field.size())));
        if (!name) {
            return pass_on(name);
        }
        if (!value) {
            return pass_on(value);
        }
        fields.emplace_back(std::move(*name), std::move(*value));
    }
    return fields;
}

std::string_view find_field(const FormFields& fields, std::string_view name) {
    const auto found = std::ranges::find(
        fields, name, [](const auto& field) { return std::string_view(field.first); });
    return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

std::u32string to_characters(std::string_view text) {
    std::u32string characters;
    while (!text.empty()) {
        const auto [character, size] = first_character(text);
        characters += character.value_or(U'\uFFFD');
        text.remove_prefix(size);
    }
    return characters;
}

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto [character, size] = first_character(bytes);
        if (!character) {
            return false;
        }
        bytes.remove_prefix(size);
    }
    return true;
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (byte_of(c) & 0xC0U) != 0x80U; }));
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return (byte_of(c) < 0x20 && c != '\t') || byte_of(c) == 0x7F; });
}

std::string clean_words(std::string_view words, std::string_view secret) {
    std::string clean;
    for (std::size_t i = 0; i < words.size() && clean.size() < words_length_max;) {
        if (!secret.empty() && same_letters(words.substr(i, secret.size()), secret)) {
            clean += "<address>";
            i += secret.size();
            continue;
        }
        const auto byte = byte_of(words[i]);
        clean += byte < 0x20 || byte == 0x7F ? ' ' : words[i];
        ++i;
    }
    if (!is_utf8(clean)) {
        std::ranges::replace_if(clean, [](char c) { return byte_of(c) >= 0x80; }, '?');
    }
    return std::string(trim(clean));
}

}  // namespace parcours::channel
