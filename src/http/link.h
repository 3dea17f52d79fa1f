#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace parcours::http {

/// Hears what became of a link's operations. All calls come from the I/O thread.
class LinkUser {
  public:
    virtual ~LinkUser() = default;
    /// The link can be used: TLS is agreed on.
    virtual void on_started() = 0;
    /// Bytes came; they stay only as long as the call.
    virtual void on_bytes(std::string_view bytes) = 0;
    /// All of what was given to `write` left.
    virtual void on_written() = 0;
    /// The other side is gone, or will send nothing more.
    virtual void on_ended() = 0;
};

/// A connection's bytes, plain or by TLS. Used by the I/O thread alone; at most one `read` and one
/// `write` at a time. It holds its user until it is closed.
class Link {
  public:
    virtual ~Link() = default;
    virtual void start(std::shared_ptr<LinkUser> user) = 0;
    virtual void read() = 0;
    /// Both one after the other; `rest` may be empty. The bytes must stay until `on_written`, or
    /// until `close`.
    virtual void write(std::string_view bytes, std::string_view rest) = 0;
    /// Tells the other side that nothing more will be sent.
    virtual void finish() = 0;
    /// At once; nothing is heard of it afterwards.
    virtual void close() = 0;

    [[nodiscard]] virtual const std::string& peer() const = 0;
    [[nodiscard]] virtual bool secure() const = 0;
};

}  // namespace parcours::http
