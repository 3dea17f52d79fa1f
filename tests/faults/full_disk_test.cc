// The disk fills up while messages leave: a small file system of its own, in a file.

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <unistd.h>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "faults/faults.h"
#include "faults/promises.h"
#include "support/clinic.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::HasSubstr;

Ended call(const std::vector<std::string>& words) {
    ProgramOptions options;
    options.program = words.front();
    return run({words.begin() + 1, words.end()}, options);
}

class FullDisk : public ::testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = mount_disk(); !why.empty()) {
            GTEST_SKIP() << "needs a file system in a file, which is not permitted here: " << why;
        }
        practice_ = write_practice(folder_, provider_);
        write_patients(folder_, patients_);
        const Ended imported = run({"import", folder_ / "F", "--data", data_});
        ASSERT_EQ(imported.code, 0) << imported.err;
    }
    void TearDown() override {
        if (mounted_) {
            empty();
            EXPECT_EQ(::umount2(disk_.c_str(), MNT_DETACH), 0);
        }
    }

    /// Empty, or why it could not be done. In a mount namespace of this thread and what it starts:
    /// whatever happens to this test, nothing stays mounted.
    std::string mount_disk() {
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
            return "no mount namespace of its own (are you root?)";
        }
        const std::string image = folder_.write("disk.img", "");
        fs::resize_file(image, disk_bytes_);
        fs::create_directory(disk_);
        if (const Ended made = call({"mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", image});
            made.code != 0) {
            return "mkfs.ext4: " + made.err;
        }
        const Ended mounted = call({"mount", "-o", "loop", image, disk_});
        mounted_ = mounted.code == 0;
        return mounted_ ? "" : "mount -o loop: " + mounted.err;
    }

    /// Takes all space but so much, in whole blocks.
    void fill(std::uint64_t left) {
        const int file = ::open(ballast().c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
        ASSERT_GE(file, 0);
        const std::string block(4096, 'x');
        while (::write(file, block.data(), block.size()) > 0) {
        }
        const auto size = fs::file_size(ballast());
        EXPECT_EQ(::ftruncate(file, static_cast<off_t>(size - std::min(size, left))), 0);
        ::fsync(file);
        ::close(file);
    }
    void empty() const {
        std::error_code ignored;
        fs::remove(ballast(), ignored);
        ::sync();
    }
    [[nodiscard]] std::string ballast() const { return disk_ + "/ballast"; }

    [[nodiscard]] std::vector<std::string> work() const {
        return {"work", "--data", data_, "--practice", practice_, "--json"};
    }

    static constexpr std::uint64_t disk_bytes_ = 32 << 20;
    static constexpr std::size_t patients_ = 60;
    TemporaryFolder folder_;
    Provider provider_;
    std::string disk_ = folder_ / "m";
    std::string data_ = disk_ + "/D";
    std::string practice_;
    bool mounted_ = false;
};

TEST_F(FullDisk, NothingIsRepeatedOrLostHoweverOftenItFills) {
    SeededRandom random(20260101);
    std::size_t falls = 0;
    for (int round = 0; round < 8; ++round) {
        fill(random.below(200'000));
        Program program(work());
        // It goes on until it cannot write, or has nothing to do.
        const std::size_t before = provider_.taken().size();
        if (!wait_until([&] { return program.has_ended(); }, std::chrono::seconds{2})) {
            program.signal(SIGTERM);
        } else {
            ++falls;
        }
        const Ended ended = program.wait();
        EXPECT_THAT(ended.code, AnyOf(0, exit_code(ErrorCode::NoSpace)))
            << "signal " << ended.signal << ": " << ended.err;
        EXPECT_GE(provider_.taken().size(), before);
        empty();
    }
    EXPECT_GT(falls, 2U) << "a disk that never was full proves nothing";
    Program last(work());
    EXPECT_TRUE(wait_until([&] { return provider_.taken().size() >= 2 * patients_; }))
        << last.err();
    last.signal(SIGTERM);
    EXPECT_EQ(last.wait().code, 0);
    FaultReport report;
    judge_messages(read_messages(data_), provider_.taken(), 1, true, report);
    EXPECT_TRUE(report.broken.empty()) << report.to_text();
    EXPECT_EQ(report.messages, 2 * patients_);
    EXPECT_LE(report.unknown, falls) << "at most one hand-over is open at a fall";
}

TEST_F(FullDisk, AStopThatCannotBeWrittenDownIsNotAcknowledged) {
    Program program(work());
    ASSERT_TRUE(wait_until([&] { return provider_.taken().size() == 2 * patients_; }))
        << program.err();
    fill(0);
    std::size_t refused = 0;
    std::vector<std::size_t> stopped;
    for (std::size_t patient = 0; patient < patients_; ++patient) {
        const Ended answer = receive_reply(
            data_, practice_, make_reply(patient, "SM" + std::to_string(patient), "STOP"));
        if (answer.code == 0) {
            stopped.push_back(patient);
        } else {
            EXPECT_THAT(answer.err, HasSubstr("space")) << "the cause is said";
            ++refused;
            break;
        }
    }
    EXPECT_GT(refused, 0U);
    program.signal(SIGKILL);
    program.wait();
    empty();
    for (const std::size_t patient : stopped) {
        const Ended again = receive_reply(
            data_, practice_, make_reply(patient, "SM" + std::to_string(patient), "STOP"));
        EXPECT_THAT(again.out, HasSubstr("\"repeated\":1")) << "acknowledged, and lost";
    }
}

}  // namespace
}  // namespace parcours::testing
