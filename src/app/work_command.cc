#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "app/answers.h"
#include "app/command.h"
#include "app/control_socket.h"
#include "app/cut_off.h"
#include "app/mailbox.h"
#include "app/options.h"
#include "app/requests.h"
#include "app/surroundings.h"
#include "app/terminal.h"
#include "app/trouble_teller.h"
#include "base/error.h"
#include "base/executor.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/imported_terminology.h"
#include "engine/ledger.h"
#include "engine/practice_versions.h"
#include "engine/runner.h"
#include "engine/secret.h"
#include "engine/service.h"
#include "engine/virtual_run.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    bool virtual_clock = false;
    std::string from;
    std::string until;
};

volatile std::sig_atomic_t stop_asked = 0;

extern "C" void ask_to_stop(int /*signal*/) {
    stop_asked = 1;
}

void write_counts(JsonWriter& json, std::string_view name,
                  const std::map<std::string, std::uint64_t>& counts) {
    json.key(name).begin_object();
    for (const auto& [key, count] : counts) {
        json.member(key, count);
    }
    json.end_object();
}

std::string totals_json(engine::Totals totals, double seconds) {
    // A channel that said nothing said nothing: it is there with 0.
    totals.sent.try_emplace("email", 0);
    totals.sent.try_emplace("sms", 0);
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("enrolled", totals.enrolled);
    write_counts(json, "sent", totals.sent);
    write_counts(json, "not_sent", totals.not_sent);
    json.member("tasks", totals.tasks).member("withheld", totals.withheld);
    json.member("seconds", seconds).end_object();
    return out;
}

void print_totals(const engine::Totals& totals, double seconds) {
    const Style style = output_style();
    fmt::print("{} enrolled, {} for people, in {:.1f} s.\n", style.bold(grouped(totals.enrolled)),
               style.bold(counted(totals.tasks, "task")), seconds);
    Table table({"sent", "messages"}, {false, true});
    for (const auto& [channel, count] : totals.sent) {
        table.add({channel, grouped(count)});
    }
    if (!table.empty()) {
        fmt::print("\n{}", table.draw(style));
    }
    Table not_sent({"not sent", "messages"}, {false, true});
    for (const auto& [reason, count] : totals.not_sent) {
        not_sent.add({reason, grouped(count)});
    }
    if (!not_sent.empty()) {
        fmt::print("\n{}", not_sent.draw(style));
    }
}

Result<std::pair<Instant, Instant>> period(const Options& options) {
    if (options.from.empty() || options.until.empty()) {
        return fail(ErrorCode::Usage,
                    "a virtual run needs --from DATE and --until DATE, such as --from 2019-06-01");
    }
    const auto from = parse_instant(options.from);
    const auto until = parse_instant(options.until);
    if (!from) {
        return fail(ErrorCode::Usage, "--from: " + from.error().message);
    }
    if (!until) {
        return fail(ErrorCode::Usage, "--until: " + until.error().message);
    }
    return std::pair(*from, *until);
}

Result<> run_with_progress(engine::Runner& runner, Instant from, Instant until) {
    const WhenCutOff told(
        "the run was cut off, and the folder holds a part of it; "
        "run it again: a virtual run forgets earlier ones");
    ProgressBar bar("Running", "enrolled");
    return engine::run_virtually(runner, from, until, [&](double share) {
        bar.update(share, runner.ledger().totals().enrolled);
    });
}

Result<int> run_virtual(const Options& options) {
    const auto moments = period(options);
    if (!moments) {
        return pass_on(moments);
    }
    const Stopwatch stopwatch;
    const auto folder = open_for_writing(options.common);
    if (!folder) {
        return pass_on(folder);
    }
    const auto clinic = engine::load_clinic(
        (*folder)->store(), options.common.practice, engine::ClinicUse::Work,
        engine::PracticeChoice::Published, engine::imported_terminology(**folder));
    if (!clinic) {
        return pass_on(clinic);
    }
    const auto runner = engine::Runner::make(**folder, *clinic, engine::open_sandboxes(**clinic),
                                             engine::virtual_secret());
    if (!runner) {
        return pass_on(runner);
    }
    ThreadExecutor executor(2);
    (*runner)->use(executor);
    const auto ran = run_with_progress(**runner, moments->first, moments->second);
    if (!ran) {
        return pass_on(ran);
    }
    if (const auto saved = (*runner)->journal().save_ledger(); !saved) {
        return pass_on(saved);
    }
    if (const auto saved = (*folder)->save_snapshots(); !saved) {
        return pass_on(saved);
    }
    const engine::Totals& totals = (*runner)->ledger().totals();
    if (options.common.json) {
        fmt::print("{}\n", totals_json(totals, stopwatch.seconds()));
    } else {
        print_totals(totals, stopwatch.seconds());
    }
    return 0;
}

Result<int> run_live(const Options& options) {
    const Stopwatch stopwatch;
    SystemSurroundings system;
    Mailbox mailbox;
    const auto service = engine::Service::open({.data = options.common.data,
                                                .practice = options.common.practice,
                                                .sending = true,
                                                .publishing = false,
                                                .wake = [&mailbox] { mailbox.wake(); }},
                                               system.view());
    if (!service) {
        return pass_on(service);
    }
    auto server = ControlServer::open(options.common.data);
    if (!server) {
        return pass_on(server);
    }
    std::signal(SIGPIPE, SIG_IGN);  // a provider may hang up at any time
    std::signal(SIGTERM, ask_to_stop);
    std::signal(SIGINT, ask_to_stop);
    if (const auto started = (*service)->start(); !started) {
        return pass_on(started);
    }
    fmt::print(stderr, "parcours: at work on {}; stop with Ctrl-C or SIGTERM\n",
               options.common.data);
    TroubleTeller teller = tell_on_standard_error();
    while (stop_asked == 0) {
        if (const auto worked = (*service)->work(); !worked) {
            return pass_on(worked);
        }
        teller.look((*service)->channel_health());
        (*server)->serve((*service)->idle_ms(1000), mailbox.descriptor(),
                         [&](std::string_view request, const ControlServer::Answer& answer) {
                             answer_request(**service, nullptr, system.clock(), request, answer);
                         });
        mailbox.work(**service);
    }
    (*service)->stop();
    if (const auto sound = (*service)->is_sound(); !sound) {
        return pass_on(sound);
    }
    if (const auto saved = (*service)->save_snapshots(); !saved) {
        return pass_on(saved);
    }
    fmt::print(stderr, "parcours: stopped; everything is written down\n");
    if (options.common.json) {
        fmt::print("{}\n", totals_json((*service)->ledger().ledger.totals(), stopwatch.seconds()));
    }
    return 0;
}

}  // namespace

Run declare_work(CommandLine app) {
    const auto options = std::make_shared<Options>();
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    app.add_flag("--virtual", options->virtual_clock,
                 "Run on a virtual clock over the record; nothing leaves this machine");
    app.add_option("--from", options->from, "Virtual: the moment to begin at").type_name("DATE");
    app.add_option("--until", options->until, "Virtual: the moment to end at").type_name("DATE");
    add_json_option(app, options->common);
    app.footer(
        "Runs the campaigns: timers, the gate, messages, until stopped. Where the practice\n"
        "configures no real channel, every message is captured: parcours outbox shows it.\n\n"
        "  parcours work --data clinic\n"
        "  parcours work --data clinic --virtual --from 2019-06-01 --until 2019-12-01\n\n"
        "A virtual run forgets earlier virtual runs, and its folder refuses live work.");
    return
        [options] { return options->virtual_clock ? run_virtual(*options) : run_live(*options); };
}

}  // namespace parcours::app
