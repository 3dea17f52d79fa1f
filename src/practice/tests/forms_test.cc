#include "practice/forms.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/error.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

const std::string good =
    "form: about-you\n"
    "title: { en: About you, fr: Vous }\n"
    "questions:\n"
    "  smoker: { ask: { en: \"Do you smoke?\", fr: \"Fumez-vous ?\" }, answer: yes-no }\n"
    "  height: { ask: { en: \"How tall?\", fr: \"Votre taille ?\" }, answer: number }\n"
    "  best-time: { ask: { en: \"When?\", fr: \"Quand ?\" }, answer: choice, choices: [am, pm] }\n"
    "  note: { ask: { en: \"Else?\", fr: \"Autre ?\" }, answer: text }\n";

std::optional<Form> read(const std::string& text, std::vector<Error>& errors) {
    return read_form(parse_yaml(text, "forms/about-you.yaml").value(), {"en", "fr"}, errors);
}

TEST(Forms, AreRead) {
    std::vector<Error> errors;
    const auto form = read(good, errors);
    ASSERT_TRUE(form && errors.empty());
    EXPECT_EQ(form->name, "about-you");
    ASSERT_EQ(form->questions.size(), 4U);
    EXPECT_EQ(form->find_question("best-time")->choices.size(), 2U);
    EXPECT_EQ(form->find_question("nothing"), nullptr);
}

TEST(Forms, MistakesHaveAPlaceAndACure) {
    struct Case {
        std::string text;
        std::uint64_t line;
        std::string says;
    };
    for (const Case& one : std::vector<Case>{
             {"title: x\n", 1, "a form needs a name"},
             {"form: f\ntitle: { en: F, fr: F }\n", 1, "has questions"},
             {"form: f\ntitle: { en: F }\nquestions: {}\n", 2, "missing in \"fr\""},
             {"form: f\ntitle: { en: F, fr: F }\nquestions:\n  q: { answer: text }\n", 4,
              "no \"ask\""},
             {"form: f\ntitle: { en: F, fr: F }\nquestions:\n  q: { ask: { en: Q, fr: Q }, answer: "
              "colour }\n",
              4, "yes-no, number, text"},
             {"form: f\ntitle: { en: F, fr: F }\nquestions:\n  q: { ask: { en: Q, fr: Q }, answer: "
              "choice }\n",
              4, "belong together"},
             {"form: f\ntitel: { en: F, fr: F }\nquestions: {}\n", 2, "did you mean \"title\""}}) {
        std::vector<Error> errors;
        (void)read(one.text, errors);
        bool found = false;
        for (const Error& error : errors) {
            found = found || (error.where.line == one.line &&
                              error.message.find(one.says) != std::string::npos);
        }
        EXPECT_TRUE(found) << one.text << (errors.empty() ? "" : errors.front().to_text());
    }
}

TEST(Forms, AnswersFitTheirQuestions) {
    std::vector<Error> errors;
    const auto form = read(good, errors);
    ASSERT_TRUE(form);
    const auto answers = [&form](const char* question, const std::string& text) {
        return check_answer(*form->find_question(question), text).has_value();
    };
    EXPECT_TRUE(answers("smoker", "true"));
    EXPECT_FALSE(answers("smoker", "yes"));
    EXPECT_TRUE(answers("height", "172"));
    EXPECT_FALSE(answers("height", "tall"));
    EXPECT_FALSE(answers("height", "-"));
    EXPECT_TRUE(answers("best-time", "pm"));
    EXPECT_FALSE(answers("best-time", "noon"));
    EXPECT_TRUE(answers("note", "hello"));
    EXPECT_FALSE(answers("note", ""));
    EXPECT_FALSE(answers("note", std::string(501, 'x')));
}

}  // namespace
}  // namespace parcours::practice
