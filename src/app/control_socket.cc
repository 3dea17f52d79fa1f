#include "app/control_socket.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include "app/terminal.h"
#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace parcours::app {
namespace {

constexpr int answer_seconds_max = 3600;  // an import may take long
constexpr int request_seconds_max = 10;

std::string socket_path(const std::string& data_folder) {
    return data_folder + "/control.sock";
}

bool fill_address(const std::string& path, sockaddr_un& address) {
    address = {};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return false;
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    return true;
}

void set_timeout(int descriptor, int seconds) {
    const timeval limit{seconds, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

bool send_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

/// Reads up to a line feed; nothing where the line is too long, the connection breaks, or the line
/// is not whole after `seconds_max`, however steadily its bytes drip in.
std::optional<std::string> receive_line(int descriptor, int seconds_max) {
    const Stopwatch stopwatch;
    std::string line;
    std::array<char, 16'384> buffer{};
    while (line.size() < ControlServer::request_bytes_max && stopwatch.seconds() < seconds_max) {
        const ssize_t got = ::recv(descriptor, buffer.data(), buffer.size(), 0);
        if (got <= 0) {
            return std::nullopt;
        }
        line.append(buffer.data(), static_cast<std::size_t>(got));
        if (line.ends_with('\n')) {
            line.pop_back();
            return line;
        }
    }
    return std::nullopt;
}

Result<std::string> read_answer(std::string line) {
    JsonDocument document;
    const auto parsed = document.parse(line);
    if (!parsed) {
        return pass_on(parsed);
    }
    const JsonView error = (*parsed)["error"];
    if (error) {
        return fail(static_cast<ErrorCode>(error["code"].integer().value_or(0)),
                    std::string(error["message"].text()));
    }
    return line;
}

}  // namespace

std::string error_answer(const Error& error) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("error").begin_object();
    json.member("code", static_cast<int>(error.code)).member("message", error.to_text());
    json.end_object().end_object();
    return out;
}

Result<std::unique_ptr<ControlServer>> ControlServer::open(const std::string& data_folder) {
    const std::string path = socket_path(data_folder);
    sockaddr_un address{};
    if (!fill_address(path, address)) {
        return fail(ErrorCode::InvalidInput,
                    "the path of the data folder is too long for its socket; use a shorter one");
    }
    // The caller holds the folder's lock: a socket left by another process is dead.
    ::unlink(path.c_str());
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const mode_t before = ::umask(0077);
    const bool good =
        descriptor >= 0 &&
        ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::listen(descriptor, 16) == 0;
    const int error_number = errno;
    ::umask(before);
    if (!good) {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
        return std::unexpected(file_error(error_number, "listen at", path));
    }
    return std::unique_ptr<ControlServer>(new ControlServer(descriptor, path));
}

ControlServer::~ControlServer() {
    ::close(descriptor_);
    ::unlink(path_.c_str());
}

void ControlServer::serve(int wait_ms, int wake, const Handle& handle) {
    // One request a call: the caller's own work waits for no queue of them.
    std::array<pollfd, 2> waiting = {pollfd{descriptor_, POLLIN, 0}, pollfd{wake, POLLIN, 0}};
    if (::poll(waiting.data(), waiting.size(), wait_ms) <= 0 || waiting[0].revents == 0) {
        return;
    }
    const int peer = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) {
        return;
    }
    set_timeout(peer, request_seconds_max);
    if (const auto request = receive_line(peer, request_seconds_max)) {
        send_all(peer, handle(*request) + "\n");
    }
    ::close(peer);
}

Result<std::optional<std::string>> ask_worker(const std::string& data_folder,
                                              std::string_view request) {
    sockaddr_un address{};
    if (!fill_address(socket_path(data_folder), address)) {
        return std::nullopt;
    }
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return std::nullopt;
    }
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(descriptor);
        return std::nullopt;
    }
    set_timeout(descriptor, answer_seconds_max);
    std::optional<std::string> line;
    if (send_all(descriptor, std::string(request) + "\n")) {
        line = receive_line(descriptor, answer_seconds_max);
    }
    ::close(descriptor);
    if (!line) {
        return fail(ErrorCode::Unavailable,
                    "the process that works on this data folder did not answer; look at it, then "
                    "run the command again: nothing is done twice");
    }
    auto answer = read_answer(std::move(*line));
    if (!answer) {
        return pass_on(answer);
    }
    return std::optional(std::move(*answer));
}

}  // namespace parcours::app
