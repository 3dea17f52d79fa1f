#include "channel/email/mime_writer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "channel/encoding.h"

namespace parcours::channel {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t line_length_max = 76;
constexpr std::size_t address_length_max = 254;
constexpr std::size_t local_length_max = 64;

bool is_printable(char c) {
    return c > ' ' && c < '\x7f';
}

bool is_plain_text(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c == ' ' || is_printable(c); }) &&
           text.find("=?") == std::string_view::npos;
}

std::size_t character_length(char lead) {
    const auto byte = static_cast<unsigned char>(lead);
    if (byte < 0x80) {
        return 1;
    }
    return byte >= 0xF0 ? 4U : byte >= 0xE0 ? 3U : 2U;
}

/// Encoded words of at most 75 characters, none splitting a character, one on each line.
std::string encode_words(std::string_view text) {
    constexpr std::size_t bytes_max = 39;  // 52 digits, 12 around them, the longest name: 76
    std::string words;
    while (!text.empty()) {
        std::size_t size = 0;
        while (size < text.size() && size + character_length(text[size]) <= bytes_max) {
            size += character_length(text[size]);
        }
        size = std::min(size, text.size());
        words += words.empty() ? "" : "\r\n ";
        words += "=?UTF-8?B?" + to_base64(text.substr(0, size)) + "?=";
        text.remove_prefix(size);
    }
    return words;
}

/// A display name: bare atoms, a quoted string, or encoded words (RFC 5322 §3.2.5).
std::string write_phrase(std::string_view name) {
    constexpr std::size_t quoted_length_max = 50;
    if (!is_plain_text(name) || name.size() > quoted_length_max) {
        return encode_words(name);
    }
    std::string quoted = "\"";
    for (const char c : name) {
        quoted += c == '"' || c == '\\' ? "\\" : "";
        quoted += c;
    }
    return quoted + '"';
}

std::string write_mailbox(std::string_view header, std::string_view name,
                          std::string_view address) {
    if (name.empty()) {
        return fmt::format("{}: <{}>\r\n", header, address);
    }
    return fmt::format("{}: {}\r\n <{}>\r\n", header, write_phrase(name), address);
}

std::string hex_escape(char c) {
    return fmt::format("={:02X}", static_cast<unsigned char>(c));
}

std::string write_base64_body(std::string_view text) {
    const std::string digits = to_base64(text);
    std::string body;
    for (std::size_t at = 0; at < digits.size(); at += line_length_max) {
        body += std::string_view(digits).substr(at, line_length_max);
        body += line_end;
    }
    return body;
}

/// Every line end as CRLF.
std::string with_crlf(std::string_view text) {
    std::string lines;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
            continue;
        }
        if (text[i] == '\n' || text[i] == '\r') {
            lines += line_end;
        } else {
            lines += text[i];
        }
    }
    return lines;
}

/// Quoted-printable where most of it stays readable, else base64 (Chinese).
std::string write_part(std::string_view type, std::string_view text) {
    const auto high =
        std::ranges::count_if(text, [](char c) { return !is_printable(c) && c != ' '; });
    const bool readable = static_cast<std::size_t>(high) * 5 <= text.size();
    return fmt::format("Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: {}\r\n\r\n{}",
                       type, readable ? "quoted-printable" : "base64",
                       readable ? to_quoted_printable(text) : write_base64_body(with_crlf(text)));
}

std::string write_body(const Mail& mail) {
    if (mail.html.empty()) {
        return write_part("text/plain", mail.text);
    }
    // "=_" can stand neither in quoted-printable nor in base64, so no part can hold it.
    const std::string boundary = "=_parcours_" + mail.message_id;
    return fmt::format(
        "Content-Type: multipart/alternative;\r\n boundary=\"{0}\"\r\n\r\n"
        "--{0}\r\n{1}\r\n--{0}\r\n{2}\r\n--{0}--\r\n",
        boundary, write_part("text/plain", mail.text), write_part("text/html", mail.html));
}

std::vector<std::string_view> split_uris(std::string_view uris) {
    std::vector<std::string_view> parts;
    while (!uris.empty()) {
        const std::size_t end = std::min(uris.find(' '), uris.size());
        if (end > 0) {
            parts.push_back(uris.substr(0, end));
        }
        uris.remove_prefix(std::min(end + 1, uris.size()));
    }
    return parts;
}

Result<std::string> write_unsubscribe(std::string_view uris) {
    std::string header;
    bool one_click = false;
    for (const std::string_view uri : split_uris(uris)) {
        const bool web = uri.starts_with("https://");
        const bool clean = std::ranges::all_of(
            uri, [](char c) { return is_printable(c) && c != '<' && c != '>' && c != ','; });
        if (!clean || (!web && !uri.starts_with("mailto:"))) {
            return fail(ErrorCode::InvalidInput,
                        "an unsubscribe address must be a mailto: or https: address");
        }
        one_click = one_click || web;
        header += header.empty() ? "List-Unsubscribe: <" : ",\r\n <";
        header += uri;
        header += '>';
    }
    if (!header.empty()) {
        header += line_end;
    }
    if (one_click) {
        header += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
    }
    return header;
}

