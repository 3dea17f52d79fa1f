#include "app/serving.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "access/access.h"
#include "access/oidc_log_in.h"
#include "access/principal.h"
#include "access/roles.h"
#include "app/access_store.h"
#include "app/control_socket.h"
#include "app/listen_address.h"
#include "app/provider_fetch.h"
#include "app/record_read.h"
#include "base/error.h"
#include "base/files.h"
#include "engine/service.h"
#include "http/api/access_backend.h"
#include "http/api/access_settings.h"
#include "http/api/backend.h"
#include "http/api/described.h"
#include "http/api/guard.h"
#include "http/api/system_routes.h"
#include "http/callbacks/routes.h"
#include "http/fhir/routes.h"
#include "http/listen_rule.h"
#include "http/message.h"
#include "http/proxies.h"
#include "http/router.h"
#include "http/server.h"
#include "http/site.h"

namespace parcours::app {

bool Serving::somebody_can_log_in() const {
    return std::ranges::any_of(access_->access().staff(), [](const access::StaffSummary& staff) {
        return !staff.disabled && staff.role == access::Role::Administrator;
    });
}

Result<std::unique_ptr<Serving>> Serving::open(const ServeOptions& options) {
    std::unique_ptr<Serving> serving(new Serving(options));
    if (const auto read = serving->read_settings(); !read) {
        return pass_on(read);
    }
    if (const auto opened = serving->open_folder(); !opened) {
        return pass_on(opened);
    }
    if (const auto opened = serving->open_server(); !opened) {
        return pass_on(opened);
    }
    auto control = ControlServer::open(options.common.data);
    if (!control) {
        return pass_on(control);
    }
    serving->control_ = std::move(*control);
    return serving;
}

Result<> Serving::read_settings() {
    const auto proxies = http::Proxies::parse(options_.proxies);
    if (!proxies) {
        return pass_on(proxies);
    }
    proxies_ = *proxies;
    for (const std::string& folder : options_.import_from) {
        if (system_.view().files.kind(folder) != Files::Kind::Folder) {
            return fail(ErrorCode::Usage, "--import-from: there is no folder \"" + folder + "\"");
        }
    }
    if (options_.access.empty()) {
        return {};
    }
    const auto surroundings = system_.view();
    const auto file = surroundings.files.view(options_.access);
    if (!file) {
        return pass_on(file);
    }
    auto settings = http::api::parse_access_settings((*file)->bytes(), options_.access,
                                                     surroundings.environment);
    if (!settings) {
        return pass_on(settings);
    }
    settings_ = std::move(*settings);
    if (settings_.provider) {
        provider_ = std::make_unique<access::OidcLogIn>(
            *settings_.provider, fetch_by_curl(settings_.provider_ca_file), system_.random());
    }
    return {};
}

Result<> Serving::open_folder() {
    auto service = engine::Service::open({.data = options_.common.data,
                                          .practice = options_.common.practice,
                                          .sending = true,
                                          .publishing = true,
                                          .wake = [this] { mailbox_.wake(); }},
                                         system_.view());
    if (!service) {
        return pass_on(service);
    }
    service_ = std::move(*service);
    auto access = AccessFolder::open(options_.common.data, system_.random(), settings_.options);
    if (!access) {
        return pass_on(access);
    }
    access_ = std::move(*access);
    return {};
}

Result<> Serving::open_server() {
    const auto address = read_listen_address(options_.listen);
    if (!address) {
        return pass_on(address);
    }
    const bool tls = !options_.certificate.empty();
    const http::ListenCase wanted{address->address, tls, somebody_can_log_in() ? 1U : 0U,
                                  !proxies_.empty()};
    if (const auto allowed = http::may_listen(wanted); !allowed) {
        return allowed;
    }
    http::Router router;
    add_routes(router);
    site_ = std::make_unique<http::Site>(http::Site::Parts{
        std::move(router),
        http::facade::with_outcomes(http::api::make_guard(access_->access(), system_.clock())),
        &files_, &metrics_,
        [](std::string_view operation, std::string_view what) {
            fmt::print(stderr, "parcours: {} failed: {}\n", operation, what);
        },
        http::facade::outcome_for_problem});
    for (const auto& [table, rows] : service_->ledger().ledger.table_sizes()) {
        metrics_.add_gauge("parcours_ledger_" + std::string(table),
                           "Rows of this table of the engine's memory.", [this, name = table] {
                               const auto reading = service_->ledger();
                               for (const auto& [one, count] : reading.ledger.table_sizes()) {
                                   if (one == name) {
                                       return static_cast<double>(count);
                                   }
                               }
                               return 0.0;
                           });
    }
    http::ServerOptions options;
    options.address = address->address;
    options.port = address->port;
    options.request_id_seed = system_.random().next();
    options.hosts = known_hosts(address->address);
    options.proxies = proxies_;
    options.proxies_only = http::is_for_proxies_only(wanted);
    if (tls) {
        options.tls = http::TlsFiles{options_.certificate, options_.key};
    }
    auto server = http::Server::open(options, *site_, system_.clock());
    if (!server) {
        return pass_on(server);
    }
    server_ = std::move(*server);
    return {};
}

/// By which names this server is reached, where any are known: a page of another name that was made
/// to point here gets nothing.
std::vector<std::string> Serving::known_hosts(const std::string& address) const {
    std::vector<std::string> hosts = options_.hosts;
    for (const std::string& url :
         {service_->clinic().folder.config.public_url,
          settings_.provider ? settings_.provider->redirect_uri : std::string()}) {
        if (std::string host = host_of_url(url); !host.empty()) {
            hosts.push_back(std::move(host));
        }
    }
    if (!hosts.empty()) {
        hosts.push_back(host_of_address(address));
    }
    return hosts;
}

void Serving::add_routes(http::Router& router) {
    access::Access& access = access_->access();
    backend_.emplace(http::api::Backend{
        *service_, [this](http::api::WriterJob job) { return mailbox_.put(std::move(job)); },
        [this, &access](const http::Request& request, std::string_view action,
                        std::string_view patient, std::string_view detail) {
            return record_read(access, system_.clock(), request, action, patient, detail);
        },
        events_, [this](const std::string& path) { return may_import(path); }, imports_,
        [this, &access](const access::Principal& caller) {
            return access.is_in(caller, system_.clock().now());
        }});
    access_backend_.emplace(http::api::AccessBackend{
        access, system_.clock(), settings_.options,
        [this](std::uint64_t sequence) { return access_->log().read(sequence); }, provider_.get()});
    http::api::add_system_routes(router, *backend_);
    http::api::add_access_routes(router, *access_backend_);
    http::api::add_map_routes(router, *backend_);
    http::api::add_patient_routes(router, *backend_);
    http::api::add_cohort_routes(router, *backend_);
    http::api::add_campaign_routes(router, *backend_);
    http::api::add_enrolment_routes(router, *backend_);
    http::api::add_hold_routes(router, *backend_);
    http::api::add_move_routes(router, *backend_);
    http::api::add_work_routes(router, *backend_);
    http::api::add_definition_routes(router, *backend_);
    http::api::add_event_routes(router, *backend_);
    http::api::add_import_routes(router, *backend_);
    http::api::follow_description(router, *backend_);
    http::facade::add_fhir_routes(router, *backend_);
    http::callbacks::add_callback_routes(router, *backend_);
}

/// What imports over the API may read: nothing unless the administrator named folders, in which
/// paths that are not whole begin.
std::optional<std::string> Serving::may_import(const std::string& path) const {
    for (const std::string& folder : options_.import_from) {
        std::error_code missing;
        const auto root = std::filesystem::canonical(folder, missing);
        if (missing) {
            continue;
        }
        const auto wanted = std::filesystem::canonical(root / path, missing);
        const auto [end, rest] = std::ranges::mismatch(root, wanted);
        if (!missing && end == root.end()) {
            return wanted.string();
        }
    }
    return std::nullopt;
}

/// On a port of its own, so that no proxy shows it to the world.
Result<> Serving::open_metrics() {
    if (options_.metrics.empty()) {
        return {};
    }
    const auto address = read_listen_address(options_.metrics);
    if (!address) {
        return pass_on(address);
    }
    if (!http::is_loopback(address->address)) {
        return fail(ErrorCode::Usage, "--metrics must be an address of this computer alone");
    }
    metrics_.add_gauge("parcours_connections", "Open connections.",
                       [this] { return static_cast<double>(server_->state().connections); });
    metrics_.add_gauge("parcours_channels_unreachable",
                       "Channels whose provider could not be reached at the last hand-off.",
                       [this] { return static_cast<double>(channels_down_.load()); });
    http::ServerOptions options;
    options.address = address->address;
    options.port = address->port;
    options.worker_count = 1;
    auto server = http::Server::open(options, metrics_page_, system_.clock());
    if (!server) {
        return pass_on(server);
    }
    metrics_server_ = std::move(*server);
    metrics_thread_ = std::thread([this] { metrics_server_->run(); });
    return {};
}

Serving::~Serving() {
    mailbox_.close();
    events_.close();
    for (auto* const server : {server_.get(), metrics_server_.get()}) {
        if (server != nullptr) {
            server->stop();
        }
    }
    for (std::thread* const thread : {&http_thread_, &metrics_thread_}) {
        if (thread->joinable()) {
            thread->join();
        }
    }
    metrics_server_.reset();
    server_.reset();
    if (audit_thread_.joinable()) {
        access_->access().stop();
        audit_thread_.join();
    }
    // An import that still runs tells its progress to what is above.
    service_.reset();
}

}  // namespace parcours::app
