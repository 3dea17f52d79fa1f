#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace parcours::http::testing {

/// An answer as it came.
struct Received {
    int status = 0;
    Headers headers;
    std::string body;
};

/// A client that sends exactly what it is told, well-formed or not. Reads wait for at most ten
/// seconds.
class Client {
  public:
    /// Connects to 127.0.0.1, by TLS where `secure`.
    explicit Client(std::uint16_t port, bool secure = false);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] bool connected() const { return socket_ >= 0; }
    /// False where the other side is gone.
    bool send(std::string_view bytes);
    /// One answer; status 0 where the connection ended before.
    Received read(bool head_only = false);
    /// So many bytes at least, or what came before the end.
    std::string read_some(std::size_t count);
    /// All that comes until the other side closes.
    std::string read_to_end();
    /// "http/1.1" where TLS agreed on it.
    [[nodiscard]] std::string protocol() const;

  private:
    bool fill();
    bool read_chunks(std::string& body);

    struct Tls;
    int socket_ = -1;
    std::unique_ptr<Tls> tls_;
    std::string held_;
};

/// "GET path" with Host, and more headers, each with its CRLF.
[[nodiscard]] std::string get(std::string_view path, std::string_view headers = {});
/// "POST path" with this body.
[[nodiscard]] std::string post(std::string_view path, std::string_view body,
                               std::string_view headers = {});

}  // namespace parcours::http::testing
