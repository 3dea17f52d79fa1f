#include "fuzz/clinic.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "access/access.h"
#include "access/log_in.h"
#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/json.h"
#include "http/api/access_backend.h"
#include "http/api/backend.h"
#include "http/api/described.h"
#include "http/api/guard.h"
#include "http/api/system_routes.h"
#include "http/application.h"
#include "http/byte_stream.h"
#include "http/callbacks/routes.h"
#include "http/fhir/routes.h"
#include "http/finish.h"
#include "http/head_rules.h"
#include "http/message.h"
#include "http/router.h"
#include "http/site.h"

namespace parcours::fuzz {
namespace {

constexpr std::string_view password = "a walk along the river";

/// What only the record knows: the name of everybody in it, and of one of them.
constexpr std::array<std::string_view, 2> canaries{"Zo\xc3\xab", "M\xc3\xbcller"};

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::string_view take_word(std::string_view& text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

/// The template with its names filled in from the words, then the rest as a query.
std::string fill(std::string_view path, std::string_view words) {
    std::string target(path);
    for (std::size_t open = target.find('{'); open != std::string::npos;
         open = target.find('{', open)) {
        const std::string word(take_word(words));
        target.replace(open, target.find('}', open) + 1 - open, word);
        open += word.size();
    }
    return words.empty() ? target : target + '?' + std::string(words);
}

bool is_json(std::string_view type) {
    return type.find("json") != std::string_view::npos;
}

}  // namespace

std::string_view Outcome::text() const {
    const auto* const text = std::get_if<std::string>(&response.body);
    return text == nullptr ? std::string_view() : *text;
}

Clinic::Clinic() {
    add_all_routes();
    enter();
}

void Clinic::add_all_routes() {
    http::Router router;
    http::api::add_system_routes(router, *backend);
    http::api::add_access_routes(router, *access_backend);
    http::api::add_map_routes(router, *backend);
    http::api::add_patient_routes(router, *backend);
    http::api::add_cohort_routes(router, *backend);
    http::api::add_campaign_routes(router, *backend);
    http::api::add_work_routes(router, *backend);
    http::api::add_definition_routes(router, *backend);
    http::api::add_event_routes(router, *backend);
    http::api::add_import_routes(router, *backend);
    http::api::follow_description(router, *backend);
    http::facade::add_fhir_routes(router, *backend);
    http::callbacks::add_callback_routes(router, *backend);
    all_ = std::make_unique<http::Site>(
        http::Site::Parts{std::move(router),
                          http::facade::with_outcomes(http::api::make_guard(*access, clock)),
                          nullptr,
                          nullptr,
                          {},
                          http::facade::outcome_for_problem});
}

void Clinic::enter() {
    const auto opened = access->log_in(
        {std::string(access::role_name(access::Role::Administrator)), std::string(password), {}},
        "192.0.2.9", clock.now());
    check(opened && opened->outcome == access::LogIn::Outcome::Open, "the administrator gets in");
    administrator_ = std::make_shared<const access::Principal>(opened->principal);
    cookie_ = opened->cookie;
    const auto token = access->add_token({.name = "test",
                                          .scopes = {access::Scope::Read, access::Scope::FhirRead},
                                          .expires_at = {}},
                                         {*administrator_, "192.0.2.9", clock.now(), ""});
    check(token.has_value(), "a token is made");
    token_ = *token;
}

WrittenRequest Clinic::read(std::string_view bytes) const {
    WrittenRequest written;
    std::string_view line = take_line(bytes);
    if (line.size() >= 2 && line.front() == '#') {
        const auto& routes = all_->router().routes();
        const http::Route& route = *routes[static_cast<unsigned char>(line[1]) % routes.size()];
        written.method = http::method_name(route.method);
        written.target = fill(route.path, line.substr(2));
    } else {
        written.method = take_word(line);
        written.target = line;
    }
    for (line = take_line(bytes); !line.empty(); line = take_line(bytes)) {
        written.headers += std::string(line) + "\r\n";
    }
    written.body = bytes;
    return written;
}

std::optional<Outcome> Clinic::ask(const WrittenRequest& written, bool as_administrator) {
    auto head =
        http::read_head(written.method + ' ' + written.target +
                            " HTTP/1.1\r\nHost: clinic.example.org\r\n" + written.headers + "\r\n",
                        {});
    if (!head) {
        return std::nullopt;
    }
    http::Request request = std::move(head->request);
    const auto conditions = http::conditions_of(request);
    const bool reads = request.method == http::Method::Get || request.method == http::Method::Head;
    request.body = written.body;
    request.peer = "192.0.2.9";
    audited.clear();
    http::Admission admission = all_->admit(request);
    std::optional<Outcome> outcome(std::in_place);
    outcome->route = request.route;
    std::optional<http::Response> answered = std::move(admission.answer);
    if (!answered) {
        if (as_administrator) {
            request.caller = administrator_;
            request.authorised = true;
        }
        all_->handle(std::move(request),
                     [&answered](http::Response response) { answered = std::move(response); });
        check(answered.has_value(), "every request is answered");
    }
    outcome->response = std::move(*answered);
    outcome->audited = audited;
    if (const auto* const stream =
            std::get_if<std::shared_ptr<http::ByteStream>>(&outcome->response.body)) {
        (*stream)->stop();
    } else {
        const auto finished = http::finish(conditions, outcome->response, "policy");
        check(finished.status < 500 || finished.status == outcome->response.status,
              "an answer can be written");
    }
    if (!reads) {
        ++changes_;
        check(service->work().has_value(), "the engine goes on");
    }
    return outcome;
}

std::string find_fault(std::string_view asked, const Outcome& outcome) {
    const http::Response& response = outcome.response;
    const std::string_view text = outcome.text();
    const auto type = response.headers.find("Content-Type").value_or("");
    if (response.status >= 500 && response.status != 501 && response.status != 503) {
        return "the server failed: " + std::string(text);
    }
    if (response.status >= 400 && !is_json(type) && !type.starts_with("text/html")) {
        return "a refusal says why, as a problem";
    }
    JsonDocument document;
    if (is_json(type) && !text.empty() && !document.parse(text)) {
        return "an answer is JSON where it says so: " + std::string(text);
    }
    const bool shows = std::ranges::any_of(canaries, [&](std::string_view canary) {
        return text.find(canary) != std::string_view::npos &&
               asked.find(canary) == std::string_view::npos;
    });
    if (shows && (response.status >= 400 || outcome.audited.empty())) {
        return "a patient's name leaves and the audit does not know";
    }
    return {};
}

}  // namespace parcours::fuzz
