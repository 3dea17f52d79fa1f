#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/error.h"

namespace parcours::engine {

/// Takes records in beside the one that writes, one task after another in the order of asking. A
/// task runs in a thread of its own; what changes the log or what others see it hands, in short
/// steps, to the one that writes, which does whatever else waits between two of them.
class IntakeLane {
  public:
    using Step = std::function<Result<>()>;

    /// What a running task may ask for; for its thread.
    class Beside {
      public:
        explicit Beside(IntakeLane& lane) : lane_(lane) {}
        /// Has a step done by the one that writes and waits for it. Errors: the step's;
        /// Unavailable where the lane goes away.
        Result<> by_writer(const Step& step) { return lane_.hand_over(step); }
        /// Whether the task should end soon. What it has done is kept.
        [[nodiscard]] bool stop_asked() const { return lane_.stop_asked(); }

      private:
        IntakeLane& lane_;
    };

    struct Task {
        /// In the writer's thread when its turn has come: an error ends the task. May be empty.
        Step check;
        /// In a thread of its own. What it throws becomes an error.
        std::function<Result<>(Beside&)> run;
        /// In the writer's thread, once, however it ended.
        std::function<void(const Result<>&)> end;
    };

    /// `wake` is called from any thread when `work` has something to do. May be empty.
    explicit IntakeLane(std::function<void()> wake) : wake_(std::move(wake)) {}
    /// Waits for the task that runs, whose steps fail; tasks are not told of their end any more.
    ~IntakeLane();
    IntakeLane(const IntakeLane&) = delete;
    IntakeLane& operator=(const IntakeLane&) = delete;

    // By the one that writes.
    /// Errors: Unavailable where `waiting_max` wait already, or after `stop`.
    Result<> put(Task task);
    /// Does at most one step, or begins or ends a task. Whether it did anything.
    bool work();
    /// The same as long as a task has something to do soon: one document is taken in at one go,
    /// not a step between each two rounds of whatever else is due.
    void attend();
    /// Works until nothing is left to do: waits where a task is busy with itself.
    void finish();
    /// Asks the running task to end soon and refuses those that wait.
    void stop();
    /// Whether a task runs or waits.
    [[nodiscard]] bool busy() const { return running_.has_value() || !waiting_.empty(); }
    /// Whether `work` has something to do.
    [[nodiscard]] bool has_work() const;

    static constexpr std::size_t waiting_max = 100;

  private:
    Result<> hand_over(const Step& step);
    [[nodiscard]] bool stop_asked() const;
    void begin_next();
    void run_task();
    bool end_task();
    void end_with(const Result<>& result);
    bool do_step();
    void wake() const;

    std::function<void()> wake_;
    std::deque<Task> waiting_;     // of the one that writes
    std::optional<Task> running_;  // likewise
    std::thread thread_;

    mutable std::mutex mutex_;  ///< guards what follows
    std::condition_variable changed_;
    const Step* step_ = nullptr;  ///< to be done
    std::optional<Result<>> step_result_;
    std::optional<Result<>> task_result_;
    bool stop_asked_ = false;
    bool closed_ = false;
};

}  // namespace parcours::engine
