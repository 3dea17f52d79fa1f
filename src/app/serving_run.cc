// Of `Serving`: what it does until the process is asked to stop.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <thread>

#include "access/access.h"
#include "app/access_store.h"
#include "app/change_teller.h"
#include "app/control_socket.h"
#include "app/requests.h"
#include "app/serving.h"
#include "base/error.h"
#include "base/time.h"
#include "engine/channel_health.h"
#include "engine/data_folder.h"
#include "engine/practice_versions.h"
#include "engine/service.h"
#include "http/server.h"

namespace parcours::app {
namespace {

volatile std::sig_atomic_t stop_asked = 0;
volatile std::sig_atomic_t reload_asked = 0;

void listen_to_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGTERM, [](int) { stop_asked = 1; });
    std::signal(SIGINT, [](int) { stop_asked = 1; });
    std::signal(SIGHUP, [](int) { reload_asked = 1; });
}

}  // namespace

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
    if (!somebody_can_log_in()) {
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
    service_->stop();
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

}  // namespace parcours::app
