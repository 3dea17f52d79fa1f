#include "http/head_rules.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "http/message.h"

namespace parcours::http {
namespace {

using Checked = std::expected<void, Refusal>;

std::unexpected<Refusal> refuse(int status, std::string detail) {
    return std::unexpected(Refusal{status, std::move(detail)});
}

bool is_token_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// Not the ends of lines: one that stands alone must be seen, and refused.
constexpr std::string_view blanks = " \t";

/// Calls `take` for each element of a comma-separated list.
template <class Take>
void each_element(std::string_view list, Take take) {
    while (true) {
        const auto comma = list.find(',');
        take(trim(list.substr(0, comma), blanks));
        if (comma == std::string_view::npos) {
            return;
        }
        list.remove_prefix(comma + 1);
    }
}

bool is_visible(char c) {
    return c > 0x20 && c < 0x7f;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

/// The next line without its CRLF; nothing where a CR or LF stands alone.
std::optional<std::string_view> take_line(std::string_view& text) {
    const auto end = text.find_first_of("\r\n");
    if (end == std::string_view::npos || text.substr(end, 2) != "\r\n") {
        return std::nullopt;
    }
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 2);
    return line;
}

/// Splits the path at "/" and decodes each part.
Checked read_path(std::string_view path, Request& request) {
    for (std::string_view rest = path.substr(1);;) {
        const auto slash = rest.find('/');
        auto segment = decode_percent(rest.substr(0, slash), false);
        if (!segment) {
            return refuse(400,
                          "the path has a broken percent-encoding or is not UTF-8: a byte is "
                          "written as % and two hexadecimal digits");
        }
        if (*segment == "." || *segment == "..") {
            return refuse(400,
                          "the path has a \"" + *segment + "\" segment: name the place itself");
        }
        request.path += "/";
        request.path += *segment;
        request.segments.push_back(std::move(*segment));
        if (slash == std::string_view::npos) {
            return {};
        }
        rest.remove_prefix(slash + 1);
    }
}

/// "http://host/path" becomes "/path"; the host it names.
std::optional<std::string_view> take_authority(std::string_view& target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (same_ignoring_case(target.substr(0, scheme.size()), scheme)) {
            target.remove_prefix(scheme.size());
            const auto end = std::min(target.find_first_of("/?"), target.size());
            const auto authority = target.substr(0, end);
            target.remove_prefix(end);
            return authority;
        }
    }
    return std::nullopt;
}

Checked read_target(std::string_view target, Head& head) {
    Request& request = head.request;
    request.target = target;
    if (target == "*" && request.method == Method::Options) {
        request.path = "*";
        return {};
    }
    if (const auto authority = take_authority(target)) {
        // RFC 9112 §3.2.2: the host in the target replaces the header's.
        request.headers.set("Host", std::string(*authority));
    }
    const auto mark = target.find('?');
    std::string_view path = target.substr(0, mark);
    if (path.empty() && target.size() < request.target.size()) {
        path = "/";
    }
    if (!path.starts_with('/') || target.find('#') != std::string_view::npos) {
        return refuse(400, "the target of a request begins with \"/\" and has no \"#\"");
    }
    if (auto read = read_path(path, request); !read) {
        return read;
    }
    if (mark != std::string_view::npos) {
        auto query = read_query(target.substr(mark + 1));
        if (!query) {
            return refuse(400, "the query has a broken percent-encoding or is not UTF-8");
        }
        request.query = std::move(*query);
    }
    return {};
}

Checked check_request_line(std::string_view line, const HeadLimits& limits, Head& head,
                           std::string_view& target) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return refuse(400, "the first line of a request is METHOD TARGET HTTP/1.1");
    }
    const auto method = line.substr(0, first);
    const auto version = line.substr(last + 1);
    target = line.substr(first + 1, last - first - 1);
    if (!is_token(method) || target.empty() || !std::ranges::all_of(target, is_visible)) {
        return refuse(400, "the first line of a request is METHOD TARGET HTTP/1.1");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return version.starts_with("HTTP/") ? refuse(505, "speak HTTP/1.1")
                                            : refuse(400, "the first line ends with HTTP/1.1");
    }
    if (target.size() > limits.target_bytes_max) {
        return refuse(
            414, "the target is longer than " + std::to_string(limits.target_bytes_max) + " bytes");
    }
    const auto known = find_method(method);
    if (!known) {
        return refuse(501, "the method is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    }
    head.request.method = *known;
    head.request.is_http_1_0 = version == "HTTP/1.0";
    return {};
}

Checked read_field(std::string_view line, Headers& headers) {
    if (line.front() == ' ' || line.front() == '\t') {
        return refuse(400, "a header is folded over several lines: write it in one");
    }
    const auto colon = line.find(':');
    const auto name = line.substr(0, std::min(colon, line.size()));
    if (colon == std::string_view::npos || !is_token(name)) {
        return refuse(400, "a header is NAME: VALUE, with nothing between the name and the colon");
    }
    const auto value = trim(line.substr(colon + 1), blanks);
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t') || byte == 0x7f) {
            return refuse(400, "a header holds a control character");
        }
    }
    headers.add(std::string(name), std::string(value));
    return {};
}

