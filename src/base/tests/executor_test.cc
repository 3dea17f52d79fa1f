#include "base/executor.h"

#include <atomic>
#include <cstddef>
#include <gtest/gtest.h>
#include <vector>

namespace parcours {
namespace {

void runs_each_task_once(Executor& executor) {
    std::vector<std::atomic<int>> runs(1000);
    executor.run(runs.size(), [&runs](std::size_t number) { ++runs[number]; });
    for (const auto& count : runs) {
        EXPECT_EQ(count.load(), 1);
    }
    executor.run(0, [](std::size_t) { FAIL(); });
}

TEST(Executor, RunsEachTaskOnce) {
    SerialExecutor serial;
    runs_each_task_once(serial);
    for (const std::size_t threads : {0U, 1U, 2U, 7U}) {
        ThreadExecutor executor(threads);
        runs_each_task_once(executor);
    }
}

TEST(SerialExecutor, KeepsTheOrder) {
    SerialExecutor executor;
    std::vector<std::size_t> order;
    executor.run(5, [&order](std::size_t number) { order.push_back(number); });
    EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
}

}  // namespace
}  // namespace parcours
