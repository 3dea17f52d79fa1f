#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace parcours::app {

/// Where the one who writes to a data folder takes requests of other commands: a socket in the
/// folder itself, for its owner alone. One request a connection: a line of JSON; one answer: a line
/// of JSON, perhaps much later. Nobody who sends slowly or not at all holds it up. One thread.
class ControlServer {
  public:
    /// Gives the answer to a request, once; the connection is closed then, or where the last copy
    /// goes away.
    using Answer = std::function<void(std::string)>;
    using Handle = std::function<void(std::string_view request, const Answer& answer)>;

    static Result<std::unique_ptr<ControlServer>> open(const std::string& data_folder);
    ~ControlServer();
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    /// Waits for a request for at most `wait_ms`, or until a signal that stops the program comes,
    /// and hands at most one to `handle`. A request that is not whole after 10 s is dropped.
    /// Comes back at once where `wake` (-1: nothing) can be read from.
    void serve(int wait_ms, int wake, const Handle& handle);

    static constexpr std::size_t request_bytes_max = 16U << 20U;
    static constexpr std::size_t asking_max = 32;  ///< connections that are being read

  private:
    class Connection;

    ControlServer(int descriptor, std::string path);
    void accept_one();
    void handle_one(const Handle& handle);

    int descriptor_;
    std::string path_;
    std::vector<std::shared_ptr<Connection>> asking_;  ///< whose request is not whole yet
};

/// Sends a request to whoever works on the folder. Nothing where nobody listens. Errors:
/// Unavailable (the connection broke), and the error that the answer carries.
Result<std::optional<std::string>> ask_worker(const std::string& data_folder,
                                              std::string_view request);

/// The answer that carries an error, and back.
[[nodiscard]] std::string error_answer(const Error& error);

}  // namespace parcours::app
