#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/application.h"
#include "http/finish.h"
#include "http/limits.h"
#include "http/link.h"
#include "http/proxies.h"
#include "http/request_reader.h"

namespace parcours::http {

class Connection;

/// What a connection needs of its server. `post` may be called by any thread, all else by the I/O
/// thread alone.
class Host {
  public:
    using Time = std::chrono::nanoseconds;  // of a clock that never goes back

    virtual ~Host() = default;
    /// Runs a job on the I/O thread; drops it when the server has ended.
    virtual void post(std::function<void()> job) = 0;
    /// Runs a job on a worker; false where too many wait.
    [[nodiscard]] virtual bool work(std::function<void()> job) = 0;
    [[nodiscard]] virtual Time now() const = 0;
    /// The whole `Date` line.
    [[nodiscard]] virtual std::string_view date_line() = 0;
    [[nodiscard]] virtual std::string next_request_id() = 0;
    [[nodiscard]] virtual bool draining() const = 0;
    [[nodiscard]] virtual bool accepts_host(std::string_view host) const = 0;
    /// The connection is closed.
    virtual void forget(Connection& connection) = 0;

    Application* application = nullptr;
    Limits limits;
    std::string content_security_policy;
    Proxies proxies;
    std::size_t buffered_body_bytes = 0;
};

/// One connection: reads requests one after another, hands them to the application and writes the
/// answers in the same order. Knows nothing of sockets. Lives on the I/O thread.
class Connection final : public LinkUser, public std::enable_shared_from_this<Connection> {
  public:
    Connection(std::shared_ptr<Host> host, std::shared_ptr<Link> link);

    void start();
    /// Time has passed: enforces the limits of time.
    void tick(Host::Time now);
    /// The server stops: closes now if idle, else after the answer that is under way.
    void drain();
    void close();

    /// Since when it has waited for a next request; nothing where one is under way.
    [[nodiscard]] std::optional<Host::Time> idle_since() const;
    [[nodiscard]] const std::string& peer() const { return link_->peer(); }

    void on_started() override;
    void on_bytes(std::string_view bytes) override;
    void on_written() override;
    void on_ended() override;

  private:
    enum class State : std::uint8_t {
        Starting,
        Reading,
        Authorising,
        Handling,
        Writing,
        Streaming,
        Lingering,
        Closed
    };
    enum class Phase : std::uint8_t { Idle, InHead, InBody };
    class Pending;

    void advance();
    void read_more();
    void admit();
    void authorise();
    void accept_body();
    void dispatch();
    void answer_now(Response response);
    void refuse(const Refusal& refusal);
    void send(Finished finished);
    void begin_stream();
    void pump();
    void send_chunk(std::string_view bytes);
    void write(std::string_view bytes, std::string_view rest = {});
    void answered();
    void next_request();
    void linger();
    void hold_phase(Phase phase);
    [[nodiscard]] bool hold_body();
    void set_deadline(Limits::Milliseconds time);
    [[nodiscard]] std::string_view body_bytes() const;

    std::shared_ptr<Host> host_;
    std::shared_ptr<Link> link_;
    RequestReader reader_;
    State state_ = State::Starting;
    Phase phase_ = Phase::Idle;
    Host::Time phase_began_{};
    std::optional<Host::Time> deadline_;
    bool reading_ = false;  // a read of the link is under way
    bool interim_ = false;  // "100 Continue" is being written
    bool writing_ = false;  // a part of a stream is being written
    bool last_chunk_ = false;
    bool keep_alive_ = true;
    std::size_t held_body_bytes_ = 0;  // of the server's budget
    std::size_t body_bytes_max_ = 0;

    Conditions conditions_;  // of the request under way
    Exchange exchange_;
    Host::Time request_began_{};
    std::string out_;
    Body body_;
    std::size_t body_left_ = 0;
    std::shared_ptr<ByteStream> stream_;
    std::size_t lingered_bytes_ = 0;
};

}  // namespace parcours::http
