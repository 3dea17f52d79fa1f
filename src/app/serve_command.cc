#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "access/access.h"
#include "access/principal.h"
#include "access/roles.h"
#include "app/access_store.h"
#include "app/command.h"
#include "app/control_socket.h"
#include "app/listen_address.h"
#include "app/mailbox.h"
#include "app/options.h"
#include "app/requests.h"
#include "app/surroundings.h"
#include "base/error.h"
#include "engine/service.h"
#include "http/api/access_backend.h"
#include "http/api/backend.h"
#include "http/api/site.h"
#include "http/api/system_routes.h"
#include "http/router.h"
#include "http/server.h"
#include "http/static_files.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::string listen = "127.0.0.1:8080";
    std::string certificate;
    std::string key;
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

/// Writes that a request saw a patient's data, and waits until that is durable.
Result<> record_read(access::Access& access, const Clock& clock, const http::Request& request,
                     std::string_view action, std::string_view patient, std::string_view detail) {
    access::Occasion occasion{*request.caller, request.peer, clock.now(), {}};
    occasion.why = request.find_query("why").value_or("");
    access::AuditFields fields;
    if (!detail.empty()) {
        fields.emplace_back("what", detail);
    }
    access::AuditEntry entry = access::entry_of(occasion, action, std::move(fields));
    entry.patient = patient;
    const auto written = access.record(std::move(entry));
    return written ? Result<>{} : pass_on(written);
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

    Result<> open_folder();
    Result<> open_server();
    void add_routes();
    void announce() const;
    void serve_others();

    Options options_;
    SystemSurroundings system_;
    Mailbox mailbox_;
    std::unique_ptr<engine::Service> service_;
    std::unique_ptr<AccessFolder> access_;
    std::optional<http::api::Backend> backend_;
    std::optional<http::api::AccessBackend> access_backend_;
    http::Router router_;
    std::unique_ptr<http::api::Site> site_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<ControlServer> control_;
    std::thread audit_thread_;
    std::thread http_thread_;
};

Result<std::unique_ptr<Serving>> Serving::open(const Options& options) {
    std::unique_ptr<Serving> serving(new Serving(options));
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

Result<> Serving::open_folder() {
    auto service = engine::Service::open({.data = options_.common.data,
                                          .practice = options_.common.practice,
                                          .sending = true,
                                          .publishing = true},
                                         system_.view());
    if (!service) {
        return pass_on(service);
    }
    service_ = std::move(*service);
    auto access = AccessFolder::open(options_.common.data, system_.random());
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
    if (const auto allowed = may_listen(*address, tls, somebody_can_log_in(access_->access()));
        !allowed) {
        return allowed;
    }
    add_routes();
    site_ = std::make_unique<http::api::Site>(
        router_, http::StaticFiles(http::console_files()), access_->access(), system_.clock());
    http::ServerOptions options;
    options.address = address->address;
    options.port = address->port;
    options.request_id_seed = system_.random().next();
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

void Serving::add_routes() {
    access::Access& access = access_->access();
    backend_.emplace(http::api::Backend{
        *service_, [this](http::api::WriterJob job) { return mailbox_.put(std::move(job)); },
        [this, &access](const http::Request& request, std::string_view action,
                        std::string_view patient, std::string_view detail) {
            return record_read(access, system_.clock(), request, action, patient, detail);
        }});
    access_backend_.emplace(http::api::AccessBackend{
        access, system_.clock(), {}, [this](std::uint64_t sequence) {
            return access_->log().read(sequence);
        }});
    http::api::add_system_routes(router_, *backend_);
    http::api::add_access_routes(router_, *access_backend_);
    http::api::add_map_routes(router_, *backend_);
    http::api::add_patient_routes(router_, *backend_);
    http::api::add_cohort_routes(router_, *backend_);
    http::api::add_campaign_routes(router_, *backend_);
    http::api::add_work_routes(router_, *backend_);
    http::api::add_definition_routes(router_, *backend_);
}

Serving::~Serving() {
    mailbox_.close();
    if (server_) {
        server_->stop();
    }
    if (http_thread_.joinable()) {
        http_thread_.join();
    }
    server_.reset();
    if (audit_thread_.joinable()) {
        access_->access().stop();
        audit_thread_.join();
    }
}

void Serving::announce() const {
    const std::string where = fmt::format(
        "{}://{}", options_.certificate.empty() ? "http" : "https", options_.listen);
    fmt::print(stderr, "parcours: serving {} at {}; stop with Ctrl-C or SIGTERM\n",
               options_.common.data, where);
    if (!somebody_can_log_in(access_->access())) {
        fmt::print(stderr,
                   "parcours: nobody can log in yet; add an administrator:\n"
                   "  parcours user add NAME --role administrator --data {}\n",
                   options_.common.data);
    }
}

/// What other threads and commands ask, until something of our own is due.
void Serving::serve_others() {
    control_->serve(service_->idle_ms(1000), mailbox_.descriptor(), [this](std::string_view request) {
        return answer_request(*service_, &access_->access(), system_.clock(), request);
    });
    mailbox_.work(*service_);
    if (reload_asked != 0) {
        reload_asked = 0;
        if (const auto reloaded = server_->reload_certificate(); !reloaded) {
            fmt::print(stderr, "parcours: the certificate stays as it was: {}\n",
                       reloaded.error().to_text());
        }
    }
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
    announce();
    while (stop_asked == 0) {
        if (const auto worked = service_->work(); !worked) {
            return worked;
        }
        serve_others();
    }
    mailbox_.close();
    server_->stop();
    http_thread_.join();
    mailbox_.work(*service_);
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
    if (const auto allowed = may_listen(*address, tls, true); !allowed) {
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
    app.add_flag("--no-work", options->no_work, "Show and take in only: no campaign runs");
    app.footer(
        "Runs the campaigns and serves console and API, in one process, until stopped. Without\n"
        "TLS it listens on loopback only: put a reverse proxy before it, or give a certificate.\n\n"
        "  parcours user add NAME --role administrator --data clinic\n"
        "  parcours serve --data clinic\n"
        "  parcours serve --data clinic --listen 0.0.0.0:443 \\\n"
        "      --tls-certificate fullchain.pem --tls-key key.pem");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
