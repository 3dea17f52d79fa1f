#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/message.h"

namespace parcours::http {

/// One thing that is wrong with a request: where (a JSON pointer, or a name of the query) and what.
struct FieldProblem {
    std::string at;
    std::string detail;
};

/// Why a request failed, for people and programs (RFC 9457).
struct Problem {
    int status = 500;
    std::string code;    ///< stable, for programs: "not-found"; the status' own where empty
    std::string detail;  ///< one plain sentence: what is wrong
    std::string cure;    ///< what the reader can do about it; the status' own where empty
    std::vector<FieldProblem> errors;
};

/// `application/problem+json` with type, title, status, detail, code, cure and errors.
[[nodiscard]] Response problem_response(const Problem& problem);

/// The problem with this status and sentence.
[[nodiscard]] Response problem(int status, std::string detail, std::string cure = {});

/// The status of a kind of error: 404 for NotFound, 409 for Conflict, 503 for Unavailable …
[[nodiscard]] int status_of(ErrorCode code);

/// The problem that an error makes. What only an operator may know stays out: `Internal`, `Damaged`
/// and the like say no more than that it was recorded, and leave the error in `defect`.
[[nodiscard]] Response problem(const Error& error);

/// The same of what was thrown.
[[nodiscard]] Response problem(const std::exception& thrown);

/// The code of a status by itself: "not-found" for 404.
[[nodiscard]] std::string_view status_code_name(int status);

}  // namespace parcours::http
