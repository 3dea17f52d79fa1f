#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "practice/scalar.h"
#include "practice/yaml.h"

namespace parcours::practice {

/// A question of a form, and what may be answered.
struct Question {
    enum class Kind : std::uint8_t { YesNo, Number, Text, Choice };
    std::string name;  ///< what the answer is stored under
    Titles ask;
    Kind kind = Kind::Text;
    std::vector<std::string> choices;  ///< with Choice
};

/// A named questionnaire of the practice: forms/NAME.yaml.
struct Form {
    std::string name;
    Titles title;
    std::vector<Question> questions;
    std::string canonical;  ///< all of it, for release hashes
    Location where;

    [[nodiscard]] const Question* find_question(std::string_view question) const;
};

/// Reads the document of a form. Every mistake is appended to `errors`, also words that are missing
/// in one of `languages`; nothing where it has no name.
std::optional<Form> read_form(const Node& document, const std::vector<std::string>& languages,
                              std::vector<Error>& errors);

/// Whether a text answers a question: yes-no is "true" or "false", a number is a whole one, a
/// choice is one of the choices. Errors: InvalidInput, with what would be right.
[[nodiscard]] Result<> check_answer(const Question& question, std::string_view text);

}  // namespace parcours::practice
