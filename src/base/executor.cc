#include "base/executor.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <ranges>
#include <thread>
#include <utility>
#include <vector>

namespace parcours {
namespace {

/// One call of `run`, waited for by who made it.
struct Batch {
    const Executor::Task& task;
    std::size_t count;
    const Batch* parent;    ///< whose task made the call; null: nobody's
    std::size_t taken = 0;  ///< tasks that somebody has begun
    std::size_t ended = 0;

    [[nodiscard]] bool is_within(const Batch& other) const {
        const Batch* at = this;
        while (at != nullptr && at != &other) {
            at = at->parent;
        }
        return at != nullptr;
    }
};

class Crew;

/// Where a thread is at work.
struct Place {
    Crew* crew = nullptr;
    const Batch* batch = nullptr;
};
thread_local Place place;

/// The threads of an outermost `run`, and the calls that its tasks have made.
class Crew {
  public:
    explicit Crew(const ThreadExecutor& of) : of_(of) {}

    [[nodiscard]] bool is_of(const ThreadExecutor& executor) const { return &of_ == &executor; }

    /// Works until every task of the batch has ended: on its tasks and on those of calls made from
    /// them, never on others, which may wait for something that the caller holds.
    void work(Batch& batch) {
        std::unique_lock lock(mutex_);
        while (batch.ended < batch.count) {
            Batch* const next = find_open(batch);
            if (next == nullptr) {
                changed_.wait(lock);
                continue;
            }
            const std::size_t number = next->taken++;
            lock.unlock();
            const Place outer = std::exchange(place, Place{this, next});
            next->task(number);
            place = outer;
            lock.lock();
            if (++next->ended == next->count) {
                changed_.notify_all();
            }
        }
    }

    void open(Batch& batch) {
        const std::scoped_lock lock(mutex_);
        batches_.push_back(&batch);
        changed_.notify_all();
    }

    void close(const Batch& batch) {
        const std::scoped_lock lock(mutex_);
        std::erase(batches_, &batch);
    }

  private:
    /// The innermost first: others wait for it.
    Batch* find_open(const Batch& within) {
        for (Batch* const batch : batches_ | std::views::reverse) {
            if (batch->taken < batch->count && batch->is_within(within)) {
                return batch;
            }
        }
        return nullptr;
    }

    const ThreadExecutor& of_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Batch*> batches_;
};

}  // namespace

void SerialExecutor::run(std::size_t count, const Task& task) {
    for (std::size_t number = 0; number < count; ++number) {
        task(number);
    }
}

void ThreadExecutor::run(std::size_t count, const Task& task) {
    const bool nested = place.crew != nullptr && place.crew->is_of(*this);
    Batch batch{task, count, nested ? place.batch : nullptr};
    if (nested) {
        Crew& crew = *place.crew;
        crew.open(batch);
        crew.work(batch);
        crew.close(batch);
        return;
    }
    Crew crew(*this);
    crew.open(batch);
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(thread_count_, count); ++i) {
        threads.emplace_back([&] { crew.work(batch); });
    }
    crew.work(batch);
}

}  // namespace parcours
