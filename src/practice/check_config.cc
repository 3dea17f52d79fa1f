#include "practice/check_config.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "practice/confidentiality.h"
#include "practice/config.h"
#include "practice/folder.h"
#include "practice/scalar.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

/// A length of time in practice.yaml, and between what it must lie.
struct Length {
    std::string_view key;
    Duration most;
    std::string_view most_in_words;
    std::string_view of_nothing;  ///< what a length of nothing, or less, would do to the clinic
    std::string_view example;     ///< of one that is meant
};

constexpr std::int64_t age_max = 25;
constexpr Duration length_max = std::chrono::years{20};
constexpr std::array<Length, 3> lengths{
    {{"not-after", length_max, "20 years",
      "everything would be too late as soon as it is planned, so that nothing would ever leave",
      "2 days"},
     {"repeat-after", length_max, "20 years",
      "nothing would keep the same from being said again and again", "2 days"},
     {"clock-jump", std::chrono::weeks{1}, "a week",
      "the least drift of the clock would hold everything", "1 hour"}}};

/// `node` is null where the file does not say it. What cannot be read is told elsewhere.
void check_length(const Node* node, const Length& length, std::vector<Error>& errors) {
    const auto said =
        node == nullptr ? Result<Duration>(length.most) : read_duration(*node, length.key);
    if (!said) {
        return;
    }
    const std::string beginning = std::string(length.key) + ": ";
    const std::string cure = "; write for example " + std::string(length.example);
    if (*said <= Duration{0}) {
        errors.push_back(error_at(*node, beginning + std::string(length.of_nothing) + cure));
    } else if (*said > length.most) {
        errors.push_back(error_at(*node, beginning + "longer than " +
                                             std::string(length.most_in_words) + " is not meant" +
                                             cure));
    }
}

void check_ages(const Node& document, const Folder& folder, std::vector<Error>& errors) {
    const int adult = folder.config.adult_age;
    if (const Node* const age = document.find("adult-age"); age != nullptr && adult == 0) {
        errors.push_back(error_at(
            *age,
            "adult-age: nobody would be a minor, and no guardian would ever be spoken to; write "
            "the age at which people come of age, such as 18"));
        return;
    }
    const Node* const minors = document.find("minors");
    if (minors == nullptr || !minors->is_map()) {
        return;
    }
    for (const Node::Entry& topic : minors->entries()) {
        const Node* const from = topic.value.is_map() ? topic.value.find("from") : nullptr;
        const auto age =
            from == nullptr ? Result<std::int64_t>(1) : read_integer(*from, "from", 0, age_max);
        if (age && *age == 0) {
            errors.push_back(error_at(*from,
                                      "from: even a newborn would be told alone; write the age "
                                      "from which minors are, such as 14"));
        } else if (age && *age >= adult && from != nullptr) {
            errors.push_back(
                error_at(*from, "from: whoever is so old is no minor any more (adult-age is " +
                                    std::to_string(adult) +
                                    "), so nobody would ever be told; write a lower "
                                    "age, or \"" +
                                    topic.key + ": nobody\""));
        }
    }
}

}  // namespace

std::vector<Error> check_config(const Folder& folder) {
    std::vector<Error> errors;
    const auto file = folder.files.find("practice.yaml");
    const auto document = file == folder.files.end() ? Result<Node>(Node())
                                                     : parse_yaml(file->second, "practice.yaml");
    if (!document || !document->is_map()) {
        return errors;
    }
    for (const Length& length : lengths) {
        check_length(document->find(length.key), length, errors);
    }
    const Node* const feeds = document->find("feeds");
    if (feeds != nullptr && feeds->is_map()) {
        check_length(feeds->find("stale-after"),
                     {"stale-after", length_max, "20 years", "nothing would ever leave", "3 days"},
                     errors);
    }
    check_ages(*document, folder, errors);
    return errors;
}

}  // namespace parcours::practice
