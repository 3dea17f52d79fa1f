#include "practice/nearest.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parcours::practice {
namespace {

constexpr std::size_t name_length_max = 100;
constexpr std::size_t listed_max = 12;

/// Optimal string alignment distance (Damerau 1964 with each part edited once).
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

template <class Text>
std::optional<std::string> find_nearest(std::string_view name, std::span<const Text> candidates) {
    if (name.empty() || name.size() > name_length_max) {
        return std::nullopt;
    }
    std::optional<std::string> nearest;
    std::size_t least = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (const Text& candidate : candidates) {
        const std::string_view text = candidate;
        if (text.size() > name_length_max) {
            continue;
        }
        const std::size_t distance = edit_distance(name, text);
        if (distance < least) {
            least = distance;
            nearest = std::string(text);
        }
    }
    return nearest;
}

template <class Text>
std::string make_suggestion(std::string_view name, std::span<const Text> candidates) {
    if (const auto nearest = find_nearest(name, candidates)) {
        return "; did you mean \"" + *nearest + "\"?";
    }
    if (candidates.empty()) {
        return "; none is defined";
    }
    std::string text = "; known: ";
    for (std::size_t i = 0; i < std::min(candidates.size(), listed_max); ++i) {
        text += i == 0 ? "" : ", ";
        text += candidates[i];
    }
    return text + (candidates.size() > listed_max ? ", …" : "");
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view name,
                                        std::span<const std::string> candidates) {
    return find_nearest(name, candidates);
}

std::optional<std::string> nearest_name(std::string_view name,
                                        std::span<const std::string_view> candidates) {
    return find_nearest(name, candidates);
}

std::string suggest(std::string_view name, std::span<const std::string> candidates) {
    return make_suggestion(name, candidates);
}

std::string suggest(std::string_view name, std::span<const std::string_view> candidates) {
    return make_suggestion(name, candidates);
}

}  // namespace parcours::practice
