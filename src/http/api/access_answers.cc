#include "http/api/access_answers.h"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "access/log_in.h"
#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "http/api/access_backend.h"
#include "http/api/guard.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http::api {

access::Occasion occasion_of(const AccessBackend& backend, const Request& request) {
    return {*request.caller, request.peer, backend.clock.now(), {}};
}

void begin_session(JsonWriter& json, const AccessBackend& backend,
                   const access::Principal& principal) {
    json.begin_object().key("staff").begin_object().member("name", principal.actor.name);
    json.member("display", principal.display);
    json.member("role", principal.role ? access::role_name(*principal.role) : "reader");
    json.key("permissions").begin_array();
    for (const access::Grant& grant : access::grants) {
        if (principal.may(grant.permission)) {
            json.value(grant.name);
        }
    }
    json.end_array().end_object();
    json.member("csrf", principal.csrf)
        .member(
            "idle_seconds",
            std::chrono::duration_cast<std::chrono::seconds>(backend.options.session.idle).count());
    if (principal.duty != access::Duty::None) {
        json.member("duty",
                    principal.duty == access::Duty::NewPassword ? "new_password" : "second_step");
    }
}

Response opened(const AccessBackend& backend, const Request& request,
                const access::LogIn& attempt) {
    std::string out;
    JsonWriter json(out);
    begin_session(json, backend, attempt.principal);
    if (!attempt.recovery_codes.empty()) {
        json.key("recovery_codes").begin_array();
        for (const std::string& code : attempt.recovery_codes) {
            json.value(code);
        }
        json.end_array();
    }
    json.end_object();
    Response response = Response::json(std::move(out));
    response.headers.add("Set-Cookie", cookie_text(session_cookie, attempt.cookie, request.secure));
    return response;
}

Response too_early(Duration wait) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    Response response =
        problem(429, "too many attempts", "wait " + std::to_string(seconds) + " s and try again");
    response.headers.set("Retry-After", std::to_string(seconds));
    return response;
}

Response own_refused(access::LogIn::Outcome outcome, Duration wait) {
    if (outcome == access::LogIn::Outcome::Wait) {
        return too_early(wait);
    }
    return problem_response({.status = 403,
                             .code = "wrong-password",
                             .detail = "this is not your present password",
                             .cure = "type the password that you log in with",
                             .errors = {}});
}

Route open_route(Method method, std::string_view path, std::string_view operation,
                 std::string_view why, std::function<Result<Response>(const Request&)> make) {
    return {method, path, operation, RouteAccess::open(why),
            [make = std::move(make)](const Request& request, const Answer& answer) {
                auto made = make(request);
                answer(made ? std::move(*made) : problem(made.error()));
            }};
}

}  // namespace parcours::http::api
