#include "engine/intake_lane.h"

#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"

namespace parcours::engine {
namespace {

/// A task that does so many steps; what happens is noted in `log`.
IntakeLane::Task steps(std::string name, int count, std::vector<std::string>& log) {
    IntakeLane::Task task;
    task.run = [name, count, &log](IntakeLane::Beside& beside) -> Result<> {
        for (int i = 0; i < count; ++i) {
            const auto done = beside.by_writer([&]() -> Result<> {
                log.push_back(name);
                return {};
            });
            if (!done) {
                return done;
            }
        }
        return {};
    };
    task.end = [name, &log](const Result<>& ended) {
        log.push_back(name + (ended ? " ended" : " failed: " + ended.error().message));
    };
    return task;
}

TEST(IntakeLane, DoesOneStepACallAndOneTaskAfterAnother) {
    IntakeLane lane({});
    std::vector<std::string> log;
    ASSERT_TRUE(lane.put(steps("a", 2, log)));
    ASSERT_TRUE(lane.put(steps("b", 1, log)));
    while (lane.busy()) {
        const std::size_t before = log.size();
        lane.work();
        ASSERT_LE(log.size(), before + 1);
        if (log.size() > before) {
            log.emplace_back("other work");
        } else {
            std::this_thread::yield();
        }
    }
    EXPECT_EQ(log,
              (std::vector<std::string>{"a", "other work", "a", "other work", "a ended",
                                        "other work", "b", "other work", "b ended", "other work"}));
}

TEST(IntakeLane, RunsTasksElsewhereAndStepsHere) {
    int woken = 0;
    std::promise<void> called;
    IntakeLane lane([&] {
        if (++woken == 1) {
            called.set_value();
        }
    });
    std::thread::id task_in;
    std::thread::id step_in;
    IntakeLane::Task task;
    task.run = [&](IntakeLane::Beside& beside) {
        task_in = std::this_thread::get_id();
        return beside.by_writer([&]() -> Result<> {
            step_in = std::this_thread::get_id();
            return {};
        });
    };
    task.end = [](const Result<>&) {};
    ASSERT_TRUE(lane.put(std::move(task)));
    EXPECT_TRUE(lane.has_work());
    lane.work();
    called.get_future().wait();
    EXPECT_TRUE(lane.has_work()) << "a step waits";
    lane.finish();
    EXPECT_FALSE(lane.has_work());
    EXPECT_NE(task_in, std::this_thread::get_id());
    EXPECT_EQ(step_in, std::this_thread::get_id());
    EXPECT_EQ(woken, 2) << "for the step and for the end";
}

TEST(IntakeLane, GoesOnAfterWhatIsThrown) {
    IntakeLane lane({});
    std::vector<std::string> log;
    for (const bool in_step : {false, true}) {
        IntakeLane::Task task;
        task.run = [in_step](IntakeLane::Beside& beside) -> Result<> {
            const auto boom = []() -> Result<> { throw std::runtime_error("boom"); };
            return in_step ? beside.by_writer(boom) : boom();
        };
        task.end = [&log](const Result<>& ended) {
            log.push_back(ended ? "ended" : "failed");
            throw std::runtime_error("whoever hears of it fails too");
        };
        ASSERT_TRUE(lane.put(std::move(task)));
    }
    ASSERT_TRUE(lane.put(steps("next", 1, log)));
    lane.finish();
    EXPECT_EQ(log, (std::vector<std::string>{"failed", "failed", "next", "next ended"}));
}

TEST(IntakeLane, ARefusedCheckEndsTheTaskUnrun) {
    IntakeLane lane({});
    std::vector<std::string> log;
    IntakeLane::Task task = steps("never", 1, log);
    task.check = []() -> Result<> { return fail(ErrorCode::Conflict, "changed meanwhile"); };
    ASSERT_TRUE(lane.put(std::move(task)));
    lane.finish();
    EXPECT_EQ(log, (std::vector<std::string>{"never failed: changed meanwhile"}));
}

TEST(IntakeLane, StopLetsTheOneThatRunsEndAndRefusesTheRest) {
    IntakeLane lane({});
    std::vector<std::string> log;
    std::promise<void> begun;
    IntakeLane::Task task;
    task.run = [&begun](IntakeLane::Beside& beside) -> Result<> {
        begun.set_value();
        while (!beside.stop_asked()) {
            std::this_thread::yield();
        }
        return beside.by_writer([]() -> Result<> { return {}; });
    };
    task.end = [&log](const Result<>& ended) { log.emplace_back(ended ? "kept" : "lost"); };
    ASSERT_TRUE(lane.put(std::move(task)));
    lane.work();
    begun.get_future().wait();
    ASSERT_TRUE(lane.put(steps("waits", 1, log)));
    lane.stop();
    EXPECT_FALSE(lane.put(steps("late", 1, log)));
    lane.finish();
    ASSERT_EQ(log.size(), 2U);
    EXPECT_TRUE(log[0].starts_with("waits failed")) << log[0];
    EXPECT_EQ(log[1], "kept");
}

TEST(IntakeLane, GoesAwayUnderATaskThatWaits) {
    Result<> step;
    std::promise<void> asked;
    {
        IntakeLane lane([&asked, first = true]() mutable {
            if (first) {
                first = false;
                asked.set_value();
            }
        });
        IntakeLane::Task task;
        task.run = [&step](IntakeLane::Beside& beside) {
            step = beside.by_writer([]() -> Result<> { return {}; });
            return step;
        };
        task.end = [](const Result<>&) {};
        ASSERT_TRUE(lane.put(std::move(task)));
        lane.work();
        asked.get_future().wait();
    }
    ASSERT_FALSE(step);
    EXPECT_EQ(step.error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace parcours::engine
