#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

namespace parcours::bench {

/// Whether `--help` or `-h` stands among a program's arguments; `text` is then on standard output,
/// and there is nothing to measure.
inline bool was_helped(int count, char** arguments, std::string_view text) {
    const std::span<char*> all(arguments, static_cast<std::size_t>(count));
    const bool asked = std::ranges::any_of(
        all.subspan(1), [](std::string_view word) { return word == "--help" || word == "-h"; });
    if (asked) {
        std::puts(std::string(text).c_str());
    }
    return asked;
}

}  // namespace parcours::bench
