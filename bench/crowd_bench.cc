// Holds many bad connections against an HTTP server, for a load to be measured beside them.
//   crowd_bench --port N --kind KIND --count N --seconds S [--authorization "Bearer …"]
//               [--target /path]
// KIND: idle (one request, then silence), slow-head (a byte of a head each second), slow-body
// (a byte of a body each second), slow-reader (asks for --target again and again, never reads),
// large-head (40 kB of fields), large-body (100 MB announced and sent as fast as taken).
// Prints "ready" once all are open; at the end one JSON object: how many the server closed, and
// when.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include "load/samples.h"
#include "load/socket.h"
#include "usage.h"

namespace {

using namespace parcours::bench;

constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::size_t large_head_bytes = 40'000;
constexpr std::size_t slow_body_bytes = 60'000;
constexpr std::size_t large_body_bytes = 100'000'000;

struct Options {
    std::uint16_t port = 8080;
    std::string kind = "idle";
    std::size_t count = 100;
    double seconds = 10;
    std::string authorization;
    std::string target = "/";
};

struct Bad {
    Descriptor socket;
    std::int64_t opened = 0;
    std::size_t sent = 0;
};

Options read_options(int count, char** arguments) {
    Options options;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string_view name = arguments[i];
        const char* const value = arguments[i + 1];
        if (name == "--port") {
            options.port = static_cast<std::uint16_t>(std::atoi(value));
        } else if (name == "--kind") {
            options.kind = value;
        } else if (name == "--count") {
            options.count = std::strtoull(value, nullptr, 10);
        } else if (name == "--seconds") {
            options.seconds = std::atof(value);
        } else if (name == "--authorization") {
            options.authorization = fmt::format("Authorization: {}\r\n", value);
        } else if (name == "--target") {
            options.target = value;
        }
    }
    return options;
}

/// What a connection of a kind would say if nobody stopped it.
std::string text_of(const Options& options) {
    const std::string_view opening = "Host: 127.0.0.1\r\n";
    if (options.kind == "idle") {
        return fmt::format("GET /healthz HTTP/1.1\r\n{}\r\n", opening);
    }
    if (options.kind == "slow-head" || options.kind == "large-head") {
        return fmt::format("GET / HTTP/1.1\r\n{}X-Filler: {}", opening,
                           std::string(large_head_bytes, 'a'));
    }
    if (options.kind == "slow-body" || options.kind == "large-body") {
        return fmt::format(
            "POST /fhir HTTP/1.1\r\n{}{}Content-Type: application/fhir+json\r\n"
            "Content-Length: {}\r\n\r\n",
            opening, options.authorization,
            options.kind == "slow-body" ? slow_body_bytes : large_body_bytes);
    }
    if (options.kind == "slow-reader") {
        const std::string one = fmt::format("GET {} HTTP/1.1\r\n{}{}\r\n", options.target, opening,
                                            options.authorization);
        std::string all;
        for (int i = 0; i < 1000; ++i) {
            all += one;
        }
        return all;
    }
    return {};
}

/// How many bytes may leave in one turn: the slow ones dribble.
std::size_t step_bytes(const Options& options, const std::string& text, std::size_t sent) {
    if (options.kind == "slow-head") {
        return 1;
    }
    if (options.kind == "slow-body") {
        return sent < text.size() ? text.size() - sent : 1;
    }
    return 256UL * 1024;
}

/// Sends a little more; false where the server has hung up.
bool speak(const Options& options, const std::string& text, Bad& bad) {
    static const std::string filler(256UL * 1024, ' ');
    const std::size_t most = step_bytes(options, text, bad.sent);
    std::string_view next;
    if (bad.sent < text.size()) {
        next = std::string_view(text).substr(bad.sent, most);
    } else if (options.kind.ends_with("-body")) {
        next = std::string_view(filler).substr(0, most);
    }
    if (next.empty()) {
        return true;
    }
    const auto sent = send_some(bad.socket, next);
    bad.sent += sent > 0 ? static_cast<std::size_t>(sent) : 0;
    return sent >= 0;
}

/// Whether the server still holds the connection. A slow reader must not read: it looks at errors.
bool is_held(const Options& options, const Bad& bad) {
    if (options.kind == "slow-reader") {
        pollfd state{bad.socket.get(), POLLRDHUP, 0};
        return ::poll(&state, 1, 0) == 0;
    }
    std::array<char, 4096> buffer;  // filled before it is read
    while (true) {
        const auto count = ::recv(bad.socket.get(), buffer.data(), buffer.size(), 0);
        if (count <= 0) {
            return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
        }
    }
}

std::vector<Bad> open_all(const Options& options) {
    std::vector<Bad> all(options.count);
    for (Bad& bad : all) {
        bad.socket = connect_to(options.port, options.kind == "slow-reader" ? 4096 : 0);
        if (!bad.socket.is_open()) {
            fmt::print(stderr, "crowd_bench: cannot connect to 127.0.0.1 port {}\n", options.port);
            std::exit(1);
        }
        bad.opened = now_ns();
    }
    return all;
}

}  // namespace

int main(int count, char** arguments) {
    if (parcours::bench::was_helped(count, arguments,
                                    "crowd_bench --port N --kind KIND --count N --seconds S "
                                    "[--authorization \"Bearer …\"] [--target /path]\n"
                                    "Holds bad connections against a server of this machine. KIND: "
                                    "idle, slow-head, slow-body,\n"
                                    "slow-reader, large-head, large-body.")) {
        return 0;
    }
    const Options options = read_options(count, arguments);
    raise_file_limit();
    const std::string text = text_of(options);
    std::vector<Bad> all = open_all(options);
    std::puts("ready");
    std::fflush(stdout);
    // Those that dribble take a turn each second, spread over it; the rest as often as they may.
    const std::int64_t end = now_ns() + static_cast<std::int64_t>(options.seconds * 1e9);
    Samples held;
    for (std::int64_t turn = now_ns(); turn < end; turn += 1000 * ns_per_ms) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto spread = 1000 * ns_per_ms * static_cast<std::int64_t>(i) /
                                static_cast<std::int64_t>(all.size());
            if (const auto wait = turn + spread - now_ns(); wait > ns_per_ms) {
                ::poll(nullptr, 0, static_cast<int>(wait / ns_per_ms));
            }
            Bad& bad = all[i];
            if (bad.socket.is_open() && (!is_held(options, bad) || !speak(options, text, bad))) {
                held.add(now_ns() - bad.opened);
                bad.socket.reset();
            }
        }
    }
    fmt::print(
        "{{\"kind\":\"{}\",\"opened\":{},\"closed_by_server\":{},\"closed_p50_s\":{:.1f},"
        "\"closed_max_s\":{:.1f}}}\n",
        options.kind, all.size(), held.count(), held.percentile_ms(0.5) / 1000,
        held.percentile_ms(1) / 1000);
    return 0;
}
