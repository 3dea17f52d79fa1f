#include "channel/email/mime_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unicode/ucnv.h>  // IWYU pragma: keep
#include <unicode/unistr.h>
#include <unicode/utypes.h>
#include <vector>

#include "base/text.h"
#include "channel/encoding.h"

namespace parcours::channel {
namespace {

constexpr std::size_t field_size_max = 16384;

/// Takes one line off the text, without its end.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

bool is_field_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string decode_quoted_printable(std::string_view text, bool in_header) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '=' && i + 1 < text.size() && (text[i + 1] == '\n' || text[i + 1] == '\r')) {
            i += text.substr(i + 1).starts_with("\r\n") ? 2 : 1;
            continue;
        }
        const auto byte = text[i] == '=' ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
        if (byte && byte->size() == 1) {
            bytes += *byte;
            i += 2;
        } else {
            bytes += in_header && text[i] == '_' ? ' ' : text[i];
        }
    }
    return bytes;
}

std::string replace_broken(std::string_view bytes) {
    std::string text;
    icu::UnicodeString::fromUTF8(
        icu::StringPiece(bytes.data(), static_cast<std::int32_t>(bytes.size())))
        .toUTF8String(text);
    return text;
}

/// Bytes of some character set as UTF-8; a set that ICU does not know reads as UTF-8.
std::string to_utf8(const std::string& bytes, const std::string& charset) {
    if (charset.empty() || charset == "utf-8" || charset == "us-ascii") {
        return replace_broken(bytes);
    }
    UErrorCode status = U_ZERO_ERROR;
    UConverter* converter = ucnv_open(charset.c_str(), &status);
    if (U_FAILURE(status) != 0) {
        return replace_broken(bytes);
    }
    const icu::UnicodeString read(bytes.data(), static_cast<std::int32_t>(bytes.size()), converter,
                                  status);
    ucnv_close(converter);
    std::string text;
    read.toUTF8String(text);
    return text;
}

/// Splits a multipart's body at its boundary lines.
std::vector<std::string_view> split_at_boundary(std::string_view body, std::string_view boundary) {
    std::vector<std::string_view> parts;
    const std::string mark = "--" + std::string(boundary);
    std::string_view rest = body;
    const char* start = nullptr;
    while (!rest.empty() && parts.size() < mime_parts_max) {
        const char* const line_start = rest.data();
        const std::string_view line = take_line(rest);
        if (!line.starts_with(mark)) {
            continue;
        }
        const std::string_view after = trim(line.substr(mark.size()));
        if (!after.empty() && after != "--") {
            continue;
        }
        if (start != nullptr) {
            parts.emplace_back(start, static_cast<std::size_t>(line_start - start));
        }
        start = after.empty() ? rest.data() : nullptr;
        if (start == nullptr) {
            return parts;
        }
    }
    if (start != nullptr && parts.size() < mime_parts_max) {
        parts.emplace_back(start, static_cast<std::size_t>(body.data() + body.size() - start));
    }
    return parts;
}

MimePart parse_part(std::string_view text, std::size_t depth, std::size_t& parts_left) {
    MimePart part;
    part.headers = take_headers(text);
    part.body = text;
    const std::string_view type = find_header(part.headers, "content-type");
    part.type = to_lower_ascii(trim(type.substr(0, type.find(';'))));
    part.charset = to_lower_ascii(find_parameter(type, "charset"));
    part.boundary = find_parameter(type, "boundary");
    if (part.type.empty()) {
        part.type = "text/plain";
    }
    if (!part.type.starts_with("multipart/") || part.boundary.empty() || depth == mime_depth_max) {
        return part;
    }
    for (const std::string_view piece : split_at_boundary(text, part.boundary)) {
        if (parts_left == 0) {
            break;
        }
        --parts_left;
        part.parts.push_back(parse_part(piece, depth + 1, parts_left));
    }
    return part;
}

/// One encoded word at the start of `text`: its value, and its length in `size`.
std::optional<std::string> read_encoded_word(std::string_view text, std::size_t& size) {
    const std::size_t charset_end = text.find('?', 2);
    if (charset_end == std::string_view::npos || charset_end + 2 >= text.size() ||
        text[charset_end + 2] != '?') {
        return std::nullopt;
    }
    const std::size_t end = text.find("?=", charset_end + 3);
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const char encoding = text[charset_end + 1];
    const std::string_view content = text.substr(charset_end + 3, end - charset_end - 3);
    std::string bytes;
    if (encoding == 'B' || encoding == 'b') {
        const auto decoded = from_base64(content);
        if (!decoded) {
            return std::nullopt;
        }
        bytes = *decoded;
    } else if (encoding == 'Q' || encoding == 'q') {
        bytes = decode_quoted_printable(content, true);
    } else {
        return std::nullopt;
    }
    size = end + 2;
    return to_utf8(bytes, to_lower_ascii(text.substr(2, charset_end - 2)));
}

}  // namespace

