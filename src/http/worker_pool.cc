#include "http/worker_pool.h"

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <utility>

namespace parcours::http {

WorkerPool::WorkerPool(std::size_t thread_count, std::size_t queue_max) : queue_max_(queue_max) {
    for (std::size_t i = 0; i < std::max<std::size_t>(thread_count, 1); ++i) {
        threads_.emplace_back([this] { work(); });
    }
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    threads_.clear();
}

bool WorkerPool::try_post(Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (jobs_.size() >= queue_max_) {
            return false;
        }
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
}

void WorkerPool::work() {
    while (true) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
            if (jobs_.empty()) {
                return;
            }
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job();
    }
}

}  // namespace parcours::http
