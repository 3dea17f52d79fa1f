#include "practice/content.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace parcours::practice {
namespace {

struct Made {
    ContentLibrary library;
    std::vector<std::string> errors;
};

Made make(const std::vector<std::pair<std::string_view, std::string_view>>& files) {
    Made made;
    std::vector<Error> errors;
    for (const auto& [path, text] : files) {
        made.library.add(path, text, errors);
    }
    for (const Error& error : errors) {
        made.errors.push_back(error.to_text());
    }
    return made;
}

constexpr std::string_view visit_en = R"(---
purpose: direct-care
topic: appointments
channels: [email, sms]
subject: Your visit
not-for: [ palliative-care, 'AgeInYears() < 18' ]
evidence: "fewer missed"
approved: { on: 2026-01-15, by: Dr Example }
variables: { given_name: text }
---

Hello {given_name},

see you.

=== sms ===
Hello {given_name}.
)";

TEST(Content, ReadsFrontMatterAndSections) {
    const Made made = make({{"content/visit.en.md", visit_en}});
    EXPECT_EQ(made.errors, std::vector<std::string>{});
    const Content* content = made.library.find("visit");
    ASSERT_NE(content, nullptr);
    EXPECT_EQ(content->purpose, Purpose::DirectCare);
    EXPECT_EQ(content->topic, "appointments");
    ASSERT_EQ(content->not_for.size(), 2U);
    EXPECT_EQ(content->not_for[1].text, "AgeInYears() < 18");
    EXPECT_EQ(content->not_for[1].where.line, 6U);
    EXPECT_EQ(content->variables.at("given_name"), "text");
    ASSERT_EQ(content->wordings.size(), 2U);
    const Wording* email = content->find("en", "email");
    ASSERT_NE(email, nullptr);
    EXPECT_EQ(email->body, "Hello {given_name},\n\nsee you.");
    EXPECT_EQ(email->subject, "Your visit");
    EXPECT_EQ(email->body_where.line, 12U);
    EXPECT_EQ(email->approved->by, "Dr Example");
    const Wording* sms = content->find("en", "sms");
    ASSERT_NE(sms, nullptr);
    EXPECT_EQ(sms->body, "Hello {given_name}.");
    EXPECT_EQ(sms->body_where.line, 17U);
}

TEST(Content, FindsLanguageThenChannelNeverAnotherLanguage) {
    const Made made = make({{"content/a.en.md", "general"},
                            {"content/a.en.sms.md", "short"},
                            {"content/a.fr.md", "général"},
                            {"content/a.fr-CA.email.md", "canadien"}});
    EXPECT_EQ(made.errors, std::vector<std::string>{});
    const Content* content = made.library.find("a");
    ASSERT_NE(content, nullptr);
    const auto body = [&](std::string_view language, std::string_view channel) {
        const Wording* found = content->find(language, channel);
        return found == nullptr ? std::string("none") : found->body;
    };
    EXPECT_EQ(body("en", "sms"), "short");
    EXPECT_EQ(body("en", "email"), "general");
    EXPECT_EQ(body("en-GB", "sms"), "short");
    EXPECT_EQ(body("fr-CA", "email"), "canadien");
    EXPECT_EQ(body("fr-CA", "sms"), "général") << "the language before the channel's lack";
    EXPECT_EQ(body("zh", "sms"), "none");
    EXPECT_EQ(body("", "sms"), "none");
    EXPECT_EQ(content->missing_languages({"en", "fr", "zh"}), std::vector<std::string>{"zh"});
}

TEST(Content, ChannelsNotAllowedFindNothing) {
    const Made made = make({{"content/a.en.md", "---\nchannels: [email]\nsubject: s\n---\nx"}});
    EXPECT_EQ(made.library.find("a")->find("en", "sms"), nullptr);
    EXPECT_TRUE(made.library.find("a")->allows("email"));
    EXPECT_EQ(made.library.find("b"), nullptr);
}

