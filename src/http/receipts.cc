#include "http/receipts.h"

#include <functional>
#include <mutex>
#include <utility>

#include "base/error.h"

namespace parcours::http {

void Receipts::expect() {
    const std::scoped_lock lock(mutex_);
    check(!left_, "what an answer waits for is known before it is given");
    ++awaited_;
}

void Receipts::settle(Outcome outcome) {
    std::function<void(const Outcome&)> go_on;
    {
        const std::scoped_lock lock(mutex_);
        check(awaited_ > 0, "only what is awaited is settled");
        --awaited_;
        if (outcome && !failure_) {
            failure_ = std::move(outcome);
        }
        if (awaited_ == 0) {
            go_on = std::exchange(go_on_, nullptr);
        }
    }
    if (go_on) {
        go_on(failure_);
    }
}

void Receipts::then(std::function<void(const Outcome&)> go_on) {
    {
        const std::scoped_lock lock(mutex_);
        left_ = true;
        if (awaited_ > 0) {
            go_on_ = std::move(go_on);
            return;
        }
    }
    go_on(failure_);
}

}  // namespace parcours::http
