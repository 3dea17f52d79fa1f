#include "outreach/joining.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "outreach/render.h"
#include "practice/content.h"

namespace parcours::outreach {
namespace {

std::vector<std::string> mistakes(std::string_view frame, std::string_view part) {
    practice::ContentLibrary library;
    std::vector<Error> errors;
    library.add("content/frame.en.md", frame, errors);
    library.add("content/part.en.md", part, errors);
    EXPECT_TRUE(errors.empty());
    std::vector<std::string> found;
    for (const Error& error : check_joining(library)) {
        found.push_back(error.where.file + ": " + error.message);
    }
    return found;
}

constexpr std::string_view good_frame =
    "---\npurpose: operations\n---\nHello,\n\n{parts}\n\nBye.\n";
constexpr std::string_view good_part =
    "---\npurpose: operations\njoins: frame\nline: a test is due\n---\nA test is due.\n";

TEST(Joining, AFrameListsWhatIsSaidTogether) {
    practice::Wording frame;
    frame.subject = "For {given_name}";
    frame.body = "Hello {given_name},\n\n{parts}\n\nBye.";
    const std::vector<std::string> lines = {"your *eye* check is due", "a test is due"};
    const auto rendered = render_joined(frame, lines, {{"given_name", "Ann"}}, {"en", {}});
    ASSERT_TRUE(rendered) << rendered.error().message;
    EXPECT_EQ(rendered->subject, "For Ann");
    EXPECT_EQ(rendered->text, "Hello Ann,\n\n- your *eye* check is due\n- a test is due\n\nBye.")
        << "values are never read as Markdown";
    EXPECT_NE(rendered->html.find("<li>a test is due</li>"), std::string::npos) << rendered->html;
}

TEST(Joining, CheckFindsNothingInWhatIsWell) {
    EXPECT_EQ(mistakes(good_frame, good_part), std::vector<std::string>{});
}

TEST(Joining, CheckNamesEachMistake) {
    const auto first = [](std::string_view frame, std::string_view part) {
        const auto found = mistakes(frame, part);
        return found.empty() ? std::string("nothing") : found.front();
    };
    EXPECT_EQ(first(good_frame, "---\npurpose: operations\njoins: frme\nline: x\n---\nA.\n"),
              "content/part.en.md: there is no content \"frme\" to join in; did you mean "
              "\"frame\"?");
    EXPECT_EQ(first("---\npurpose: operations\n---\nHello: {parts}.\n", good_part),
              "content/frame.en.md: \"part\" is joined in this content, which needs a line that is "
              "nothing but {parts}: the list of all that is said together");
    EXPECT_EQ(first(good_frame, "---\npurpose: operations\njoins: frame\n---\nA.\n"),
              "content/part.en.md: a content with joins: needs line: in each language, the same in "
              "one line");
    EXPECT_EQ(first(good_frame, "---\npurpose: marketing\njoins: frame\nline: x\n---\nA.\n"),
              "content/part.en.md: \"part\" and \"frame\" differ in purpose; what is said together "
              "has one purpose");
}

}  // namespace
}  // namespace parcours::outreach
