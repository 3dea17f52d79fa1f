// Short texts of strangers: targets, header values, forms, mails.

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "channel/email/inbound.h"
#include "channel/encoding.h"
#include "channel/keywords.h"
#include "channel/sms/twilio_callback.h"
#include "channel/unsubscribe.h"
#include "fuzz/target.h"
#include "http/callbacks/page.h"
#include "http/compression.h"
#include "http/entity_tag.h"
#include "http/finish.h"
#include "http/head_rules.h"
#include "http/message.h"
#include "http/router.h"
#include "http/static_files.h"

namespace parcours::fuzz {
namespace {

constexpr std::string_view secret = "a secret of the gateway";
constexpr std::string_view called = "https://clinic.example.org/callbacks/sms?message=x";

http::Router make_router() {
    using http::Method;
    http::Router router;
    const auto open = http::RouteAccess::open("a test");
    for (const std::string_view path : {"/api/v1/patients", "/api/v1/patients/{patient}",
                                        "/api/v1/patients/{patient}/record/{key}", "/fhir/{type}",
                                        "/fhir/{type}/_search", "/fhir/metadata", "/fhir"}) {
        router.add({Method::Get, path, "read", open,
                    http::answering([](const http::Request&) { return http::Response::empty(); })});
    }
    return router;
}

constexpr std::array files{
    http::StaticFile{"/assets/a.js", "text/javascript", "\"1\"", "js", {}, true},
    http::StaticFile{"/index.html", "text/html", "\"2\"", "page", {}, false},
};

bool is_clean(std::string_view text) {
    return is_utf8(text) && text.find('\0') == std::string_view::npos;
}

void check_request(http::Request& request) {
    static const http::Router router = make_router();
    check(request.path == "*" || request.path.starts_with('/'), "a path begins with a slash");
    check(is_clean(request.path), "a path is text");
    for (const std::string& segment : request.segments) {
        check(segment != "." && segment != "..", "no segment leads upwards");
    }
    if (!router.match(request)) {
        for (const auto& [name, value] : request.path_values) {
            check(!value.empty(), "a name in a path has a value");
        }
    }
    if (const auto answer = http::StaticFiles(files).answer(request)) {
        const auto& sent = std::get<http::StaticBytes>(answer->body).plain;
        check(sent == files[0].bytes || sent == files[1].bytes, "only what is in the table");
    }
}

void check_percent(std::string_view bytes) {
    if (const auto decoded = http::decode_percent(bytes, false)) {
        check(is_clean(*decoded), "what was decoded is text");
        check(http::decode_percent(percent_encode(*decoded), false) == *decoded,
              "percent-encoding comes back");
    }
    if (const auto pairs = http::read_query(bytes)) {
        check(http::read_query(channel::write_form(*pairs)) == *pairs, "a query comes back");
    }
}

}  // namespace

void feed_targets(std::string_view bytes) {
    check_percent(bytes);
    for (const std::string_view method : {"GET", "OPTIONS"}) {
        auto head = http::read_head(
            std::string(method) + ' ' + std::string(bytes) + " HTTP/1.1\r\nHost: h\r\n\r\n", {});
        if (head) {
            check_request(head->request);
        }
    }
}

void feed_fields(std::string_view bytes) {
    http::Pairs cookies;
    http::read_cookies(bytes, cookies);
    for (const auto& [name, value] : cookies) {
        check(http::is_token(name) && value.find(';') == std::string::npos, "a cookie is one");
    }
    for (const std::size_t size : {0UL, 1UL, 1000UL}) {
        if (const auto range = http::read_range(bytes, size)) {
            check(range->begin >= range->end || range->end <= size, "a range lies in the file");
        }
    }
    std::ignore = http::accepts_gzip(bytes);
    check(!http::lists_tag(bytes, "\"x-tag\"") || bytes == "*" ||
              bytes.find("x-tag") != std::string_view::npos,
          "only a listed tag is listed");
    const std::string_view language = http::callbacks::choose_language("", bytes);
    check(language == "en" || language == "fr" || language == "zh", "a language of the page");
    const std::string page =
        http::callbacks::make_page(http::callbacks::Saying::Ask, language, bytes);
    check(page.find("<script") == std::string::npos && page.find("<img") == std::string::npos,
          "a name is no markup");
    http::Request request;
    request.headers.set("Content-Type", std::string(bytes));
    check(request.media_type().find(';') == std::string::npos, "a media type has no parameters");
}

void feed_forms(std::string_view bytes) {
    const auto fields = channel::parse_form(bytes);
    if (fields) {
        const auto again = channel::parse_form(channel::write_form(*fields));
        check(again && *again == *fields, "a form comes back");
    }
    const auto forged = channel::read_twilio_callback(secret, called, bytes, "AAAA");
    check(!forged, "a signature is needed");
    const auto own =
        channel::sign_twilio_callback(secret, called, fields.value_or(channel::FormFields{}));
    const auto read = channel::read_twilio_callback(secret, called, bytes, own);
    check(read || read.error().code != ErrorCode::Conflict || !fields, "our signature is good");
    check(!channel::read_twilio_callback("another secret", called, bytes, own),
          "a signature is one secret's");
    std::ignore = channel::recognise_keyword(bytes);
    check(!channel::has_control(channel::clean_words(bytes, "+15550100")), "clean words");
}

void feed_mails(std::string_view bytes) {
    const auto read = channel::read_inbound_mail(
        bytes, {.unsubscribe_mailbox = "unsubscribe", .domain = "clinic.example.org"});
    if (read) {
        for (const auto& one : *read) {
            check(one.text.size() <= channel::reply_size_max + 4, "a reply is bounded");
            check(is_utf8(one.text), "a reply is text");
        }
    }
    std::ignore = channel::find_token_message(bytes);
    check(!channel::verify_unsubscribe_token(secret, bytes, "hash"), "tokens are not guessed");
}

}  // namespace parcours::fuzz