Checked read_framing(const Head& head, Framing& framing) {
    const Headers& headers = head.request.headers;
    const auto lengths = headers.count("Content-Length");
    const auto codings = headers.count("Transfer-Encoding");
    if (lengths + codings > 1) {
        return refuse(400,
                      "the length of the body is given more than once: one Content-Length or one "
                      "Transfer-Encoding");
    }
    if (codings == 1) {
        if (head.request.is_http_1_0) {
            return refuse(400, "HTTP/1.0 knows no Transfer-Encoding");
        }
        if (!same_ignoring_case(*headers.find("Transfer-Encoding"), "chunked")) {
            return refuse(501, "the only Transfer-Encoding that is understood is chunked");
        }
        framing.chunked = true;
    }
    if (lengths == 1) {
        const auto text = *headers.find("Content-Length");
        const auto read =
            std::from_chars(text.data(), text.data() + text.size(), framing.content_length);
        if (text.empty() || text.front() < '0' || text.front() > '9' || read.ec != std::errc{} ||
            read.ptr != text.data() + text.size()) {
            return refuse(400, "Content-Length is a number of bytes in decimal digits");
        }
    }
    return {};
}

Checked read_connection(const Head& head, Framing& framing) {
    framing.keep_alive = !head.request.is_http_1_0;
    bool close = false;
    for (const auto& [name, value] : head.request.headers.fields()) {
        if (same_ignoring_case(name, "Connection")) {
            each_element(value, [&](std::string_view element) {
                close = close || same_ignoring_case(element, "close");
                framing.keep_alive =
                    framing.keep_alive || same_ignoring_case(element, "keep-alive");
            });
        }
    }
    framing.keep_alive = framing.keep_alive && !close;
    if (const auto expected = head.request.headers.find("Expect")) {
        if (!same_ignoring_case(*expected, "100-continue")) {
            return refuse(417, "the only Expect that is understood is 100-continue");
        }
        framing.expects_continue = !head.request.is_http_1_0 && framing.has_body();
    }
    return {};
}

Checked check_host(const Request& request) {
    const auto hosts = request.headers.count("Host");
    if (hosts > 1 || (hosts == 0 && !request.is_http_1_0)) {
        return refuse(400, "a request has one Host header");
    }
    const auto host = request.headers.find("Host").value_or(std::string_view{});
    const bool good = std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(".-_:[]").find(c) != std::string_view::npos;
    });
    if (!good) {
        return refuse(400, "the Host header is a name or address, with or without a port");
    }
    return {};
}

Checked read_fields(std::string_view text, const HeadLimits& limits, Headers& headers) {
    while (true) {
        const auto line = take_line(text);
        if (!line) {
            return refuse(400, "lines of a head end with CR LF, and neither stands alone");
        }
        if (line->empty()) {
            break;
        }
        if (headers.fields().size() >= limits.field_count_max) {
            return refuse(431, "more than " + std::to_string(limits.field_count_max) + " headers");
        }
        if (auto read = read_field(*line, headers); !read) {
            return read;
        }
    }
    if (!text.empty()) {
        return refuse(400, "the head does not end with its first empty line");
    }
    return {};
}

}  // namespace

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_token_char);
}

std::optional<std::string> decode_percent(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size()) {
                return std::nullopt;
            }
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) {
                return std::nullopt;
            }
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0') {
            return std::nullopt;
        }
        decoded += c;
    }
    if (!is_utf8(decoded)) {
        return std::nullopt;
    }
    return decoded;
}

std::optional<Pairs> read_query(std::string_view text) {
    Pairs pairs;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const auto part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (part.empty()) {
            continue;
        }
        const auto equals = part.find('=');
        auto name = decode_percent(part.substr(0, equals), true);
        auto value = equals == std::string_view::npos
                         ? std::string{}
                         : decode_percent(part.substr(equals + 1), true);
        if (!name || !value) {
            return std::nullopt;
        }
        pairs.emplace_back(std::move(*name), std::move(*value));
    }
    return pairs;
}

void read_cookies(std::string_view text, Pairs& into) {
    while (!text.empty()) {
        const auto end = std::min(text.find(';'), text.size());
        const auto part = trim(text.substr(0, end), blanks);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto equals = part.find('=');
        if (equals == std::string_view::npos || !is_token(part.substr(0, equals))) {
            continue;
        }
        into.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    }
}

std::expected<Head, Refusal> read_head(std::string_view text, const HeadLimits& limits) {
    Head head;
    const auto line = take_line(text);
    if (!line) {
        return refuse(400, "lines of a head end with CR LF, and neither stands alone");
    }
    std::string_view target;
    Checked checked = check_request_line(*line, limits, head, target);
    if (checked) {
        checked = read_fields(text, limits, head.request.headers);
    }
    if (checked) {
        checked = check_host(head.request);
    }
    if (checked) {
        checked = read_target(target, head);
    }
    if (checked) {
        checked = check_host(head.request);
    }
    if (checked) {
        checked = read_framing(head, head.framing);
    }
    if (checked) {
        checked = read_connection(head, head.framing);
    }
    if (!checked) {
        return std::unexpected(std::move(checked.error()));
    }
    for (const auto& [name, value] : head.request.headers.fields()) {
        if (same_ignoring_case(name, "Cookie")) {
            read_cookies(value, head.request.cookies);
        }
    }
    return head;
}

}  // namespace parcours::http
