#include "http/problem.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "http/message.h"

namespace parcours::http {
namespace {

constexpr auto codes = std::to_array<std::pair<int, std::string_view>>({
    {400, "bad-request"},
    {401, "not-logged-in"},
    {403, "forbidden"},
    {404, "not-found"},
    {405, "method-not-allowed"},
    {406, "not-acceptable"},
    {408, "too-slow"},
    {409, "conflict"},
    {410, "gone"},
    {411, "length-required"},
    {412, "stale"},
    {413, "body-too-large"},
    {414, "target-too-long"},
    {415, "wrong-media-type"},
    {416, "no-such-range"},
    {417, "expectation-failed"},
    {421, "wrong-host"},
    {422, "invalid"},
    {428, "precondition-required"},
    {429, "too-many-requests"},
    {431, "headers-too-large"},
    {500, "internal"},
    {501, "not-implemented"},
    {503, "unavailable"},
    {505, "wrong-http-version"},
    {507, "no-space"},
});

}  // namespace

std::string_view status_code_name(int status) {
    for (const auto& [known, name] : codes) {
        if (known == status) {
            return name;
        }
    }
    return status >= 500 ? "internal" : "bad-request";
}

Response problem_response(const Problem& problem) {
    const std::string code =
        problem.code.empty() ? std::string(status_code_name(problem.status)) : problem.code;
    std::string text;
    JsonWriter json(text);
    json.begin_object();
    json.member("type", "urn:parcours:problem:" + code);
    json.member("title", status_phrase(problem.status));
    json.member("status", problem.status);
    json.member("code", code);
    json.member("detail", to_valid_utf8(problem.detail));
    if (!problem.cure.empty()) {
        json.member("cure", to_valid_utf8(problem.cure));
    }
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
        case ErrorCode::Limit:
            return 413;
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
    made.code = error_code_name(error.code);
    if (made.status >= 500) {
        made.detail = made.status == 500 ? "the server failed at this request"
                                         : "the server cannot do this at the moment";
        made.cure = "try again; if it stays so, the server's log says why";
    } else {
        made.detail = error.message;
        if (error.where.line > 0) {
            const std::string file = error.where.file.empty() ? "" : error.where.file + ':';
            made.errors.push_back({file + std::to_string(error.where.line) + ':' +
                                       std::to_string(error.where.column),
                                   error.message});
        }
    }
    return problem_response(made);
}

}  // namespace parcours::http
