#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace parcours::channel::testing {

/// The peer's end of one connection. Reads end with false, or what came, when the other side
/// closes or the peer is being stopped.
class PeerConnection {
  public:
    PeerConnection(int socket, int stop) : socket_(socket), stop_(stop) {}
    ~PeerConnection();
    PeerConnection(const PeerConnection&) = delete;
    PeerConnection& operator=(const PeerConnection&) = delete;

    /// One line without its CRLF.
    bool read_line(std::string& line);
    /// Exactly so many bytes, or fewer where the connection ended.
    std::string read_bytes(std::size_t count);
    void write(std::string_view bytes);
    /// Says nothing until the other side closes or the peer is stopped.
    void stall();
    /// Closes at once with RST: what the other side has not read yet is lost.
    void reset();
    /// Begins TLS as the server with this PEM certificate and key; false where it fails.
    bool start_tls(const std::string& certificate_file, const std::string& key_file);

  private:
    bool fill();

    int socket_;
    int stop_;
    std::string held_;
    struct Tls;
    std::shared_ptr<Tls> tls_;
};

/// A server on a free port of 127.0.0.1 for tests: one thread, one connection at a time, each
/// given to the script with its number from 0.
class Peer {
  public:
    using Script = std::function<void(PeerConnection&, std::size_t number)>;
    explicit Peer(Script script);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url(std::string_view scheme) const;
    [[nodiscard]] std::size_t connections() const { return connections_; }

    /// Lines that scripts noted, in order.
    void note(std::string line);
    [[nodiscard]] std::vector<std::string> notes() const;

  private:
    void serve();

    Script script_;
    int listener_ = -1;
    int stop_read_ = -1;
    int stop_write_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<std::size_t> connections_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> notes_;
    std::thread thread_;
};

/// A port of 127.0.0.1 where nobody listens (it was free a moment ago).
[[nodiscard]] std::uint16_t find_free_port();

}  // namespace parcours::channel::testing
