#include "app/control_socket.h"

#include <algorithm>
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
#include <vector>

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

/// Reads up to a line feed; nothing where the line is too long or the connection breaks.
std::optional<std::string> receive_line(int descriptor) {
    std::string line;
    std::array<char, 16'384> buffer{};
    while (line.size() < ControlServer::request_bytes_max) {
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

/// One that asks, from its first byte to its answer.
class ControlServer::Connection {
  public:
    explicit Connection(int descriptor) : descriptor_(descriptor) {
        set_timeout(descriptor, request_seconds_max);
    }
    ~Connection() { ::close(descriptor_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Reads what is there.
    void read() {
        std::array<char, 16'384> buffer{};
        for (;;) {
            const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (got <= 0) {
                broken_ = got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
                return;
            }
            line_.append(buffer.data(), static_cast<std::size_t>(got));
            if (is_whole() || line_.size() >= request_bytes_max) {
                broken_ = !is_whole();
                return;
            }
        }
    }
    [[nodiscard]] bool is_whole() const { return line_.ends_with('\n'); }
    /// Whether nothing will come of it, however steadily its bytes drip in.
    [[nodiscard]] bool is_lost() const {
        return broken_ || (!is_whole() && stopwatch_.seconds() >= request_seconds_max);
    }
    [[nodiscard]] std::string_view request() const {
        return std::string_view(line_).substr(0, line_.size() - 1);
    }
    [[nodiscard]] int descriptor() const { return descriptor_; }
    void answer(const std::string& text) { send_all(descriptor_, text + "\n"); }

  private:
    int descriptor_;
    std::string line_;
    Stopwatch stopwatch_;
    bool broken_ = false;
};

ControlServer::ControlServer(int descriptor, std::string path)
    : descriptor_(descriptor), path_(std::move(path)) {}

ControlServer::~ControlServer() {
    ::close(descriptor_);
    ::unlink(path_.c_str());
}

void ControlServer::serve(int wait_ms, int wake, const Handle& handle) {
    std::erase_if(asking_, [](const auto& connection) { return connection->is_lost(); });
    // Where too many ask at once, the others wait to be taken on.
    const bool room = asking_.size() < asking_max;
    std::vector<pollfd> waiting = {pollfd{wake, POLLIN, 0},
                                   pollfd{room ? descriptor_ : -1, POLLIN, 0}};
    for (const auto& connection : asking_) {
        waiting.push_back({connection->descriptor(), POLLIN, 0});
    }
    // What was read to its end before makes nothing readable any more.
    const bool asked =
        std::ranges::any_of(asking_, [](const auto& connection) { return connection->is_whole(); });
    ::poll(waiting.data(), waiting.size(), asked ? 0 : wait_ms);
    for (std::size_t i = 0; i < asking_.size(); ++i) {
        if (waiting[i + 2].revents != 0) {
            asking_[i]->read();
        }
    }
    if (waiting[1].revents != 0) {
        accept_one();
    }
    handle_one(handle);
}

void ControlServer::accept_one() {
    const int peer = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer >= 0) {
        asking_.push_back(std::make_shared<Connection>(peer));
        asking_.back()->read();  // what a command sends is mostly there already
    }
}

/// One request a call: the caller's own work waits for no queue of them.
void ControlServer::handle_one(const Handle& handle) {
    const auto whole = std::ranges::find_if(
        asking_, [](const auto& connection) { return connection->is_whole(); });
    if (whole == asking_.end()) {
        return;
    }
    const std::shared_ptr<Connection> connection = *whole;
    asking_.erase(whole);
    handle(connection->request(),
           [connection](const std::string& text) { connection->answer(text); });
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
        line = receive_line(descriptor);
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
