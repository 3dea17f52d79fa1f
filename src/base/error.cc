#include "base/error.h"

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace parcours {
namespace {

constexpr std::array<std::string_view, 12> names = {
    "usage",    "invalid-input", "not-found", "conflict",     "locked", "unavailable",
    "no-space", "read-only",     "damaged",   "newer-format", "limit",  "internal"};

}  // namespace

std::string Error::to_text() const {
    std::string text;
    if (!where.file.empty()) {
        text += where.file;
        text += ':';
    }
    if (where.line != 0) {
        text += std::to_string(where.line);
        text += ':';
        if (where.column != 0) {
            text += std::to_string(where.column);
            text += ':';
        }
    }
    if (!text.empty()) {
        text += ' ';
    }
    return text + message;
}

std::unexpected<Error> fail(ErrorCode code, std::string message, Location where) {
    return std::unexpected(Error{code, std::move(message), std::move(where)});
}

std::string_view error_code_name(ErrorCode code) {
    return names.at(static_cast<std::size_t>(code));
}

int exit_code(ErrorCode code) {
    return static_cast<int>(code) + 2;
}

void check(bool invariant, std::string_view what) {
    if (!invariant) {
        std::fprintf(stderr, "parcours: broken invariant: %.*s\n", static_cast<int>(what.size()),
                     what.data());
        std::abort();
    }
}

}  // namespace parcours
