#include "engine/clinic.h"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "practice/folder.h"

namespace parcours::engine {
namespace {

/// A clinic's own folder on disk, for one test.
class OwnFolder {
  public:
    OwnFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "clinic-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~OwnFolder() { std::filesystem::remove_all(path_); }
    OwnFolder(const OwnFolder&) = delete;
    OwnFolder& operator=(const OwnFolder&) = delete;

    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories(
            std::filesystem::path(path_ + "/" + name).parent_path());
        const SystemFiles files;
        ASSERT_TRUE(files.write(path_ + "/" + name, text));
    }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
};

std::string campaign(const std::string& name, const std::string& more) {
    return "campaign: " + name + "\npurpose: operations\n" + more +
           "enter: { by: hand }\nsteps: { done: { end: completed } }\n";
}

constexpr auto all_titles = "title: { en: A, fr: B, zh: C }\n";

TEST(Clinic, ReadingNeedsNoTranslations) {
    const OwnFolder own;
    own.write("campaigns/one.yaml", campaign("one", "title: { en: One }\nconcern: general\n"));
    own.write("campaigns/two.yaml", campaign("two", "title: { en: Two }\nconcern: general\n"));
    const auto reading = load_clinic(own.path(), ClinicUse::Read);
    ASSERT_TRUE(reading) << reading.error().to_text();
    EXPECT_EQ((*reading)->find_campaign("one"), nullptr) << "what is not right is left out";
    EXPECT_NE((*reading)->find_campaign("welcome"), nullptr);
    const auto working = load_clinic(own.path());
    ASSERT_FALSE(working);
    const std::string words = working.error().to_text();
    EXPECT_NE(words.find("4 mistakes"), std::string::npos) << words;
    EXPECT_NE(words.find("campaigns/one.yaml:3:8: "), std::string::npos) << words;
    EXPECT_NE(words.find("campaigns/two.yaml:3:8: "), std::string::npos) << "all, not the first";
}

TEST(Clinic, ReadingNeedsRightCohortsAndTime) {
    const OwnFolder own;
    own.write("practice.yaml", "name: x\ntime-zone: Mars/Olympus\n");
    const auto reading = load_clinic(own.path(), ClinicUse::Read);
    ASSERT_FALSE(reading);
    EXPECT_EQ(reading.error().where.file, "practice.yaml");
    EXPECT_EQ(reading.error().where.line, 2U);
}

/// A practice in which a cohort and a campaign include a library.
practice::FileMap with_library(const std::string& library) {
    return practice::overlay(
        practice::built_in_files(),
        {{"libraries/Kidneys.cql", library},
         {"cohorts/kidneys.yaml",
          "cohort: kidneys\ncql: |\n  include Kidneys called K\n  define \"Who\": K.\"Known\"\n"},
         {"campaigns/kidneys.yaml",
          "campaign: kidneys\npurpose: operations\ntitle: { en: A, fr: B, zh: C }\n"
          "concern: general\nenter: { cohort: kidneys }\n"
          "success: |\n  include Kidneys called K\n  define \"Done\": K.\"Seen\"\n"
          "steps: { done: { end: completed } }\n"}});
}

constexpr auto kidneys =
    "library Kidneys\ndefine \"Known\": exists [Condition: \"kidney\"]\n"
    "define \"Seen\": exists [Encounter]\n";

TEST(Clinic, LibrariesAreIncludedByCohortsAndCampaigns) {
    const auto clinic = make_clinic(with_library(kidneys));
    ASSERT_TRUE(clinic) << clinic.error().to_text();
    EXPECT_TRUE((*clinic)->cohorts.contains("kidneys"));
    const auto* const campaign = (*clinic)->find_campaign("kidneys");
    ASSERT_NE(campaign, nullptr);
    EXPECT_EQ(campaign->cohort->retrieves.size(), 1U);
    const auto other = make_clinic(with_library(std::string(kidneys) + "define \"More\": 1\n"));
    ASSERT_TRUE(other) << other.error().to_text();
    EXPECT_NE((*other)->find_campaign("kidneys")->release, campaign->release)
        << "a release is what its libraries say, too";
    EXPECT_EQ((*other)->find_campaign("welcome")->release,
              (*clinic)->find_campaign("welcome")->release);
}

TEST(Clinic, AMistakeOfALibraryIsToldOnceWithItsPlace) {
    const auto errors = check_clinic(
        with_library("library Kidneys\ndefine \"Known\":\n  exists [Condition: \"kidny\"]\n"
                     "define \"Seen\": exists [Encounter]\n"));
    const auto of_library = std::ranges::count_if(errors, [](const Error& error) {
        return error.where.file == "libraries/Kidneys.cql" && error.where.line == 3;
    });
    EXPECT_EQ(of_library, 1);
    for (const Error& error : errors) {
        EXPECT_EQ(error.where.file, "libraries/Kidneys.cql") << error.to_text();
        EXPECT_NE(error.message.find("did you mean 'kidney'"), std::string::npos)
            << error.to_text();
    }
}

TEST(Clinic, AMeasureIsCheckedAndHindersNobodyWhoReads) {
    const practice::FileMap files = practice::overlay(
        practice::built_in_files(),
        {{"measures/wrong.json",
          R"({"resourceType":"Measure","library":["http://x/Library/DiabetesCare"],)"
          R"("scoring":{"coding":[{"code":"cohort"}]},"group":[{"population":[{"code":{"coding":)"
          R"([{"code":"initial-population"}]},"criteria":{"expression":"Nobody"}}]}]})"}});
    const auto errors = check_clinic(files);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_TRUE(
        errors[0].to_text().starts_with("measures/wrong.json: group[0].population[0].criteria: "))
        << errors[0].to_text();
    const auto reading = make_clinic(files, ClinicUse::Read);
    ASSERT_TRUE(reading) << reading.error().to_text();
    EXPECT_NE((*reading)->find_measure("diabetes-poor-control"), nullptr);
    EXPECT_EQ((*reading)->find_measure("wrong"), nullptr);
}

TEST(Clinic, WorkNeedsChannelsThatOpen) {
    const OwnFolder own;
    own.write("practice.yaml",
              "name: x\nlanguages: [en, fr, zh]\nchannels: { email: { adapter: smtpp } }\n");
    EXPECT_TRUE(load_clinic(own.path(), ClinicUse::Read));
    const auto working = load_clinic(own.path());
    ASSERT_FALSE(working);
    EXPECT_NE(working.error().to_text().find("smtpp"), std::string::npos);
}

std::vector<std::string> mistakes(const std::string& path, const std::string& text) {
    practice::FileMap files = practice::built_in_files();
    files[path] = text;
    std::vector<std::string> out;
    for (const Error& error : check_clinic(files)) {
        out.push_back(error.to_text());
    }
    return out;
}

TEST(Clinic, TheBuiltInPracticeIsRight) {
    for (const Error& error : check_clinic(practice::built_in_files())) {
        ADD_FAILURE() << error.to_text();
    }
}

TEST(Clinic, AnEmptyFileIsNamed) {
    const auto found = mistakes("campaigns/new.yaml", "");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].starts_with("campaigns/new.yaml:1:1: ")) << found[0];
}

