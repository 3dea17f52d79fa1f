#include "channel/tests/peer.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "base/error.h"

namespace parcours::channel::testing {
namespace {

/// Whether there is something to read on `socket`; false when the peer is being stopped.
bool wait_readable(int socket, int stop) {
    std::array<pollfd, 2> waits{{{socket, POLLIN, 0}, {stop, POLLIN, 0}}};
    return poll(waits.data(), waits.size(), -1) > 0 && waits[1].revents == 0;
}

int listen_on_free_port(std::uint16_t& port) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       listen(listener, 8) == 0 &&
                       getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    check(bound, "a test peer can listen on 127.0.0.1");
    port = ntohs(address.sin_port);
    return listener;
}

}  // namespace

struct PeerConnection::Tls {
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_server_method()),
                                                              &SSL_CTX_free};
    std::unique_ptr<SSL, decltype(&SSL_free)> session{nullptr, &SSL_free};
};

PeerConnection::~PeerConnection() {
    if (socket_ >= 0) {
        close(socket_);
    }
}

bool PeerConnection::start_tls(const std::string& certificate_file, const std::string& key_file) {
    tls_ = std::make_shared<Tls>();
    SSL_CTX_use_certificate_chain_file(tls_->context.get(), certificate_file.c_str());
    SSL_CTX_use_PrivateKey_file(tls_->context.get(), key_file.c_str(), SSL_FILETYPE_PEM);
    tls_->session.reset(SSL_new(tls_->context.get()));
    SSL_set_fd(tls_->session.get(), socket_);
    return SSL_accept(tls_->session.get()) == 1;
}

bool PeerConnection::fill() {
    const bool buffered = tls_ && SSL_pending(tls_->session.get()) > 0;
    if (socket_ < 0 || (!buffered && !wait_readable(socket_, stop_))) {
        return false;
    }
    std::array<char, 16384> room{};
    const auto count =
        tls_ ? SSL_read(tls_->session.get(), room.data(), static_cast<int>(room.size()))
             : recv(socket_, room.data(), room.size(), 0);
    if (count <= 0) {
        return false;
    }
    held_.append(room.data(), static_cast<std::size_t>(count));
    return true;
}

bool PeerConnection::read_line(std::string& line) {
    while (held_.find('\n') == std::string::npos) {
        if (!fill()) {
            return false;
        }
    }
    line = held_.substr(0, held_.find('\n'));
    held_.erase(0, line.size() + 1);
    if (line.ends_with('\r')) {
        line.pop_back();
    }
    return true;
}

std::string PeerConnection::read_bytes(std::size_t count) {
    while (held_.size() < count && fill()) {
    }
    const std::string bytes = held_.substr(0, count);
    held_.erase(0, bytes.size());
    return bytes;
}

void PeerConnection::write(std::string_view bytes) {
    while (!bytes.empty() && socket_ >= 0) {
        const auto count =
            tls_ ? SSL_write(tls_->session.get(), bytes.data(), static_cast<int>(bytes.size()))
                 : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void PeerConnection::stall() {
    while (fill()) {
    }
}

void PeerConnection::reset() {
    const linger at_once{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(std::exchange(socket_, -1));
}

Peer::Peer(Script script) : script_(std::move(script)) {
    std::array<int, 2> ends{};
    check(pipe(ends.data()) == 0, "a test peer gets a pipe");
    stop_read_ = ends[0];
    stop_write_ = ends[1];
    listener_ = listen_on_free_port(port_);
    thread_ = std::thread([this] { serve(); });
}

Peer::~Peer() {
    check(::write(stop_write_, "x", 1) == 1, "a test peer can be stopped");
    thread_.join();
    for (const int end : {listener_, stop_read_, stop_write_}) {
        close(end);
    }
}

void Peer::serve() {
    while (wait_readable(listener_, stop_read_)) {
        const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) {
            return;
        }
        PeerConnection connection(socket, stop_read_);
        script_(connection, connections_++);
    }
}

std::string Peer::url(std::string_view scheme) const {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(port_);
}

void Peer::note(std::string line) {
    const std::lock_guard lock(mutex_);
    notes_.push_back(std::move(line));
}

std::vector<std::string> Peer::notes() const {
    const std::lock_guard lock(mutex_);
    return notes_;
}

std::uint16_t find_free_port() {
    std::uint16_t port = 0;
    close(listen_on_free_port(port));
    return port;
}

}  // namespace parcours::channel::testing
