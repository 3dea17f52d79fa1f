#include "scenario/phrase.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "scenario/words.h"

namespace parcours::scenario {
namespace {

/// Whether the text has the form, in which 0 stands for a digit.
bool has_form(std::string_view text, std::string_view form) {
    return std::ranges::equal(text, form, [](char letter, char wanted) {
        return wanted == '0' ? letter >= '0' && letter <= '9' : letter == wanted;
    });
}

bool is_time(const Word& word) {
    return !word.quoted && (has_form(word.text, "00:00") || has_form(word.text, "00:00:00"));
}

bool is_number(const Word& word) {
    return !word.quoted && word.text.find_first_not_of("0123456789.-") == std::string::npos &&
           !is_day(word);
}

bool is_zone(const Word& word) {
    return !word.quoted &&
           (word.text == "UTC" || (word.text.find('/') != std::string::npos &&
                                   word.text.front() >= 'A' && word.text.front() <= 'Z'));
}

}  // namespace

bool is_day(const Word& word) {
    return !word.quoted && has_form(word.text, "0000-00-00");
}

std::size_t moment_length(const Words& words, std::size_t at) {
    if (at >= words.size() || !is_day(words[at])) {
        return 0;
    }
    std::size_t end = at + 1;
    end += end < words.size() && is_time(words[end]) ? 1 : 0;
    end += end < words.size() && is_zone(words[end]) ? 1 : 0;
    return end - at;
}

const Words* Slots::find(std::string_view name) const {
    const auto found = words_.find(name);
    return found == words_.end() || found->second.empty() ? nullptr : &found->second;
}

std::string Slots::text(std::string_view name) const {
    const Words* const words = find(name);
    return words == nullptr ? std::string() : words->front().text;
}

Location Slots::where(std::string_view name) const {
    const Words* const words = find(name);
    return words == nullptr ? sentence : words->front().where;
}

void Slots::drop(std::string_view name) {
    if (const auto found = words_.find(name); found != words_.end()) {
        words_.erase(found);
    }
}

void Slots::keep_raw(std::string_view sentence_text) {
    if (const Words* const rest = find(rest_)) {
        raw_ = sentence_text.substr(rest->front().where.column - sentence.column);
    }
}

Phrase::Phrase(std::string_view pattern) : pattern_(pattern) {
    std::vector<std::size_t> open;
    std::size_t at = 0;
    const auto add = [this](Item::Kind kind, std::string_view text) {
        items_.push_back({kind, std::string(text), 0});
    };
    while (at < pattern.size()) {
        if (pattern[at] == ' ') {
            ++at;
        } else if (pattern[at] == '[') {
            open.push_back(items_.size());
            add(Item::Kind::Begin, {});
            ++at;
        } else if (pattern[at] == ']') {
            add(Item::Kind::End, {});
            items_[open.back()].end = items_.size();
            open.pop_back();
            ++at;
        } else if (pattern[at] == '{') {
            std::string_view name = pattern.substr(at + 1, pattern.find('}', at) - at - 1);
            at += name.size() + 2;
            Item::Kind kind = Item::Kind::Slot;
            if (name.ends_with(":moment")) {
                kind = Item::Kind::Moment;
                name.remove_suffix(7);
            } else if (name.ends_with(":number")) {
                kind = Item::Kind::Number;
                name.remove_suffix(7);
            } else if (name.ends_with("...")) {
                kind = Item::Kind::Rest;
                name.remove_suffix(3);
            }
            add(kind, name);
        } else {
            const std::size_t end = std::min(pattern.find_first_of(" ]", at), pattern.size());
            add(Item::Kind::Literal, pattern.substr(at, end - at));
            at = end;
        }
    }
}

/// Tries the items one after another; what may be left out is tried first.
class Phrase::Matcher {
  public:
    Matcher(const std::vector<Item>& items, const Words& words, Fit& fit)
        : items_(items), words_(words), fit_(fit) {}

    bool match(std::size_t item, std::size_t word) {
        if (item == items_.size()) {
            if (word < words_.size()) {
                expect("the end of the line", word);
            }
            return word == words_.size();
        }
        const Item& wanted = items_[item];
        switch (wanted.kind) {
            case Item::Kind::Begin:
                return match(item + 1, word) || match(wanted.end, word);
            case Item::Kind::End:
                return match(item + 1, word);
            case Item::Kind::Literal:
                return take(item, word, word < words_.size() && words_[word].is(wanted.text),
                            "\"" + wanted.text + "\"", 1);
            case Item::Kind::Slot:
                return take(item, word, word < words_.size() && !words_[word].is_mark(),
                            "{" + wanted.text + "}", 1);
            case Item::Kind::Number:
                return take(item, word, word < words_.size() && is_number(words_[word]), "a number",
                            1);
            case Item::Kind::Moment: {
                const std::size_t length = moment_length(words_, word);
                return take(item, word, length > 0, "a day such as 2026-03-29", length);
            }
            case Item::Kind::Rest:
                return take(item, word, word < words_.size(), "{" + wanted.text + "}",
                            words_.size() - std::min(word, words_.size()));
        }
        return false;
    }

  private:
    bool take(std::size_t item, std::size_t word, bool fits, const std::string& what,
              std::size_t length) {
        if (!fits) {
            expect(what, word);
            return false;
        }
        const Item& wanted = items_[item];
        if (wanted.kind != Item::Kind::Literal) {
            const auto from = words_.begin() + static_cast<std::ptrdiff_t>(word);
            fit_.slots.set(wanted.text, Words(from, from + static_cast<std::ptrdiff_t>(length)));
            if (wanted.kind == Item::Kind::Rest) {
                fit_.slots.set_rest(wanted.text);
            }
        }
        if (match(item + 1, word + length)) {
            return true;
        }
        if (wanted.kind != Item::Kind::Literal) {
            fit_.slots.drop(wanted.text);
        }
        return false;
    }

    void expect(const std::string& what, std::size_t word) {
        if (word > fit_.words) {
            fit_.words = word;
            fit_.expected.clear();
        }
        if (word == fit_.words && std::ranges::find(fit_.expected, what) == fit_.expected.end()) {
            fit_.expected.push_back(what);
        }
    }

    const std::vector<Item>& items_;
    const Words& words_;
    Fit& fit_;
};

Phrase::Fit Phrase::fit(const Words& sentence) const {
    Fit fit;
    Matcher matcher(items_, sentence, fit);
    fit.whole = matcher.match(0, 0);
    if (!sentence.empty()) {
        fit.slots.sentence = sentence.front().where;
    }
    return fit;
}

}  // namespace parcours::scenario
