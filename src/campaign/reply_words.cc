#include "campaign/reply_words.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace parcours::campaign {
namespace {

/// What may stand around a word; everything beyond ASCII belongs to words.
bool is_mark(char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return static_cast<unsigned char>(c) < 0x80 && !letter;
}

std::string_view bare(std::string_view text) {
    while (!text.empty() && is_mark(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_mark(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

}  // namespace

std::vector<std::string> reply_words(std::string_view list) {
    std::vector<std::string> words;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        if (const std::string_view word = bare(list.substr(0, end)); !word.empty()) {
            words.push_back(to_lower_ascii(word));
        }
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return words;
}

bool says(std::string_view reply, std::span<const std::string> words) {
    const std::string said = to_lower_ascii(bare(reply));
    return std::ranges::any_of(words, [&said](const std::string& word) {
        // Chinese has no spaces: a character is a word.
        const bool wide = static_cast<unsigned char>(word.front()) >= 0xE0;
        return said.starts_with(word) &&
               (said.size() == word.size() || is_mark(said[word.size()]) || wide);
    });
}

}  // namespace parcours::campaign
