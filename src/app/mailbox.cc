#include "app/mailbox.h"

#include <cstdint>
#include <deque>
#include <mutex>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "base/error.h"

namespace parcours::app {

Mailbox::Mailbox() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    check(descriptor_ >= 0, "the system gives a descriptor to wake by");
}

Mailbox::~Mailbox() {
    ::close(descriptor_);
}

bool Mailbox::put(Job job) {
    {
        const std::scoped_lock lock(mutex_);
        if (closed_ || waiting_.size() >= waiting_max) {
            return false;
        }
        waiting_.push_back(std::move(job));
    }
    wake();
    return true;
}

void Mailbox::wake() {
    const std::uint64_t one = 1;
    // It can only fail where the counter is full: then the writer is awake.
    [[maybe_unused]] const ssize_t written = ::write(descriptor_, &one, sizeof one);
}

void Mailbox::work(engine::Service& service) {
    std::uint64_t count = 0;
    while (::read(descriptor_, &count, sizeof count) > 0) {
    }
    std::deque<Job> jobs;
    {
        const std::scoped_lock lock(mutex_);
        jobs.swap(waiting_);
    }
    for (const Job& job : jobs) {
        job(service);
    }
}

void Mailbox::close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
}

}  // namespace parcours::app
