#include "http/message.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace parcours::http {
namespace {

constexpr auto methods = std::to_array<std::pair<Method, std::string_view>>({
    {Method::Get, "GET"},
    {Method::Head, "HEAD"},
    {Method::Post, "POST"},
    {Method::Put, "PUT"},
    {Method::Patch, "PATCH"},
    {Method::Delete, "DELETE"},
    {Method::Options, "OPTIONS"},
});

constexpr auto phrases = std::to_array<std::pair<int, std::string_view>>({
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
});

}  // namespace

std::string_view method_name(Method method) {
    for (const auto& [value, name] : methods) {
        if (value == method) {
            return name;
        }
    }
    return {};
}

std::optional<Method> find_method(std::string_view name) {
    for (const auto& [value, known] : methods) {
        if (known == name) {
            return value;
        }
    }
    return std::nullopt;
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](char x, char y) { return to_lower_ascii(x) == to_lower_ascii(y); });
}

std::optional<std::string_view> find_value(const Pairs& pairs, std::string_view name) {
    for (const auto& [known, value] : pairs) {
        if (known == name) {
            return value;
        }
    }
    return std::nullopt;
}

void Headers::set(std::string_view name, std::string value) {
    std::erase_if(fields_,
                  [name](const auto& field) { return same_ignoring_case(field.first, name); });
    add(std::string(name), std::move(value));
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& [known, value] : fields_) {
        if (same_ignoring_case(known, name)) {
            return value;
        }
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        fields_, [name](const auto& field) { return same_ignoring_case(field.first, name); }));
}

std::optional<std::string_view> Request::find_cookie(std::string_view name) const {
    std::optional<std::string_view> found;
    for (const auto& [known, value] : cookies) {
        if (known == name) {
            if (found && *found != value) {
                return std::nullopt;
            }
            found = value;
        }
    }
    return found;
}

std::string_view Request::path_value(std::string_view name) const {
    return find_value(path_values, name).value_or(std::string_view{});
}

std::string Request::media_type() const {
    std::string_view value = headers.find("Content-Type").value_or(std::string_view{});
    value = value.substr(0, value.find(';'));
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) {
        value.remove_suffix(1);
    }
    return to_lower_ascii(value);
}

Response Response::text(int status, std::string_view media_type, std::string body) {
    Response response;
    response.status = status;
    response.headers.add("Content-Type", std::string(media_type));
    response.body = std::move(body);
    return response;
}

Response Response::json(std::string body, int status) {
    return text(status, "application/json", std::move(body));
}

Response Response::empty() {
    Response response;
    response.status = 204;
    return response;
}

Response Response::redirect(std::string location, int status) {
    Response response;
    response.status = status;
    response.headers.add("Location", std::move(location));
    return response;
}

std::string cookie_name(std::string_view name, bool secure) {
    return (secure ? "__Host-" : "") + std::string(name);
}

std::string cookie_text(std::string_view name, std::string_view value, bool secure,
                        std::optional<std::int64_t> seconds_max, SameSite same_site) {
    std::string text = cookie_name(name, secure);
    text += "=";
    text += value;
    text += "; Path=/; HttpOnly; SameSite=";
    text += same_site == SameSite::Strict ? "Strict" : "Lax";
    if (secure) {
        text += "; Secure";
    }
    if (seconds_max) {
        text += "; Max-Age=" + std::to_string(*seconds_max);
    }
    return text;
}

std::string_view status_phrase(int status) {
    for (const auto& [known, phrase] : phrases) {
        if (known == status) {
            return phrase;
        }
    }
    return "Status";
}

}  // namespace parcours::http
