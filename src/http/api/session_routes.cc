// Logging in and out, and where somebody is logged in.

#include <string>
#include <utility>

#include "access/access.h"
#include "access/log_in.h"
#include "access/principal.h"
#include "access/roles.h"
#include "access/sessions.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "http/api/access_answers.h"
#include "http/api/access_backend.h"
#include "http/api/backend.h"
#include "http/api/body.h"
#include "http/api/guard.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http::api {
namespace {

constexpr std::size_t code_bytes_max = 40;

/// Public: so that a page can ask whether it must show the log-in.
Result<Response> get_session(const AccessBackend& backend, const Request& request) {
    std::string out;
    JsonWriter json(out);
    if (request.caller) {
        begin_session(json, backend, *request.caller);
    } else {
        json.begin_object().key("staff").null();
        if (backend.provider != nullptr) {
            json.key("provider")
                .begin_object()
                .member("name", backend.provider->settings().name)
                .member("url", "/api/v1/session/provider")
                .end_object();
        }
    }
    json.end_object();
    return Response::json(std::move(out));
}

Response refused(const access::LogIn& attempt) {
    using Outcome = access::LogIn::Outcome;
    if (attempt.outcome == Outcome::CodeNeeded) {
        return Response::json(R"({"staff":null,"code_needed":true})");
    }
    if (attempt.outcome == Outcome::Wait) {
        return too_early(attempt.wait);
    }
    return problem_response({.status = 401,
                             .code = "bad-log-in",
                             .detail = "the name, the password or the code is wrong",
                             .cure = "try again; an administrator can set a new password",
                             .errors = {}});
}

Result<Response> log_in(const AccessBackend& backend, const Request& request) {
    const auto body = read_body(request, {{"name", BodyKind::Text, true, 100},
                                          {"password", BodyKind::Text, true, password_bytes_max},
                                          {"code", BodyKind::Text, false, code_bytes_max}});
    if (!body) {
        return pass_on(body);
    }
    const auto attempt =
        backend.access.log_in({body->text("name"), body->text("password"), body->text("code")},
                              request.peer, backend.clock.now());
    if (!attempt) {
        return pass_on(attempt);
    }
    if (attempt->outcome != access::LogIn::Outcome::Open) {
        return refused(*attempt);
    }
    if (request.caller && !request.caller->csrf.empty()) {
        // The session that the browser had until now opens nothing any more.
        static_cast<void>(backend.access.log_out(occasion_of(backend, request)));
    }
    return opened(backend, request, *attempt);
}

Result<Response> log_out(const AccessBackend& backend, const Request& request) {
    if (const auto done = backend.access.log_out(occasion_of(backend, request)); !done) {
        return pass_on(done);
    }
    Response response = Response::empty();
    response.headers.add("Set-Cookie", cookie_text(session_cookie, "", request.secure, 0));
    return response;
}

Result<Response> list_sessions(const AccessBackend& backend, const Request& request) {
    const bool all = request.find_query("staff").value_or("me") == "all";
    if (all && !request.caller->may(access::Permission::UserManage)) {
        return problem(403, "only an administrator sees everybody's sessions");
    }
    const auto sessions =
        all ? backend.access.sessions(backend.clock.now())
            : backend.access.sessions(backend.clock.now(), request.caller->actor.id);
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("sessions").begin_array();
    for (const access::SessionSummary& session : sessions) {
        json.begin_object()
            .member("id", access::session_handle(session.id))
            .member("staff", session.name)
            .member("since", format_instant(session.opened_at))
            .member("last_seen", format_instant(session.used_at))
            .member("until", format_instant(session.expires_at))
            .member("peer", session.peer)
            .member("mine", session.id == request.caller->credential)
            .end_object();
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

Result<Response> revoke_session(const AccessBackend& backend, const Request& request) {
    const auto done =
        backend.access.revoke_session(request.path_value("id"), occasion_of(backend, request));
    return done ? Result<Response>(Response::empty()) : pass_on(done);
}

}  // namespace

void add_session_routes(Router& router, AccessBackend& backend) {
    using access::Permission;
    const auto with = [&backend](auto handler) {
        return [&backend, handler](const Request& request) { return handler(backend, request); };
    };
    router.add(open_route(Method::Get, "/api/v1/session", "getSession",
                          "it tells nobody's business but the asker's", with(get_session)));
    router.add(open_route(Method::Post, "/api/v1/session", "logIn", "one is not logged in yet",
                          with(log_in)));
    router.add(reading(Method::Delete, "/api/v1/session", "logOut", Permission::SessionOwn,
                       with(log_out)));
    router.add(reading(Method::Get, "/api/v1/session/all", "listSessions", Permission::SessionOwn,
                       with(list_sessions)));
    router.add(reading(Method::Delete, "/api/v1/session/all/{id}", "revokeSession",
                       Permission::SessionOwn, with(revoke_session)));
}

}  // namespace parcours::http::api
