#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace parcours::http {

/// Something that happened, for those who watch (WHATWG server-sent events).
struct ServerEvent {
    std::string name;  ///< "position.changed"; one line
    std::string data;  ///< any text, mostly JSON
};

/// Tells many watchers what happens. Each has a buffer of its own: whoever reads too slowly loses
/// its connection, not the memory of the server, and comes back with `Last-Event-ID` for what it
/// missed. Safe for use by several threads; streams may outlive it.
class EventHub {
  public:
    struct Bounds {
        std::size_t history_count_max = 1024;         ///< events kept for who comes back
        std::size_t buffer_bytes_max = 256UL * 1024;  ///< of one watcher
        std::size_t watcher_count_max = 2048;
        /// Ids follow it. Given the time of the start in µs, ids of the process before are known
        /// to be too old.
        std::uint64_t id_before_first = 0;
    };
    /// Whether a watcher is told of an event.
    using Filter = std::function<bool(const ServerEvent&)>;
    /// Whether a watcher may still watch: cheap, and for any thread; must not call the hub.
    using MayStay = std::function<bool()>;

    explicit EventHub(const Bounds& bounds);
    EventHub() : EventHub(Bounds{}) {}
    ~EventHub();
    EventHub(const EventHub&) = delete;
    EventHub& operator=(const EventHub&) = delete;

    /// Tells all watchers. Each event's id is one more than the last.
    void publish(ServerEvent event);

    /// The answer that streams events from now on; before them what came after the request's
    /// `Last-Event-ID`. Where that is no longer known, as it is of the process before or older than
    /// what is kept, the event "reset" says to load everything anew, and its id to go on from.
    /// 503 where too many watch. Who may not stay any more is told nothing from then on.
    [[nodiscard]] Response watch(const Request& request, Filter filter = {}, MayStay may_stay = {});

    /// Ends the streams of those who may not stay: to be called now and then, also while nothing
    /// happens.
    void review();

    /// Ends all streams.
    void close();
    [[nodiscard]] std::size_t watcher_count() const;

  private:
    class Watcher;
    struct Kept {
        std::uint64_t id = 0;
        ServerEvent event;
    };
    void replay(Watcher& watcher, std::uint64_t after) const;
    void drop_others();

    Bounds bounds_;
    mutable std::mutex mutex_;
    std::uint64_t last_id_ = 0;
    std::deque<Kept> history_;
    std::vector<std::shared_ptr<Watcher>> watchers_;
};

/// One event as it stands in the stream: "id: 7\nevent: name\ndata: …\n\n".
[[nodiscard]] std::string event_text(std::uint64_t id, const ServerEvent& event);

}  // namespace parcours::http
