#include "http/event_stream.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "http/byte_stream.h"
#include "http/message.h"
#include "http/problem.h"

namespace parcours::http {
namespace {

/// How long a browser waits before it comes back.
constexpr std::string_view opening = "retry: 3000\n\n";

std::optional<std::uint64_t> read_id(std::string_view text) {
    std::uint64_t id = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return id;
}

}  // namespace

/// One watcher's buffer. The hub fills it, the connection empties it.
class EventHub::Watcher final : public ByteStream {
  public:
    Watcher(Filter filter, MayStay may_stay, std::size_t bytes_max)
        : filter_(std::move(filter)), may_stay_(std::move(may_stay)), bytes_max_(bytes_max) {}

    [[nodiscard]] bool may_stay() const { return !may_stay_ || may_stay_(); }

    [[nodiscard]] bool wants(const ServerEvent& event) const { return !filter_ || filter_(event); }

    /// False where the watcher is gone or too slow.
    bool add(std::string_view text) {
        std::function<void()> wake;
        bool alive = true;
        {
            const std::lock_guard lock(mutex_);
            if (ended_) {
                return false;
            }
            if (waiting_.size() + text.size() > bytes_max_) {
                ended_ = true;
                alive = false;
            } else {
                waiting_ += text;
            }
            wake = wake_;
        }
        if (wake) {
            wake();
        }
        return alive;
    }

    void end() {
        std::function<void()> wake;
        {
            const std::lock_guard lock(mutex_);
            ended_ = true;
            wake = wake_;
        }
        if (wake) {
            wake();
        }
    }

    [[nodiscard]] bool is_gone() const {
        const std::lock_guard lock(mutex_);
        return ended_;
    }

    std::string take() override {
        const std::lock_guard lock(mutex_);
        return std::exchange(waiting_, {});
    }
    [[nodiscard]] bool ended() const override { return is_gone(); }
    void on_ready(std::function<void()> wake) override {
        const std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
    }
    void stop() override {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        wake_ = nullptr;
    }
    [[nodiscard]] std::string_view heartbeat() const override { return ":\n\n"; }

  private:
    Filter filter_;
    MayStay may_stay_;
    std::size_t bytes_max_;
    mutable std::mutex mutex_;
    std::string waiting_;
    bool ended_ = false;
    std::function<void()> wake_;
};

EventHub::EventHub(const Bounds& bounds) : bounds_(bounds), last_id_(bounds.id_before_first) {}

EventHub::~EventHub() {
    close();
}

std::string event_text(std::uint64_t id, const ServerEvent& event) {
    std::string text = "id: " + std::to_string(id) + "\nevent: ";
    std::ranges::copy_if(event.name, std::back_inserter(text),
                         [](char c) { return c != '\n' && c != '\r'; });
    text += '\n';
    for (std::string_view rest = event.data;;) {
        const auto end = std::min(rest.find_first_of("\r\n"), rest.size());
        text += "data: ";
        text += rest.substr(0, end);
        text += '\n';
        if (end == rest.size()) {
            break;
        }
        rest.remove_prefix(end + (rest.substr(end, 2) == "\r\n" ? 2 : 1));
    }
    return text + '\n';
}

void EventHub::review() {
    const std::lock_guard lock(mutex_);
    drop_others();
}

/// Under the lock: those who may not stay, and those who are gone.
void EventHub::drop_others() {
    std::erase_if(watchers_, [](const std::shared_ptr<Watcher>& watcher) {
        if (watcher->is_gone()) {
            return true;
        }
        if (watcher->may_stay()) {
            return false;
        }
        watcher->end();
        return true;
    });
}

void EventHub::publish(ServerEvent event) {
    const std::lock_guard lock(mutex_);
    drop_others();
    const std::uint64_t id = ++last_id_;
    const std::string text = event_text(id, event);
    std::erase_if(watchers_, [&](const std::shared_ptr<Watcher>& watcher) {
        return watcher->wants(event) && !watcher->add(text);
    });
    history_.push_back({id, std::move(event)});
    if (history_.size() > bounds_.history_count_max) {
        history_.pop_front();
    }
}

/// Under the lock.
void EventHub::replay(Watcher& watcher, std::uint64_t after) const {
    const std::uint64_t oldest = history_.empty() ? last_id_ + 1 : history_.front().id;
    if (after > last_id_ || after + 1 < oldest) {
        watcher.add(event_text(last_id_, {"reset", "{}"}));
        return;
    }
    for (const Kept& kept : history_) {
        if (kept.id > after && watcher.wants(kept.event) &&
            !watcher.add(event_text(kept.id, kept.event))) {
            return;
        }
    }
}

Response EventHub::watch(const Request& request, Filter filter, MayStay may_stay) {
    const std::lock_guard lock(mutex_);
    drop_others();
    if (watchers_.size() >= bounds_.watcher_count_max) {
        Response full = problem(503, "too many people watch at once", "ask from time to time");
        full.headers.set("Retry-After", "30");
        return full;
    }
    auto watcher =
        std::make_shared<Watcher>(std::move(filter), std::move(may_stay), bounds_.buffer_bytes_max);
    watcher->add(opening);
    if (const auto last = request.headers.find("Last-Event-ID")) {
        const auto id = read_id(*last);
        replay(*watcher, id.value_or(last_id_ + 1));
    }
    watchers_.push_back(watcher);
    Response response;
    response.headers.add("Content-Type", "text/event-stream");
    response.headers.add("X-Accel-Buffering", "no");
    response.body = std::shared_ptr<ByteStream>(std::move(watcher));
    return response;
}

void EventHub::close() {
    const std::lock_guard lock(mutex_);
    for (const auto& watcher : watchers_) {
        watcher->end();
    }
    watchers_.clear();
}

std::size_t EventHub::watcher_count() const {
    const std::lock_guard lock(mutex_);
    return watchers_.size();
}

}  // namespace parcours::http
