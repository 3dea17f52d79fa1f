#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "outreach/render.h"

namespace parcours::outreach {

/// Says dates, times and numbers in a reader's language and zone, as CLDR has them. Not for use by
/// two threads. An unknown language speaks like English.
class ValueWords {
  public:
    explicit ValueWords(const Reader& reader);
    ~ValueWords();
    ValueWords(const ValueWords&) = delete;
    ValueWords& operator=(const ValueWords&) = delete;

    /// Errors, InvalidInput: the value is of another kind (a text as a date).
    [[nodiscard]] Result<std::string> say(const Value& value, VariableUse::Kind kind,
                                          std::string_view style) const;
    [[nodiscard]] std::string number(double number, std::string_view style) const;
    /// "one", "few", "other" … for a number; ordinals ("1st") have their own.
    [[nodiscard]] std::string plural_keyword(double number, bool is_ordinal) const;
    /// What a value that is no text is called in a `select`: its number, or its ISO date.
    [[nodiscard]] std::string select_keyword(const Value& value) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace parcours::outreach
