#include "simulation/machine.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fmt/format.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "channel/email/inbound.h"
#include "engine/data_folder.h"
#include "engine/holds.h"
#include "engine/receive.h"
#include "engine/runner.h"
#include "engine/take_in.h"
#include "record/log.h"
#include "simulation/disk.h"
#include "simulation/practice.h"
#include "simulation/watched_store.h"
#include "simulation/world.h"
#include "store/store.h"

namespace parcours::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// More rounds at one moment than any honest engine needs.
constexpr int rounds_max = 20'000;

class TellUnknown final : public store::ScanVisitor {
  public:
    explicit TellUnknown(World& world) : world_(world) {}
    bool visit(const LogRecord& record) override {
        tell(record, world_);
        return true;
    }
    bool damaged(LogPosition position, const Error& error) override {
        world_.find("nothing-lost",
                    fmt::format("record {} is damaged: {}", position, error.message));
        return true;
    }

  private:
    World& world_;
};

}  // namespace

Machine::Machine(World& world, Disk& disk, OpenChannels open_channels, BeforeWork before_work)
    : world_(world),
      disk_(disk),
      open_channels_(std::move(open_channels)),
      before_work_(std::move(before_work)),
      watches_cohorts_(world.chance(0.5)) {}

Result<> Machine::open() {
    auto store = disk_.open();
    if (!store) {
        return pass_on(store);
    }
    auto folder = engine::DataFolder::open(watch(std::move(*store), disk_, world_), true);
    if (!folder) {
        return pass_on(folder);
    }
    folder_ = std::move(*folder);
    // What was committed when the last program died, and nobody heard of.
    TellUnknown visitor(world_);
    return folder_->store().scan(world_.records_known + 1, folder_->end(), visitor);
}

Result<> Machine::begin() {
    auto runner =
        engine::Runner::make(*folder_, practice(practice_), open_channels_(), practice_secret());
    if (!runner) {
        return pass_on(runner);
    }
    runner_ = std::move(*runner);
    // What is looked at is sometimes held as it is, and sometimes made whole from its bytes.
    runner_->journal().file_by({.open_max = 8, .open_for = std::chrono::minutes{10}});
    const Running running{*folder_, *runner_, world_.clock.now()};
    world_.tell([&running](Invariant& one) { one.started(running); });
    if (before_work_) {
        before_work_(*runner_, world_.clock.now());
    }
    next_sweep_ = runner_->next_sweep(world_.clock.now());
    if (watches_cohorts_) {
        runner_->watch_cohorts(world_.clock.now());
    }
    look_at_clock();
    const auto started = runner_->start_live(world_.clock.now());
    engine::note_outage(*runner_, world_.clock.now());
    return started ? runner_->journal().flush() : started;
}

void Machine::look_at_clock() {
    clock_watch_->look(*runner_, world_.clock.now(),
                       [this] { return world_.now.time_since_epoch(); });
}

void Machine::start() {
    start_awaited_ = false;
    if (up()) {
        return;
    }
    world_.note("the program starts");
    clock_watch_.emplace();
    Result<> started = open();
    // What the last program left unheard was written by the rules that it knew.
    world_.zone_data.load();
    if (started) {
        started = begin();
    }
    if (survives(started)) {
        work();
    }
}

bool Machine::survives(const Result<>& done) {
    if (disk_.was_cut()) {
        world_.doom.kill();
    }
    if (world_.doom.dead()) {
        fall("dead");
        return false;
    }
    const bool broken = folder_ == nullptr || runner_ == nullptr || folder_->append_failed();
    if (broken) {
        const std::string why = done ? "it cannot write" : done.error().message;
        if (!errors_expected_) {
            world_.find("no-errors", why);
        }
        fall(why);
        return false;
    }
    return true;
}

void Machine::fall(std::string_view why) {
    world_.note("the program falls");
    world_.history.remark(world_.now, why);
    ++world_.deaths;
    stop(false,
         world_.chance(0.5) ? Duration{seconds{1}} : world_.between(seconds{1}, minutes{90}));
}

void Machine::stop(bool in_order, Duration until_start) {
    if (in_order && up()) {
        (void)runner_->journal().flush();
        (void)runner_->journal().save_ledger();
        (void)folder_->save_snapshots();
        world_.note("the program stops");
    } else {
        world_.doom.kill();  // what is thrown away must not reach the disk
    }
    runner_.reset();
    folder_.reset();
    if (disk_.was_cut()) {
        disk_.restore();
    }
    world_.doom.forget();
    world_.commits_until_lie = 0;
    if (!start_awaited_) {
        start_awaited_ = true;
        world_.in(until_start, [this] { start(); });
    }
}

