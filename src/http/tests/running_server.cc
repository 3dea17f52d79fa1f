#include "http/tests/running_server.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/error.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http::testing {
namespace {

std::span<const StaticFile> test_files() {
    static constexpr std::array<StaticFile, 2> files{{
        {"/assets/app-0a1b2c3d.js", "text/javascript", "\"1111\"", "0123456789", "packed", true},
        {"/index.html", "text/html", "\"2222\"", "<p>page</p>", {}, false},
    }};
    return files;
}

Response echo(const Request& request) {
    return Response::text(200, "text/plain", request.body);
}

}  // namespace

void Door::open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
}

void Door::wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
}

void Door::await_waiting(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
}

Site::Parts RunningServer::parts() {
    Site::Parts made;
    Router& router = made.router;
    const auto open = RouteAccess::open("a test");
    router.add({Method::Get, "/api/hello/{name}", "hello", open, answering([](const Request& r) {
                    return Response::text(200, "text/plain",
                                          "hello " + std::string(r.path_value("name")));
                })});
    router.add({Method::Post, "/api/echo", "echo", open, answering(&echo), 64UL * 1024});
    router.add({Method::Post, "/api/large", "large", open, answering(&echo), 4UL * 1024 * 1024});
    router.add({Method::Get, "/api/wait", "wait", open, answering([this](const Request&) {
                    door.wait();
                    return Response::text(200, "text/plain", "waited");
                })});
    router.add({Method::Get, "/api/throw", "throw", open,
                answering([](const Request&) -> Response { throw std::runtime_error("broken"); })});
    router.add({Method::Get, "/api/forget", "forget", open, [](const Request&, const Answer&) {}});
    router.add({Method::Get, "/api/secret", "secret",
                RouteAccess::needs(access::Permission::PatientRead), answering(&echo)});
    router.add({Method::Get, "/api/events", "events", open,
                answering([this](const Request& r) { return events.watch(r); })});
    router.add({Method::Get, "/api/long", "long", open, answering([](const Request&) {
                    auto r = Response::text(200, "text/plain", std::string(200'000, 'x'));
                    r.headers.set("ETag", "\"long\"");
                    return r;
                })});
    router.add(
        {Method::Get, "/api/later", "later", open, [this](const Request&, const Answer& answer) {
             later_ = std::thread([answer] { answer(Response::text(200, "text/plain", "late")); });
         }});
    made.guard = [this](Request& request) -> std::optional<Response> {
        ++authorised;
        if (request.route->access.permission() || request.headers.find("X-Refuse")) {
            return problem(401, "log in");
        }
        return std::nullopt;
    };
    made.files = &files_;
    made.metrics = &metrics;
    made.log = [this](std::string_view, std::string_view what) { defect = what; };
    return made;
}

RunningServer::RunningServer(ServerOptions options) : files_(test_files()), site_(parts()) {
    options.port = 0;
    // Clients of tests stay while the server stops.
    options.limits.linger_time = std::min(options.limits.linger_time, Limits::Milliseconds(50));
    options.limits.tick_time = Limits::Milliseconds(5);
    auto opened = Server::open(options, site_, clock_);
    check(opened.has_value(), opened ? "" : opened.error().message);
    server_ = std::move(*opened);
    thread_ = std::thread([this] { server_->run(); });
}

void RunningServer::stop() {
    server_->stop();
    if (thread_.joinable()) {
        thread_.join();
    }
}

RunningServer::~RunningServer() {
    door.open();
    stop();
    server_.reset();
    if (later_.joinable()) {
        later_.join();
    }
}

void RunningServer::await_connections(std::size_t count) const {
    while (server_->state().connections != count) {
        std::this_thread::yield();
    }
}

}  // namespace parcours::http::testing
