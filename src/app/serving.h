#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "access/oidc_log_in.h"
#include "app/access_store.h"
#include "app/change_teller.h"
#include "app/control_socket.h"
#include "app/mailbox.h"
#include "app/options.h"
#include "app/surroundings.h"
#include "app/trouble_teller.h"
#include "base/error.h"
#include "base/time.h"
#include "engine/service.h"
#include "http/api/access_backend.h"
#include "http/api/access_settings.h"
#include "http/api/backend.h"
#include "http/api/import_jobs.h"
#include "http/event_stream.h"
#include "http/metrics.h"
#include "http/proxies.h"
#include "http/router.h"
#include "http/server.h"
#include "http/site.h"
#include "http/static_files.h"

namespace parcours::app {

/// How `serve` was asked to serve.
struct ServeOptions {
    CommonOptions common;
    std::string listen = "127.0.0.1:8080";
    std::string certificate;
    std::string key;
    std::string metrics;
    std::string access;
    std::vector<std::string> proxies;
    std::vector<std::string> hosts;
    std::vector<std::string> import_from;
    bool no_work = false;
};

/// Everything that serves one data folder, in the order in which it is made.
class Serving {
  public:
    /// Errors: those of the folder, of the settings, and of listening.
    static Result<std::unique_ptr<Serving>> open(const ServeOptions& options);
    ~Serving();
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;

    /// Until the process is asked to stop. Errors: those of `engine::Service::work`.
    Result<> run();

  private:
    explicit Serving(ServeOptions options) : options_(std::move(options)) {}

    Result<> read_settings();
    Result<> open_folder();
    Result<> open_server();
    [[nodiscard]] bool somebody_can_log_in() const;
    [[nodiscard]] std::vector<std::string> known_hosts(const std::string& address) const;
    void add_routes(http::Router& router);
    Result<> open_metrics();
    [[nodiscard]] std::optional<std::string> may_import(const std::string& path) const;
    void announce() const;
    void announce_practice() const;
    void serve_others();
    void look_at_channels();

    ServeOptions options_;
    SystemSurroundings system_;
    Mailbox mailbox_;
    std::unique_ptr<engine::Service> service_;
    http::api::AccessSettings settings_;
    http::Proxies proxies_;
    std::unique_ptr<AccessFolder> access_;
    std::unique_ptr<access::OidcLogIn> provider_;
    std::optional<http::api::Backend> backend_;
    std::optional<http::api::AccessBackend> access_backend_;
    // Ids that grow over a restart: who comes back with one of the process before is told to begin
    // anew.
    http::EventHub events_{http::EventHub::Bounds{
        .id_before_first = static_cast<std::uint64_t>(system_.clock().now().time_since_epoch() /
                                                      std::chrono::microseconds(1))}};
    ChangeTeller changes_{events_};
    TroubleTeller troubles_ = tell_on_standard_error();
    std::atomic<std::size_t> channels_down_ = 0;
    http::api::ImportJobs imports_;
    http::StaticFiles files_{http::console_files()};
    http::Metrics metrics_;
    std::unique_ptr<http::Site> site_;
    std::unique_ptr<http::Server> server_;
    http::MetricsPage metrics_page_{metrics_};
    std::unique_ptr<http::Server> metrics_server_;
    std::unique_ptr<ControlServer> control_;
    Instant reviewed_at_;
    std::thread audit_thread_;
    std::thread http_thread_;
    std::thread metrics_thread_;
};

}  // namespace parcours::app
