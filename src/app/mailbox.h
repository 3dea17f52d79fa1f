#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

#include "base/error.h"
#include "engine/service.h"

namespace parcours::app {

/// Jobs that other threads put before the one that writes. The descriptor becomes readable when
/// there is one.
class Mailbox {
  public:
    using Job = std::function<void(engine::Service& service)>;

    Mailbox();
    ~Mailbox();
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    /// For any thread. False, and the job is dropped, where too many wait or it was closed.
    bool put(Job job);
    /// Makes the descriptor readable, for any thread: there is something else to do.
    void wake();
    /// Does what waits, in order, in the writer's thread.
    void work(engine::Service& service);
    /// Takes nothing more.
    void close();
    [[nodiscard]] int descriptor() const { return descriptor_; }

    static constexpr std::size_t waiting_max = 1'000;

  private:
    std::mutex mutex_;
    std::deque<Job> waiting_;
    bool closed_ = false;
    int descriptor_;
};

}  // namespace parcours::app
