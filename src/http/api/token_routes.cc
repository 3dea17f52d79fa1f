// API tokens, as an administrator sees, makes and revokes them.

#include <string>
#include <utility>

#include "access/access.h"
#include "access/roles.h"
#include "access/tokens.h"
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

Result<Response> list_tokens(const AccessBackend& backend) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("tokens").begin_array();
    for (const access::TokenSummary& token : backend.access.tokens()) {
        json.begin_object().member("id", token.id.to_hex()).member("name", token.name);
        json.key("scopes").begin_array();
        for (const access::Scope scope : token.scopes) {
            json.value(access::scope_name(scope));
        }
        json.end_array();
        json.member("added", format_instant(token.added_at));
        write_moment(json, "expires", token.expires_at);
        write_moment(json, "used", token.used_at);
        json.member("revoked", token.revoked).end_object();
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

Result<Response> add_token(const AccessBackend& backend, const Request& request) {
    const auto body = read_body(request, {{"name", BodyKind::Text, true, 200},
                                          {"scopes", BodyKind::Texts, true, 20},
                                          {"expires", BodyKind::Text, false, 40}});
    if (!body) {
        return pass_on(body);
    }
    std::string names;
    for (const std::string& name : body->texts("scopes")) {
        names += name + " ";
    }
    const auto scopes = access::parse_scopes(names);
    if (!scopes) {
        return pass_on(scopes);
    }
    access::NewToken added{.name = body->text("name"), .scopes = *scopes, .expires_at = {}};
    if (body->has("expires")) {
        const auto until = parse_instant(body->text("expires"));
        if (!until) {
            return pass_on(until);
        }
        added.expires_at = *until;
    }
    const auto text = backend.access.add_token(added, occasion_of(backend, request));
    if (!text) {
        return pass_on(text);
    }
    std::string out;
    JsonWriter(out).begin_object().member("token", *text).end_object();
    return Response::json(std::move(out), 201);
}

Result<Response> revoke_token(const AccessBackend& backend, const Request& request) {
    const auto id = digest_from_hex(request.path_value("id"));
    if (!id) {
        return fail(ErrorCode::NotFound, "there is no such token");
    }
    const auto done = backend.access.revoke_token(*id, occasion_of(backend, request));
    return done ? Result<Response>(Response::empty()) : pass_on(done);
}

}  // namespace

void add_token_routes(Router& router, AccessBackend& backend) {
    using access::Permission;
    router.add(reading(Method::Get, "/api/v1/tokens", "listTokens", Permission::TokenManage,
                       [&backend](const Request&) { return list_tokens(backend); }));
    router.add(reading(Method::Post, "/api/v1/tokens", "addToken", Permission::TokenManage,
                       [&backend](const Request& request) { return add_token(backend, request); }));
    router.add(
        reading(Method::Delete, "/api/v1/tokens/{id}", "revokeToken", Permission::TokenManage,
                [&backend](const Request& request) { return revoke_token(backend, request); }));
}

}  // namespace parcours::http::api
