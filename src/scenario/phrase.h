#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "scenario/words.h"

namespace parcours::scenario {

/// What a sentence put into the places of its phrase.
class Slots {
  public:
    /// Nothing where the sentence left it out.
    [[nodiscard]] const Words* find(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
    /// The first word; empty where it was left out.
    [[nodiscard]] std::string text(std::string_view name) const;
    /// Where it stands; of the sentence where it was left out.
    [[nodiscard]] Location where(std::string_view name) const;

    void set(std::string name, Words words) { words_[std::move(name)] = std::move(words); }
    void drop(std::string_view name);
    /// Keeps what follows from a place `{name...}` as it is written in the sentence.
    void keep_raw(std::string_view sentence_text);
    [[nodiscard]] const std::string& raw() const { return raw_; }
    void set_rest(std::string name) { rest_ = std::move(name); }

    Location sentence;  ///< of its first word

  private:
    std::map<std::string, Words, std::less<>> words_;
    std::string rest_;  ///< the name of `{name...}`
    std::string raw_;
};

/// The pattern of a sentence: words as they are, places `{name}` for one word, `{name:number}` for
/// a number, `{name:moment}` for a day with time and zone if given, `{name...}` for all that
/// follows, and `[…]` for what may be left out. "sent to {patient} by {channel} : {content} [in
/// {language}]".
class Phrase {
  public:
    explicit Phrase(std::string_view pattern);

    /// How far a sentence fits, and what it says.
    struct Fit {
        bool whole = false;
        std::size_t words = 0;              ///< that fitted
        std::vector<std::string> expected;  ///< what could have followed
        Slots slots;
    };
    [[nodiscard]] Fit fit(const Words& sentence) const;
    [[nodiscard]] const std::string& pattern() const { return pattern_; }

  private:
    struct Item {
        enum class Kind { Literal, Slot, Number, Moment, Rest, Begin, End };
        Kind kind = Kind::Literal;
        std::string text;
        std::size_t end = 0;  ///< of what may be left out: the item after it
    };
    class Matcher;

    std::string pattern_;
    std::vector<Item> items_;
};

/// Whether the word looks like a day, "2026-03-29".
[[nodiscard]] bool is_day(const Word& word);
/// How many words from `at` on make a moment: a day, a time, a zone; 0 for none.
[[nodiscard]] std::size_t moment_length(const Words& words, std::size_t at);

}  // namespace parcours::scenario
