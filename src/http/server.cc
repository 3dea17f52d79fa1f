#include "http/server.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <unordered_map>
#include <utility>
#include <vector>

#include "access/peer_key.h"
#include "base/error.h"
#include "base/time.h"
#include "http/connection.h"
#include "http/http_date.h"
#include "http/link.h"
#include "http/links.h"
#include "http/listen_rule.h"
#include "http/message.h"
#include "http/worker_pool.h"

namespace parcours::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using SystemError = boost::system::error_code;
/// An option that Asio has no name for; its own options of TCP are of the same template.
using UnsentBytesMax = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;

/// Open files that are not connections: the store, the log, libraries.
constexpr std::size_t reserved_files = 256;
/// By what this computer calls itself: a name that another page's script can make point here is
/// none of these.
constexpr std::array<std::string_view, 3> own_names = {"localhost", "127.0.0.1", "[::1]"};

/// Raises the limit of open files to what `wanted` connections need; how many it allows.
std::size_t raise_file_limit(std::size_t wanted) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return wanted;
    }
    const rlim_t needed = wanted + reserved_files;
    if (limit.rlim_cur < needed) {
        limit.rlim_cur = std::min(needed, limit.rlim_max);
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    const std::size_t usable =
        limit.rlim_cur > 2 * reserved_files ? limit.rlim_cur - reserved_files : limit.rlim_cur / 2;
    return std::min(wanted, usable);
}

}  // namespace

class Server::Core final : public Host, public std::enable_shared_from_this<Server::Core> {
  public:
    Core(const ServerOptions& options, Application& app, const Clock& clock)
        : options_(options),
          clock_(clock),
          acceptor_(io_),
          timer_(io_),
          accept_timer_(io_),
          pool_(std::make_unique<WorkerPool>(options.worker_count, options.limits.queue_max)) {
        application = &app;
        limits = options.limits;
        limits.connections_max = raise_file_limit(limits.connections_max);
        content_security_policy = options.content_security_policy;
        proxies = options.proxies;
    }

    Result<> listen();
    Result<> reload();
    void run();
    void begin_stop();
    void end();
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] ServerState state() const {
        return {.connections = connection_count_,
                .accepted = accepted_,
                .refused = refused_,
                .draining = draining_};
    }

    void post(std::function<void()> job) override {
        if (!ended_) {
            asio::post(io_, std::move(job));
        }
    }
    bool work(std::function<void()> job) override { return pool_->try_post(std::move(job)); }
    [[nodiscard]] Time now() const override {
        return std::chrono::steady_clock::now().time_since_epoch();
    }
    std::string_view date_line() override;
    std::string next_request_id() override {
        return fmt::format("{:016x}", options_.request_id_seed + ++request_number_);
    }
    [[nodiscard]] bool draining() const override { return draining_; }
    [[nodiscard]] bool accepts_host(std::string_view host) const override;
    void forget(Connection& connection) override;

  private:
    void accept();
    void take(tcp::socket socket);
    [[nodiscard]] bool has_room(const std::string& peer, bool trusted);
    void tick();
    void close_all();

    ServerOptions options_;
    const Clock& clock_;
    asio::io_context io_{1};
    tcp::acceptor acceptor_;
    asio::steady_timer timer_;
    asio::steady_timer accept_timer_;
    std::unique_ptr<WorkerPool> pool_;
    std::uint16_t port_ = 0;
    std::mutex context_mutex_;
    SecureContext context_;
    std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
    std::map<std::string, std::size_t, std::less<>> per_peer_;  // by peer_key
    Scratch scratch_{};
    std::string date_line_;
    std::chrono::sys_seconds date_;
    std::uint64_t request_number_ = 0;
    std::optional<Time> drain_until_;
    std::atomic<std::size_t> connection_count_ = 0;
    std::atomic<std::uint64_t> accepted_ = 0;
    std::atomic<std::uint64_t> refused_ = 0;
    std::atomic<bool> draining_ = false;
    std::atomic<bool> ended_ = false;
};

Result<> Server::Core::listen() {
    if (options_.tls) {
        if (auto loaded = reload(); !loaded) {
            return loaded;
        }
    }
    SystemError error;
    const auto address = asio::ip::make_address(options_.address, error);
    if (error) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("\"{}\" is not an address to listen at: write 127.0.0.1 or ::1",
                                options_.address));
    }
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) {
        acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
        acceptor_.bind(endpoint, error);
    }
    if (!error) {
        acceptor_.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        const bool taken = error == asio::error::address_in_use;
        return fail(
            taken ? ErrorCode::Conflict : ErrorCode::Unavailable,
            fmt::format("cannot listen at {} port {}: {}{}", options_.address, options_.port,
                        error.message(), taken ? "; choose another port" : ""));
    }
    port_ = acceptor_.local_endpoint(error).port();
    return {};
}

Result<> Server::Core::reload() {
    if (!options_.tls) {
        return {};
    }
    auto made = make_secure_context(*options_.tls);
    if (!made) {
        return pass_on(made);
    }
    const std::lock_guard lock(context_mutex_);
    context_ = std::move(*made);
    return {};
}

void Server::Core::run() {
    accept();
    tick();
    io_.run();
    ended_ = true;
}

