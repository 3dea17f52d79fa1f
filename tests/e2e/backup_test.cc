// A backup taken while the program works is a data folder of its own, with staff and audit.
#include <csignal>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "support/program.h"

namespace parcours::testing {
namespace {

using ::testing::HasSubstr;

class BackupCommand : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(run({"synth", "--patients", "50", "--seed", "7", "--out", folder / "F"}).code, 0);
        ASSERT_EQ(run({"import", folder / "F", "--data", data_}).code, 0);
        ProgramOptions password;
        password.input = "a walk along the river\n";
        ASSERT_EQ(
            run({"user", "add", "ada", "--role", "administrator", "--data", data_}, password).code,
            0);
    }

    static std::string map_of(const std::string& data) {
        return run({"map", "--data", data, "--as-of", "2025-06-01", "--json"}).out;
    }

    TemporaryFolder folder;
    std::string data_ = folder / "D";
    std::string copy_ = folder / "copy";
};

TEST_F(BackupCommand, CopiesAFolderThatIsAtWork) {
    Program work({"work", "--data", data_});
    ASSERT_TRUE(wait_until([&] { return work.err().find("at work") != std::string::npos; }));
    const Ended backup = run({"backup", copy_, "--data", data_});
    EXPECT_EQ(backup.code, 0) << backup.err;
    EXPECT_THAT(backup.out, HasSubstr("It is a data folder like the first"));
    work.signal(SIGTERM);
    EXPECT_EQ(work.wait().code, 0);

    EXPECT_EQ(run({"verify", "--data", copy_}).code, 0);
    EXPECT_EQ(run({"audit", "verify", "--data", copy_}).code, 0);
    EXPECT_THAT(run({"user", "list", "--data", copy_}).out, HasSubstr("ada"));
    EXPECT_EQ(map_of(copy_), map_of(data_));
    // It goes on by itself.
    EXPECT_EQ(run({"import", folder / "F", "--data", copy_}).code, 0);
}

TEST_F(BackupCommand, RefusesWhatWouldLoseSomething) {
    ASSERT_EQ(run({"backup", copy_, "--data", data_}).code, 0);
    const Ended again = run({"backup", copy_, "--data", data_});
    EXPECT_EQ(again.code, 2);
    EXPECT_THAT(again.err, HasSubstr("is there already; name a new folder"));

    const Ended unmounted = run({"backup", folder / "disk/copy", "--data", data_});
    EXPECT_NE(unmounted.code, 0);
    EXPECT_THAT(unmounted.err, HasSubstr("is the disk for backups mounted?"));
    EXPECT_FALSE(std::filesystem::exists(folder / "disk"));
    const Ended inside = run({"backup", data_ + "/copy", "--data", data_});
    EXPECT_EQ(inside.code, 2);
    EXPECT_THAT(inside.err, HasSubstr("elsewhere"));

    const Ended nothing = run({"backup", folder / "other", "--data", folder / "F"});
    EXPECT_NE(nothing.code, 0);
    EXPECT_THAT(nothing.err, HasSubstr("there is no data folder"));
    EXPECT_FALSE(std::filesystem::exists(folder / "other"));
    EXPECT_FALSE(std::filesystem::exists(folder / "other.partial"));
}

}  // namespace
}  // namespace parcours::testing
