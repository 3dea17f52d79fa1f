#include "practice/release.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "practice/folder.h"

namespace parcours::practice {
namespace {

const FileMap files = {
    {"practice.yaml", "name: x\n"},
    {"campaigns/c.yaml", "campaign: c\nsteps: { a: { send: hello } }\n"},
    {"cohorts/due.yaml", "cohort: due\ncql: exists [Condition]\n"},
    {"cohorts/other.yaml", "cohort: other\ncql: 'true'\n"},
    {"valuesets/a.yaml", "valueset: a\ncodes: [{system: SNOMED, codes: [2, 1]}]\ninclude: b\n"},
    {"valuesets/b.yaml", "valueset: b\ncodes: [{system: ICD10, prefixes: [E10]}]\n"},
    {"content/hello.en.md", "---\nnot-for: [due, 'false']\n---\nHello"},
};

Release release_of(const FileMap& over = {}) {
    const auto folder = open_folder(overlay(files, over));
    EXPECT_TRUE(folder.has_value()) << folder.error().to_text();
    ReleaseBuilder builder(*folder);
    builder.add_document("campaign", "c", folder->find_campaign("c")->root);
    EXPECT_TRUE(builder.add_value_set("a").has_value());
    EXPECT_TRUE(builder.add_content("hello").has_value());
    return builder.build();
}

TEST(Release, HoldsEverythingNamed) {
    const Release release = release_of();
    std::string names;
    for (const ReleasePart& part : release.parts) {
        names += part.kind + ":" + part.name + " ";
    }
    EXPECT_EQ(names, "campaign:c cohort:due content:hello value-set:a value-set:b ");
}

TEST(Release, OnlyMeaningCounts) {
    const Digest id = release_of().id;
    EXPECT_EQ(release_of().id, id);
    EXPECT_EQ(
        release_of({{"campaigns/c.yaml", "# why\ncampaign: 'c'\nsteps:\n  a:\n    send: hello\n"}})
            .id,
        id);
    EXPECT_EQ(release_of({{"cohorts/other.yaml", "cohort: other\ncql: 'false'\n"}}).id, id)
        << "what is not named does not count";
    EXPECT_EQ(release_of({{"valuesets/a.yaml",
                           "valueset: a\ntitle: A\ncodes: [{system: 'http://snomed.info/sct', "
                           "codes: {1: x, 2: y}}]\ninclude: [b]\n"}})
                  .id,
              id);
}

TEST(Release, AnyWordChangesIt) {
    const Digest id = release_of().id;
    EXPECT_NE(release_of({{"campaigns/c.yaml", "campaign: c\nsteps: { b: { send: hello } }\n"}}).id,
              id);
    EXPECT_NE(release_of({{"content/hello.en.md", "---\nnot-for: [due, 'false']\n---\nHello!"}}).id,
              id);
    EXPECT_NE(release_of({{"content/hello.fr.md", "Bonjour"}}).id, id);
    EXPECT_NE(release_of({{"cohorts/due.yaml", "cohort: due\ncql: exists [Observation]\n"}}).id,
              id);
    EXPECT_NE(release_of({{"valuesets/b.yaml",
                           "valueset: b\ncodes: [{system: ICD10, prefixes: [E11]}]\n"}})
                  .id,
              id);
}

TEST(Release, OrderOfAddingDoesNotMatter) {
    const auto folder = open_folder(files);
    ReleaseBuilder one(*folder);
    ReleaseBuilder two(*folder);
    EXPECT_TRUE(one.add_cohort("due") && one.add_cohort("other") && one.add_cohort("due"));
    EXPECT_TRUE(two.add_cohort("other") && two.add_cohort("due"));
    EXPECT_EQ(one.build().id, two.build().id);
    EXPECT_EQ(one.build().parts, two.build().parts);
}

TEST(Release, UnknownNamesAreNamed) {
    const auto folder = open_folder(files);
    ReleaseBuilder builder(*folder);
    EXPECT_NE(builder.add_cohort("duee").error().message.find("did you mean \"due\"?"),
              std::string::npos);
    EXPECT_FALSE(builder.add_value_set("c"));
    EXPECT_FALSE(builder.add_content("helo"));
    EXPECT_TRUE(builder.build().parts.empty());
}

}  // namespace
}  // namespace parcours::practice
