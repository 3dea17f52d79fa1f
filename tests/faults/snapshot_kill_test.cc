// The program is killed while it writes the ledger down at its end: what is half written counts for
// nothing, and the next start knows all that was committed.

#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

#include "faults/faults.h"
#include "faults/promises.h"
#include "support/clinic.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

using Clock = std::chrono::steady_clock;

class KilledAtItsEnd : public ::testing::Test {
  protected:
    /// Everything is said, and the program was killed: nothing but the log tells of it.
    void SetUp() override {
        practice_ = write_practice(folder_, provider_);
        write_patients(folder_, patients_);
        ASSERT_EQ(run({"import", folder_ / "F", "--data", said_}).code, 0);
        Program program(work(said_));
        ASSERT_TRUE(wait_until([&] { return all_said(said_); })) << program.err();
        program.signal(SIGKILL);
        program.wait();
    }

    [[nodiscard]] std::vector<std::string> work(const std::string& data) const {
        return {"work", "--data", data, "--practice", practice_, "--json"};
    }
    [[nodiscard]] static bool all_said(const std::string& data) {
        const auto messages = read_messages(data);
        std::size_t sent = 0;
        for (const auto& [id, one] : messages) {
            sent += one.status == "sent" ? 1U : 0U;
        }
        return sent == 2 * patients_;
    }
    [[nodiscard]] std::string copy(const std::string& name) const {
        const std::filesystem::path path = folder_ / name;
        // Without the socket of the program that worked on it.
        for (const auto& entry : std::filesystem::recursive_directory_iterator(said_)) {
            const std::filesystem::path to = path / std::filesystem::relative(entry.path(), said_);
            if (entry.is_directory()) {
                std::filesystem::create_directories(to);
            } else if (entry.is_regular_file()) {
                std::filesystem::create_directories(to.parent_path());
                std::filesystem::copy_file(entry.path(), to);
            }
        }
        return path;
    }
    /// Asks it to stop once it is at work; kills it so long afterwards, where that is said.
    Ended stop(const std::string& data, Clock::duration& took, const Clock::duration* kill_after) {
        Program program(work(data));
        EXPECT_TRUE(wait_until([&] { return !program.err().empty(); }));
        const auto began = Clock::now();
        program.signal(SIGTERM);
        if (kill_after != nullptr) {
            std::this_thread::sleep_until(began + *kill_after);
            program.signal(SIGKILL);
        }
        Ended ended = program.wait();
        took = Clock::now() - began;
        return ended;
    }

    static constexpr std::size_t patients_ = 40;
    TemporaryFolder folder_;
    Provider provider_;
    std::string said_ = folder_ / "D";
    std::string practice_;
};

TEST_F(KilledAtItsEnd, KnowsAllThatWasSaid) {
    constexpr int kills = 16;
    Clock::duration whole{};
    ASSERT_EQ(stop(copy("whole"), whole, nullptr).code, 0);
    int killed = 0;
    for (int i = 0; i < kills; ++i) {
        const std::string data = copy("cut" + std::to_string(i));
        Clock::duration took{};
        const Clock::duration after = whole * i / kills;
        killed += stop(data, took, &after).signal == SIGKILL ? 1 : 0;
        // A start that took half a snapshot for whole would say everything again, or not start.
        const Ended again = stop(data, took, nullptr);
        ASSERT_EQ(again.code, 0) << again.err;
        EXPECT_TRUE(all_said(data)) << "killed after part " << i;
        EXPECT_EQ(run({"verify", "--data", data}).code, 0);
    }
    EXPECT_GT(killed, 0);
    EXPECT_EQ(provider_.taken().size(), 2 * patients_) << "nothing is said again";
    FaultReport report;
    judge_messages(read_messages(said_), provider_.taken(), 1, true, report);
    EXPECT_TRUE(report.broken.empty()) << report.to_text();
}

}  // namespace
}  // namespace parcours::testing
