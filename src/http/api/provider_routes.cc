// Logging in by a provider of OpenID Connect: the way there and the way back, both by the browser
// itself, so that refusals too send it to a page.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "access/access.h"
#include "access/access_state.h"
#include "access/audit.h"
#include "access/log_in.h"
#include "access/oidc.h"
#include "access/oidc_log_in.h"
#include "access/principal.h"
#include "base/error.h"
#include "http/api/access_answers.h"
#include "http/api/access_backend.h"
#include "http/api/guard.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http::api {
namespace {

constexpr std::string_view attempt_cookie = "parcours-attempt";

Response not_configured() {
    return problem(404, "no provider of OpenID Connect is configured",
                   "log in with a name and a password");
}

/// The page to log in says in the reader's language what the code means.
std::string_view refusal_code(ErrorCode code) {
    switch (code) {
        case ErrorCode::Unavailable:
            return "provider-down";
        case ErrorCode::NotFound:
            return "attempt-over";
        case ErrorCode::Limit:
            return "too-many";
        case ErrorCode::Conflict:
            return "no-access";
        case ErrorCode::InvalidInput:
            return "provider-refused";
        default:
            return "failed";
    }
}

Response back_to_log_in(std::string_view code) {
    return Response::redirect("/?log_in=" + std::string(code));
}

/// A flood of refusals does not fill the audit: who came too often was written down before, and so
/// was the failure of a provider that is left in peace now.
void note_refusal(const AccessBackend& backend, const Request& request, const Error& error) {
    if (error.code == ErrorCode::Limit) {
        return;
    }
    const access::Occasion occasion{
        access::system_principal("openid-connect"), request.peer, backend.clock.now(), {}};
    static_cast<void>(backend.access.record(
        access::entry_of(occasion, access::action::log_in_refused, {{"reason", error.message}})));
}

Result<Response> start(const AccessBackend& backend, const Request& request) {
    if (backend.provider == nullptr) {
        return not_configured();
    }
    const auto departure =
        backend.provider->start(request.find_query("to").value_or("/"), backend.clock.now());
    if (!departure) {
        note_refusal(backend, request, departure.error());
        return back_to_log_in("provider-down");
    }
    Response response = Response::redirect(departure->url);
    const auto age =
        std::chrono::duration_cast<std::chrono::seconds>(access::OidcAttempts::attempt_age_max);
    response.headers.add("Set-Cookie", cookie_text(attempt_cookie, departure->cookie,
                                                   request.secure, age.count(), SameSite::Lax));
    return response;
}

/// The session of whoever the provider vouches for, and where they wanted to go.
Result<Response> enter(const AccessBackend& backend, const Request& request) {
    const auto value = [&request](std::string_view name) {
        return std::string(request.find_query(name).value_or(""));
    };
    const auto cookie = request.find_cookie(cookie_name(attempt_cookie, request.secure));
    const auto arrival = backend.provider->finish(
        cookie.value_or(""), {value("code"), value("state"), value("iss"), value("error")},
        request.peer, backend.clock.now());
    if (!arrival) {
        return pass_on(arrival);
    }
    const auto attempt =
        backend.access.log_in_by_identity(arrival->identity, request.peer, backend.clock.now());
    if (!attempt) {
        return pass_on(attempt);
    }
    if (attempt->outcome != access::LogIn::Outcome::Open) {
        return back_to_log_in("no-access");  // written down already
    }
    Response response = Response::redirect(arrival->return_to);
    response.headers.add("Set-Cookie",
                         cookie_text(session_cookie, attempt->cookie, request.secure));
    return response;
}

Result<Response> finish(const AccessBackend& backend, const Request& request) {
    if (backend.provider == nullptr) {
        return not_configured();
    }
    auto entered = enter(backend, request);
    if (!entered) {
        note_refusal(backend, request, entered.error());
        entered = back_to_log_in(refusal_code(entered.error().code));
    }
    entered->headers.add("Set-Cookie",
                         cookie_text(attempt_cookie, "", request.secure, 0, SameSite::Lax));
    return entered;
}

}  // namespace

void add_provider_routes(Router& router, AccessBackend& backend) {
    router.add(open_route(Method::Get, "/api/v1/session/provider", "startProviderLogIn",
                          "one is not logged in yet",
                          [&backend](const Request& request) { return start(backend, request); }));
    router.add(open_route(Method::Get, "/api/v1/session/provider/callback", "finishProviderLogIn",
                          "the provider's signature says who it is",
                          [&backend](const Request& request) { return finish(backend, request); }));
}

}  // namespace parcours::http::api
