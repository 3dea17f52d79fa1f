#include "load/load.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <limits>
#include <optional>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace parcours::bench {
namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
constexpr std::int64_t grace = 5 * ns_per_second;
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

std::int64_t to_ns(double seconds) {
    return static_cast<std::int64_t>(seconds * static_cast<double>(ns_per_second));
}

}  // namespace

Load::Load(const LoadOptions& options)
    : options_(options),
      random_(options.seed),
      poll_(::epoll_create1(EPOLL_CLOEXEC)),
      lines_(options.connections) {
    report_.latencies.reserve(static_cast<std::size_t>(options.rate * options.seconds) + 1024);
}

std::optional<LoadReport> Load::run() {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        if (!open_line(i)) {
            return std::nullopt;
        }
        free_.push_back(i);
    }
    const std::int64_t begin = now_ns();
    measured_from_ = begin + to_ns(options_.warm_up_seconds);
    measured_to_ = measured_from_ + to_ns(options_.seconds);
    next_due_ = options_.rate > 0 ? begin : never;
    for (std::int64_t now = begin; !is_over(now); now = now_ns()) {
        fall_due(now);
        give_out(now);
        wait(std::min(next_due_, measured_to_ + (now < measured_to_ ? 0 : grace)));
    }
    report_.unanswered = under_way_ + waiting_.size();
    report_.answers_per_second = static_cast<double>(answers_) / options_.seconds;
    report_.body_bytes_mean =
        answers_ == 0 ? 0 : static_cast<double>(body_bytes_) / static_cast<double>(answers_);
    return std::move(report_);
}

bool Load::is_over(std::int64_t now) const {
    const bool idle = under_way_ == 0 && waiting_.empty();
    return now >= measured_to_ && (idle || now >= measured_to_ + grace);
}

bool Load::open_line(std::size_t number) {
    Line& line = lines_[number];
    line = {};
    line.socket = connect_to(options_.port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = number;
    return line.socket.is_open() &&
           ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, line.socket.get(), &event) == 0;
}

/// What is due by now waits for a connection.
void Load::fall_due(std::int64_t now) {
    while (next_due_ <= now) {
        waiting_.push_back(next_due_);
        next_due_ += to_ns(-std::log(1.0 - random_.unit()) / options_.rate);
        if (next_due_ >= measured_to_) {
            next_due_ = never;
        }
    }
    report_.waiting_max = std::max(report_.waiting_max, waiting_.size());
}

void Load::give_out(std::int64_t now) {
    const bool closed = options_.rate <= 0;
    while (!free_.empty() && (closed ? now < measured_to_ : !waiting_.empty())) {
        const std::size_t number = free_.back();
        free_.pop_back();
        std::int64_t due = now;
        if (!closed) {
            due = waiting_.front();
            waiting_.pop_front();
        }
        ask(number, due);
    }
}

void Load::ask(std::size_t number, std::int64_t due) {
    Line& line = lines_[number];
    line.unsent = options_.requests[random_.below(options_.requests.size())];
    line.due = due;
    line.busy = true;
    ++under_way_;
    send_rest(number);
}

/// Requests are small: what a socket does not take at once leaves when its line is looked at next.
void Load::send_rest(std::size_t number) {
    Line& line = lines_[number];
    const auto sent = send_some(line.socket, line.unsent);
    if (sent < 0) {
        lose(number);
    } else {
        line.unsent.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void Load::wait(std::int64_t until) {
    std::array<epoll_event, 256> events{};
    const std::int64_t left = std::clamp<std::int64_t>(until - now_ns(), 0, ns_per_second / 10);
    const timespec bound{left / ns_per_second, left % ns_per_second};
    const int count = ::epoll_pwait2(poll_.get(), events.data(), events.size(), &bound, nullptr);
    for (int i = 0; i < count; ++i) {
        receive(events[static_cast<std::size_t>(i)].data.u64);
    }
}

void Load::receive(std::size_t number) {
    std::array<char, 64UL * 1024> buffer;  // filled before it is read
    Line& line = lines_[number];
    if (!line.unsent.empty()) {
        send_rest(number);
    }
    const auto count = ::recv(line.socket.get(), buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
        return;
    }
    if (count <= 0) {
        lose(number);
        return;
    }
    switch (line.reader.push({buffer.data(), static_cast<std::size_t>(count)})) {
        case AnswerReader::Step::NeedMore:
            break;
        case AnswerReader::Step::Complete:
            complete(number);
            break;
        case AnswerReader::Step::Broken:
            lose(number);
            break;
    }
}

void Load::complete(std::size_t number) {
    Line& line = lines_[number];
    const std::int64_t now = now_ns();
    const int status = line.reader.status();
    const bool measured = options_.rate > 0 ? line.due >= measured_from_
                                            : now >= measured_from_ && now < measured_to_;
    if (measured && (status == 200 || status == 304)) {
        report_.latencies.add(now - line.due);
        if (now - line.due > worst_) {
            worst_ = now - line.due;
            report_.worst_at_seconds = static_cast<double>(line.due - measured_from_) / 1e9;
        }
        ++answers_;
        body_bytes_ += line.reader.body_bytes();
    } else if (measured) {
        ++report_.other_statuses[status];
    }
    line.busy = false;
    --under_way_;
    if (line.reader.closes()) {
        (void)open_line(number);
    }
    free_.push_back(number);
}

/// The connection is gone: another takes its place.
void Load::lose(std::size_t number) {
    const bool was_busy = lines_[number].busy;
    if (was_busy) {
        ++report_.broken;
        --under_way_;
    }
    const bool open = open_line(number);
    if (was_busy && open) {
        free_.push_back(number);
    }
}

}  // namespace parcours::bench
