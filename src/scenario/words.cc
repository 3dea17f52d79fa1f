#include "scenario/words.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace parcours::scenario {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/// Reads the text that begins after a quote at `at`; leaves `at` after its end.
Result<Word> read_quoted(std::string_view line, std::size_t& at, Location where) {
    Word word{{}, true, std::move(where)};
    for (++at; at < line.size(); ++at) {
        if (line[at] == '"') {
            ++at;
            return word;
        }
        if (line[at] == '\\' && at + 1 < line.size()) {
            ++at;
        }
        word.text += line[at];
    }
    return fail(ErrorCode::InvalidInput, "a text in quotes begins here and does not end",
                word.where);
}

/// Adds a word and, as words of their own, the marks at its end.
void add(Words& words, std::string_view text, const Location& where) {
    const std::size_t bare = text.find_last_not_of(",:") + 1;
    if (bare > 0) {
        words.push_back({std::string(text.substr(0, bare)), false, where});
    }
    for (std::size_t mark = bare; mark < text.size(); ++mark) {
        words.push_back(
            {std::string(1, text[mark]), false, {where.file, where.line, where.column + mark}});
    }
}

}  // namespace

Result<Words> split_words(std::string_view line, const Location& where) {
    Words words;
    std::size_t at = 0;
    while (at < line.size()) {
        const Location here{where.file, where.line, where.column + at};
        if (is_blank(line[at])) {
            ++at;
        } else if (line[at] == '#') {
            break;
        } else if (line[at] == '"') {
            auto quoted = read_quoted(line, at, here);
            if (!quoted) {
                return pass_on(quoted);
            }
            words.push_back(std::move(*quoted));
        } else {
            const std::size_t from = at;
            while (at < line.size() && !is_blank(line[at]) && line[at] != '"') {
                ++at;
            }
            add(words, line.substr(from, at - from), here);
        }
    }
    return words;
}

std::string join_words(const Words& words) {
    std::string text;
    for (const Word& word : words) {
        if (!text.empty() && !word.is_mark()) {
            text += ' ';
        }
        if (!word.quoted) {
            text += word.text;
            continue;
        }
        text += '"';
        for (const char c : word.text) {
            text += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
        }
        text += '"';
    }
    return text;
}

}  // namespace parcours::scenario
