#include "engine/given_answers.h"

#include <algorithm>
#include <cstddef>
#include <fmt/core.h>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "practice/folder.h"
#include "practice/forms.h"
#include "practice/nearest.h"
#include "practice/scalar.h"
#include "record/answer.h"

namespace parcours::engine {
namespace {

constexpr std::size_t value_size_max = 500;

/// The value of a form's question, or why it is none.
Result<AnswerValue> value_in_form(const practice::Form& form, const std::string& name,
                                  const std::string& text) {
    const practice::Question* const question = form.find_question(name);
    if (question == nullptr) {
        std::vector<std::string> known;
        std::ranges::transform(form.questions, std::back_inserter(known),
                               &practice::Question::name);
        return fail(ErrorCode::InvalidInput, "the form \"" + form.name + "\" has no question \"" +
                                                 name + "\"" + practice::suggest(name, known));
    }
    if (const auto fits = practice::check_answer(*question, text); !fits) {
        return pass_on(fits);
    }
    using Kind = practice::Question::Kind;
    const bool plain = question->kind == Kind::Text || question->kind == Kind::Choice;
    return plain ? AnswerValue{AnswerValue::Type::Text, text} : guess_answer_value(text);
}

Result<AnswerValue> single_value(const std::string& name, const std::string& text) {
    if (!practice::is_name(name)) {
        return fail(ErrorCode::InvalidInput,
                    "\"" + name +
                        "\" is no name of a question; use lower-case letters, digits and "
                        "hyphens");
    }
    if (text.empty() || text.size() > value_size_max) {
        return fail(ErrorCode::InvalidInput,
                    "the answer to \"" + name + "\" must have 1 to 500 letters");
    }
    return guess_answer_value(text);
}

}  // namespace

Result<std::vector<Answer>> make_answers(const practice::Folder& folder, const GivenAnswers& given,
                                         Instant at) {
    const practice::Form* const form = given.form.empty() ? nullptr : folder.find_form(given.form);
    if (form == nullptr && !given.form.empty()) {
        return fail(ErrorCode::NotFound, "the practice has no form \"" + given.form + "\"" +
                                             practice::suggest(given.form, folder.form_names()));
    }
    if (given.answers.empty()) {
        return fail(ErrorCode::InvalidInput, "no answer is given; name a question and its answer");
    }
    std::vector<Answer> answers;
    for (const auto& [name, text] : given.answers) {
        auto value = form == nullptr ? single_value(name, text) : value_in_form(*form, name, text);
        if (!value) {
            return pass_on(value);
        }
        Answer answer;
        answer.id = named_hash("answer", {fmt::format("{:016x}", given.patient), name, given.source,
                                          std::to_string(at.time_since_epoch().count())});
        answer.patient = given.patient;
        answer.name = name;
        answer.value = *std::move(value);
        answer.form = given.form;
        answer.source = given.source;
        answer.at = at;
        answers.push_back(std::move(answer));
    }
    return answers;
}

}  // namespace parcours::engine