Result<> check_headers(const Mail& mail) {
    const std::array<std::pair<std::string_view, std::string_view>, 8> texts{{
        {"sender's name", mail.from_name},
        {"recipient's name", mail.to_name},
        {"subject", mail.subject},
        {"language", mail.language},
        {"message id", mail.message_id},
        {"domain", mail.domain},
        {"unsubscribe address", mail.unsubscribe_uri},
        {"reply address", mail.reply_to},
    }};
    for (const auto& [what, text] : texts) {
        if (has_control(text)) {
            return fail(
                ErrorCode::InvalidInput,
                fmt::format("the {} of a mail holds a line end or control character", what));
        }
        if (!is_utf8(text)) {
            return fail(ErrorCode::InvalidInput,
                        fmt::format("the {} of a mail is not UTF-8", what));
        }
    }
    if (!is_utf8(mail.text) || !is_utf8(mail.html)) {
        return fail(ErrorCode::InvalidInput, "the body of a mail is not UTF-8");
    }
    return {};
}

Result<> check_identity(const Mail& mail) {
    const bool plain_language = std::ranges::all_of(
        mail.language, [](char c) { return is_printable(c) && c != ',' && c != ';'; });
    if (!is_mail_address(mail.from) || !is_mail_address(mail.to) ||
        (!mail.reply_to.empty() && !is_mail_address(mail.reply_to))) {
        return fail(ErrorCode::InvalidInput,
                    "an address of a mail is not of the form name@example.org in plain ASCII");
    }
    if (const auto id = from_hex(mail.message_id); !id || id->size() != 16) {
        return fail(ErrorCode::InvalidInput, "a mail's message id must have 32 hexadecimal digits");
    }
    if (!is_mail_address("postmaster@" + mail.domain)) {
        return fail(ErrorCode::InvalidInput, "the domain of a mail's Message-ID is not a domain");
    }
    if (!plain_language) {
        return fail(ErrorCode::InvalidInput, "the language of a mail is not a BCP 47 tag");
    }
    return {};
}

}  // namespace

bool is_mail_address(std::string_view address) {
    const std::size_t at = address.find('@');
    if (at == std::string_view::npos || at == 0 || at > local_length_max ||
        address.size() > address_length_max ||
        address.find('@', at + 1) != std::string_view::npos) {
        return false;
    }
    const bool clean = std::ranges::all_of(address, [](char c) {
        return is_printable(c) &&
               std::string_view("<>()[]\\,;:\"").find(c) == std::string_view::npos;
    });
    const std::string_view domain = address.substr(at + 1);
    const std::string_view local = address.substr(0, at);
    return clean && !domain.empty() && !domain.starts_with('.') && !domain.ends_with('.') &&
           !domain.starts_with('-') && !local.starts_with('.') && !local.ends_with('.') &&
           address.find("..") == std::string_view::npos;
}

std::string format_mail_date(Instant instant) {
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto midnight = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date(midnight);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(instant - midnight));
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000",
        days[std::chrono::weekday(midnight).c_encoding()], static_cast<unsigned>(date.day()),
        months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
        time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string write_text_header(std::string_view name, std::string_view text) {
    const bool fits = name.size() + 2 + text.size() <= line_length_max;
    const bool bare = is_plain_text(text) && fits && !text.starts_with(' ') && !text.ends_with(' ');
    return fmt::format("{}: {}\r\n", name, bare ? std::string(text) : encode_words(text));
}

std::string to_quoted_printable(std::string_view text) {
    const std::string lines = with_crlf(text);
    std::string body;
    std::size_t column = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i] == '\r') {
            body += line_end;
            ++i;
            column = 0;
            continue;
        }
        const bool at_line_end = i + 1 == lines.size() || lines[i + 1] == '\r';
        const bool blank = lines[i] == ' ' || lines[i] == '\t';
        // A leading "From " or dot is changed by some relays, which would break signatures.
        const bool fragile = column == 0 && (lines[i] == '.' || lines[i] == 'F');
        const bool plain = (is_printable(lines[i]) && lines[i] != '=') || (blank && !at_line_end);
        const std::string piece =
            plain && !fragile ? std::string(1, lines[i]) : hex_escape(lines[i]);
        if (column + piece.size() > line_length_max - 1) {
            body += "=\r\n";
            column = 0;
        }
        body += piece;
        column += piece.size();
    }
    return body.ends_with(line_end) ? body : body + std::string(line_end);
}

Result<std::string> write_mail(const Mail& mail) {
    if (const auto fine = check_headers(mail); !fine) {
        return pass_on(fine);
    }
    if (const auto fine = check_identity(mail); !fine) {
        return pass_on(fine);
    }
    const auto unsubscribe = write_unsubscribe(mail.unsubscribe_uri);
    if (!unsubscribe) {
        return pass_on(unsubscribe);
    }
    std::string wire = write_mailbox("From", mail.from_name, mail.from);
    wire += write_mailbox("To", mail.to_name, mail.to);
    if (!mail.reply_to.empty()) {
        wire += write_mailbox("Reply-To", {}, mail.reply_to);
    }
    wire += write_text_header("Subject", mail.subject);
    wire += fmt::format("Date: {}\r\n", format_mail_date(mail.date));
    wire += fmt::format("Message-ID: <{}@{}>\r\n", mail.message_id, mail.domain);
    wire += *unsubscribe;
    wire += "Auto-Submitted: auto-generated\r\n";
    wire += fmt::format("X-Parcours-Message: {}\r\n", mail.message_id);
    if (!mail.language.empty()) {
        wire += fmt::format("Content-Language: {}\r\n", mail.language);
    }
    wire += "MIME-Version: 1.0\r\n";
    wire += write_body(mail);
    return wire;
}

}  // namespace parcours::channel