TEST(Content, WhatConcernsAllLanguagesMayNotDiffer) {
    const Made same = make({{"content/a.en.md", "---\ntopic: x\nnot-for: [c]\n---\ny"},
                            {"content/a.fr.md", "---\ntopic: x\nnot-for: c\n---\ny"}});
    EXPECT_EQ(same.errors, std::vector<std::string>{});
    const Made other = make({{"content/a.en.md", "---\ntopic: x\n---\ny"},
                             {"content/a.fr.md", "---\ntopic: z\npurpose: operations\n---\ny"}});
    ASSERT_EQ(other.errors.size(), 1U);
    EXPECT_NE(other.errors[0].find("content/a.fr.md:2:8: \"topic\" differs from what "
                                   "content/a.en.md says"),
              std::string::npos)
        << other.errors[0];
    EXPECT_EQ(other.library.find("a")->purpose, Purpose::Operations) << "said once is enough";
}

using Mistake = std::tuple<std::string_view, std::string_view, std::string_view>;
class ContentMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(ContentMistake, IsNamed) {
    const auto& [path, text, words] = GetParam();
    const Made made = make({{path, text}});
    ASSERT_EQ(made.errors.size(), 1U);
    EXPECT_NE(made.errors[0].find(words), std::string::npos) << made.errors[0];
    EXPECT_TRUE(made.errors[0].starts_with(path));
}

INSTANTIATE_TEST_SUITE_P(
    Table, ContentMistake,
    ::testing::Values(
        Mistake{"content/a.md", "x", "NAME.LANG.md"},
        Mistake{"content/A.en.md", "x", "NAME.LANG.md"},
        Mistake{"content/a.english.md", "x", "NAME.LANG.md"},
        Mistake{"content/a.en.smss.md", "x", "did you mean \"sms\"?"},
        Mistake{"content/a.en.md", "---\ntopic: x\n", "never closed"},
        Mistake{"content/a.en.md", "---\ntopik: x\n---\ny", ":2:1: the front matter has no key"},
        Mistake{"content/a.en.md", "---\na: [\n---\ny", ":3:1: a [ is not closed"},
        Mistake{"content/a.en.md", "---\npurpose: fun\n---\ny", "direct-care, operations"},
        Mistake{"content/a.en.md", "---\nchannels: [sms, fax]\n---\ny", "no channel \"fax\""},
        Mistake{"content/a.en.md", "---\napproved: yes\n---\ny", "say when and by whom"},
        Mistake{"content/a.en.md", "---\napproved: { on: 2026-02-30, by: x }\n---\ny",
                "is not a date"},
        Mistake{"content/a.en.md", "---\nvariables: { x: datum }\n---\ny", "text, date or number"},
        Mistake{"content/a.en.md", "---\nnot-for: { a: b }\n---\ny", "a list of cohort names"},
        Mistake{"content/a.en.md", "---\ntopic: x\n---\n\n", ":4:1: the file says nothing"},
        Mistake{"content/a.en.md", "x\n=== smss ===\ny", ":2:1: there is no channel"},
        Mistake{"content/a.en.md", "x\n=== sms ===\ny\n=== sms ===\nz", "twice"},
        Mistake{"content/a.en.md", "x\xff", "not UTF-8"}));

TEST(Content, TheSameWordingInTwoFilesIsAMistake) {
    const Made made =
        make({{"content/a.en.md", "x\n=== sms ===\ny"}, {"content/a.en.sms.md", "z"}});
    ASSERT_EQ(made.errors.size(), 1U);
    EXPECT_NE(made.errors[0].find("also in content/a.en.md:3"), std::string::npos)
        << made.errors[0];
}

TEST(Content, WindowsLineEndsAndByteOrderMarks) {
    const Made made =
        make({{"content/a.en.md", "\xEF\xBB\xBF---\r\ntopic: x\r\n---\r\nHello\r\nyou\r\n"}});
    EXPECT_EQ(made.errors, std::vector<std::string>{});
    EXPECT_EQ(made.library.find("a")->topic, "x");
    EXPECT_EQ(made.library.find("a")->wordings.front().body, "Hello\nyou");
}

}  // namespace
}  // namespace parcours::practice
