#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "channel/transfer.h"

namespace parcours::channel {

/// One request to a provider's HTTP interface.
struct HttpRequest {
    std::string url;
    std::string content_type;
    std::string body;
    std::vector<std::string> headers;  ///< further ones, "Name: value"
    std::string username;              ///< basic authentication; empty: none
    std::string password;
    std::string ca_file;
    Network network = Network::Any;
    std::chrono::milliseconds connect_timeout{10000};
    std::chrono::milliseconds timeout{30000};
};

/// What came back.
struct HttpAnswer {
    bool complete = false;    ///< the whole answer was read
    bool bytes_left = false;  ///< some of the request may have reached the provider
    long status = 0;          ///< the final status (≥ 200), 0 where none came
    std::string body;
    std::string retry_after;  ///< that header's value, as it came
    std::string failure;      ///< why it is not complete
};

/// Asks over HTTP/1.1, never following a redirect, never reading more than `answer_size_max`.
/// Connections are not kept: a provider or proxy that repeats or reorders its answers must not
/// have one taken for the answer to the next message.
class HttpPoster {
  public:
    [[nodiscard]] HttpAnswer post(const HttpRequest& request);
    /// Without body and content type.
    [[nodiscard]] HttpAnswer get(const HttpRequest& request);

    static constexpr std::size_t answer_size_max = 65536;

  private:
    enum class Method : bool { Get, Post };
    HttpAnswer perform(const HttpRequest& request, Method method);

    Transfer transfer_;
};

}  // namespace parcours::channel
