// The repository against its house rules.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "tools/tidy/checks.h"
#include "tools/tidy/source_file.h"

namespace parcours::tidy {
namespace {

namespace fs = std::filesystem;

bool is_judged(const fs::path& path) {
    const auto end = path.extension();
    return end == ".h" || end == ".cc" || path.filename() == "CMakeLists.txt";
}

std::vector<SourceFile> read_repository() {
    const fs::path root = PARCOURS_SOURCE_DIR;
    std::vector<SourceFile> files;
    for (const char* const folder : {"src", "bench", "tools", "tests", "cmake"}) {
        if (!fs::exists(root / folder)) {
            continue;
        }
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            if (entry.is_regular_file() && is_judged(entry.path())) {
                std::ostringstream text;
                text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
                files.push_back({fs::relative(entry.path(), root).string(), text.str()});
            }
        }
    }
    std::ranges::sort(files, {}, &SourceFile::path);
    return files;
}

const std::vector<SourceFile>& repository() {
    static const std::vector<SourceFile> files = read_repository();
    return files;
}

std::string in_words(const std::vector<Finding>& findings) {
    std::string out;
    for (const Finding& finding : findings) {
        out += "\n  " + finding.path + ":" + std::to_string(finding.line) + ": " + finding.says;
    }
    return out;
}

TEST(Repository, IsRead) {
    EXPECT_GT(repository().size(), 300U) << "the checks below would pass over nothing";
}

TEST(Repository, IncludesGoDownTheRanks) {
    EXPECT_EQ(in_words(check_ranks(repository())), "");
}

TEST(Repository, LinksMirrorTheRanks) {
    EXPECT_EQ(in_words(check_links(repository())), "");
}

TEST(Repository, ThirdPartyHeadersStandWhereTheyAreWrapped) {
    EXPECT_EQ(in_words(check_third_party(repository())), "");
}

TEST(Repository, HeadersIncludeWhatTheyUseOfTheStandardLibrary) {
    EXPECT_EQ(in_words(check_standard_headers(repository())), "");
}

TEST(Repository, HeadersReachWhatTheyNameOfOurs) {
    EXPECT_EQ(in_words(check_reach(repository())), "");
}

TEST(Repository, TouchesTheOutsideOnlyWhereAllowed) {
    EXPECT_EQ(in_words(check_touches(repository())), "");
}

TEST(Repository, FilesAreSmall) {
    EXPECT_EQ(in_words(check_sizes(repository())), "");
    std::cout << "longer than one likes to read:" << in_words(list_long_sources(repository()))
              << '\n';
}

TEST(Repository, KeepsGoodHabits) {
    EXPECT_EQ(in_words(check_habits(repository())), "");
}

TEST(Repository, TablesHaveNoDeadEntries) {
    EXPECT_EQ(in_words(check_tables(repository())), "");
}

}  // namespace
}  // namespace parcours::tidy
