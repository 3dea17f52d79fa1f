#include "http/api/site.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/principal.h"
#include "access/roles.h"
#include "access/secret_bytes.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http::api {
namespace {

constexpr std::string_view bearer = "Bearer ";

bool changes_something(Method method) {
    return method != Method::Get && method != Method::Head && method != Method::Options;
}

Response not_logged_in() {
    Response response =
        problem(401, "nobody is logged in, or the session is over",
                "log in, or send an API token: Authorization: Bearer …");
    response.headers.set("WWW-Authenticate", "Bearer realm=\"parcours\"");
    return response;
}

Response forbidden(access::Permission permission) {
    return problem(403,
                   "this needs the permission \"" +
                       std::string(access::permission_name(permission)) + "\"",
                   "ask an administrator for a role that has it");
}

}  // namespace

Admission Site::admit(Request& head) {
    Admission admission;
    if (!router_.has_path(head)) {
        if (auto file = files_.answer(head)) {
            admission.answer = std::move(file);
            return admission;
        }
    }
    admission.answer = router_.match(head);
    if (head.route != nullptr) {
        admission.body_bytes_max = head.route->body_bytes_max;
    }
    return admission;
}

/// By token where one is sent, else by cookie; a wrong token is nobody, whatever the cookie says.
void Site::identify(Request& request) {
    std::optional<access::Principal> found;
    if (const auto given = request.headers.find("Authorization")) {
        if (given->size() > bearer.size() &&
            same_ignoring_case(given->substr(0, bearer.size()), bearer)) {
            found = access_.authenticate_bearer(given->substr(bearer.size()), clock_.now());
        }
    } else if (const auto cookie =
                   request.find_cookie(cookie_name(session_cookie, request.secure))) {
        found = access_.authenticate_session(*cookie, clock_.now());
    }
    if (found) {
        request.caller = std::make_shared<const access::Principal>(std::move(*found));
    }
}

std::optional<Response> Site::guard(Request& request) {
    identify(request);
    const auto permission = request.route->access.permission();
    if (permission) {
        if (!request.caller) {
            return not_logged_in();
        }
        if (!request.caller->may(*permission)) {
            return forbidden(*permission);
        }
    }
    const bool by_session = request.caller && !request.caller->csrf.empty();
    if (permission && by_session && changes_something(request.method)) {
        const auto token = request.headers.find(csrf_header);
        if (!token || !access::same_secret(*token, request.caller->csrf)) {
            return problem(403, "the change does not carry the session's token",
                           "send X-CSRF-Token as GET /api/v1/session gives it");
        }
    }
    request.authorised = true;
    return std::nullopt;
}

std::optional<Response> Site::authorise(Request& head) {
    return guard(head);
}

void Site::handle(Request request, Answer answer) {
    if (!request.authorised) {
        if (auto refused = guard(request)) {
            answer(std::move(*refused));
            return;
        }
    }
    const Route& route = *request.route;
    route.handler(std::move(request), std::move(answer));
}

}  // namespace parcours::http::api