void Machine::work() {
    if (!up()) {
        return;
    }
    for (int round = 0; up(); ++round) {
        const Instant now = world_.clock.now();
        look_at_clock();
        if (next_sweep_ <= now) {
            runner_->begin_looking(true);
            next_sweep_ = runner_->next_sweep(now);
        }
        const auto more = runner_->work_round(now);
        if (!survives(more ? Result<>{} : pass_on(more))) {
            return;
        }
        if (!more) {
            end_of_work(more.error());
            return;
        }
        const Running running{*folder_, *runner_, now};
        world_.tell([&running](Invariant& one) { one.round_done(running); });
        if (!*more) {
            world_.tell([&running](Invariant& one) { one.at_rest(running); });
            return;
        }
        if (round > rounds_max) {
            world_.find("nothing-stuck", "the engine works for ever at one moment");
            return;
        }
        // What comes in meanwhile.
        if (world_.agenda.happen(world_.now) && world_.finding) {
            return;
        }
    }
}

/// The program ends with an error: right, where the disk does not answer.
void Machine::end_of_work(const Error& error) {
    if (!world_.reads_fail) {
        world_.find("no-errors", "work ended with: " + error.message);
    }
    fall(error.message);
}

std::optional<Instant> Machine::wakes_at() const {
    if (!up() || world_.clock.stands()) {
        return std::nullopt;
    }
    Instant due = next_sweep_;
    if (const auto next = runner_->next_due()) {
        due = std::min(due, *next);
    }
    return world_.now + std::max<Duration>(due - world_.clock.now(), seconds{1});
}

bool Machine::take_in(const std::string& document) {
    if (!up()) {
        return false;
    }
    const VirtualClock clock(world_.clock.now());
    const auto before = folder_->index();
    const auto report = engine::take_in(*folder_, clock, document, "main");
    if (!survives(report ? Result<>{} : pass_on(report))) {
        return false;
    }
    if (!report) {
        end_of_work(report.error());
        return false;
    }
    return folder_->index() == before || survives(renew());
}

/// The engine goes over to the new record, as `Service` does it.
Result<> Machine::renew() {
    auto next = engine::Runner::prepare(*folder_, practice(practice_), practice_secret());
    if (!next) {
        world_.find("no-errors", "no engine for the record: " + next.error().message);
        return pass_on(next);
    }
    const auto base = runner_->cohorts().base();
    if (base.findings != nullptr) {
        (*next)->prepare_cohorts(base);
    }
    if (const auto flushed = runner_->journal().flush_all(); !flushed) {
        return flushed;
    }
    (*next)->take_over(*runner_);
    runner_ = std::move(*next);
    runner_->look_at_changes();
    return {};
}

std::optional<Result<engine::ReceiveReport>> Machine::receive(const Callback& callback) {
    if (!up()) {
        return std::nullopt;
    }
    const std::string& reply_to = practice(practice_)->folder.config.reply_to;
    const auto inbound =
        callback.channel == "email"
            ? channel::read_inbound_mail(callback.body,
                                         {"unsubscribe", reply_to.substr(reply_to.find('@') + 1)})
            : runner_->receive_callback(callback.channel, callback.url, callback.body,
                                        callback.signature);
    if (!inbound) {
        return pass_on(inbound);
    }
    auto report = engine::receive(*runner_, callback.channel, *inbound, practice_secret(),
                                  world_.clock.now());
    if (!survives(report ? Result<>{} : pass_on(report))) {
        return std::nullopt;
    }
    return report;
}

bool Machine::publish(std::size_t version) {
    if (!up() || !act([](engine::Runner& runner, Instant) { return runner.journal().flush(); })) {
        return false;
    }
    world_.note(fmt::format("practice {} is published", version));
    practice_ = version;
    runner_.reset();
    return survives(begin());
}

bool Machine::pause(const std::string& campaign, bool paused) {
    return act([&](engine::Runner& runner, Instant now) {
        return engine::pause_campaign(runner, campaign, paused, {"staff", ""}, now);
    });
}

bool Machine::hold(const std::string& what, bool held) {
    return act([&](engine::Runner& runner, Instant now) {
        return engine::hold(runner, what, held, {"staff", ""}, now);
    });
}

bool Machine::act(const std::function<Result<>(engine::Runner&, Instant)>& act) {
    if (!up()) {
        return false;
    }
    const auto done = act(*runner_, world_.clock.now());
    const auto flushed = up() ? runner_->journal().flush() : Result<>{};
    return survives(done ? flushed : done);
}

void Machine::save_snapshots() {
    if (up()) {
        const auto saved = runner_->journal().save_ledger();
        (void)survives(saved ? folder_->save_snapshots() : saved);
    }
}

void Machine::lose_lease() {
    if (up()) {
        (void)folder_->store().acquire_lease("another");
    }
}

}  // namespace parcours::simulation
