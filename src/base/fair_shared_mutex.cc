#include "base/fair_shared_mutex.h"

#include <cstdint>
#include <mutex>
#include <thread>

namespace parcours {

void FairSharedMutex::lock() {
    std::unique_lock lock(mutex_);
    const std::uint64_t ticket = next_ticket_++;
    changed_.wait(lock, [&] { return serving_ == ticket && readers_ == 0; });
    writer_ =
        std::this_thread::get_id();  // nobody comes in after it until `unlock` serves the next
}

void FairSharedMutex::unlock() {
    {
        const std::scoped_lock lock(mutex_);
        writer_ = {};
        ++serving_;
    }
    changed_.notify_all();
}

void FairSharedMutex::lock_shared() {
    bool others_wait = false;
    {
        std::unique_lock lock(mutex_);
        const std::uint64_t ticket = next_ticket_++;
        changed_.wait(lock, [&] { return serving_ == ticket; });
        ++readers_;
        ++serving_;
        others_wait = serving_ != next_ticket_;
    }
    if (others_wait) {
        changed_.notify_all();
    }
}

void FairSharedMutex::unlock_shared() {
    bool last = false;
    {
        const std::scoped_lock lock(mutex_);
        last = --readers_ == 0 && serving_ != next_ticket_;
    }
    if (last) {
        changed_.notify_all();
    }
}

bool FairSharedMutex::is_mine() const {
    const std::scoped_lock lock(mutex_);
    return writer_ == std::this_thread::get_id();
}

std::uint64_t FairSharedMutex::waiting() const {
    const std::scoped_lock lock(mutex_);
    return next_ticket_ - serving_ - (writer_ != std::thread::id() ? 1U : 0U);
}

}  // namespace parcours
