#include "base/files.h"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>

#include "base/error.h"

namespace parcours {
namespace {

class FilesTest : public testing::Test {
  protected:
    FilesTest() {
        std::string pattern = testing::TempDir() + "files-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~FilesTest() override { std::filesystem::remove_all(folder_); }

    std::string folder_;
    SystemFiles files_;
};

TEST_F(FilesTest, WritesWholeAndReadsBack) {
    const std::string path = folder_ + "/a.txt";
    EXPECT_EQ(files_.kind(path), Files::Kind::Missing);
    ASSERT_TRUE(files_.write(path, "one"));
    ASSERT_TRUE(files_.write(path, "two, longer"));
    EXPECT_EQ(files_.kind(path), Files::Kind::File);
    const auto view = files_.view(path);
    ASSERT_TRUE(view);
    EXPECT_EQ((*view)->bytes(), "two, longer");
    EXPECT_EQ(files_.list(folder_)->size(), 1U) << "nothing temporary stays behind";
}

TEST_F(FilesTest, ListsSortedWithoutHiddenOnes) {
    std::filesystem::create_directories(folder_ + "/b/.git");
    for (const char* const name : {"/z.json", "/b/a.json", "/.hidden", "/b/.git/x"}) {
        ASSERT_TRUE(files_.write(folder_ + name, "x"));
    }
    const auto list = files_.list(folder_);
    ASSERT_TRUE(list);
    ASSERT_EQ(list->size(), 2U);
    EXPECT_EQ((*list)[0], folder_ + "/b/a.json");
    EXPECT_EQ((*list)[1], folder_ + "/z.json");
}

TEST_F(FilesTest, SaysWhatIsWrongWithAPath) {
    EXPECT_EQ(files_.view(folder_ + "/none").error().code, ErrorCode::NotFound);
    EXPECT_EQ(files_.list(folder_ + "/none").error().code, ErrorCode::NotFound);
    EXPECT_NE(files_.view(folder_ + "/none").error().message.find("/none"), std::string::npos);
    EXPECT_FALSE(files_.write(folder_ + "/none/a", "x"));
}

TEST_F(FilesTest, EmptyFilesAreEmpty) {
    ASSERT_TRUE(files_.write(folder_ + "/empty", ""));
    EXPECT_TRUE((*files_.view(folder_ + "/empty"))->bytes().empty());
}

}  // namespace
}  // namespace parcours
