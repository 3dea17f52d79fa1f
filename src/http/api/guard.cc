#include "http/api/guard.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/access.h"
#include "access/principal.h"
#include "access/roles.h"
#include "access/secret_bytes.h"
#include "access/sessions.h"
#include "base/time.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http::api {
namespace {

constexpr std::string_view bearer = "Bearer ";

bool changes_something(Method method) {
    return method != Method::Get && method != Method::Head && method != Method::Options;
}

/// Only of what changes nothing: a change is always somebody's.
bool is_refetch(const Request& request) {
    const Route& route = *request.route;
    if (route.asked_by_pages) {
        return true;
    }
    const auto permission = route.access.permission();
    const bool reads = !changes_something(request.method) ||
                       (permission && access::permission_name(*permission).ends_with(".read"));
    return reads && request.headers.find(refetch_header).value_or("") == "true";
}

Response not_logged_in() {
    Response response = problem(401, "nobody is logged in, or the session is over",
                                "log in, or send an API token: Authorization: Bearer …");
    response.headers.set("WWW-Authenticate", "Bearer realm=\"parcours\"");
    return response;
}

/// How one who asks comes by a permission: staff by their role, a program by its token's scopes.
std::string cure_of(access::Permission permission, access::ActorKind kind) {
    if (kind != access::ActorKind::Token) {
        return "ask an administrator for a role that has it";
    }
    std::string scopes;
    for (std::size_t i = 0; i < access::scope_count; ++i) {
        const auto scope = static_cast<access::Scope>(i);
        if (access::may(scope, permission)) {
            scopes +=
                (scopes.empty() ? "\"" : " or \"") + std::string(access::scope_name(scope)) + '"';
        }
    }
    return scopes.empty() ? "no token may do this: log in as staff"
                          : "use a token with the scope " + scopes;
}

/// Whoever still owes a new password or a second step may do nothing else.
Response forbidden(access::Permission permission, const access::Principal& caller) {
    const access::Duty duty = caller.duty;
    if (duty != access::Duty::None) {
        const bool password = duty == access::Duty::NewPassword;
        return problem_response(
            {.status = 403,
             .code = password ? "new-password-needed" : "second-step-needed",
             .detail =
                 password ? "somebody else chose your password" : "your role needs a second step",
             .cure = password ? "choose another in your account" : "set it up in your account",
             .errors = {}});
    }
    return problem(
        403,
        "this needs the permission \"" + std::string(access::permission_name(permission)) + "\"",
        cure_of(permission, caller.actor.kind));
}

/// By token where one is sent, else by cookie; a wrong token is nobody, whatever the cookie says,
/// and so are two: which one counts would be a guess.
std::optional<access::Principal> identify(access::Access& access, const Request& request,
                                          Instant now) {
    if (const auto given = request.headers.find("Authorization")) {
        if (request.headers.count("Authorization") > 1 || given->size() <= bearer.size() ||
            !same_ignoring_case(given->substr(0, bearer.size()), bearer)) {
            return std::nullopt;
        }
        return access.authenticate_bearer(given->substr(bearer.size()), now);
    }
    const auto cookie = request.find_cookie(cookie_name(session_cookie, request.secure));
    const auto asking = request.is_refetch ? access::Asking::ByItself : access::Asking::ByPerson;
    return cookie ? access.authenticate_session(*cookie, now, asking) : std::nullopt;
}

std::optional<Response> check_csrf(const Request& request) {
    const bool by_session = request.caller && !request.caller->csrf.empty();
    if (!by_session || !changes_something(request.method)) {
        return std::nullopt;
    }
    const auto token = request.headers.find(csrf_header);
    if (token && access::same_secret(*token, request.caller->csrf)) {
        return std::nullopt;
    }
    if (token) {
        return problem_response({.status = 403,
                                 .code = "session-changed",
                                 .detail = "the change carries the token of another session",
                                 .cure = "read GET /api/v1/session again: somebody may have logged "
                                         "in meanwhile, in another tab perhaps",
                                 .errors = {}});
    }
    return problem(403, "the change does not carry the session's token",
                   "send X-CSRF-Token as GET /api/v1/session gives it");
}

}  // namespace

Site::Guard make_guard(access::Access& access, const Clock& clock) {
    return [&access, &clock](Request& request) -> std::optional<Response> {
        request.is_refetch = is_refetch(request);
        if (auto found = identify(access, request, clock.now())) {
            request.caller = std::make_shared<const access::Principal>(std::move(*found));
        }
        const auto permission = request.route->access.permission();
        if (!permission) {
            return std::nullopt;
        }
        if (!request.caller) {
            return not_logged_in();
        }
        if (!request.caller->may(*permission)) {
            return forbidden(*permission, *request.caller);
        }
        return check_csrf(request);
    };
}

}  // namespace parcours::http::api
