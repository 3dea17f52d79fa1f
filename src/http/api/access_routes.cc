#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/access.h"
#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "http/api/access_backend.h"
#include "http/api/backend.h"
#include "http/api/body.h"
#include "http/api/guard.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http::api {
namespace {

constexpr std::size_t password_bytes_max = 1'000;

access::Occasion occasion_of(const AccessBackend& backend, const Request& request) {
    return {*request.caller, request.peer, backend.clock.now(), {}};
}

void write_session(JsonWriter& json, const AccessBackend& backend,
                   const access::Principal& principal) {
    json.begin_object().key("staff").begin_object().member("name", principal.display);
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
            std::chrono::duration_cast<std::chrono::seconds>(backend.options.session.idle).count())
        .end_object();
}

/// Public: so that a page can ask whether it must show the log-in.
Result<Response> get_session(const AccessBackend& backend, const Request& request) {
    std::string out;
    JsonWriter json(out);
    if (request.caller) {
        write_session(json, backend, *request.caller);
    } else {
        json.begin_object().key("staff").null().end_object();
    }
    return Response::json(std::move(out));
}

Response refused(const access::LogIn& attempt) {
    using Outcome = access::LogIn::Outcome;
    if (attempt.outcome == Outcome::CodeNeeded) {
        return Response::json(R"({"staff":null,"code_needed":true})");
    }
    if (attempt.outcome == Outcome::Refused) {
        return problem(401, "the name, the password or the code is wrong",
                       "try again; an administrator can set a new password");
    }
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(attempt.wait).count();
    Response response = problem(429, "too many attempts to log in",
                                "wait " + std::to_string(seconds) + " s and try again");
    response.headers.set("Retry-After", std::to_string(seconds));
    return response;
}

Response opened(const AccessBackend& backend, const Request& request,
                const access::LogIn& attempt) {
    std::string out;
    JsonWriter json(out);
    write_session(json, backend, attempt.principal);
    Response response = Response::json(std::move(out));
    response.headers.add("Set-Cookie", cookie_text(session_cookie, attempt.cookie, request.secure));
    return response;
}

