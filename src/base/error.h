#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace parcours {

/// What kind of thing went wrong. Each kind has its own exit code of the command line.
enum class ErrorCode : std::uint8_t {
    Usage,         ///< an unknown command, option or argument
    InvalidInput,  ///< input that breaks its own format or rules
    NotFound,      ///< something named that does not exist
    Conflict,      ///< a version, lock or state that forbids the operation now
    Locked,        ///< another process writes to this data folder
    Unavailable,   ///< the network, a peer or the disk did not answer
    NoSpace,       ///< the disk is full
    ReadOnly,      ///< the place cannot be written to
    Damaged,       ///< stored data fails its checksum
    NewerFormat,   ///< stored data comes from a newer version of this program
    Limit,         ///< a stated bound (size, depth, count, time) was exceeded
    Internal       ///< a defect of this program
};

/// Where in some input: a file and a place in it, 1-based; 0 means "not known".
struct Location {
    std::string file;
    std::uint64_t line = 0;
    std::uint64_t column = 0;

    bool operator==(const Location&) const = default;
};

/// An expected failure. `message` is one plain sentence: what is wrong, and what would be right.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    Location where;

    /// "file:line:column: message", leaving out what is not known.
    [[nodiscard]] std::string to_text() const;
};

/// The value, or why there is none.
template <class T = void>
using Result = std::expected<T, Error>;

/// An `Error` ready to be returned from a function that gives a `Result`.
[[nodiscard]] std::unexpected<Error> fail(ErrorCode code, std::string message, Location where = {});

/// Passes on the error of another result.
template <class T>
[[nodiscard]] std::unexpected<Error> pass_on(const Result<T>& failed) {
    return std::unexpected(failed.error());
}

/// The stable lower-case name of a code, as in JSON answers: "invalid-input".
[[nodiscard]] std::string_view error_code_name(ErrorCode code);

/// The exit code of the command line for this kind of error (2 for usage, 3–13 for the others).
[[nodiscard]] int exit_code(ErrorCode code);

/// Stops the program when an invariant of its own is broken. Never for bad input.
void check(bool invariant, std::string_view what);

}  // namespace parcours
