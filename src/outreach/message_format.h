#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "outreach/render.h"

namespace parcours::outreach {

/// A parsed text of ICU MessageFormat: plain, `{name}`, `{name, number[, integer | percent |
/// pattern]}`, `{name, date | time[, short | medium | long | full | ::skeleton | pattern]}`,
/// `plural`, `selectordinal` and `select`. The pattern is parsed by ICU; the arguments are said
/// here, so that a missing variable is noticed exactly where a chosen branch needs it and moments
/// are said in the reader's zone.
class MessagePattern {
  public:
    /// Errors: InvalidInput; `where.column` is the character in the text, 1-based, `where.line` its
    /// line, counted from 1.
    static Result<MessagePattern> parse(std::string_view text);
    MessagePattern(MessagePattern&&) noexcept;
    MessagePattern& operator=(MessagePattern&&) noexcept;
    ~MessagePattern();

    /// What becomes of a value before it is put into the text.
    using Escape = std::string (*)(std::string_view value);

    /// Errors: as `render`.
    [[nodiscard]] Result<std::string> format(const Variables& variables, const Reader& reader,
                                             Escape escape) const;
    /// Each name and kind once, in their order.
    [[nodiscard]] std::vector<VariableUse> variables() const;

  private:
    struct Parsed;
    explicit MessagePattern(std::unique_ptr<Parsed> parsed);
    std::unique_ptr<Parsed> parsed_;
};

}  // namespace parcours::outreach
