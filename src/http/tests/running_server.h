#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/time.h"
#include "http/event_stream.h"
#include "http/metrics.h"
#include "http/server.h"
#include "http/site.h"
#include "http/static_files.h"

namespace parcours::http::testing {

/// A door that handlers wait at until a test opens it.
class Door {
  public:
    void open();
    void wait();
    /// Until so many stand before it.
    void await_waiting(int count);

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int waiting_ = 0;
};

/// A server on a free port with some routes:
/// GET /api/hello/{name}, POST /api/echo (64 kB), POST /api/large (4 MB), GET /api/wait (at the
/// door), GET /api/throw, GET /api/forget, GET /api/secret (needs a permission), GET /api/events,
/// GET /api/long (200 kB of text with an ETag), GET /api/later (answered by another thread).
class RunningServer {
  public:
    explicit RunningServer(ServerOptions options = {});
    ~RunningServer();
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    [[nodiscard]] Server& server() { return *server_; }
    /// `stop`, and waits for `run` to return.
    void stop();
    /// Until so many connections are open.
    void await_connections(std::size_t count) const;

    Door door;
    EventHub events;
    Metrics metrics;
    std::atomic<int> authorised = 0;
    std::string defect;  ///< read it after `stop`

  private:
    Site::Parts parts();

    SystemClock clock_;
    StaticFiles files_;
    Site site_;
    std::unique_ptr<Server> server_;
    std::thread later_;
    std::thread thread_;
};

}  // namespace parcours::http::testing
