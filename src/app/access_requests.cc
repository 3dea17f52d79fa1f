#include "app/access_requests.h"

#include <optional>
#include <string>
#include <string_view>

#include "access/access.h"
#include "access/principal.h"
#include "access/roles.h"
#include "access/staff.h"
#include "access/tokens.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/time.h"

namespace parcours::app {
namespace {

Result<access::Role> read_role(std::string_view name) {
    const auto role = access::role_from_name(name);
    if (!role) {
        return fail(ErrorCode::Usage,
                    "\"" + std::string(name) +
                        "\" is no role; choose reader, agent, coordinator, outreach_manager, "
                        "compliance or administrator");
    }
    return *role;
}

std::string done(std::string_view what, std::string_view name) {
    std::string out;
    JsonWriter(out).begin_object().member(what, name).end_object();
    return out;
}

Result<std::string> add_user(access::Access& access, const access::Occasion& occasion,
                             const JsonView& request) {
    const auto role = read_role(request["role"].text());
    if (!role) {
        return pass_on(role);
    }
    access::NewStaff added;
    added.name = request["name"].text();
    added.role = *role;
    added.password = request["password"].text();
    added.by_provider = request["by_provider"].boolean().value_or(false);
    added.must_change = request["must_change"].boolean().value_or(false);
    if (const auto made = access.add_staff(added, occasion); !made) {
        return pass_on(made);
    }
    return done("added", added.name);
}

Result<std::string> change_user(access::Access& access, const access::Occasion& occasion,
                                const JsonView& request) {
    const std::string_view name = request["name"].text();
    access::StaffChange change;
    if (const std::string_view given = request["role"].text(); !given.empty()) {
        const auto role = read_role(given);
        if (!role) {
            return pass_on(role);
        }
        change.role = *role;
    }
    change.disabled = request["disabled"].boolean();
    if (const std::string_view password = request["password"].text(); !password.empty()) {
        change.password = std::string(password);
        change.must_change = request["must_change"].boolean().value_or(false);
    }
    if (const auto changed = access.change_staff(name, change, occasion); !changed) {
        return pass_on(changed);
    }
    return done("changed", name);
}

std::string list_users(const access::Access& access) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("users").begin_array();
    for (const access::StaffSummary& staff : access.staff()) {
        json.begin_object()
            .member("name", staff.name)
            .member("role", access::role_name(staff.role))
            .member("disabled", staff.disabled)
            .member("second_step", staff.has_totp)
            .member("by_provider", staff.has_identity || !staff.has_password)
            .member("must_change", staff.must_change)
            .end_object();
    }
    json.end_array().end_object();
    return out;
}

/// For whoever lost the telephone and the recovery codes, an administrator above all.
Result<std::string> reset_totp(access::Access& access, const access::Occasion& occasion,
                               const JsonView& request) {
    const std::string_view name = request["name"].text();
    if (const auto removed = access.remove_totp(name, occasion); !removed) {
        return pass_on(removed);
    }
    return done("reset", name);
}

Result<std::string> add_token(access::Access& access, const access::Occasion& occasion,
                              const JsonView& request) {
    const auto scopes = access::parse_scopes(request["scopes"].text());
    if (!scopes) {
        return pass_on(scopes);
    }
    access::NewToken added;
    added.name = request["name"].text();
    added.scopes = *scopes;
    if (const std::string_view until = request["expires"].text(); !until.empty()) {
        const auto at = parse_instant(until);
        if (!at) {
            return pass_on(at);
        }
        added.expires_at = *at;
    }
    const auto text = access.add_token(added, occasion);
    if (!text) {
        return pass_on(text);
    }
    return done("token", *text);
}

Result<std::string> revoke_token(access::Access& access, const access::Occasion& occasion,
                                 const JsonView& request) {
    const std::string_view wanted = request["name"].text();
    std::optional<Digest> found;
    for (const access::TokenSummary& token : access.tokens()) {
        if (!token.revoked && (token.name == wanted || token.id.to_hex() == wanted)) {
            if (found) {
                return fail(ErrorCode::Conflict,
                            "several tokens have this name; give the id that `token list` shows");
            }
            found = token.id;
        }
    }
    if (!found) {
        return fail(ErrorCode::NotFound, "there is no live token of this name or id");
    }
    if (const auto revoked = access.revoke_token(*found, occasion); !revoked) {
        return pass_on(revoked);
    }
    return done("revoked", wanted);
}

std::string list_tokens(const access::Access& access) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("tokens").begin_array();
    for (const access::TokenSummary& token : access.tokens()) {
        json.begin_object()
            .member("id", token.id.to_hex())
            .member("name", token.name)
            .member("scopes", access::scopes_text(token.scopes))
            .member("added", format_instant(token.added_at))
            .member("expires", token.expires_at ? format_instant(*token.expires_at) : "")
            .member("used", token.used_at ? format_instant(*token.used_at) : "")
            .member("revoked", token.revoked)
            .end_object();
    }
    json.end_array().end_object();
    return out;
}

}  // namespace

bool is_access_command(std::string_view command) {
    return command == "user" || command == "token";
}

Result<std::string> answer_access(access::Access& access, const Clock& clock,
                                  const JsonView& request) {
    const std::string_view command = request["command"].text();
    const std::string_view what = request["do"].text();
    const access::Occasion occasion{
        access::system_principal(std::string(command) + " " + std::string(what)),
        {},
        clock.now(),
        {}};
    if (command == "user") {
        return what == "add"      ? add_user(access, occasion, request)
               : what == "change" ? change_user(access, occasion, request)
               : what == "totp"   ? reset_totp(access, occasion, request)
                                  : Result<std::string>(list_users(access));
    }
    return what == "add"      ? add_token(access, occasion, request)
           : what == "revoke" ? revoke_token(access, occasion, request)
                              : Result<std::string>(list_tokens(access));
}

}  // namespace parcours::app