void Server::Core::accept() {
    acceptor_.async_accept([this](SystemError error, tcp::socket socket) {
        if (draining_ || error == asio::error::operation_aborted) {
            return;
        }
        if (!error) {
            take(std::move(socket));
            accept();
            return;
        }
        // Mostly that there are no more file descriptors: let some be given back.
        accept_timer_.expires_after(limits.tick_time);
        accept_timer_.async_wait([this](SystemError stopped) {
            if (!stopped) {
                accept();
            }
        });
    });
}

bool Server::Core::has_room(const std::string& peer, bool trusted) {
    const auto known = per_peer_.find(access::peer_key(peer));
    if (!trusted && known != per_peer_.end() && known->second >= limits.connections_per_peer_max) {
        return false;
    }
    if (connections_.size() < limits.connections_max) {
        return true;
    }
    std::shared_ptr<Connection> longest;
    for (const auto& [key, connection] : connections_) {
        if (connection->idle_since() &&
            (!longest || *connection->idle_since() < *longest->idle_since())) {
            longest = connection;
        }
    }
    if (longest) {
        longest->close();
    }
    return longest != nullptr;
}

void Server::Core::take(tcp::socket socket) {
    SystemError error;
    const auto address = socket.remote_endpoint(error).address();
    if (error) {
        return;
    }
    std::string peer = address.to_string();
    if (!may_connect(peer, proxies, options_.proxies_only) ||
        !has_room(peer, is_trusted(peer, proxies))) {
        ++refused_;
        return;
    }
    socket.non_blocking(true, error);
    socket.set_option(tcp::no_delay(true), error);
    socket.set_option(UnsentBytesMax(static_cast<int>(limits.unsent_bytes_max)), error);
    ++per_peer_[access::peer_key(peer)];
    ++accepted_;
    std::shared_ptr<Link> link;
    {
        const std::lock_guard lock(context_mutex_);
        if (context_) {
            link = make_secure_link(std::move(socket), std::move(peer), context_);
        } else {
            link = make_plain_link(std::move(socket), std::move(peer), scratch_);
        }
    }
    const auto connection = std::make_shared<Connection>(shared_from_this(), std::move(link));
    connections_.emplace(connection.get(), connection);
    connection_count_ = connections_.size();
    connection->start();
}

void Server::Core::forget(Connection& connection) {
    const auto peer = per_peer_.find(access::peer_key(connection.peer()));
    if (peer != per_peer_.end() && --peer->second == 0) {
        per_peer_.erase(peer);
    }
    connections_.erase(&connection);
    connection_count_ = connections_.size();
}

void Server::Core::tick() {
    timer_.expires_after(limits.tick_time);
    timer_.async_wait([this](SystemError error) {
        if (error) {
            return;
        }
        const Time present = now();
        std::vector<std::shared_ptr<Connection>> all;
        all.reserve(connections_.size());
        for (const auto& [key, connection] : connections_) {
            all.push_back(connection);
        }
        for (const auto& connection : all) {
            connection->tick(present);
        }
        if (drain_until_ && (connections_.empty() || present >= *drain_until_)) {
            close_all();
            io_.stop();
            return;
        }
        tick();
    });
}

void Server::Core::begin_stop() {
    if (draining_.exchange(true)) {
        return;
    }
    drain_until_ = now() + limits.drain_time;
    SystemError ignored;
    acceptor_.close(ignored);
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [key, connection] : connections_) {
        all.push_back(connection);
    }
    for (const auto& connection : all) {
        connection->drain();
    }
}

void Server::Core::close_all() {
    while (!connections_.empty()) {
        const auto connection = connections_.begin()->second;
        connection->close();
    }
}

void Server::Core::end() {
    ended_ = true;
    pool_.reset();
    close_all();
    SystemError ignored;
    acceptor_.close(ignored);
    timer_.cancel();
    accept_timer_.cancel();
    // Operations that were cut off hold their connections until their handlers have run.
    io_.restart();
    io_.poll();
}

std::string_view Server::Core::date_line() {
    const auto second = std::chrono::floor<std::chrono::seconds>(clock_.now());
    if (second != date_ || date_line_.empty()) {
        date_ = second;
        date_line_ = "Date: " + http_date(second) + "\r\n";
    }
    return date_line_;
}

bool Server::Core::accepts_host(std::string_view host) const {
    if (options_.hosts.empty()) {
        return true;
    }
    const auto colon = host.rfind(':');
    if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) {
        host = host.substr(0, colon);
    }
    const auto same = [host](std::string_view known) { return same_ignoring_case(known, host); };
    return std::ranges::any_of(own_names, same) || std::ranges::any_of(options_.hosts, same);
}

Server::Server(std::shared_ptr<Core> core) : core_(std::move(core)) {}

Server::~Server() {
    core_->end();
}

Result<std::unique_ptr<Server>> Server::open(const ServerOptions& options, Application& application,
                                             const Clock& clock) {
    auto core = std::make_shared<Core>(options, application, clock);
    if (auto listening = core->listen(); !listening) {
        return pass_on(listening);
    }
    return std::unique_ptr<Server>(new Server(std::move(core)));
}

std::uint16_t Server::port() const {
    return core_->port();
}

void Server::run() {
    core_->run();
}

void Server::stop() {
    core_->post([core = core_] { core->begin_stop(); });
}

Result<> Server::reload_certificate() {
    return core_->reload();
}

ServerState Server::state() const {
    return core_->state();
}

}  // namespace parcours::http
