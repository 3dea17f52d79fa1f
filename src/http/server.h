#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "http/application.h"
#include "http/finish.h"
#include "http/limits.h"
#include "http/proxies.h"

namespace parcours::http {

/// PEM files: the certificate with its chain, and its key.
struct TlsFiles {
    std::string certificate;
    std::string key;
};

struct ServerOptions {
    std::string address = "127.0.0.1";  ///< an IPv4 or IPv6 address, not a name
    std::uint16_t port = 8080;          ///< 0: any that is free
    std::optional<TlsFiles> tls;
    std::size_t worker_count = 4;
    Limits limits;
    /// Reverse proxies whose word about whoever asks is taken.
    Proxies proxies;
    /// Connections of others than proxies and of this computer itself are closed at once.
    bool proxies_only = false;
    /// Names (without port) that requests may be for, beside this computer's own (localhost,
    /// 127.0.0.1, [::1]); empty for any. Others get 421.
    std::vector<std::string> hosts;
    std::string content_security_policy{content_security_policy_default};
    /// Makes the ids of requests different from those of the process before.
    std::uint64_t request_id_seed = 0;
};

/// What the server does at the moment.
struct ServerState {
    std::size_t connections = 0;
    std::uint64_t accepted = 0;  ///< since the start
    std::uint64_t refused = 0;   ///< connections, since the start
    bool draining = false;
};

/// Serves an application over HTTP/1.1, plain or by TLS 1.2 and later. One thread, that of `run`,
/// does all input and output; workers answer.
class Server {
  public:
    /// Listens already when it returns. The application and the clock must outlive the server. The
    /// limit of open files is raised as far as the system lets it, and `connections_max` lowered to
    /// what it then allows. Errors: InvalidInput (address, certificate, key), Conflict (the port is
    /// taken), Unavailable.
    static Result<std::unique_ptr<Server>> open(const ServerOptions& options,
                                                Application& application, const Clock& clock);
    /// Waits for the workers; what is still under way is cut off.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// The port that it listens at.
    [[nodiscard]] std::uint16_t port() const;
    /// Serves until `stop`, and until all answers under way have left or `drain_time` has passed.
    void run();
    /// Accepts nothing more and lets `run` return. For any thread, but not for a signal handler.
    void stop();
    /// Reads the files again, for connections to come; keeps what it has where they are no good.
    Result<> reload_certificate();
    /// For any thread.
    [[nodiscard]] ServerState state() const;

  private:
    class Core;
    explicit Server(std::shared_ptr<Core> core);
    std::shared_ptr<Core> core_;
};

}  // namespace parcours::http
