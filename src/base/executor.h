#pragma once

#include <cstddef>
#include <functional>

namespace parcours {

/// Hands in threads. Nobody below `app/` starts any in another way.
class Executor {
  public:
    using Task = std::function<void(std::size_t number)>;

    virtual ~Executor() = default;
    /// Runs task(0) … task(count - 1), in any order and perhaps several at once; returns when all
    /// have ended. Tasks must not throw.
    virtual void run(std::size_t count, const Task& task) = 0;
};

/// One after another, in the calling thread: tests and small work.
class SerialExecutor final : public Executor {
  public:
    void run(std::size_t count, const Task& task) override;
};

/// Several at once; the calling thread is one of them.
class ThreadExecutor final : public Executor {
  public:
    /// `thread_count` of 0 counts as 1.
    explicit ThreadExecutor(std::size_t thread_count) : thread_count_(thread_count) {}
    void run(std::size_t count, const Task& task) override;

  private:
    std::size_t thread_count_;
};

}  // namespace parcours
