#include "app/worker.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/control_socket.h"
#include "app/import_answer.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/random.h"
#include "base/time.h"
#include "channel/channel.h"
#include "channel/email/inbound.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/import.h"
#include "engine/receive.h"
#include "engine/runner.h"
#include "engine/secret.h"
#include "engine/virtual_run.h"

namespace parcours::app {
namespace {

std::optional<std::string> environment(const std::string& name) {
    const char* const value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::string domain_of(const std::string& address) {
    const std::size_t at = address.find('@');
    return at == std::string::npos ? std::string() : address.substr(at + 1);
}

}  // namespace

Result<std::unique_ptr<Worker>> Worker::open(const CommonOptions& options, const Clock& clock,
                                             bool sending) {
    std::unique_ptr<Worker> worker(new Worker(options, clock));
    worker->sending_ = sending;
    auto clinic = engine::load_clinic(options.practice);
    if (!clinic) {
        return pass_on(clinic);
    }
    worker->clinic_ = std::move(*clinic);
    auto folder = engine::DataFolder::open(options.data, engine::DataFolder::Mode::Write);
    if (!folder) {
        return pass_on(folder);
    }
    worker->folder_ = std::move(*folder);
    SystemRandom random;
    auto secret = engine::find_or_make_secret(*worker->folder_, random);
    if (!secret) {
        return pass_on(secret);
    }
    worker->secret_ = std::move(*secret);
    if (const auto made = worker->make_runner(); !made) {
        return pass_on(made);
    }
    return worker;
}

Result<> Worker::make_runner() {
    auto channels = engine::open_channels(*clinic_, clock_, environment);
    if (!channels && sending_) {
        return pass_on(channels);
    }
    // Who only takes things in needs no channel to send by: a missing password must not lose a
    // STOP.
    auto runner = engine::Runner::make(
        *folder_, clinic_, channels ? std::move(*channels) : engine::open_sandboxes(*clinic_),
        secret_);
    if (!runner) {
        return pass_on(runner);
    }
    runner_ = std::move(*runner);
    return {};
}

Result<> Worker::start() {
    const Instant now = clock_.now();
    started_ = true;
    next_sweep_ = runner_->next_sweep(now);
    return runner_->start_live(now);
}

Result<> Worker::work() {
    if (fatal_) {
        return std::unexpected(*fatal_);
    }
    if (folder_->append_failed()) {
        return fail(ErrorCode::Unavailable,
                    "the log could not be written; mend the disk and start again: what was "
                    "acknowledged is whole");
    }
    const Instant now = clock_.now();
    busy_ = false;
    if (next_sweep_ && *next_sweep_ <= now) {
        if (const auto swept = runner_->sweep(now); !swept) {
            return swept;
        }
        next_sweep_ = runner_->next_sweep(now);
    }
    const auto more = runner_->work_round(now);
    if (!more) {
        return pass_on(more);
    }
    busy_ = *more;
    return {};
}

int Worker::idle_ms(int bound_ms) const {
    if (busy_) {
        return 0;
    }
    const auto due = runner_->next_due();
    if (!due) {
        return bound_ms;
    }
    const auto wait =
        std::chrono::duration_cast<std::chrono::milliseconds>(*due - clock_.now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(wait + 1, 0, bound_ms));
}

std::string Worker::handle(std::string_view request) {
    JsonDocument document;
    const auto parsed = document.parse(request);
    if (!parsed) {
        return error_answer(parsed.error());
    }
    const auto answered = answer(*parsed);
    return answered ? *answered : error_answer(answered.error());
}

Result<std::string> Worker::answer(const JsonView& request) {
    const std::string_view command = request["command"].text();
    if (command == "import") {
        return import(request);
    }
    if (command == "receive") {
        return receive(request);
    }
    if (command == "task") {
        return close_task(request);
    }
    if (command == "cohort") {
        return save_cohort(request);
    }
    return fail(ErrorCode::Usage, "the worker does not know this request");
}

Result<std::string> Worker::import(const JsonView& request) {
    const Stopwatch stopwatch;
    engine::ImportOptions options;
    options.source = request["source"].text("main");
    for (const JsonView path : request["paths"].elements()) {
        options.paths.emplace_back(path.text());
    }
    const auto report = engine::import_files(*folder_, files_, clock_, options,
                                             [](const engine::ImportProgress&) {});
    if (!report) {
        return pass_on(report);
    }
    // The engine looks at the record through the index: a new one, a new engine.
    auto made = make_runner();
    if (made && started_) {
        made = start();
    }
    if (!made) {
        fatal_ = made.error();
        return pass_on(made);
    }
    return import_json(*report, stopwatch.seconds());
}

Result<std::string> Worker::receive(const JsonView& request) {
    if (ledger().virtual_run()) {
        return fail(ErrorCode::Conflict,
                    "this data folder was run on a virtual clock: nobody was really written to, so "
                    "nothing can come back");
    }
    const std::string channel(request["channel"].text());
    Result<std::vector<channel::Inbound>> inbound;
    if (channel == "email") {
        inbound = channel::read_inbound_mail(
            request["body"].text(), {"unsubscribe", domain_of(clinic_->folder.config.reply_to)});
    } else {
        inbound = runner_->receive_callback(channel, request["url"].text(), request["body"].text(),
                                            request["signature"].text());
    }
    if (!inbound) {
        return pass_on(inbound);
    }
    const auto report = engine::receive(*runner_, channel, *inbound, secret_, clock_.now());
    if (!report) {
        return pass_on(report);
    }
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("taken", report->taken)
        .member("repeated", report->repeated)
        .member("unmatched", report->unmatched)
        .end_object();
    return out;
}

Result<std::string> Worker::close_task(const JsonView& request) {
    const auto id = digest_from_hex(request["task"].text());
    if (!id) {
        return fail(ErrorCode::Usage, "a task is named by its 32 hexadecimal digits");
    }
    const std::string outcome(request["outcome"].text());
    if (const auto closed =
            runner_->close_task(*id, outcome, std::string(request["by"].text()), clock_.now());
        !closed) {
        return pass_on(closed);
    }
    std::string out;
    JsonWriter(out).begin_object().member("closed", outcome).end_object();
    return out;
}

Result<std::string> Worker::save_cohort(const JsonView& request) {
    const std::string name(request["name"].text());
    const Instant now = clock_.now();
    runner_->journal().add(engine::CohortSaved{name, std::string(request["cql"].text()), now}, now);
    if (const auto flushed = runner_->journal().flush(); !flushed) {
        return pass_on(flushed);
    }
    std::string out;
    JsonWriter(out).begin_object().member("saved", name).end_object();
    return out;
}

Result<std::string> perform(const CommonOptions& options, std::string_view request) {
    auto answer = ask_worker(options.data, request);
    if (!answer) {
        return pass_on(answer);
    }
    if (*answer) {
        return std::move(**answer);
    }
    const SystemClock clock;
    auto worker = Worker::open(options, clock, false);
    if (!worker) {
        return pass_on(worker);
    }
    const std::string local = (*worker)->handle(request);
    JsonDocument document;
    const auto parsed = document.parse(local);
    if (parsed && (*parsed)["error"]) {
        return fail(static_cast<ErrorCode>((*parsed)["error"]["code"].integer().value_or(0)),
                    std::string((*parsed)["error"]["message"].text()));
    }
    return local;
}

}  // namespace parcours::app
