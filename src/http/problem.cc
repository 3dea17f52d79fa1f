#include "http/problem.h"

#include <algorithm>
#include <array>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "http/message.h"

namespace parcours::http {
namespace {

/// What a status says by itself: to programs, as a title to people, and what to do about it.
struct Meaning {
    int status;
    std::string_view code;
    std::string_view title;
    std::string_view cure;
};

constexpr auto meanings = std::to_array<Meaning>({
    {400, "bad-request", "The request is not understood",
     "see this operation in /api/openapi.json"},
    {401, "not-logged-in", "Not logged in",
     "log in, or send an API token: Authorization: Bearer …"},
    {403, "forbidden", "Not permitted", "ask an administrator for a role that has the permission"},
    {404, "not-found", "Not found", "look for it in the list that it comes from"},
    {405, "method-not-allowed", "Not done this way here", "use a method that Allow names"},
    {406, "not-acceptable", "No such form of the answer", "accept application/json"},
    {408, "too-slow", "The request came too slowly", "send it again, in one go"},
    {409, "conflict", "It does not fit what is there now",
     "look at what is there now, and decide again"},
    {410, "gone", "No longer there", "look for it in the list that it comes from"},
    {411, "length-required", "The length of the body is missing", "send Content-Length"},
    {412, "stale", "Somebody changed it meanwhile", "read it again and decide on what it is now"},
    {413, "body-too-large", "Too much at once", "send it in parts"},
    {414, "target-too-long", "The address is too long",
     "ask for less, or by POST where there is one"},
    {415, "wrong-media-type", "Not a kind of content that is taken here",
     "send Content-Type: application/json"},
    {416, "no-such-range", "No such part of the file", "ask for the whole file"},
    {417, "expectation-failed", "An expectation cannot be met", "leave Expect out"},
    {421, "wrong-host", "Another server's name", "use the address that this server is known by"},
    {422, "invalid", "Something in it is wrong", "mend what is named, and send it again"},
    {428, "precondition-required", "It is not said what is changed",
     "send If-Match with the ETag of what was read"},
    {429, "too-many-requests", "Too many requests", "wait as long as Retry-After says"},
    {431, "headers-too-large", "The headers are too large", "send fewer or shorter ones"},
    {500, "internal", "The server failed at this request",
     "try again; if it stays so, the server's log says why"},
    {501, "not-implemented", "Not done here", "see /api/openapi.json for what is"},
    {503, "unavailable", "Not possible at the moment", "try again in a minute"},
    {505, "wrong-http-version", "Another version of HTTP", "use HTTP/1.1"},
    {507, "no-space", "The disk is full", "the administrator makes room on the server's disk"},
});

const Meaning& meaning_of(int status) {
    const auto* found = std::ranges::find(meanings, status, &Meaning::status);
    if (found == meanings.end()) {
        found = std::ranges::find(meanings, status >= 500 ? 500 : 400, &Meaning::status);
    }
    return *found;
}

}  // namespace

std::string_view status_code_name(int status) {
    return meaning_of(status).code;
}

Response problem_response(const Problem& problem) {
    const std::string code =
        problem.code.empty() ? std::string(status_code_name(problem.status)) : problem.code;
    std::string text;
    JsonWriter json(text);
    json.begin_object();
    json.member("type", "urn:parcours:problem:" + code);
    json.member("title", meaning_of(problem.status).title);
    json.member("status", problem.status);
    json.member("code", code);
    json.member("detail", to_valid_utf8(problem.detail));
    json.member("cure", problem.cure.empty() ? std::string(meaning_of(problem.status).cure)
                                             : to_valid_utf8(problem.cure));
    if (!problem.errors.empty()) {
        json.key("errors").begin_array();
        for (const FieldProblem& error : problem.errors) {
            json.begin_object();
            json.member("at", to_valid_utf8(error.at));
            json.member("detail", to_valid_utf8(error.detail));
            json.end_object();
        }
        json.end_array();
    }
    json.end_object();
    return Response::text(problem.status, "application/problem+json", std::move(text));
}

Response problem(int status, std::string detail, std::string cure) {
    return problem_response({.status = status,
                             .code = {},
                             .detail = std::move(detail),
                             .cure = std::move(cure),
                             .errors = {}});
}

int status_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::Usage:
            return 400;
        case ErrorCode::InvalidInput:
        case ErrorCode::Limit:
            return 422;
        case ErrorCode::NotFound:
            return 404;
        case ErrorCode::Conflict:
            return 409;
        case ErrorCode::Locked:
        case ErrorCode::Unavailable:
        case ErrorCode::ReadOnly:
            return 503;
        case ErrorCode::NoSpace:
            return 507;
        case ErrorCode::Damaged:
        case ErrorCode::NewerFormat:
        case ErrorCode::Internal:
            return 500;
    }
    return 500;
}

Response problem(const Error& error) {
    Problem made;
    made.status = status_of(error.code);
    made.code = error.code == ErrorCode::Limit ? "too-costly" : error_code_name(error.code);
    if (made.status >= 500) {
        made.detail = made.status == 500 ? "the server failed at this request"
                                         : "the server cannot do this at the moment";
        made.cure = "try again; if it stays so, the server's log says why";
    } else {
        made.detail = error.message;
        if (error.where.line > 0) {
            const std::string file = error.where.file.empty() ? "" : error.where.file + ':';
            made.errors.push_back(
                {file + std::to_string(error.where.line) + ':' + std::to_string(error.where.column),
                 error.message});
        }
    }
    Response response = problem_response(made);
    if (made.status == 503) {
        response.headers.set("Retry-After", "5");
    }
    if (made.status >= 500) {
        response.defect = error.to_text();
    }
    return response;
}

Response problem(const std::exception& thrown) {
    Response response = problem(500, "the server failed at this request");
    response.defect = thrown.what();
    return response;
}

}  // namespace parcours::http
