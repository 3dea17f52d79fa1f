#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json_writer.h"
#include "http/message.h"

namespace parcours::http::facade {

inline constexpr std::string_view fhir_media_type = "application/fhir+json; charset=utf-8";

/// One thing to say: its severity (error, warning, information), its code of FHIR's issue-type and
/// one plain sentence.
struct Issue {
    std::string_view severity = "error";
    std::string_view code = "invalid";
    std::string text;
    std::string expression;  ///< where, as "Bundle.entry[3]"; empty: nowhere in particular
    /// Where in a text that was sent or is kept (extensions operationoutcome-issue-line, -col and
    /// operationoutcome-file); without a line nowhere.
    Location where;
};

/// An OperationOutcome as JSON.
void write_outcome(JsonWriter& json, const std::vector<Issue>& issues);

/// An answer that is one.
[[nodiscard]] Response outcome(int status, const std::vector<Issue>& issues);
[[nodiscard]] Response outcome(int status, std::string_view code, std::string text);
/// What an error makes; what only an operator may know stays in `defect`.
[[nodiscard]] Response outcome(const Error& error);

/// The same of CQL: with the line and column in the expression, or in the library's file.
[[nodiscard]] Response cql_outcome(const Error& error);

[[nodiscard]] Response fhir_json(std::string body, int status = 200);

}  // namespace parcours::http::facade
