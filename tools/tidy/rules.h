#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace parcours::tidy {

/// A module includes and links only modules of lower rank, never a sibling of its own rank.
struct Rank {
    std::string_view module;
    int rank = 0;
};
std::span<const Rank> ranks();

/// Headers of a library, and where they may be included.
struct ThirdParty {
    std::string_view header;  ///< the beginning of the name between the brackets
    std::string_view where;   ///< the beginning of a path
    std::string_view why;
};
std::span<const ThirdParty> third_party();

/// What reaches outside of the program's own state.
enum class Touch { Clock, Chance, Thread, File, Socket, Process, Environment, Sleep };
std::string_view touch_name(Touch touch);

/// A word of code, or an included header in brackets, that touches. A word that begins with "std::"
/// counts only behind `std::`, one that begins with "::" only behind a bare `::`.
struct Word {
    std::string_view word;
    Touch touch = Touch::Clock;
};
std::span<const Word> words();

/// Where a touch is allowed, by the beginning of the path, and why.
struct Allowance {
    Touch touch = Touch::Clock;
    std::string_view where;
    std::string_view why;
};
std::span<const Allowance> allowances();

inline constexpr std::size_t header_lines_max = 150;
inline constexpr std::size_t source_lines_look = 400;
inline constexpr std::size_t source_lines_max = 800;

/// Names that say nothing.
inline constexpr std::array<std::string_view, 4> empty_names{"utils", "common", "helpers",
                                                             "manager"};

}  // namespace parcours::tidy
