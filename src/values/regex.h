#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace parcours::values {

/// A regular expression as CQL's `Matches` and FHIRPath's `matches` use them: Perl's syntax on
/// Unicode characters, case-sensitive, `.` takes newlines too ("single line mode"). Matching takes
/// time linear in the text, whatever the pattern; what would need more (looking around, references
/// to groups inside the pattern) is refused. Immutable; shared by threads.
class Regex {
  public:
    /// Errors, InvalidInput: what is wrong with the pattern; Limit: it is too big.
    static Result<Regex> compile(std::string_view pattern, std::string_view flags = {});
    /// The same, remembering the last few patterns of this thread.
    static Result<Regex> find(std::string_view pattern, std::string_view flags = {});

    /// Whether the whole text matches.
    [[nodiscard]] bool matches(std::string_view text) const;
    /// Whether some part of the text matches.
    [[nodiscard]] bool is_in(std::string_view text) const;
    /// Each match replaced. In `substitution` `$1` … `$99` and `${name}` are groups, `$0` the match,
    /// and a backslash takes the next character as it is; `$` before anything else is itself.
    /// Errors, InvalidInput: a group that does not exist; Limit: a result of over `length_max`.
    [[nodiscard]] Result<std::string> replace(std::string_view text,
                                              std::string_view substitution) const;
    /// The parts of the text between the matches; the whole where nothing matches. Empty matches
    /// part between characters, and never before the first.
    [[nodiscard]] std::vector<std::string> split(std::string_view text) const;

    static constexpr std::size_t pattern_length_max = 4096;
    static constexpr std::size_t length_max = 16 * 1024 * 1024;

  private:
    struct Compiled;
    explicit Regex(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

    std::shared_ptr<const Compiled> compiled_;
};

}  // namespace parcours::values
