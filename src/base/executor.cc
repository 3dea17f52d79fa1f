#include "base/executor.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace parcours {

void SerialExecutor::run(std::size_t count, const Task& task) {
    for (std::size_t number = 0; number < count; ++number) {
        task(number);
    }
}

void ThreadExecutor::run(std::size_t count, const Task& task) {
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t number = next++; number < count; number = next++) {
            task(number);
        }
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(thread_count_, count); ++i) {
        threads.emplace_back(work);
    }
    work();
}

}  // namespace parcours
