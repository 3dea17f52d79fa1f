#include "fhirpath/functions/encoding.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/json_writer.h"
#include "values/text.h"

namespace parcours::fhirpath {
namespace {

constexpr std::string_view plain_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr auto entities = std::to_array<std::pair<char, std::string_view>>(
    {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}});

std::string to_base64(std::string_view text, std::string_view alphabet) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 3) {
        std::uint32_t bits = 0;
        for (std::size_t j = 0; j < 3; ++j) {
            const bool there = i + j < text.size();
            bits = (bits << 8U) | (there ? static_cast<unsigned char>(text[i + j]) : 0U);
        }
        for (std::size_t j = 0; j < 4; ++j) {
            out += i + j <= text.size() ? alphabet[(bits >> (18 - 6 * j)) & 63U] : '=';
        }
    }
    return out;
}

std::optional<std::string> from_base64(std::string_view text, std::string_view alphabet) {
    const bool padded = text.size() % 4 == 0;
    while (padded && text.ends_with('=')) {
        text.remove_suffix(1);
    }
    if (text.size() % 4 == 1) {
        return std::nullopt;
    }
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
        }
    }
    return out;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto byte = values::parse_hex(text.substr(i, 2));
        if (!byte) {
            return std::nullopt;
        }
        out += static_cast<char>(*byte);
    }
    return out;
}

std::string from_html(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        bool found = false;
        for (const auto& [letter, entity] : entities) {
            if (text.starts_with(entity)) {
                out += letter;
                text.remove_prefix(entity.size());
                found = true;
                break;
            }
        }
        if (!found) {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

// JSON without its quotes; quotes that are not escaped are let pass.
std::optional<std::string> from_json(std::string_view text) {
    std::string json = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t next = i + 1;
        const bool escaped =
            text[i] == '\\' && next < text.size() &&
            std::string_view("\"\\/bfnrtu").find(text[next]) != std::string_view::npos;
        if (escaped) {
            json += text[i];
            json += text[++i];
        } else if (text[i] == '"' || text[i] == '\\') {
            json += '\\';
            json += text[i];
        } else if (static_cast<unsigned char>(text[i]) < 0x20U) {
            json += fmt::format("\\u{:04x}", static_cast<unsigned>(text[i]));
        } else {
            json += text[i];
        }
    }
    json += '"';
    JsonDocument document;
    const auto parsed = document.parse(json);
    return parsed && parsed->is_string() ? std::optional(std::string(parsed->text()))
                                         : std::nullopt;
}

// A question mark for each character beyond 127.
std::string to_ascii(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80U) {
            out += c;
        } else if (byte >= 0xc0U) {  // the first byte of a character
            out += '?';
        }
    }
    return out;
}

}  // namespace

std::optional<std::string> encode(std::string_view text, std::string_view encoding) {
    if (encoding == "base64") {
        return to_base64(text, plain_alphabet);
    }
    if (encoding == "urlbase64") {
        return to_base64(text, url_alphabet);
    }
    if (encoding == "ascii") {
        return to_ascii(text);
    }
    if (encoding != "hex") {
        return std::nullopt;
    }
    std::string out;
    for (const char c : text) {
        out += fmt::format("{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    return out;
}

std::optional<std::string> decode(std::string_view text, std::string_view encoding) {
    std::optional<std::string> out;
    if (encoding == "base64") {
        out = from_base64(text, plain_alphabet);
    } else if (encoding == "urlbase64") {
        out = from_base64(text, url_alphabet);
    } else if (encoding == "hex") {
        out = from_hex(text);
    }
    return out;
}

std::optional<std::string> escape(std::string_view text, std::string_view target) {
    if (target == "json") {
        std::string json;
        JsonWriter(json).value(text);
        return json.substr(1, json.size() - 2);
    }
    if (target != "html") {
        return std::nullopt;
    }
    std::string out;
    for (const char c : text) {
        std::string_view entity;
        for (const auto& [letter, written] : entities) {
            entity = letter == c ? written : entity;
        }
        out += entity.empty() ? std::string_view(&c, 1) : entity;
    }
    return out;
}

std::optional<std::string> unescape(std::string_view text, std::string_view target) {
    if (target == "json") {
        return from_json(text);
    }
    return target == "html" ? std::optional(from_html(text)) : std::nullopt;
}

}  // namespace parcours::fhirpath
