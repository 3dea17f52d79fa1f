#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
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
#include "app/change_teller.h"
#include "app/command.h"
#include "app/control_socket.h"
#include "app/listen_address.h"
#include "app/mailbox.h"
#include "app/options.h"
#include "app/provider_fetch.h"
#include "app/requests.h"
#include "app/surroundings.h"
#include "app/trouble_teller.h"
#include "base/error.h"
#include "base/time.h"
#include "engine/channel_health.h"
#include "engine/data_folder.h"
#include "engine/intake.h"
#include "engine/practice_versions.h"
#include "engine/service.h"
#include "http/api/access_backend.h"
#include "http/api/access_settings.h"
#include "http/api/backend.h"
#include "http/api/described.h"
#include "http/api/guard.h"
#include "http/api/import_jobs.h"
#include "http/api/system_routes.h"
#include "http/callbacks/routes.h"
#include "http/event_stream.h"
#include "http/fhir/routes.h"
#include "http/listen_rule.h"
#include "http/metrics.h"
#include "http/proxies.h"
#include "http/receipts.h"
#include "http/router.h"
#include "http/server.h"
#include "http/site.h"
#include "http/static_files.h"

namespace parcours::app {
namespace {

struct Options {
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

volatile std::sig_atomic_t stop_asked = 0;
volatile std::sig_atomic_t reload_asked = 0;

void listen_to_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGTERM, [](int) { stop_asked = 1; });
    std::signal(SIGINT, [](int) { stop_asked = 1; });
    std::signal(SIGHUP, [](int) { reload_asked = 1; });
}

Error unaudited(const Error& error) {
    return {ErrorCode::Unavailable, "the audit cannot be written: " + error.message, {}};
}

/// Writes that a request saw a patient's data. The request's answer waits until that is durable;
/// where nobody waits for it, so does this.
Result<> record_read(access::Access& access, const Clock& clock, const http::Request& request,
                     std::string_view action, std::string_view patient, std::string_view detail) {
    access::Occasion occasion{*request.caller, request.peer, clock.now(), {}};
    occasion.why = request.find_query("why").value_or("");
    access::AuditFields fields;
    if (!detail.empty()) {
        fields.emplace_back("what", detail);
    }
    if (request.is_refetch) {
        fields.emplace_back("refetch", "yes");
    }
    access::AuditEntry entry = access::entry_of(occasion, action, std::move(fields));
    entry.patient = patient;
    if (const auto receipts = request.receipts) {
        receipts->expect();
        access.record(std::move(entry), [receipts](const Result<access::AuditHead>& written) {
            receipts->settle(written ? http::Receipts::Outcome()
                                     : http::Receipts::Outcome(unaudited(written.error())));
        });
        return {};
    }
    const auto written = access.record(std::move(entry));
    return written ? Result<>{} : std::unexpected(unaudited(written.error()));
}

bool somebody_can_log_in(const access::Access& access) {
    return std::ranges::any_of(access.staff(), [](const access::StaffSummary& staff) {
        return !staff.disabled && staff.role == access::Role::Administrator;
    });
}

/// Everything that serves one data folder, in the order in which it is made.
class Serving {
  public:
    static Result<std::unique_ptr<Serving>> open(const Options& options);
    ~Serving();

    Result<> run();

  private:
    explicit Serving(Options options) : options_(std::move(options)) {}

    Result<> read_settings();
    Result<> open_folder();
    Result<> open_server();
    [[nodiscard]] std::vector<std::string> known_hosts(const std::string& address) const;
    void add_routes(http::Router& router);
    Result<> open_metrics();
    [[nodiscard]] std::optional<std::string> may_import(const std::string& path) const;
    void announce() const;
    void announce_practice() const;
    void serve_others();
    void look_at_channels();

