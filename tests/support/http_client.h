#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "support/program.h"

namespace parcours::testing {

/// What a server answered. Names of headers are in lower case; values of one that came several
/// times stand on lines of their own.
struct HttpAnswer {
    int status = 0;  ///< 0: nothing that can be read
    std::map<std::string, std::string> headers;
    std::string body;
};

/// What the bytes of one answer say.
HttpAnswer read_answer(std::string_view bytes);

/// Sends one request to a server on loopback and reads until it closes. A body is JSON unless the
/// headers say otherwise.
HttpAnswer http(std::uint16_t port, std::string_view method, std::string_view target,
                const std::map<std::string, std::string>& headers = {}, std::string_view body = {});

/// Sends these very bytes and gives what comes back until the server closes.
std::string http_raw(std::uint16_t port, std::string_view bytes);

/// An open connection to a server on loopback that only sends; closed when it goes.
class Connection {
  public:
    explicit Connection(std::uint16_t port);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void send(std::string_view bytes) const;

  private:
    int descriptor_;
};

/// The port that `parcours serve` says it listens at; 0 where it did not come up.
std::uint16_t served_port(const Program& program);

}  // namespace parcours::testing
