#include "http/finish.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include "http/byte_stream.h"
#include "http/compression.h"
#include "http/entity_tag.h"
#include "http/message.h"
#include "http/problem.h"

namespace parcours::http {
namespace {

std::string header_text(const Request& request, std::string_view name) {
    return std::string(request.headers.find(name).value_or(std::string_view{}));
}

bool is_safe(const Headers& headers) {
    return std::ranges::none_of(headers.fields(), [](const auto& field) {
        const auto bad = [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
        };
        return std::ranges::any_of(field.first, bad) || std::ranges::any_of(field.second, bad);
    });
}

std::optional<std::uint64_t> read_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

/// Marks the tag as that of the compressed form: another sequence of bytes, another strong tag.
void mark_tag(Headers& headers) {
    if (const auto tag = headers.find("ETag"); tag && tag->ends_with('"')) {
        headers.set("ETag", tag_of_compressed(*tag));
    }
}

void compress(const Conditions& conditions, Response& response) {
    const auto type = response.headers.find("Content-Type").value_or(std::string_view{});
    if (!is_compressible(type) || response.headers.find("Content-Encoding")) {
        return;
    }
    bool compressed = false;
    bool could_be = false;
    if (auto* const fixed = std::get_if<StaticBytes>(&response.body)) {
        could_be = !fixed->gzip.empty();
        if (could_be && conditions.gzip) {
            fixed->plain = fixed->gzip;
            compressed = true;
        }
    } else if (auto* const made = std::get_if<std::string>(&response.body)) {
        could_be = made->size() >= gzip_bytes_min;
        if (could_be && conditions.gzip) {
            if (auto shorter = gzip(*made)) {
                *made = std::move(*shorter);
                compressed = true;
            }
        }
    }
    if (could_be) {
        response.headers.add("Vary", "Accept-Encoding");
    }
    if (compressed) {
        response.headers.add("Content-Encoding", "gzip");
        mark_tag(response.headers);
    }
}

std::string_view plain_bytes(const Body& body) {
    if (const auto* const made = std::get_if<std::string>(&body)) {
        return *made;
    }
    if (const auto* const fixed = std::get_if<StaticBytes>(&body)) {
        return fixed->plain;
    }
    return {};
}

/// Cuts the body to the range asked for; false where there is none to cut.
bool cut(const Conditions& conditions, Response& response) {
    if (!response.ranges) {
        return false;
    }
    response.headers.set("Accept-Ranges", "bytes");
    if (conditions.range.empty() || conditions.method != Method::Get) {
        return false;
    }
    const auto tag = response.headers.find("ETag").value_or(std::string_view{});
    if (!conditions.if_range.empty() && conditions.if_range != tag) {
        return false;
    }
    const std::string_view whole = plain_bytes(response.body);
    const auto range = read_range(conditions.range, whole.size());
    if (!range) {
        return false;
    }
    if (range->begin >= range->end) {
        response = problem(416, "the range lies outside of the file");
        response.headers.set("Content-Range", "bytes */" + std::to_string(whole.size()));
        return true;
    }
    response.status = 206;
    response.headers.set("Content-Range", "bytes " + std::to_string(range->begin) + "-" +
                                              std::to_string(range->end - 1) + "/" +
                                              std::to_string(whole.size()));
    const auto part = whole.substr(range->begin, range->end - range->begin);
    if (std::holds_alternative<StaticBytes>(response.body)) {
        response.body = StaticBytes{part, {}};
    } else {
        response.body = std::string(part);
    }
    return true;
}

void write_line(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

/// What protects browsers, each line where the answer itself says nothing else. Written at once:
/// as entries of `Headers` they would cost a small answer most of its time.
void write_protection(const Conditions& conditions, std::string_view policy, const Headers& headers,
                      std::string& head) {
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!headers.find(name)) {
            write_line(head, name, value);
        }
    };
    add("Cache-Control", "no-store");
    add("Content-Security-Policy", policy);
    add("X-Content-Type-Options", "nosniff");
    add("X-Frame-Options", "DENY");
    add("Referrer-Policy", "no-referrer");
    add("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    add("Cross-Origin-Opener-Policy", "same-origin");
    add("Cross-Origin-Resource-Policy", "same-origin");
    if (conditions.secure) {
        add("Strict-Transport-Security", "max-age=31536000");
    }
    if (!conditions.request_id.empty()) {
        add("X-Request-Id", conditions.request_id);
    }
}

std::string write_head(const Conditions& conditions, std::string_view policy,
                       const Response& response) {
    constexpr std::size_t usual_bytes = 1024;
    std::string head;
    head.reserve(usual_bytes);
    head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    head.append(status_phrase(response.status)).append("\r\n");
    for (const auto& [name, value] : response.headers.fields()) {
        write_line(head, name, value);
    }
    write_protection(conditions, policy, response.headers, head);
    return head;
}

/// RFC 9110 §8.6: these have no body at all, so no length either.
bool has_no_body(int status) {
    return status == 204 || status == 304 || status < 200;
}

}  // namespace

Conditions conditions_of(const Request& request) {
    Conditions conditions;
    conditions.method = request.method;
    conditions.is_http_1_0 = request.is_http_1_0;
    conditions.secure = request.secure;
    conditions.gzip = accepts_gzip(header_text(request, "Accept-Encoding"));
    conditions.if_none_match = header_text(request, "If-None-Match");
    conditions.range = header_text(request, "Range");
    conditions.if_range = header_text(request, "If-Range");
    conditions.request_id = request.id;
    return conditions;
}

std::optional<ByteRange> read_range(std::string_view text, std::uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    if (!text.starts_with(unit)) {
        return std::nullopt;
    }
    text.remove_prefix(unit.size());
    const auto dash = text.find('-');
    if (dash == std::string_view::npos || text.find(',') != std::string_view::npos) {
        return std::nullopt;
    }
    const auto first = read_number(text.substr(0, dash));
    const auto last = read_number(text.substr(dash + 1));
    if (dash == 0) {
        // The last so many bytes.
        if (!last) {
            return std::nullopt;
        }
        return ByteRange{size - std::min(*last, size), size};
    }
    if (!first || (!last && dash + 1 < text.size()) || (last && *last < *first)) {
        return std::nullopt;
    }
    return ByteRange{*first, last && *last < size ? *last + 1 : size};
}

Finished finish(const Conditions& conditions, Response response,
                std::string_view content_security_policy) {
    if (!is_safe(response.headers)) {
        response = problem(500, "the server failed at this request");
    }
    const bool reads = conditions.method == Method::Get || conditions.method == Method::Head;
    const auto tag = response.headers.find("ETag");
    if (reads && response.status == 200 && tag && !conditions.if_none_match.empty() &&
        lists_tag(conditions.if_none_match, *tag)) {
        response.status = 304;
        response.body = std::string{};
    } else if (!cut(conditions, response)) {
        compress(conditions, response);
    }
    Finished finished;
    finished.status = response.status;
    const auto* const stream = std::get_if<std::shared_ptr<ByteStream>>(&response.body);
    if (has_no_body(response.status)) {
        finished.body_bytes = 0;
    } else if (stream == nullptr) {
        const auto size = plain_bytes(response.body).size();
        response.headers.set("Content-Length", std::to_string(size));
        finished.body_bytes = conditions.method == Method::Head ? 0 : size;
    } else if (!conditions.is_http_1_0) {
        response.headers.set("Transfer-Encoding", "chunked");
    }
    finished.head = write_head(conditions, content_security_policy, response);
    if (finished.body_bytes != std::optional<std::size_t>(0)) {
        finished.body = std::move(response.body);
    }
    if (stream != nullptr && conditions.method == Method::Head) {
        std::get<std::shared_ptr<ByteStream>>(finished.body)->stop();
        finished.body_bytes = 0;
        finished.body = std::string{};
    }
    return finished;
}

}  // namespace parcours::http
