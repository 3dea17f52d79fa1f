#include "http/tests/client.h"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace parcours::http::testing {
namespace {

constexpr long wait_seconds = 10;

}  // namespace

struct Client::Tls {
    SSL_CTX* context = nullptr;
    SSL* ssl = nullptr;

    Tls() = default;
    Tls(const Tls&) = delete;
    Tls& operator=(const Tls&) = delete;
    ~Tls() {
        SSL_free(ssl);
        SSL_CTX_free(context);
    }
};

Client::Client(std::uint16_t port, bool secure) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    const timeval wait{wait_seconds, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool good = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    if (good && secure) {
        tls_ = std::make_unique<Tls>();
        tls_->context = SSL_CTX_new(TLS_client_method());
        tls_->ssl = SSL_new(tls_->context);
        static constexpr std::array<unsigned char, 12> offered{2,   'h', '2', 8,   'h', 't',
                                                               't', 'p', '/', '1', '.', '1'};
        SSL_set_alpn_protos(tls_->ssl, offered.data(), offered.size());
        SSL_set_fd(tls_->ssl, socket_);
        good = SSL_connect(tls_->ssl) == 1;
    }
    if (!good) {
        ::close(socket_);
        socket_ = -1;
    }
}

Client::~Client() {
    tls_.reset();
    if (socket_ >= 0) {
        ::close(socket_);
    }
}

std::string Client::protocol() const {
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(tls_->ssl, &chosen, &size);
    return {reinterpret_cast<const char*>(chosen), size};
}

bool Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = tls_ ? SSL_write(tls_->ssl, bytes.data(), static_cast<int>(bytes.size()))
                               : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool Client::fill() {
    std::array<char, 16384> buffer{};
    const auto count = tls_ ? SSL_read(tls_->ssl, buffer.data(), static_cast<int>(buffer.size()))
                            : ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count <= 0) {
        return false;
    }
    held_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
}

std::string Client::read_some(std::size_t count) {
    while (held_.size() < count && fill()) {
    }
    std::string came = std::move(held_);
    held_.clear();
    return came;
}

std::string Client::read_to_end() {
    while (fill()) {
    }
    return read_some(0);
}

bool Client::read_chunks(std::string& body) {
    while (true) {
        std::size_t end = 0;
        while ((end = held_.find("\r\n")) == std::string::npos) {
            if (!fill()) {
                return false;
            }
        }
        std::size_t size = 0;
        std::from_chars(held_.data(), held_.data() + end, size, 16);
        while (held_.size() < end + 2 + size + 2) {
            if (!fill()) {
                return false;
            }
        }
        body += held_.substr(end + 2, size);
        held_.erase(0, end + 2 + size + 2);
        if (size == 0) {
            return true;
        }
    }
}

Received Client::read(bool head_only) {
    std::size_t end = 0;
    while ((end = held_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) {
            return {};
        }
    }
    Received received;
    std::string_view head = std::string_view(held_).substr(0, end + 2);
    std::from_chars(head.data() + 9, head.data() + 12, received.status);
    for (auto line = head.find("\r\n"); line + 2 < head.size();) {
        const auto next = head.find("\r\n", line + 2);
        const auto field = head.substr(line + 2, next - line - 2);
        const auto colon = field.find(": ");
        received.headers.add(std::string(field.substr(0, colon)),
                             std::string(field.substr(colon + 2)));
        line = next;
    }
    held_.erase(0, end + 4);
    if (head_only) {
        return received;
    }
    if (received.headers.find("Transfer-Encoding")) {
        read_chunks(received.body);
        return received;
    }
    std::size_t length = 0;
    if (const auto text = received.headers.find("Content-Length")) {
        std::from_chars(text->data(), text->data() + text->size(), length);
    }
    while (held_.size() < length && fill()) {
    }
    received.body = held_.substr(0, length);
    held_.erase(0, received.body.size());
    return received;
}

std::string get(std::string_view path, std::string_view headers) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: here\r\n" + std::string(headers) +
           "\r\n";
}

std::string post(std::string_view path, std::string_view body, std::string_view headers) {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: here\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(headers) + "\r\n" + std::string(body);
}

}  // namespace parcours::http::testing
