#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace parcours::http::api {

/// How many cohorts are evaluated at once: each keeps all threads busy, and lists must go on.
/// One more waits a little; all others are sent away at once, as each that waits holds a thread
/// that answers. For any thread.
class CohortRuns {
  public:
    static constexpr std::size_t at_once_max = 2;
    static constexpr std::size_t waiting_max = 1;
    static constexpr std::chrono::seconds wait_max{3};
    /// For how long one may take.
    static constexpr std::chrono::seconds time_max{10};

    /// A place, given back when the last copy goes away; null where none came free in time.
    [[nodiscard]] std::shared_ptr<void> enter(std::chrono::milliseconds wait = wait_max) {
        std::unique_lock lock(mutex_);
        if (running_ >= at_once_max && !await_place(lock, wait)) {
            return nullptr;
        }
        ++running_;
        return {this, [](void* runs) { static_cast<CohortRuns*>(runs)->leave(); }};
    }

    [[nodiscard]] std::size_t waiting() {
        const std::scoped_lock lock(mutex_);
        return waiting_;
    }

  private:
    bool await_place(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds wait) {
        if (waiting_ >= waiting_max) {
            return false;
        }
        ++waiting_;
        const bool came = free_.wait_for(lock, wait, [this] { return running_ < at_once_max; });
        --waiting_;
        return came;
    }

    void leave() {
        {
            const std::scoped_lock lock(mutex_);
            --running_;
        }
        free_.notify_one();
    }

    std::mutex mutex_;
    std::condition_variable free_;
    std::size_t running_ = 0;
    std::size_t waiting_ = 0;
};

}  // namespace parcours::http::api
