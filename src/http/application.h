#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "http/message.h"
#include "http/router.h"

namespace parcours::http {

/// What the application says to the head of a request.
struct Admission {
    /// The answer, where it needs neither the body nor a worker: static files, refusals.
    std::optional<Response> answer;
    std::size_t body_bytes_max = body_bytes_max_default;
};

/// One request and its answer, for logs and metrics. No text of the request but its route.
struct Exchange {
    std::string_view operation;  ///< of the route; empty where there was none
    Method method = Method::Get;
    int status = 0;
    std::size_t body_bytes = 0;  ///< of the answer
    std::chrono::nanoseconds took{};
    std::string_view request_id;
};

/// What the server serves.
class Application {
  public:
    virtual ~Application() = default;
    /// Looks at a head, whose `route` and `path_values` it may set. Called by the I/O thread: must
    /// not wait for anything.
    [[nodiscard]] virtual Admission admit(Request& head) = 0;
    /// Before a large body is read: the refusal, or nothing and the head bears `authorised`. Called
    /// by a worker.
    [[nodiscard]] virtual std::optional<Response> authorise(Request& head) = 0;
    /// Answers a whole request. Called by a worker.
    virtual void handle(Request request, Answer answer) = 0;
    /// An answer has left, or could not. Called by the I/O thread.
    virtual void on_answered(const Exchange& /*exchange*/) {}
    /// A handler threw, or an answer could not leave: to be logged. Called by any thread.
    virtual void on_defect(std::string_view /*operation*/, std::string_view /*what*/) {}
};

}  // namespace parcours::http
