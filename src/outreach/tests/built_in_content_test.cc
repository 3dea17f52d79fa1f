// The content that ships with the program, said to an invented patient in three languages.
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "outreach/render.h"
#include "practice/folder.h"

namespace parcours::outreach {
namespace {

Value sample(std::string_view type) {
    if (type == "date") {
        return *parse_instant("2026-03-09T14:30:00Z");
    }
    if (type == "number") {
        return 2.0;
    }
    return std::string("Ann *1*");
}

class BuiltInContent : public ::testing::Test {
  protected:
    std::vector<Error> errors;
    practice::Folder folder = practice::read_folder(practice::built_in_files(), errors);
};

TEST_F(BuiltInContent, HoldsNoMistake) {
    for (const auto& [name, content] : folder.content.all()) {
        KnownVariables known;
        for (const auto& [variable, type] : content.variables) {
            known[variable] = type == "date"     ? VariableType::Date
                              : type == "number" ? VariableType::Number
                                                 : VariableType::Text;
        }
        for (const Error& error : check_content(content, known, folder.config.languages)) {
            ADD_FAILURE() << error.to_text();
        }
    }
    EXPECT_FALSE(folder.content.all().empty());
}

TEST_F(BuiltInContent, IsSaidInEveryLanguageWithoutRests) {
    for (const auto& [name, content] : folder.content.all()) {
        Variables variables;
        for (const auto& [variable, type] : content.variables) {
            variables.emplace(variable, sample(type));
        }
        for (const practice::Wording& wording : content.wordings) {
            SCOPED_TRACE(name + " " + wording.language + " " + wording.channel);
            const auto said = render(wording, variables, {wording.language, Zone()});
            ASSERT_TRUE(said.has_value()) << said.error().to_text();
            EXPECT_FALSE(said->text.empty());
            EXPECT_EQ(said->text.find_first_of("{}\\"), std::string::npos) << said->text;
            EXPECT_EQ(said->html.find('\\'), std::string::npos) << said->html;
        }
    }
}

}  // namespace
}  // namespace parcours::outreach
