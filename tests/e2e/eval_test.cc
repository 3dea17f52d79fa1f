// parcours eval --batch: questions in lines, answers in lines.

#include <cstddef>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

using ::testing::HasSubstr;

class Evaluation : public ::testing::Test {
  protected:
    /// The lines of the answer to a file of such lines.
    std::vector<std::string> ask(const std::string& lines) {
        folder.write("questions.jsonl", lines);
        const Ended ended = run({"eval", "--batch", folder / "questions.jsonl"});
        EXPECT_EQ(ended.code, 0) << ended.err;
        std::vector<std::string> answers;
        std::istringstream text(ended.out);
        for (std::string line; std::getline(text, line);) {
            answers.push_back(line);
        }
        return answers;
    }
    std::string ask_one(const std::string& line) {
        const auto answers = ask(line + "\n");
        return answers.size() == 1 ? answers[0] : "";
    }

    TemporaryFolder folder;
};

TEST_F(Evaluation, BothLanguagesAnswerInTheOrderOfTheQuestions) {
    const auto answers = ask(
        R"x({"id":1,"language":"fhirpath","expression":"name.given","resource":{"resourceType":"Patient","name":[{"given":["Zoe","Ann"]}]}}
{"id":"two","language":"cql","expression":"Interval[1, 5] overlaps Interval[5, 9]"}

{"id":3,"language":"fhirpath","expression":"@2019-06 | 3 'mg' | 5L | 2 years | 1.50 | 1.type()"}
)x");
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(answers[0], R"({"id":1,"result":["Zoe","Ann"]})");
    EXPECT_EQ(answers[1], R"({"id":"two","result":"true"})");
    EXPECT_EQ(
        answers[2],
        R"({"id":3,"result":["2019-06","3 'mg'","5","2 years",1.5,{"namespace":"System","name":"Integer"}]})");
}

TEST_F(Evaluation, ContextAndVariablesAreKnown) {
    EXPECT_EQ(ask_one(R"({"id":1,"expression":"%context.n + %a.first() - %resource.n",)"
                      R"("resource":{"n":1,"g":{"n":2}},"context":"g","variables":{"a":[5,6]}})"),
              R"({"id":1,"result":[6]})");
}

TEST_F(Evaluation, WhatIsWrongIsAnAnswerWithItsPlace) {
    const auto answers = ask(
        R"x({"id":1,"language":"fhirpath","expression":"2 + "}
{"id":2,"language":"fhirpath","expression":"name.firstt()"}
{"id":3,"language":"fhirpath","expression":"1 > 'a'"}
{"id":4,"language":"cql","expression":"1 +"}
{"id":5,"language":"cql","expression":"Frist({1})"}
{"id":6,"language":"sql","expression":"1"}
not json
)x");
    ASSERT_EQ(answers.size(), 7U);
    EXPECT_THAT(answers[0], HasSubstr(R"("code":"syntax")"));
    EXPECT_THAT(answers[0], HasSubstr(R"("line":1,"column":5)"));
    EXPECT_THAT(answers[1], HasSubstr(R"("code":"type")"));
    EXPECT_THAT(answers[1], HasSubstr("did you mean 'first'?"));
    EXPECT_THAT(answers[2], HasSubstr(R"("code":"runtime")"));
    EXPECT_THAT(answers[3], HasSubstr(R"("code":"syntax")"));
    EXPECT_THAT(answers[4], HasSubstr(R"("code":"type")"));
    EXPECT_THAT(answers[5], HasSubstr("there are"));
    EXPECT_THAT(answers[6], HasSubstr(R"({"id":null,"error")"));
}

TEST_F(Evaluation, CqlIncludesThePracticesLibraries) {
    std::filesystem::create_directories(folder / "practice/libraries");
    folder.write("practice/libraries/Sums.cql",
                 "library Sums\ndefine function Twice(x Integer): x * 2\n"
                 "define \"Wrong\":\n  1 + 'a'\n");
    folder.write("questions.jsonl",
                 R"x({"id":1,"language":"cql","expression":"include Sums\ndefine A: Sums.Twice(4)"}
{"id":2,"language":"cql","expression":"include Sums\ndefine A: Sums.Wrong"}
{"id":3,"language":"cql","expression":"include Sms\ndefine A: 1"}
)x");
    const Ended ended =
        run({"eval", "--batch", folder / "questions.jsonl", "--practice", folder / "practice"});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.out, HasSubstr(R"({"id":1,"result":"8"})"));
    EXPECT_THAT(ended.out, HasSubstr(R"("file":"libraries/Sums.cql","line":4,)"));
    EXPECT_THAT(ended.out, HasSubstr("did you mean 'Sums'?"));
}

TEST_F(Evaluation, ManyLinesStreamInLittleMemory) {
    std::string lines;
    constexpr std::size_t count = 100'000;
    for (std::size_t i = 0; i < count; ++i) {
        lines += R"({"id":)" + std::to_string(i) +
                 R"(,"expression":"item.where(linkId = '1').text","resource":{"resourceType":)"
                 R"("Questionnaire","item":[{"linkId":"1","text":"Yes"},{"linkId":"2"}]}})"
                 "\n";
    }
    folder.write("questions.jsonl", lines);
    const Ended ended = run({"eval", "--batch", folder / "questions.jsonl"});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.last_line(), R"({"id":99999,"result":["Yes"]})");
    EXPECT_LT(ended.memory_max_kb, 200'000U) << "a line is forgotten once it is answered";
}

TEST_F(Evaluation, AMissingFileIsRefused) {
    const Ended ended = run({"eval", "--batch", folder / "none.jsonl"});
    EXPECT_EQ(ended.code, exit_code(ErrorCode::NotFound));
    EXPECT_THAT(ended.err, HasSubstr("none.jsonl"));
}

}  // namespace
}  // namespace parcours::testing
