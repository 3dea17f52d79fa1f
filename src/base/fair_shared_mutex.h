#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace parcours {

/// Many readers or one writer, served in the order in which they came: whoever asks for it waits
/// only for those who asked before, so that neither side starves however busy the other is. For
/// `std::shared_lock` and `std::unique_lock`. A thread that holds it must not ask again.
class FairSharedMutex {
  public:
    void lock();
    void unlock();
    void lock_shared();
    void unlock_shared();

    /// Whether the calling thread holds it as the writer: what it changes it may read without
    /// asking.
    [[nodiscard]] bool is_mine() const;
    /// How many have asked and are not inside yet.
    [[nodiscard]] std::uint64_t waiting() const;

  private:
    mutable std::mutex mutex_;  ///< guards what follows, never held while waiting for a turn to end
    std::condition_variable changed_;
    std::uint64_t next_ticket_ = 0;
    std::uint64_t serving_ = 0;  ///< whose turn it is to come in
    std::uint64_t readers_ = 0;  ///< inside
    std::thread::id writer_;     ///< inside, and still being served
};

}  // namespace parcours
