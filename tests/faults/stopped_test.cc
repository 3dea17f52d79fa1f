// The program stands still in the middle of a hand-over (SIGSTOP, as under a debugger, in a swapped
// out or migrated machine), for longer than its time-outs, and goes on.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "faults/faults.h"
#include "faults/promises.h"
#include "support/clinic.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

using ::testing::HasSubstr;

/// PARCOURS_FAULT_STOP_SECONDS makes it a longer standstill; the time-out is 2 s.
std::chrono::seconds standstill() {
    const char* const text = std::getenv("PARCOURS_FAULT_STOP_SECONDS");
    return std::chrono::seconds{text == nullptr ? 3 : std::atoi(text)};
}

class Stopped : public ::testing::TestWithParam<Provider::Phase> {
  protected:
    void SetUp() override {
        practice_ = write_practice(folder_, provider_);
        write_patients(folder_, patients_);
        ASSERT_EQ(run({"import", folder_ / "F", "--data", data_}).code, 0);
    }

    [[nodiscard]] std::vector<std::string> work() const {
        return {"work", "--data", data_, "--practice", practice_, "--json"};
    }

    static constexpr std::size_t patients_ = 4;
    TemporaryFolder folder_;
    Provider provider_;
    std::string data_ = folder_ / "D";
    std::string practice_;
};

TEST_P(Stopped, GoesOnWithoutRepeatingAnything) {
    std::atomic<pid_t> process = 0;
    std::atomic<bool> stood = false;
    std::atomic<int> phases = 0;
    provider_.at = [&](Provider::Phase phase, const Provider::Got&) {
        if (phase != GetParam() || process == 0 || ++phases != 2) {
            return;
        }
        ::kill(process, SIGSTOP);
        const Ended second = run(work());
        EXPECT_EQ(second.code, exit_code(ErrorCode::Locked))
            << "another program takes the folder of one that stands still: " << second.err;
        std::this_thread::sleep_for(standstill());
        stood = true;
        ::kill(process, SIGCONT);
    };
    Program program(work());
    process = program.id();
    ASSERT_TRUE(wait_until([&] { return provider_.taken().size() >= 2 * patients_; }))
        << program.err();
    EXPECT_TRUE(stood);
    // What came of the last one is written down.
    ASSERT_TRUE(wait_until([&] {
        const auto messages = read_messages(data_);
        return messages.size() == 2 * patients_ &&
               std::ranges::all_of(messages, [](const auto& one) {
                   return one.second.status == "sent" || one.second.status == "unknown";
               });
    })) << program.err();
    // A STOP that comes right after it holds.
    const Ended stop = receive_reply(data_, practice_, make_reply(0, "SM1", "STOP"));
    EXPECT_EQ(stop.code, 0) << stop.err;
    EXPECT_EQ(receive_reply(data_, practice_, make_reply(0, "SM2", "hello")).code, 0);
    program.signal(SIGTERM);
    const Ended ended = program.wait();
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("everything is written down"));
    FaultReport report;
    judge_messages(read_messages(data_), provider_.taken(), 1, false, report);
    EXPECT_TRUE(report.broken.empty()) << report.to_text();
    EXPECT_EQ(provider_.count(phone_of(0)), 1U) << "nothing after STOP";
    EXPECT_LE(report.unknown, 1U) << "the one at which it stood still";
}

std::string name_of(const ::testing::TestParamInfo<Provider::Phase>& info) {
    return info.param == Provider::Phase::Request ? "BeforeItIsTaken"
           : info.param == Provider::Phase::Taken ? "WhenItIsTaken"
                                                  : "WhenItIsAnswered";
}

INSTANTIATE_TEST_SUITE_P(Moments, Stopped,
                         ::testing::Values(Provider::Phase::Request, Provider::Phase::Taken,
                                           Provider::Phase::Answered),
                         name_of);

}  // namespace
}  // namespace parcours::testing
