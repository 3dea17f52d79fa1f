// What people see and change of themselves: password, second step, recovery codes.

#include <algorithm>
#include <string>
#include <utility>

#include "access/access.h"
#include "access/log_in.h"
#include "access/principal.h"
#include "access/roles.h"
#include "access/staff.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "http/api/access_answers.h"
#include "http/api/access_backend.h"
#include "http/api/backend.h"
#include "http/api/body.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http::api {
namespace {

using Outcome = access::LogIn::Outcome;

Result<Response> get_account(const AccessBackend& backend, const Request& request) {
    const std::vector<access::StaffSummary> all = backend.access.staff();
    const auto me = std::ranges::find(all, request.caller->actor.id, &access::StaffSummary::id);
    if (me == all.end()) {
        return fail(ErrorCode::NotFound, "this is for people who are logged in");
    }
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("name", me->name)
        .member("display", me->display)
        .member("role", access::role_name(me->role))
        .member("has_password", me->has_password)
        .member("by_provider", me->has_identity)
        .member("second_step", me->has_totp)
        .member("second_step_needed", backend.options.second_step_for.contains(me->role))
        .member("recovery_codes_left", me->recovery_count)
        .end_object();
    return Response::json(std::move(out));
}

/// The new session after a change, or why their own password did not open it.
Result<Response> renewed(const AccessBackend& backend, const Request& request,
                         const Result<access::LogIn>& attempt) {
    if (!attempt) {
        return pass_on(attempt);
    }
    return attempt->outcome == Outcome::Open ? opened(backend, request, *attempt)
                                             : own_refused(attempt->outcome, attempt->wait);
}

Result<Response> change_password(const AccessBackend& backend, const Request& request) {
    const auto body = read_body(request, {{"old", BodyKind::Text, true, password_bytes_max},
                                          {"new", BodyKind::Text, true, password_bytes_max}});
    if (!body) {
        return pass_on(body);
    }
    return renewed(backend, request,
                   backend.access.change_own_password(body->text("old"), body->text("new"),
                                                      occasion_of(backend, request)));
}

Result<std::string> own_password(const Request& request) {
    const auto body = read_body(request, {{"password", BodyKind::Text, true, password_bytes_max}});
    return body ? Result<std::string>(body->text("password")) : pass_on(body);
}

Result<Response> begin_second_step(const AccessBackend& backend, const Request& request) {
    const auto password = own_password(request);
    if (!password) {
        return pass_on(password);
    }
    const auto start = backend.access.begin_totp(*password, occasion_of(backend, request));
    if (!start) {
        return pass_on(start);
    }
    if (start->outcome != Outcome::Open) {
        return own_refused(start->outcome, start->wait);
    }
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("secret", start->enrolment.secret)
        .member("uri", start->enrolment.uri)
        .end_object();
    return Response::json(std::move(out));
}

Result<Response> confirm_second_step(const AccessBackend& backend, const Request& request) {
    const auto body = read_body(request, {{"code", BodyKind::Text, true, 20}});
    if (!body) {
        return pass_on(body);
    }
    const auto attempt =
        backend.access.confirm_totp(body->text("code"), occasion_of(backend, request));
    if (!attempt) {
        return pass_on(attempt);
    }
    if (attempt->outcome != Outcome::Open) {
        return problem_response({.status = 422,
                                 .code = "wrong-code",
                                 .detail = "the code is not the one that is due now",
                                 .cure = "wait for the next code; see that the telephone's clock "
                                         "is set by the network",
                                 .errors = {}});
    }
    return opened(backend, request, *attempt);
}

Result<Response> remove_second_step(const AccessBackend& backend, const Request& request) {
    const auto password = own_password(request);
    if (!password) {
        return pass_on(password);
    }
    return renewed(backend, request,
                   backend.access.remove_own_totp(*password, occasion_of(backend, request)));
}

Result<Response> renew_recovery(const AccessBackend& backend, const Request& request) {
    const auto password = own_password(request);
    if (!password) {
        return pass_on(password);
    }
    const auto attempt = backend.access.renew_recovery(*password, occasion_of(backend, request));
    if (!attempt) {
        return pass_on(attempt);
    }
    if (attempt->outcome != Outcome::Open) {
        return own_refused(attempt->outcome, attempt->wait);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("recovery_codes").begin_array();
    for (const std::string& code : attempt->recovery_codes) {
        json.value(code);
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

}  // namespace

void add_account_routes(Router& router, AccessBackend& backend) {
    const auto add = [&](Method method, std::string_view path, std::string_view operation,
                         auto handler) {
        router.add(reading(
            method, path, operation, access::Permission::SessionOwn,
            [&backend, handler](const Request& request) { return handler(backend, request); }));
    };
    add(Method::Get, "/api/v1/account", "getAccount", get_account);
    add(Method::Put, "/api/v1/account/password", "changeOwnPassword", change_password);
    add(Method::Post, "/api/v1/account/second-step", "beginSecondStep", begin_second_step);
    add(Method::Put, "/api/v1/account/second-step", "confirmSecondStep", confirm_second_step);
    add(Method::Post, "/api/v1/account/second-step/remove", "removeSecondStep", remove_second_step);
    add(Method::Post, "/api/v1/account/recovery-codes", "renewRecoveryCodes", renew_recovery);
}

}  // namespace parcours::http::api
