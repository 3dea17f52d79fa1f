#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace parcours::http {

/// An answer whose bytes come by and by, such as server-sent events. Its methods are called by the
/// server's I/O thread; whoever feeds it does so from any thread.
class ByteStream {
  public:
    virtual ~ByteStream() = default;
    /// What has come since the last call; empty where nothing has.
    [[nodiscard]] virtual std::string take() = 0;
    /// Nothing more will come after what `take` gives.
    [[nodiscard]] virtual bool ended() const = 0;
    /// `wake` is to be called, from any thread, when there is something to take or the end came.
    virtual void on_ready(std::function<void()> wake) = 0;
    /// Whoever listened is gone, or the server stops.
    virtual void stop() = 0;
    /// Bytes that mean nothing, sent when nothing was for a while; empty for none.
    [[nodiscard]] virtual std::string_view heartbeat() const { return {}; }
};

}  // namespace parcours::http
