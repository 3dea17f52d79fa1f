#include "scenario/misfit.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "practice/nearest.h"
#include "scenario/phrase.h"
#include "scenario/words.h"

namespace parcours::scenario {
namespace {

std::string one_of(const std::vector<std::string>& expected) {
    std::string text;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        text += i == 0 ? "" : i + 1 == expected.size() ? " or " : ", ";
        text += expected[i];
    }
    return text;
}

/// A literal word that was meant, without its quotation marks.
std::string nearest_literal(std::string_view given, const std::vector<std::string>& expected) {
    std::vector<std::string> literals;
    for (const std::string& one : expected) {
        if (one.starts_with('"')) {
            literals.push_back(one.substr(1, one.size() - 2));
        }
    }
    const auto nearest = practice::nearest_name(given, literals);
    return nearest ? "; did you mean \"" + *nearest + "\"?" : std::string();
}

}  // namespace

Error misfit(const Words& sentence, std::span<const Phrase::Fit> misfits, std::string_view what) {
    std::size_t furthest = 0;
    std::vector<std::string> beginnings;
    for (const Phrase::Fit& fit : misfits) {
        furthest = std::max(furthest, fit.words);
        if (fit.words == 0) {
            beginnings.insert(beginnings.end(), fit.expected.begin(), fit.expected.end());
        }
    }
    // Any word may stand for a name, so that a beginning that was misspelt fits a little.
    if (furthest <= 1) {
        const std::string meant = nearest_literal(sentence.front().text, beginnings);
        if (!meant.empty()) {
            return {ErrorCode::InvalidInput,
                    "\"" + sentence.front().text + "\" begins nothing that can be said " +
                        std::string(what) + meant,
                    sentence.front().where};
        }
    }
    std::vector<std::string> expected;
    for (const Phrase::Fit& fit : misfits) {
        for (const std::string& one : fit.expected) {
            if (fit.words == furthest && std::ranges::find(expected, one) == expected.end()) {
                expected.push_back(one);
            }
        }
    }
    std::ranges::sort(expected);
    if (furthest >= sentence.size()) {
        const Word& last = sentence.back();
        Location end = last.where;
        end.column += last.text.size() + (last.quoted ? 2 : 0);
        return {ErrorCode::InvalidInput,
                "the sentence ends too soon: " + one_of(expected) + " is missing here", end};
    }
    const Word& wrong = sentence[furthest];
    std::string message = "\"" + wrong.text + "\" cannot be said " + std::string(what) + " here";
    const std::string nearest = nearest_literal(wrong.text, expected);
    message += nearest.empty() ? "; it could be " + one_of(expected) : nearest;
    return {ErrorCode::InvalidInput, std::move(message), wrong.where};
}

}  // namespace parcours::scenario