MailHeaders take_headers(std::string_view& text) {
    MailHeaders headers;
    while (!text.empty()) {
        const std::string_view before = text;
        const std::string_view line = take_line(text);
        if (line.empty()) {
            break;
        }
        const bool folded = line.front() == ' ' || line.front() == '\t';
        if (folded && !headers.empty()) {
            std::string& value = headers.back().second;
            if (value.size() + line.size() < field_size_max) {
                value += ' ';
                value += trim(line);
            }
            continue;
        }
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_field_name(trim(line.substr(0, colon)))) {
            if (headers.empty() && line.starts_with("From ")) {
                continue;  // the envelope line that a local mail server writes before a mail
            }
            // What is no header ends the block: a body without its empty line.
            text = before;
            break;
        }
        if (headers.size() < header_fields_max) {
            headers.emplace_back(
                to_lower_ascii(trim(line.substr(0, colon))),
                std::string(trim(line.substr(colon + 1)).substr(0, field_size_max)));
        }
    }
    return headers;
}

std::string_view find_header(const MailHeaders& headers, std::string_view name) {
    const auto found = std::ranges::find(
        headers, name, [](const auto& field) { return std::string_view(field.first); });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

const MimePart* find_part(const MimePart& mail, std::string_view type) {
    if (mail.type == type) {
        return &mail;
    }
    for (const MimePart& part : mail.parts) {
        if (const MimePart* found = find_part(part, type); found != nullptr) {
            return found;
        }
    }
    return nullptr;
}

MimePart parse_mime(std::string_view text) {
    std::size_t parts_left = mime_parts_max;
    return parse_part(text, 0, parts_left);
}

std::string find_parameter(std::string_view header, std::string_view name) {
    std::size_t at = header.find(';');
    while (at != std::string_view::npos) {
        std::string_view rest = trim(header.substr(at + 1));
        const std::size_t equals = rest.find('=');
        const std::size_t next = rest.find(';');
        if (equals != std::string_view::npos && equals < next &&
            to_lower_ascii(trim(rest.substr(0, equals))) == name) {
            rest = trim(rest.substr(equals + 1));
            if (rest.starts_with('"')) {
                return std::string(rest.substr(1, rest.find('"', 1) - 1));
            }
            return std::string(trim(rest.substr(0, rest.find(';'))));
        }
        at = header.find(';', at + 1);
    }
    return {};
}

std::string decode_text(const MimePart& part, std::size_t size_max) {
    // Encodings at most quadruple a text; more need not be decoded to fill the bound.
    const std::string_view body = part.body.substr(0, size_max * 4);
    const std::string encoding =
        to_lower_ascii(trim(find_header(part.headers, "content-transfer-encoding")));
    std::string bytes(body);
    if (encoding == "base64") {
        bytes = from_base64(body.substr(0, body.size() / 4 * 4)).value_or(std::string());
    } else if (encoding == "quoted-printable") {
        bytes = decode_quoted_printable(body, false);
    }
    std::string text = to_utf8(bytes, part.charset);
    std::erase(text, '\r');
    while (text.size() > size_max || (!text.empty() && !is_utf8(text))) {
        text.resize(std::min(text.size() - 1, size_max));
    }
    return text;
}

std::string decode_words(std::string_view header) {
    std::string text;
    bool after_word = false;
    while (!header.empty()) {
        const std::size_t start = std::min(header.find("=?"), header.size());
        const std::string_view plain = header.substr(0, start);
        if (!(after_word && trim(plain).empty() && start < header.size())) {
            text += plain;
        }
        header.remove_prefix(start);
        std::size_t size = 0;
        if (const auto word = read_encoded_word(header, size); word) {
            text += *word;
            header.remove_prefix(size);
            after_word = true;
        } else if (!header.empty()) {
            text += header.substr(0, 2);
            header.remove_prefix(std::min<std::size_t>(2, header.size()));
            after_word = false;
        }
    }
    return replace_broken(text);
}

}  // namespace parcours::channel
