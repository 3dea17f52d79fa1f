#include "http/fhir/outcome.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "http/message.h"
#include "http/problem.h"

namespace parcours::http::facade {
namespace {

std::string_view issue_code(ErrorCode code) {
    switch (code) {
        case ErrorCode::Usage:
        case ErrorCode::InvalidInput:
            return "invalid";
        case ErrorCode::NotFound:
            return "not-found";
        case ErrorCode::Conflict:
            return "conflict";
        case ErrorCode::Limit:
            return "too-costly";
        case ErrorCode::Locked:
        case ErrorCode::Unavailable:
        case ErrorCode::ReadOnly:
        case ErrorCode::NoSpace:
            return "transient";
        default:
            return "exception";
    }
}

}  // namespace

namespace {

void write_place(JsonWriter& json, const Location& where) {
    constexpr std::string_view base = "http://hl7.org/fhir/StructureDefinition/";
    json.key("extension").begin_array();
    const auto number = [&](std::string_view name, std::uint64_t value) {
        json.begin_object().member("url", std::string(base) + std::string(name));
        json.member("valueInteger", value).end_object();
    };
    number("operationoutcome-issue-line", where.line);
    number("operationoutcome-issue-col", where.column);
    if (!where.file.empty()) {
        json.begin_object().member("url", std::string(base) + "operationoutcome-file");
        json.member("valueString", where.file).end_object();
    }
    json.end_array();
}

}  // namespace

void write_outcome(JsonWriter& json, const std::vector<Issue>& issues) {
    json.begin_object().member("resourceType", "OperationOutcome").key("issue").begin_array();
    for (const Issue& issue : issues) {
        json.begin_object();
        if (issue.where.line > 0) {
            write_place(json, issue.where);
        }
        json.member("severity", issue.severity)
            .member("code", issue.code)
            .member("diagnostics", to_valid_utf8(issue.text));
        if (!issue.expression.empty()) {
            json.key("expression").begin_array().value(issue.expression).end_array();
        }
        json.end_object();
    }
    json.end_array().end_object();
}

Response outcome(int status, const std::vector<Issue>& issues) {
    std::string text;
    JsonWriter json(text);
    write_outcome(json, issues);
    return fhir_json(std::move(text), status);
}

Response outcome(int status, std::string_view code, std::string text) {
    return outcome(status, {{"error", code, std::move(text), {}}});
}

Response outcome(const Error& error) {
    const int status = status_of(error.code);
    std::string text = error.message;
    if (status >= 500) {
        text = status == 500 ? "the server failed at this request; its log says why"
                             : "the server cannot do this at the moment; try again in a minute";
    }
    Response response = outcome(status, issue_code(error.code), std::move(text));
    if (status >= 500) {
        response.defect = error.to_text();
    }
    return response;
}

Response cql_outcome(const Error& error) {
    const int status = status_of(error.code);
    if (status >= 500) {
        return outcome(error);
    }
    return outcome(status, {{"error", issue_code(error.code), error.to_text(), {}, error.where}});
}

Response fhir_json(std::string body, int status) {
    return Response::text(status, fhir_media_type, std::move(body));
}

}  // namespace parcours::http::facade
