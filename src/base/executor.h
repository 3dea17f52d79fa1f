#pragma once

#include <algorithm>
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

/// Several at once; the calling thread is one of them. A task that calls `run` itself gets no
/// threads beyond these: whoever has nothing left to do helps it.
class ThreadExecutor final : public Executor {
  public:
    /// `thread_count` of 0 counts as 1.
    explicit ThreadExecutor(std::size_t thread_count) : thread_count_(thread_count) {}
    void run(std::size_t count, const Task& task) override;

  private:
    std::size_t thread_count_;
};

/// Numbers 0 … `count` - 1 in parts of `size` (the last may be shorter), so that whoever is free
/// takes the next.
struct Parts {
    std::size_t count = 0;
    std::size_t size = 4096;

    [[nodiscard]] std::size_t number() const { return (count + size - 1) / size; }
    [[nodiscard]] std::size_t from(std::size_t part) const { return part * size; }
    [[nodiscard]] std::size_t to(std::size_t part) const {
        return std::min((part + 1) * size, count);
    }
};

}  // namespace parcours
