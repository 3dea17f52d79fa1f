#include "practice/folder.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "cql/cql.h"
#include "practice/chosen.h"

namespace parcours::practice {
namespace {

namespace fs = std::filesystem;

const FileMap small = {
    {"practice.yaml", "name: Mill Lane\n"},
    {"valuesets/a.yaml", "valueset: a\ncodes: [{system: SNOMED, codes: [1]}]\n"},
    {"cohorts/one.yaml", "cohort: one\ntitle: One\ncql: |\n  exists [Condition]\n"},
    {"cohorts/many.yaml", "cohorts:\n  two: { cql: 'true' }\n  three: 'false'\n"},
    {"campaigns/recall.yaml", "campaign: recall\n"},
    {"maps/default.yaml", "map: default\n"},
    {"content/hello.en.md", "Hello"},
    {"README.md", "# notes"},
};

std::vector<std::string> errors_of(FileMap files) {
    std::vector<Error> errors;
    static_cast<void>(read_folder(std::move(files), errors));
    std::vector<std::string> texts;
    for (const Error& error : errors) {
        texts.push_back(error.to_text());
    }
    return texts;
}

FileMap with(std::string path, std::string text) {
    return overlay(small, {{std::move(path), std::move(text)}});
}

TEST(Folder, ReadsEveryKind) {
    const auto folder = open_folder(small);
    ASSERT_TRUE(folder.has_value()) << folder.error().to_text();
    EXPECT_EQ(folder->config.name, "Mill Lane");
    EXPECT_TRUE(folder->value_sets.find_value_set("a").has_value());
    EXPECT_EQ(folder->cohort_names(), (std::vector<std::string>{"two", "three", "one"}));
    EXPECT_EQ(folder->find_cohort("one")->cql, "exists [Condition]\n");
    EXPECT_EQ(folder->find_cohort("one")->cql_where.line, 4U);
    EXPECT_EQ(folder->find_cohort("one")->cql_where.column, 3U);
    EXPECT_EQ(folder->find_cohort("three")->cql, "false");
    EXPECT_EQ(folder->find_cohort("four"), nullptr);
    EXPECT_EQ(folder->find_campaign("recall")->path, "campaigns/recall.yaml");
    EXPECT_EQ(folder->find_campaign("nothing"), nullptr);
    EXPECT_NE(folder->find_map("default"), nullptr);
    EXPECT_NE(folder->content.find("hello"), nullptr);
}

TEST(Folder, OnlyChosenCampaignsRun) {
    FileMap files = with("campaigns/welcome.yaml", "campaign: welcome\n");
    files["practice.yaml"] = "name: Mill Lane\ncampaigns: [welcome]\n";
    const auto folder = open_folder(files);
    ASSERT_TRUE(folder.has_value()) << folder.error().to_text();
    EXPECT_NE(folder->find_campaign("welcome"), nullptr);
    EXPECT_EQ(folder->find_campaign("recall"), nullptr);
    EXPECT_EQ(resting_campaigns(*folder), std::vector<std::string>{"recall"});
    files["practice.yaml"] = "name: Mill Lane\ncampaigns: []\n";
    EXPECT_TRUE(open_folder(files)->campaigns.empty());
    EXPECT_TRUE(resting_campaigns(*open_folder(small)).empty());
}

TEST(Folder, ChosenCampaignsHaveFiles) {
    EXPECT_EQ(errors_of(with("practice.yaml", "name: Mill Lane\ncampaigns: [recal]\n")),
              std::vector<std::string>{"practice.yaml:2:12: there is no file "
                                       "campaigns/recal.yaml; did you mean \"recall\"?"});
    FileMap broken = with("practice.yaml", "name: Mill Lane\ncampaigns: [recall]\n");
    broken["campaigns/recall.yaml"] = "campaign: [";
    EXPECT_EQ(errors_of(broken).size(), 1U) << "it is broken, not missing";
    EXPECT_EQ(
        errors_of(with("practice.yaml", "name: Mill Lane\ncampaigns: { recall: yes }\n")).size(),
        1U);
}

TEST(Folder, LibrariesAreFoundByTheirName) {
    const auto folder = open_folder(
        with("libraries/kidneys.cql",
             "library Kidney.Care version '1.2'\ndefine \"Seen\": exists [Encounter]\n"));
    ASSERT_TRUE(folder.has_value()) << folder.error().to_text();
    EXPECT_NE(folder->libraries.find("Kidney.Care"), nullptr);
    EXPECT_NE(folder->libraries.find_file("libraries/kidneys.cql"), nullptr);
    EXPECT_TRUE(folder->libraries.find_library("Kidney.Care", "").has_value());
    EXPECT_TRUE(folder->libraries.find_library("Kidney.Care", "1.2").has_value());
    EXPECT_FALSE(folder->libraries.find_library("Kidney.Care", "2").has_value());
    EXPECT_FALSE(folder->libraries.find_library("kidneys", "").has_value());
    const std::string cohort =
        "include Kidney.Care version '1.2' called Kidney\ndefine Who: Kidney.\"Seen\"";
    EXPECT_TRUE(cql::compile(cohort, folder->vocabulary().context()).has_value());
    const auto wrong =
        cql::compile("include Kidney.Core\ndefine Who: true", folder->vocabulary().context());
    ASSERT_FALSE(wrong.has_value());
    EXPECT_EQ(wrong.error().to_text(),
              "1:1: there is no library 'Kidney.Core'; did you mean 'Kidney.Care'?");
}

TEST(Folder, MistakesOfLibrariesHaveTheirPlace) {
    const auto parse_error =
        errors_of(with("libraries/a.cql", "library A\ndefine \"X\":\n  1 +\n"));
    ASSERT_EQ(parse_error.size(), 1U);
    EXPECT_TRUE(parse_error[0].starts_with("libraries/a.cql:4:1: ")) << parse_error[0];
    EXPECT_EQ(
        errors_of(with("libraries/a.cql", "define \"X\": 1")),
        std::vector<std::string>{
            "libraries/a.cql:1:1: a library begins with its name; write first: library NAME"});
    EXPECT_EQ(errors_of(with("libraries/a.yaml", "library: a")),
              std::vector<std::string>{
                  "libraries/a.yaml: libraries are written in files that end in .cql"});
    FileMap twice = with("libraries/a.cql", "library A\ndefine X: 1");
    twice["libraries/b.cql"] = "library A\ndefine X: 2";
    const auto doubled = errors_of(twice);
    ASSERT_EQ(doubled.size(), 1U);
    EXPECT_TRUE(doubled[0].starts_with("libraries/b.cql:1:1: the library \"A\" is written twice"))
        << doubled[0];
    const FileMap built_in = with("libraries/FHIRHelpers.cql", "library FHIRHelpers\ndefine X: 1");
    EXPECT_TRUE(errors_of(built_in).empty());
}

TEST(Folder, AClinicsFilesReplaceByPath) {
    const auto folder = open_folder(
        overlay(small, {{"practice.yaml", "name: Other\n"}, {"content/hello.fr.md", "Bonjour"}}));
    ASSERT_TRUE(folder.has_value());
    EXPECT_EQ(folder->config.name, "Other");
    EXPECT_EQ(folder->content.find("hello")->wordings.size(), 2U);
}

TEST(Folder, NamesMistakesOfTheWhole) {
    const auto only = [](FileMap files) {
        const auto errors = errors_of(std::move(files));
        EXPECT_EQ(errors.size(), 1U);
        return errors.empty() ? std::string() : errors.front();
    };
    FileMap nameless = small;
    nameless.erase("practice.yaml");
    EXPECT_NE(only(nameless).find("has no practice.yaml"), std::string::npos);
    EXPECT_NE(only(with("cohorts/z.yaml", "cohort: one\ncql: 'true'\n"))
                  .find("\"one\" is defined twice: first in cohorts/one.yaml:1"),
              std::string::npos);
    EXPECT_NE(only(with("campains/x.yaml", "a: b\n")).find("did you mean \"campaigns\"?"),
              std::string::npos);
    EXPECT_NE(only(with("campaigns/x.md", "a")).find("end in .yaml"), std::string::npos);
    EXPECT_NE(only(with("content/x.yaml", "a: b")).find("end in .md"), std::string::npos);
    EXPECT_NE(only(with("diabetes.yaml", "a: b")).find("described in practice.yaml"),
              std::string::npos);
    EXPECT_NE(only(with("campaigns/x.yaml", "a: 1\na: 2\n")).find("campaigns/x.yaml:2:1"),
              std::string::npos);
    EXPECT_NE(only(with("cohorts/x.yaml", "cohort: x\n")).find("needs its expression"),
              std::string::npos);
    EXPECT_NE(only(with("cohorts/x.yaml", "cohort: Xy Z\ncql: a\n")).find("needs a name"),
              std::string::npos);
    EXPECT_NE(only(with("valuesets/x.json", "[]")).find("valuesets/x.json"), std::string::npos);
    EXPECT_NE(
        only(with("content/hello.en.md", "---\nchannels: [email]\n---\nx")).find("needs a subject"),
        std::string::npos);
    EXPECT_EQ(errors_of(with("letters/x.yaml", "a: [")), std::vector<std::string>{})
        << "folders of other modules are passed over";
}

TEST(Folder, OpenGivesTheFirstMistake) {
    EXPECT_FALSE(open_folder({}).has_value());
}

TEST(Folder, BuiltInFolderHoldsNoMistake) {
    EXPECT_EQ(errors_of(built_in_files()), std::vector<std::string>{});
    EXPECT_TRUE(built_in_files().contains("practice.yaml"));
}

TEST(Folder, BuiltInFilesAreThoseOfTheRepository) {
    const auto disk = read_practice_folder(PARCOURS_SOURCE_DIR "/practice");
    ASSERT_TRUE(disk.has_value()) << disk.error().to_text();
    EXPECT_EQ(disk->at("practice.yaml"), built_in_files().at("practice.yaml"));
}

class FolderOnDisk : public ::testing::Test {
  protected:
    FolderOnDisk() {
        std::string name = (fs::temp_directory_path() / "practice-XXXXXX").string();
        root = mkdtemp(name.data());
    }
    ~FolderOnDisk() override { fs::remove_all(root); }

