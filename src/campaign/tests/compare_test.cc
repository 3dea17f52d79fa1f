// Two releases of a campaign side by side.
#include "campaign/compare.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "campaign/definition.h"
#include "campaign/read.h"
#include "campaign/tests/small_practice.h"
#include "practice/folder.h"
#include "practice/yaml.h"

namespace parcours::campaign {
namespace {

using What = Difference::What;

struct Side {
    practice::Folder folder;
    Campaign campaign;
};

Side side(practice::FileMap files, const std::string& text) {
    std::vector<Error> errors;
    files["campaigns/try.yaml"] = text;
    Side made{practice::read_folder(std::move(files), errors), {}};
    made.campaign = read_campaign(made.folder.find_campaign("try")->root, errors);
    EXPECT_TRUE(errors.empty()) << errors.front().to_text();
    return made;
}

std::vector<Difference> differences(const Side& before, const Side& after) {
    const auto found = compare({before.campaign, before.folder}, {after.campaign, after.folder});
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(std::vector<Difference>{});
}

const std::string plain = with_steps(
    "  say:  { send: letter, by: [email] }\n"
    "  days: { wait: 3 days }\n"
    "  call: { task: call, queue: nurses, outcomes: { reached: done } }\n"
    "  done: { end: completed }\n");

std::string changed(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos);
    return text.replace(at, from.size(), to);
}

TEST(Compare, TheSameSaysNothing) {
    const Side one = side(small_practice(), plain);
    EXPECT_TRUE(differences(one, side(small_practice(), "# a comment\n" + plain)).empty());
}

TEST(Compare, StepsAddedRemovedAndChanged) {
    std::string text = changed(plain, "3 days", "5 days");
    text = changed(text, "  say:", "  first: { wait: 1 day }\n  say:");
    text =
        changed(text, "  call: { task: call, queue: nurses, outcomes: { reached: done } }\n", "");
    const auto found = differences(side(small_practice(), plain), side(small_practice(), text));
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].what, What::Added);
    EXPECT_EQ(found[0].name, "first");
    EXPECT_EQ(found[1].what, What::Changed);
    EXPECT_EQ(found[1].name, "days");
    EXPECT_NE(found[1].before.find("3 days"), std::string::npos);
    EXPECT_NE(found[1].after.find("5 days"), std::string::npos);
    EXPECT_EQ(found[2].what, What::Removed);
    EXPECT_EQ(found[2].name, "call");
    EXPECT_TRUE(found[2].after.empty());
}

TEST(Compare, WhatHoldsForTheWholeCampaign) {
    const auto found =
        differences(side(small_practice(), plain),
                    side(small_practice(), changed(plain, "steps:\n", "holdout: 10 %\nsteps:\n")));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, "campaign");
    EXPECT_EQ(found[0].name, "holdout");
    EXPECT_EQ(found[0].what, What::Added);
}

TEST(Compare, WordsOfOneLanguageAndListsByTheirName) {
    practice::FileMap files = small_practice();
    files["content/letter.fr.md"] = "---\nsubject: Bonjour\n---\nBonsoir\n";
    files["content/half.en.md"] += "which this campaign does not say\n";
    files["cohorts/due.yaml"] =
        "cohort: due\ntitle: Due\ncql: 'exists [Condition: \"diabetes\"] and true'\n";
    const auto found = differences(side(small_practice(), plain), side(files, plain));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].kind, "words");
    EXPECT_EQ(found[0].name, "letter.fr");
    EXPECT_EQ(found[0].before, "subject: Bonjour\nBonjour");
    EXPECT_EQ(found[0].after, "subject: Bonjour\nBonsoir");
    EXPECT_EQ(found[1].kind, "cohort");
    EXPECT_EQ(found[1].name, "due");
    EXPECT_TRUE(found[1].before.empty()) << "a list is named, not told";
}

TEST(Compare, WhatChangesTheReleaseIsTold) {
    // Whatever changes the release must be told: none of these may be missed.
    const Side before = side(small_practice(), plain);
    for (const auto& [from, to] :
         std::vector<std::pair<std::string, std::string>>{{"queue: nurses", "queue: desk"},
                                                          {"by: [email]", "by: [sms, email]"},
                                                          {"reached: done", "seen: done"},
                                                          {"{ cohort: due }", "{ by: hand }"}}) {
        EXPECT_FALSE(differences(before, side(small_practice(), changed(plain, from, to))).empty())
            << to;
    }
}

}  // namespace
}  // namespace parcours::campaign