TEST(Clinic, AConcernMustBeOneOfTheMap) {
    const auto found = mistakes("campaigns/new.yaml",
                                campaign("new", std::string(all_titles) + "concern: genral\n"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].starts_with("campaigns/new.yaml:4:10: ")) << found[0];
    EXPECT_NE(found[0].find("general"), std::string::npos) << found[0];
}

TEST(Clinic, TopicsOfCampaignAndContentMustAgree) {
    const auto found = mistakes("campaigns/new.yaml",
                                "campaign: new\n" + std::string(all_titles) +
                                    "purpose: operations\nconcern: general\ntopic: hello\n"
                                    "enter: { by: hand }\nsteps:\n"
                                    "  say: { send: welcome, by: [sms], then: done, else: done }\n"
                                    "  done: { end: completed }\n");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].starts_with("campaigns/new.yaml:8:")) << found[0];
    EXPECT_NE(found[0].find("topic is \"hello\""), std::string::npos) << found[0];
}

TEST(Clinic, ALongTextHindersOnlyAPracticeThatSendsSms) {
    std::string words;
    for (int i = 0; i < 200; ++i) {
        words += "wordless ";
    }
    const auto found = [&words](const std::string& channels) {
        const practice::FileMap files = practice::overlay(
            practice::built_in_files(),
            {{"practice.yaml", "name: x\nlanguages: [en]\nchannels: " + channels + "\n"},
             {"campaigns/new.yaml",
              "campaign: new\ntitle: { en: A }\npurpose: operations\nconcern: general\n"
              "topic: news\nenter: { by: hand }\nsteps:\n"
              "  say: { send: long, by: [email, sms], then: done, else: done }\n"
              "  done: { end: completed }\n"},
             {"content/long.en.md",
              "---\npurpose: operations\ntopic: news\nchannels: [email, sms]\n"
              "subject: News\n---\n" +
                  words + "\n"}});
        std::vector<std::string> about;
        for (const Error& error : check_clinic(files)) {
            if (error.to_text().find("shorten the wording for SMS") != std::string::npos) {
                about.push_back(error.to_text());
            }
        }
        return about;
    };
    EXPECT_EQ(found("{ email: { adapter: sandbox }, sms: { adapter: sandbox } }").size(), 1U);
    EXPECT_TRUE(found("{ email: { adapter: sandbox } }").empty());
}

TEST(Clinic, AMistakeOfACohortIsToldOnce) {
    const auto found =
        mistakes("cohorts/new.yaml",
                 "cohort: new\ntitle: { en: A, fr: B, zh: C }\ncql: |\n  exists [Cond]\n");
    ASSERT_EQ(found.size(), 1U) << found.back();
    EXPECT_TRUE(found[0].starts_with("cohorts/new.yaml:4:")) << found[0];
}

TEST(Clinic, AMistakeOfACohortThatACampaignEntersByIsToldOnceAtItsPlace) {
    const auto found = mistakes("cohorts/colorectal-screening-due.yaml",
                                "cohort: colorectal-screening-due\n"
                                "title: { en: A, fr: B, zh: C }\n"
                                "cql: |\n"
                                "  AgeInYears() > 50\n"
                                "    and exists [Cond]\n");
    ASSERT_EQ(found.size(), 1U) << found.back();
    EXPECT_TRUE(found[0].starts_with("cohorts/colorectal-screening-due.yaml:5:16:")) << found[0];
}

}  // namespace
}  // namespace parcours::engine