    void write(const std::string& path, std::string_view text) const {
        fs::create_directories((root / path).parent_path());
        std::ofstream(root / path, std::ios::binary) << text;
    }

    fs::path root;
};

TEST_F(FolderOnDisk, ReadsDefinitionsAndPassesOverTheRest) {
    for (const auto& [path, text] : small) {
        write(path, text);
    }
    write(".git/config.yaml", "x");
    write("campaigns/.hidden.yaml", "x");
    write("campaigns/old.yaml~", "x");
    write("campaigns/picture.png", "x");
    const auto files = read_practice_folder(root.string());
    ASSERT_TRUE(files.has_value()) << files.error().to_text();
    EXPECT_EQ(*files, small);
}

TEST_F(FolderOnDisk, NamesWhatCannotBeRead) {
    EXPECT_EQ(read_practice_folder((root / "nowhere").string()).error().code, ErrorCode::NotFound);
    write("a.yaml", std::string(yaml_size_max + 1, ' '));
    const auto files = read_practice_folder(root.string());
    ASSERT_FALSE(files.has_value());
    EXPECT_EQ(files.error().code, ErrorCode::Limit);
    EXPECT_EQ(files.error().where.file, (root / "a.yaml").string());
}

}  // namespace
}  // namespace parcours::practice
