// Staff, as an administrator sees and changes them.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/access.h"
#include "access/principal.h"
#include "access/roles.h"
#include "access/staff.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "http/api/access_answers.h"
#include "http/api/access_backend.h"
#include "http/api/backend.h"
#include "http/api/body.h"
#include "http/message.h"
#include "http/router.h"

namespace parcours::http::api {
namespace {

std::optional<Instant> last_seen(const AccessBackend& backend, const Digest& staff) {
    const auto sessions = backend.access.sessions(backend.clock.now(), staff);
    const auto newest = std::ranges::max_element(sessions, {}, &access::SessionSummary::used_at);
    return newest == sessions.end() ? std::nullopt : std::optional(newest->used_at);
}

void write_user(JsonWriter& json, const AccessBackend& backend, const access::StaffSummary& staff) {
    json.begin_object()
        .member("name", staff.name)
        .member("display", staff.display)
        .member("role", access::role_name(staff.role))
        .member("disabled", staff.disabled)
        .member("second_step", staff.has_totp)
        .member("by_provider", staff.has_identity || !staff.has_password)
        .member("must_change", staff.must_change);
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
        return fail(ErrorCode::InvalidInput, "\"role\" must be " + access::role_words());
    }
    return *role;
}

Result<Response> add_user(const AccessBackend& backend, const Request& request) {
    const auto body = read_body(request, {{"name", BodyKind::Text, true, 100},
                                          {"role", BodyKind::Text, true, 40},
                                          {"password", BodyKind::Text, false, password_bytes_max},
                                          {"by_provider", BodyKind::Boolean, false}});
    if (!body) {
        return pass_on(body);
    }
    if (body->has("password") == body->boolean("by_provider")) {
        return fail(ErrorCode::InvalidInput,
                    "give a \"password\", or \"by_provider\": true for somebody who logs in at "
                    "the provider");
    }
    const auto role = asked_role(body->text("role"));
    if (!role) {
        return pass_on(role);
    }
    access::NewStaff added;
    added.name = body->text("name");
    added.role = *role;
    added.password = body->text("password");
    added.by_provider = body->boolean("by_provider");
    added.must_change = body->has("password");
    if (const auto done = backend.access.add_staff(added, occasion_of(backend, request)); !done) {
        return pass_on(done);
    }
    return user_answer(backend, added.name, 201);
}

/// One's own password and second step are changed where they have to be proved first: whoever only
/// found a browser open cannot take the account over.
Result<> refuse_own(const access::Occasion& occasion, std::string_view typed) {
    const auto name = access::staff_name(typed);
    if (name && *name == occasion.by.actor.name) {
        return fail(ErrorCode::Conflict,
                    "change your own password and second step in your account");
    }
    return {};
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
    if (body->has("password")) {
        if (const auto other = refuse_own(occasion, name); !other) {
            return pass_on(other);
        }
        change.password = body->text("password");
        change.must_change = true;
    }
    if (const auto done = backend.access.change_staff(name, change, occasion); !done) {
        return pass_on(done);
    }
    return user_answer(backend, name, 200);
}

Result<Response> remove_second_step(const AccessBackend& backend, const Request& request) {
    const std::string name(request.path_value("name"));
    const access::Occasion occasion = occasion_of(backend, request);
    if (const auto other = refuse_own(occasion, name); !other) {
        return pass_on(other);
    }
    if (const auto done = backend.access.remove_totp(name, occasion); !done) {
        return pass_on(done);
    }
    return user_answer(backend, name, 200);
}

}  // namespace

void add_user_routes(Router& router, AccessBackend& backend) {
    using access::Permission;
    const auto with = [&backend](auto handler) {
        return [&backend, handler](const Request& request) { return handler(backend, request); };
    };
    router.add(reading(Method::Get, "/api/v1/users", "listUsers", Permission::UserManage,
                       [&backend](const Request&) { return list_users(backend); }));
    router.add(
        reading(Method::Post, "/api/v1/users", "addUser", Permission::UserManage, with(add_user)));
    router.add(reading(Method::Patch, "/api/v1/users/{name}", "changeUser", Permission::UserManage,
                       with(change_user)));
    router.add(reading(Method::Delete, "/api/v1/users/{name}/second-step", "removeUsersSecondStep",
                       Permission::UserManage, with(remove_second_step)));
}

}  // namespace parcours::http::api
