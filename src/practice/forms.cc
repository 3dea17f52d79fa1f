#include "practice/forms.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "practice/nearest.h"
#include "practice/scalar.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

constexpr std::array<std::string_view, 4> kinds{"yes-no", "number", "text", "choice"};
constexpr std::size_t answer_size_max = 500;

/// Reads one form and keeps every mistake.
class FormReader {
  public:
    FormReader(const std::vector<std::string>& languages, std::vector<Error>& errors)
        : languages_(languages), errors_(errors) {}

    std::optional<Form> read(const Node& document) {
        keys(document, {"form", "title", "note", "questions"}, "a form");
        const Node* name = document.find("form");
        if (name == nullptr || !is_name(name->text())) {
            mistake(name == nullptr ? document : *name,
                    "a form needs a name in lower-case letters, digits and hyphens: form: intake");
            return std::nullopt;
        }
        Form form;
        form.name = name->text();
        form.where = document.where();
        form.canonical = canonical_text(document);
        form.title = titles(document, "title", "the form \"" + form.name + "\"");
        const Node* questions = document.find("questions");
        if (questions == nullptr || !questions->is_map() || questions->entries().empty()) {
            mistake(questions == nullptr ? document : *questions,
                    "a form has questions: questions: { smoker: { ask: { en: Do you smoke? }, "
                    "answer: yes-no } }");
            return form;
        }
        for (const Node::Entry& entry : questions->entries()) {
            form.questions.push_back(question(entry));
        }
        return form;
    }

  private:
    void mistake(const Node& node, std::string message) {
        errors_.push_back(error_at(node, std::move(message)));
    }
    void keys(const Node& node, std::initializer_list<std::string_view> known,
              std::string_view what) {
        std::ranges::move(unknown_keys(node, known, what), std::back_inserter(errors_));
    }

    Titles titles(const Node& node, std::string_view key, const std::string& whose) {
        const Node* found = node.find(key);
        if (found == nullptr) {
            mistake(node, whose + " has no \"" + std::string(key) + "\" in words for people");
            return {};
        }
        auto read = read_titles(*found, key);
        if (!read) {
            errors_.push_back(read.error());
            return {};
        }
        for (const std::string& language : languages_) {
            if (!read->contains(language)) {
                mistake(*found, whose + " is missing in \"" + language +
                                    "\", a language of this clinic; add it to \"" +
                                    std::string(key) + "\"");
            }
        }
        return *std::move(read);
    }

    Question question(const Node::Entry& entry) {
        Question question;
        question.name = entry.key;
        const std::string whose = "the question \"" + entry.key + "\"";
        if (!is_name(entry.key)) {
            errors_.push_back(
                {ErrorCode::InvalidInput,
                 "\"" + entry.key + "\" is no name; use lower-case letters, digits and hyphens",
                 entry.where});
        }
        keys(entry.value, {"ask", "answer", "choices"}, "a question");
        question.ask = titles(entry.value, "ask", whose);
        const Node* answer = entry.value.find("answer");
        const auto* const kind =
            answer == nullptr ? kinds.end() : std::ranges::find(kinds, answer->text());
        if (kind == kinds.end()) {
            mistake(answer == nullptr ? entry.value : *answer,
                    whose +
                        " does not say how it is answered; write answer: yes-no, number, text "
                        "or choice");
        } else {
            question.kind = static_cast<Question::Kind>(kind - kinds.begin());
        }
        read_choices(entry.value, question, whose);
        return question;
    }

    void read_choices(const Node& node, Question& question, const std::string& whose) {
        const Node* choices = node.find("choices");
        if ((choices != nullptr) != (question.kind == Question::Kind::Choice)) {
            mistake(choices == nullptr ? node : *choices,
                    whose + ": \"choices\" and \"answer: choice\" belong together");
            return;
        }
        if (choices != nullptr) {
            auto texts = read_texts(*choices, "choices");
            if (texts) {
                question.choices = *std::move(texts);
            } else {
                errors_.push_back(texts.error());
            }
        }
    }

    const std::vector<std::string>& languages_;
    std::vector<Error>& errors_;
};

}  // namespace

const Question* Form::find_question(std::string_view question) const {
    const auto found = std::ranges::find(questions, question, &Question::name);
    return found == questions.end() ? nullptr : &*found;
}

std::optional<Form> read_form(const Node& document, const std::vector<std::string>& languages,
                              std::vector<Error>& errors) {
    return FormReader(languages, errors).read(document);
}

Result<> check_answer(const Question& question, std::string_view text) {
    const auto refuse = [&](const std::string& right) {
        return fail(ErrorCode::InvalidInput, "\"" + std::string(text.substr(0, 40)) +
                                                 "\" does not answer \"" + question.name + "\"; " +
                                                 right);
    };
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    switch (question.kind) {
        case Question::Kind::YesNo:
            if (text != "true" && text != "false") {
                return refuse("say true or false");
            }
            break;
        case Question::Kind::Number:
            if (digits.empty() || digits.size() > 9 ||
                digits.find_first_not_of("0123456789") != std::string_view::npos) {
                return refuse("say a whole number");
            }
            break;
        case Question::Kind::Choice:
            if (std::ranges::find(question.choices, text) == question.choices.end()) {
                return refuse("it is one of its choices" +
                              suggest(text, std::span<const std::string>(question.choices)));
            }
            break;
        case Question::Kind::Text:
            if (text.empty() || text.size() > answer_size_max) {
                return refuse("say up to 500 letters");
            }
            break;
    }
    return {};
}

}  // namespace parcours::practice
