#include "position/medicine.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace parcours::position {
namespace {

constexpr std::array<std::string_view, 22> not_ingredients = {
    "hr",      "day",   "month",     "ml",       "mg",      "mcg",  "unt",    "actuat",
    "nda",     "abuse", "deterrent", "extended", "release", "oral", "tablet", "capsule",
    "delayed", "human", "pack",      "dose",     "g",       "hour"};

bool is_ingredient_word(std::string_view word) {
    return word.size() > 1 && std::ranges::find(not_ingredients, word) == not_ingredients.end() &&
           std::ranges::none_of(word, [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// The first word of a component that can be an ingredient; salts and forms come after it.
std::string first_word(std::string_view component) {
    std::string word;
    for (std::size_t i = 0; i <= component.size(); ++i) {
        const auto c = static_cast<unsigned char>(i < component.size() ? component[i] : ' ');
        if (std::isalnum(c) != 0 || c >= 0x80) {
            word.push_back(static_cast<char>(std::tolower(c)));
            continue;
        }
        if (is_ingredient_word(word)) {
            return word;
        }
        word.clear();
    }
    return {};
}

}  // namespace

std::string ingredient_of(std::string_view text) {
    std::vector<std::string> words;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        std::size_t end = text.find(" / ", begin);
        end = end == std::string_view::npos ? text.size() : end;
        if (std::string word = first_word(text.substr(begin, end - begin)); !word.empty()) {
            words.push_back(std::move(word));
        }
        begin = end + 3;
    }
    std::ranges::sort(words);
    words.erase(std::ranges::unique(words).begin(), words.end());
    std::string joined;
    for (const std::string& word : words) {
        joined += joined.empty() ? word : "+" + word;
    }
    return joined;
}

}  // namespace parcours::position
