#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/error.h"

namespace parcours::fhirpath {

/// Syntax: the text is no expression. Type: it names a function, type or number of arguments that
/// there is not. Runtime: these data cannot be evaluated so.
enum class FailureKind : std::uint8_t { Syntax, Type, Runtime };

[[nodiscard]] constexpr std::string_view failure_name(FailureKind kind) {
    return kind == FailureKind::Syntax ? "syntax"
                                       : (kind == FailureKind::Type ? "type" : "runtime");
}

/// Why there is no answer; the error's place is line and column in the expression.
struct Failure {
    FailureKind kind = FailureKind::Runtime;
    Error error;
};

template <class T>
using Outcome = std::expected<T, Failure>;

}  // namespace parcours::fhirpath
