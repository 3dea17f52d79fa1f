#include "support/http_client.h"

#include <array>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "support/program.h"

namespace parcours::testing {
namespace {

constexpr int seconds_max = 30;

int connect_to(std::uint16_t port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{seconds_max, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(descriptor);
        return -1;
    }
    return descriptor;
}

/// Up to where the other side stops reading.
void send_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return out;
}

}  // namespace

HttpAnswer read_answer(std::string_view bytes) {
    HttpAnswer answer;
    const std::size_t end = bytes.find("\r\n\r\n");
    if (!bytes.starts_with("HTTP/1.1 ") || end == std::string_view::npos) {
        return answer;
    }
    answer.status = std::atoi(std::string(bytes.substr(9, 3)).c_str());
    answer.body = bytes.substr(end + 4);
    std::string_view head = bytes.substr(0, end);
    for (std::size_t line = head.find("\r\n"); line != std::string_view::npos;
         line = head.find("\r\n")) {
        head.remove_prefix(line + 2);
        const std::size_t colon = head.find(':');
        const std::string_view value = head.substr(0, head.find("\r\n"));
        if (colon != std::string_view::npos && colon + 2 <= value.size()) {
            std::string& kept = answer.headers[lower(head.substr(0, colon))];
            kept += (kept.empty() ? "" : "\n") + std::string(value.substr(colon + 2));
        }
    }
    return answer;
}

std::string http_raw(std::uint16_t port, std::string_view bytes) {
    const int descriptor = connect_to(port);
    std::string got;
    if (descriptor < 0) {
        return got;
    }
    send_all(descriptor, bytes);
    std::array<char, 16'384> buffer{};
    for (ssize_t count = 0; (count = ::recv(descriptor, buffer.data(), buffer.size(), 0)) > 0;) {
        got.append(buffer.data(), static_cast<std::size_t>(count));
    }
    ::close(descriptor);
    return got;
}

HttpAnswer http(std::uint16_t port, std::string_view method, std::string_view target,
                const std::map<std::string, std::string>& headers, std::string_view body) {
    std::string bytes = std::string(method) + " " + std::string(target) +
                        " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
    for (const auto& [name, value] : headers) {
        bytes += name + ": " + value + "\r\n";
    }
    if (!body.empty()) {
        bytes += headers.contains("Content-Type") ? "" : "Content-Type: application/json\r\n";
        bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    return read_answer(http_raw(port, bytes + "\r\n" + std::string(body)));
}

Connection::Connection(std::uint16_t port) : descriptor_(connect_to(port)) {}

Connection::~Connection() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

void Connection::send(std::string_view bytes) const {
    send_all(descriptor_, bytes);
}

std::uint16_t served_port(const Program& program) {
    std::uint16_t port = 0;
    wait_until([&] {
        const std::string said = program.err();
        const std::size_t at = said.find("http://127.0.0.1:");
        if (at == std::string::npos || said.find(';', at) == std::string::npos) {
            return false;
        }
        port = static_cast<std::uint16_t>(std::atoi(said.c_str() + at + 17));
        return true;
    });
    return port;
}

}  // namespace parcours::testing
