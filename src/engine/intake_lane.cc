#include "engine/intake_lane.h"

#include <chrono>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.h"

namespace parcours::engine {
namespace {

/// One document takes fewer steps, and is never longer away from the one that writes. What is away
/// longer, such as an import of files, is waited for by nobody.
constexpr int attended_steps_max = 8;
constexpr std::chrono::milliseconds attended_wait{10};

/// What a call gives, also where it throws: a defect of one task must not end the process.
Result<> guarded(const std::function<Result<>()>& call) {
    try {
        return call();
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, "taking records in broke off (" +
                                             std::string(error.what()) +
                                             "); do it again, it goes on where it stopped");
    }
}

std::unexpected<Error> stopping() {
    return fail(ErrorCode::Unavailable,
                "the process is stopping; do it again when it runs: it goes on where it stopped");
}

}  // namespace

IntakeLane::~IntakeLane() {
    {
        const std::scoped_lock lock(mutex_);
        stop_asked_ = true;
        closed_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

Result<> IntakeLane::put(Task task) {
    if (stop_asked()) {
        return stopping();
    }
    if (waiting_.size() >= waiting_max) {
        return fail(ErrorCode::Unavailable, "too much waits to be taken in; try again in a minute");
    }
    waiting_.push_back(std::move(task));
    return {};
}

bool IntakeLane::work() {
    if (do_step() || end_task()) {
        return true;
    }
    if (running_ || waiting_.empty()) {
        return false;
    }
    begin_next();
    return true;
}

void IntakeLane::attend() {
    for (int steps = 0; steps < attended_steps_max && busy(); ++steps) {
        if (work()) {
            continue;
        }
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, attended_wait,
                               [this] { return step_ != nullptr || task_result_.has_value(); })) {
            return;
        }
    }
}

void IntakeLane::finish() {
    while (busy()) {
        if (!work()) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return step_ != nullptr || task_result_.has_value(); });
        }
    }
}

void IntakeLane::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stop_asked_ = true;
    }
    for (const Task& task : std::exchange(waiting_, {})) {
        task.end(stopping());
    }
}

bool IntakeLane::has_work() const {
    const std::scoped_lock lock(mutex_);
    return step_ != nullptr || task_result_.has_value() || (!running_ && !waiting_.empty());
}

void IntakeLane::begin_next() {
    running_ = std::move(waiting_.front());
    waiting_.pop_front();
    const Result<> checked = running_->check ? guarded(running_->check) : Result<>{};
    if (!checked) {
        end_with(checked);
        return;
    }
    try {
        thread_ = std::thread([this] { run_task(); });
    } catch (const std::system_error&) {
        end_with(fail(ErrorCode::Unavailable,
                      "the system gives no thread to take records in; try again in a minute"));
    }
}

/// In the task's thread.
void IntakeLane::run_task() {
    Beside beside(*this);
    Result<> result = guarded([&] { return running_->run(beside); });
    {
        const std::scoped_lock lock(mutex_);
        task_result_ = std::move(result);
    }
    changed_.notify_all();
    wake();
}

bool IntakeLane::end_task() {
    Result<> result;
    {
        const std::scoped_lock lock(mutex_);
        if (!task_result_) {
            return false;
        }
        result = std::move(*task_result_);
        task_result_.reset();
    }
    thread_.join();
    end_with(result);
    return true;
}

/// A defect of whoever hears of the end must not end the process either.
void IntakeLane::end_with(const Result<>& result) {
    const Task ended = *std::exchange(running_, std::nullopt);
    (void)guarded([&]() -> Result<> {
        ended.end(result);
        return {};
    });
}

bool IntakeLane::do_step() {
    const Step* step = nullptr;
    {
        const std::scoped_lock lock(mutex_);
        step = std::exchange(step_, nullptr);
    }
    if (step == nullptr) {
        return false;
    }
    Result<> result = guarded(*step);
    {
        const std::scoped_lock lock(mutex_);
        step_result_ = std::move(result);
    }
    changed_.notify_all();
    return true;
}

/// In the task's thread.
Result<> IntakeLane::hand_over(const Step& step) {
    {
        const std::scoped_lock lock(mutex_);
        if (closed_) {
            return stopping();
        }
        step_ = &step;
    }
    changed_.notify_all();
    wake();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return step_result_ || (closed_ && step_ != nullptr); });
    if (!step_result_) {
        step_ = nullptr;
        return stopping();
    }
    return *std::exchange(step_result_, std::nullopt);
}

bool IntakeLane::stop_asked() const {
    const std::scoped_lock lock(mutex_);
    return stop_asked_;
}

void IntakeLane::wake() const {
    if (wake_) {
        wake_();
    }
}

}  // namespace parcours::engine
