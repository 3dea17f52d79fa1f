#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace parcours::http {

/// A fixed number of threads that do jobs in the order in which these came. The queue is bounded:
/// who comes when it is full is told so at once. Safe for use by several threads.
class WorkerPool {
  public:
    using Job = std::function<void()>;

    /// `thread_count` of 0 counts as 1.
    WorkerPool(std::size_t thread_count, std::size_t queue_max);
    /// Does what is queued, then ends.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// False where the queue is full. Jobs must not throw.
    [[nodiscard]] bool try_post(Job job);

  private:
    void work();

    std::size_t queue_max_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;
    bool ending_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace parcours::http