    Options options_;
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

Result<std::unique_ptr<Serving>> Serving::open(const Options& options) {
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
    const http::ListenCase wanted{
        address->address, tls, somebody_can_log_in(access_->access()) ? 1U : 0U, !proxies_.empty()};
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

/// Who names a folder must not believe that it runs where a published version does.
void Serving::announce_practice() const {
    const auto versions = engine::PracticeVersions::load(service_->folder().store());
    if (!versions || versions->all().empty()) {
        return;
    }
    const engine::PracticeVersion& running = versions->all().back();
    fmt::print(stderr, "parcours: version {} of the practice runs, published by {} at {}\n",
               running.number, running.by, format_instant(running.at));
    if (!options_.common.practice.empty()) {
        fmt::print(stderr,
                   "parcours: the folder {} is not read; to run it: parcours publish {} --note "
                   "\"…\" --data {}\n",
                   options_.common.practice, options_.common.practice, options_.common.data);
    }
}

void Serving::announce() const {
    // The port may have been left to the system.
    const std::string where =
        fmt::format("{}://{}:{}", options_.certificate.empty() ? "http" : "https",
                    options_.listen.substr(0, options_.listen.rfind(':')), server_->port());
    fmt::print(stderr, "parcours: serving {} at {}; stop with Ctrl-C or SIGTERM\n",
               options_.common.data, where);
    announce_practice();
    if (!somebody_can_log_in(access_->access())) {
        fmt::print(stderr,
                   "parcours: nobody can log in yet; add an administrator:\n"
                   "  parcours user add NAME --role administrator --data {}\n",
                   options_.common.data);
    }
}

/// What other threads and commands ask, until something of our own is due.
void Serving::serve_others() {
    control_->serve(
        service_->idle_ms(changes_.waiting() ? static_cast<int>(ChangeTeller::apart.count())
                                             : 1000),
        mailbox_.descriptor(),
        [this](std::string_view request, const ControlServer::Answer& answer) {
            answer_request(*service_, &access_->access(), system_.clock(), request, answer);
        });
    mailbox_.work(*service_);
    changes_.tell(service_->take_changes(), system_.clock().now());
    if (const Instant now = system_.clock().now(); now - reviewed_at_ >= std::chrono::seconds(1)) {
        reviewed_at_ = now;
        events_.review();
        look_at_channels();
    }
    if (reload_asked != 0) {
        reload_asked = 0;
        if (const auto reloaded = server_->reload_certificate(); !reloaded) {
            fmt::print(stderr, "parcours: the certificate stays as it was: {}\n",
                       reloaded.error().to_text());
        }
    }
}

void Serving::look_at_channels() {
    const engine::ChannelHealths& health = service_->channel_health();
    troubles_.look(health);
    channels_down_ = static_cast<std::size_t>(std::ranges::count_if(
        health, [](const auto& channel) { return !channel.second.reachable; }));
}

Result<> Serving::run() {
    listen_to_signals();
    const bool was_virtual = service_->ledger().ledger.virtual_run().has_value();
    if (!was_virtual && !options_.no_work) {
        if (const auto started = service_->start(); !started) {
            return started;
        }
    }
    audit_thread_ = std::thread([this] { access_->access().serve(); });
    http_thread_ = std::thread([this] { server_->run(); });
    if (const auto opened = open_metrics(); !opened) {
        return opened;
    }
    announce();
    while (stop_asked == 0) {
        if (const auto worked = service_->work(); !worked) {
            return worked;
        }
        serve_others();
    }
    // Changes that wait are done and answered before the server drains.
    mailbox_.close();
    mailbox_.work(*service_);
    service_->intake().stop();
    events_.close();
    server_->stop();
    http_thread_.join();
    if (const auto sound = service_->is_sound(); !sound) {
        return sound;
    }
    const auto saved = service_->save_snapshots();
    fmt::print(stderr, "parcours: stopped; everything is written down\n");
    return saved;
}

Result<int> run(const Options& options) {
    if (options.certificate.empty() != options.key.empty()) {
        return fail(ErrorCode::Usage, "TLS needs both --tls-certificate FILE and --tls-key FILE");
    }
    const auto address = read_listen_address(options.listen);
    if (!address) {
        return pass_on(address);
    }
    // Said before anything is opened; who can log in is known only then.
    const bool tls = !options.certificate.empty();
    if (const auto allowed = http::may_listen({address->address, tls, 1, !options.proxies.empty()});
        !allowed) {
        return pass_on(allowed);
    }
    const auto serving = Serving::open(options);
    if (!serving) {
        return pass_on(serving);
    }
    if (const auto ran = (*serving)->run(); !ran) {
        return pass_on(ran);
    }
    return 0;
}

}  // namespace

Run declare_serve(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    app.add_option("--listen", options->listen, "Address and port to listen at")
        ->capture_default_str()
        ->type_name("ADDRESS:PORT");
    app.add_option("--tls-certificate", options->certificate,
                   "PEM file of the certificate with its chain; read again at SIGHUP")
        ->type_name("FILE");
    app.add_option("--tls-key", options->key, "PEM file of its key")->type_name("FILE");
    app.add_option("--access", options->access,
                   "How staff log in (access.yaml): sessions, second step, provider")
        ->type_name("FILE");
    app.add_option("--behind-proxy", options->proxies,
                   "The address of a reverse proxy that does TLS; may be given several times")
        ->type_name("ADDRESS");
    app.add_option(
           "--host", options->hosts,
           "A name that this server is reached by, beside the practice's public-url; may be "
           "given several times")
        ->type_name("NAME");
    app.add_option(
           "--metrics", options->metrics,
           "Serve counts for Prometheus at this address of loopback, such as 127.0.0.1:9464")
        ->type_name("ADDRESS:PORT");
    app.add_option("--import-from", options->import_from,
                   "A folder that imports over the API may read; may be given several times")
        ->type_name("DIR");
    app.add_flag("--no-work", options->no_work, "Show and take in only: no campaign runs");
    app.footer(
        "Runs the campaigns and serves console and API, in one process, until stopped. Without\n"
        "TLS it listens on loopback only: give it a certificate to be reached from elsewhere.\n\n"
        "Versions of the practice that are published by the console, the API or `parcours\n"
        "publish` lie in the data folder, and the newest one runs; --practice is where a clinic\n"
        "starts from, and is not read once there is a version.\n\n"
        "  parcours user add NAME --role administrator --data clinic\n"
        "  parcours serve --data clinic\n"
        "  parcours serve --data clinic --listen 0.0.0.0:443 \\\n"
        "      --tls-certificate fullchain.pem --tls-key key.pem");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
