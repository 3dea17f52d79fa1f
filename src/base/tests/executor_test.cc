#include "base/executor.h"

#include <atomic>
#include <cstddef>
#include <gtest/gtest.h>
#include <latch>
#include <mutex>
#include <set>
#include <thread>
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

// Whoever is free helps a call that another's task has made, and no thread is added for it.
TEST(ThreadExecutor, HelpsACallFromWithinATask) {
    ThreadExecutor executor(2);
    std::mutex mutex;
    std::set<std::thread::id> threads;
    std::atomic<int> runs = 0;
    std::latch both(2);
    executor.run(2, [&](std::size_t outer) {
        both.arrive_and_wait();  // each has a thread of its own
        if (outer == 0) {
            return;
        }
        std::latch helped(2);
        executor.run(2, [&](std::size_t) {
            helped.arrive_and_wait();  // ends only where the other thread comes
            const std::scoped_lock lock(mutex);
            threads.insert(std::this_thread::get_id());
            ++runs;
        });
    });
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(threads.size(), 2U);
}

// A caller may hold what the other tasks of the outer call wait for.
TEST(ThreadExecutor, NeverTakesAnOuterTaskWhileItWaits) {
    ThreadExecutor executor(3);
    std::mutex held;
    std::vector<std::atomic<int>> runs(64);
    executor.run(runs.size(), [&](std::size_t outer) {
        const std::scoped_lock lock(held);
        executor.run(8, [&](std::size_t) { ++runs[outer]; });
    });
    for (const auto& count : runs) {
        EXPECT_EQ(count.load(), 8);
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