Result<Response> log_in(const AccessBackend& backend, const Request& request) {
    const auto body = read_body(request, {{"name", BodyKind::Text, true, 100},
                                          {"password", BodyKind::Text, true, password_bytes_max},
                                          {"code", BodyKind::Text, false, 10}});
    if (!body) {
        return pass_on(body);
    }
    const auto attempt =
        backend.access.log_in({body->text("name"), body->text("password"), body->text("code")},
                              request.peer, backend.clock.now());
    if (!attempt) {
        return pass_on(attempt);
    }
    return attempt->outcome == access::LogIn::Outcome::Open ? opened(backend, request, *attempt)
                                                            : refused(*attempt);
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
            .member("id", session.id.to_hex())
            .member("staff", session.name)
            .member("since", format_instant(session.opened_at))
            .member("last_seen", format_instant(session.used_at))
            .member("peer", session.peer)
            .member("mine", session.id == request.caller->credential)
            .end_object();
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

Result<Response> revoke_session(const AccessBackend& backend, const Request& request) {
    const auto id = digest_from_hex(request.path_value("id"));
    if (!id) {
        return fail(ErrorCode::NotFound, "there is no such session");
    }
    if (const auto done = backend.access.revoke_session(*id, occasion_of(backend, request));
        !done) {
        return pass_on(done);
    }
    return Response::empty();
}

std::optional<Instant> last_seen(const AccessBackend& backend, const Digest& staff) {
    const auto sessions = backend.access.sessions(backend.clock.now(), staff);
    const auto newest = std::ranges::max_element(sessions, {}, &access::SessionSummary::used_at);
    return newest == sessions.end() ? std::nullopt : std::optional(newest->used_at);
}

void write_user(JsonWriter& json, const AccessBackend& backend, const access::StaffSummary& staff) {
    json.begin_object()
        .member("name", staff.name)
        .member("role", access::role_name(staff.role))
        .member("disabled", staff.disabled)
        .member("second_step", staff.has_totp);
    write_moment(json, "last_seen", last_seen(backend, staff.id));
    json.end_object();
}

Result<Response> user_answer(const AccessBackend& backend, std::string_view typed, int status) {
    const auto name = access::staff_name(typed);
    const std::vector<access::StaffSummary> all = backend.access.staff();
    const auto found = std::ranges::find_if(
        all, [&](const access::StaffSummary& staff) { return name && staff.name == *name; });
    if (found == all.end()) {
        return fail(ErrorCode::NotFound, "there is no member of staff of this name");
    }
    std::string out;
    JsonWriter json(out);
    write_user(json, backend, *found);
    return Response::json(std::move(out), status);
}

Result<Response> list_users(const AccessBackend& backend) {
    std::vector<access::StaffSummary> all = backend.access.staff();
    std::ranges::sort(all, {}, &access::StaffSummary::name);
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("users").begin_array();
    for (const access::StaffSummary& staff : all) {
        write_user(json, backend, staff);
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

Result<access::Role> asked_role(const std::string& name) {
    const auto role = access::role_from_name(name);
    if (!role) {
        return fail(ErrorCode::InvalidInput,
                    "\"role\" must be reader, agent, coordinator, outreach_manager, compliance or "
                    "administrator");
    }
    return *role;
}

Result<Response> add_user(const AccessBackend& backend, const Request& request) {
    const auto body = read_body(request, {{"name", BodyKind::Text, true, 100},
                                          {"role", BodyKind::Text, true, 40},
                                          {"password", BodyKind::Text, true, password_bytes_max}});
    if (!body) {
        return pass_on(body);
    }
    const auto role = asked_role(body->text("role"));
    if (!role) {
        return pass_on(role);
    }
    access::NewStaff added;
    added.name = body->text("name");
    added.role = *role;
    added.password = body->text("password");
    if (const auto done = backend.access.add_staff(added, occasion_of(backend, request)); !done) {
        return pass_on(done);
    }
    return user_answer(backend, added.name, 201);
}

Result<Response> change_user(const AccessBackend& backend, const Request& request) {
    const auto body = read_body(request, {{"role", BodyKind::Text, false, 40},
                                          {"password", BodyKind::Text, false, password_bytes_max},
                                          {"disabled", BodyKind::Boolean, false}});
    if (!body) {
        return pass_on(body);
    }
    const std::string name(request.path_value("name"));
    access::StaffChange change;
    if (body->has("role")) {
        const auto role = asked_role(body->text("role"));
        if (!role) {
            return pass_on(role);
        }
        change.role = *role;
    }
    if (body->has("disabled")) {
        change.disabled = body->boolean("disabled");
    }
    const access::Occasion occasion = occasion_of(backend, request);
    if (change.role || change.disabled) {
        if (const auto done = backend.access.change_staff(name, change, occasion); !done) {
            return pass_on(done);
        }
    }
    if (body->has("password")) {
        if (const auto done = backend.access.set_password(name, body->text("password"), occasion);
            !done) {
            return pass_on(done);
        }
    }
    return user_answer(backend, name, 200);
}

bool fits(const access::AuditEntry& entry, const Request& request) {
    const auto same = [&](std::string_view name, std::string_view value) {
        const auto wanted = request.find_query(name);
        return !wanted || wanted->empty() || *wanted == value;
    };
    const auto patient = request.find_query("patient");
    const bool concerns =
        !patient || patient->empty() || *patient == entry.patient ||
        access::find_field(entry.detail, "what").find(*patient) != std::string_view::npos;
    return concerns && same("actor", entry.who.name) && same("action", entry.action);
}

std::string detail_text(const access::AuditFields& fields) {
    std::string text;
    for (const auto& [name, value] : fields) {
        text += (text.empty() ? "" : ", ") + name + " " + value;
    }
    return text;
}

void write_entry(JsonWriter& json, const access::AuditEntry& entry) {
    json.begin_object()
        .member("sequence", entry.sequence)
        .member("at", format_instant(entry.at))
        .member("actor", entry.who.name.empty() ? access::actor_kind_name(entry.who.kind)
                                                : std::string_view(entry.who.name))
        .member("action", entry.action)
        .member("patient", entry.patient)
        .member("detail", detail_text(entry.detail))
        .member("why", entry.why)
        .member("peer", entry.peer)
        .end_object();
}

/// Backwards from the newest; a page looks at no more than so many entries, so that a rare filter
/// answers in time: `next` goes on from there.
Result<Response> list_audit(const AccessBackend& backend, const Request& request) {
    constexpr std::size_t looked_at_max = 5'000;
    const access::AuditHead head = backend.access.head();
    auto rows = asked_number(request, "limit", 50, 200);
    if (rows && *rows == 0) {
        rows = fail(ErrorCode::Usage, "\"limit\" must be 1 to 200");
    }
    const auto cursor = asked_number(request, "cursor", head.sequence, head.sequence);
    if (!rows || !cursor) {
        return !rows ? pass_on(rows) : pass_on(cursor);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("entries").begin_array();
    std::uint64_t sequence = *cursor;
    std::size_t written = 0;
    for (std::size_t looked = 0; sequence > 0 && written < *rows && looked < looked_at_max;
         ++looked, --sequence) {
        auto entry = backend.read_entry(sequence);
        if (!entry) {
            // It is shown, so that whoever looks can go past it.
            entry = access::AuditEntry{};
            entry->sequence = sequence;
            entry->action = "unreadable";
            entry->detail = {{"cure", "parcours audit verify"}};
        }
        if (fits(*entry, request) || entry->action == "unreadable") {
            write_entry(json, *entry);
            ++written;
        }
    }
    json.end_array().member("head", access::head_text(head));
    write_text_or_null(json, "next", sequence == 0 ? std::string() : std::to_string(sequence));
    json.end_object();
    return Response::json(std::move(out));
}

Route open_route(Method method, std::string_view path, std::string_view operation,
                 std::string_view why, std::function<Result<Response>(const Request&)> make) {
    return {method, path, operation, RouteAccess::open(why),
            [make = std::move(make)](const Request& request, const Answer& answer) {
                auto made = make(request);
                answer(made ? std::move(*made) : problem(made.error()));
            }};
}

}  // namespace

void add_access_routes(Router& router, AccessBackend& backend) {
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
    router.add(reading(Method::Get, "/api/v1/users", "listUsers", Permission::UserManage,
                       [&backend](const Request&) { return list_users(backend); }));
    router.add(
        reading(Method::Post, "/api/v1/users", "addUser", Permission::UserManage, with(add_user)));
    router.add(reading(Method::Patch, "/api/v1/users/{name}", "changeUser", Permission::UserManage,
                       with(change_user)));
    router.add(reading(Method::Get, "/api/v1/audit", "listAudit", Permission::AuditRead,
                       with(list_audit)));
}

}  // namespace parcours::http::api
