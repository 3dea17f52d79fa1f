#include "engine/played_clinic.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/hash.h"
#include "base/time.h"
#include "channel/channel.h"
#include "engine/data_folder.h"
#include "engine/directory.h"
#include "engine/dispatcher.h"
#include "engine/events.h"
#include "engine/find_by_address.h"
#include "engine/holds.h"
#include "engine/journal.h"
#include "engine/receive.h"
#include "engine/runner.h"
#include "engine/take_in.h"
#include "engine/virtual_run.h"

namespace parcours::engine {
namespace {

constexpr std::string_view secret = "the secret of a played clinic";

}  // namespace

/// A channel whose provider is played.
class PlayedClinic::PlayedChannel final : public channel::Channel {
  public:
    PlayedChannel(std::string name, PlayedClinic& clinic)
        : name_(std::move(name)), clinic_(clinic) {}
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] std::string_view adapter() const override { return "sandbox"; }
    channel::AttemptResult send(const channel::Outbound& message) override {
        ++clinic_.handed_[message.message_id];
        return clinic_.provider_ ? clinic_.provider_(name_, message) : take(name_, message);
    }
    Result<std::vector<channel::Inbound>> receive(std::string_view, std::string_view,
                                                  std::string_view) override {
        return std::vector<channel::Inbound>{};
    }

  private:
    std::string name_;
    PlayedClinic& clinic_;
};

channel::AttemptResult PlayedClinic::take(const std::string& channel,
                                          const channel::Outbound& message) {
    channel::AttemptResult taken;
    taken.outcome = channel::Outcome::Accepted;
    taken.provider_id = channel + "-" + message.message_id;
    return taken;
}

PlayedClinic::PlayedClinic(OpenStore open_store, std::shared_ptr<const Clinic> clinic,
                           Instant begin)
    : open_store_(std::move(open_store)), clinic_(std::move(clinic)), now_(begin) {}

PlayedClinic::~PlayedClinic() = default;

Result<std::unique_ptr<PlayedClinic>> PlayedClinic::open(OpenStore open_store,
                                                         std::shared_ptr<const Clinic> clinic,
                                                         Instant begin) {
    std::unique_ptr<PlayedClinic> played(
        new PlayedClinic(std::move(open_store), std::move(clinic), begin));
    if (const auto opened = played->open_folder(); !opened) {
        return pass_on(opened);
    }
    return played;
}

Result<> PlayedClinic::open_folder() {
    auto store = open_store_();
    if (!store) {
        return pass_on(store);
    }
    auto folder = DataFolder::open(std::move(*store), true);
    if (!folder) {
        return pass_on(folder);
    }
    folder_ = std::move(*folder);
    return {};
}

Result<> PlayedClinic::take_in_pending() {
    if (pending_.empty()) {
        return {};
    }
    std::string bundle = R"({"resourceType":"Bundle","type":"collection","entry":[)";
    for (const std::string& resource : pending_) {
        bundle += (&resource == pending_.data() ? R"({"resource":)" : R"(,{"resource":)");
        bundle += resource;
        bundle += '}';
    }
    bundle += "]}";
    pending_.clear();
    // The engine looks at a new record as after a start.
    runner_.reset();
    const auto taken = take_in(*folder_, VirtualClock(now_), bundle, "main");
    return taken ? note_feed(*folder_, "main", now_) : pass_on(taken);
}

Result<> PlayedClinic::make_runner() {
    Channels channels;
    for (const auto& config : clinic_->folder.config.channels) {
        channels[config.name] = std::make_unique<PlayedChannel>(config.name, *this);
    }
    for (const auto& config : clinic_->folder.config.webhooks) {
        const std::string name = webhook_name(config.name);
        channels[name] = std::make_unique<PlayedChannel>(name, *this);
    }
    auto made = Runner::make(*folder_, clinic_, std::move(channels), std::string(secret));
    if (!made) {
        return pass_on(made);
    }
    runner_ = std::move(*made);
    runner_->journal().file_by({.open_max = 0});  // nothing may hang on what is held as it is
    runner_->dispatcher().use(
        [this](PatientReader& patients, const std::string& channel, const std::string& address) {
            SerialExecutor here;
            const auto index = folder_->index();
            return find_by_address(*Directory::make(*folder_, *index, nullptr, here), *index,
                                   patients, channel, address);
        });
    return {};
}

Result<> PlayedClinic::start() {
    if (folder_ == nullptr) {
        if (const auto opened = open_folder(); !opened) {
            return opened;
        }
    }
    if (const auto taken = take_in_pending(); !taken) {
        return taken;
    }
    if (runner_ != nullptr) {
        return {};
    }
    if (const auto made = make_runner(); !made) {
        return made;
    }
    next_sweep_ = runner_->next_sweep(now_);
    if (const auto started = runner_->start_live(now_); !started) {
        return started;
    }
    note_outage(*runner_, now_);
    return {};
}

void PlayedClinic::stop() {
    runner_.reset();
    folder_.reset();
}

Result<> PlayedClinic::restart() {
    stop();
    return start();
}

Result<> PlayedClinic::work() {
    try {
        if (const auto started = start(); !started) {
            return started;
        }
        return runner_->work_at(now_);
    } catch (const PlayedCrash&) {
        stop();
    }
    return work();
}

Instant PlayedClinic::next_moment() const {
    const auto due = runner_->next_due();
    return due ? std::min(next_sweep_, *due) : next_sweep_;
}

Result<> PlayedClinic::run_until(Instant until) {
    Result<> worked = work();
    while (worked && next_moment() <= until) {
        now_ = std::max(now_, next_moment());
        if (next_sweep_ <= now_) {
            worked = runner_->sweep(now_);
            next_sweep_ = runner_->next_sweep(now_);
        }
        worked = worked ? work() : worked;
    }
    now_ = std::max(now_, until);
    return worked;
}

Result<> PlayedClinic::rehearse_until(Instant until) {
    if (const auto taken = take_in_pending(); !taken) {
        return taken;
    }
    if (const auto made = make_runner(); !made) {
        return made;
    }
    const auto run = run_virtually(*runner_, now_, until, [](double) {});
    now_ = until;
    return run;
}

Result<> PlayedClinic::comes_back(const std::string& channel, channel::Inbound inbound) {
    if (const auto started = start(); !started) {
        return started;
    }
    if (inbound.event_id.empty()) {
        inbound.event_id = "notice-" + std::to_string(++notices_);
    }
    const auto received = receive(*runner_, channel, {std::move(inbound)}, secret, now_);
    return received ? work() : pass_on(received);
}

Result<Enrolment> PlayedClinic::enrol(std::string_view campaign, Key patient, std::string_view by,
                                      std::string_view about) {
    if (const auto started = start(); !started) {
        return pass_on(started);
    }
    return runner_->enrol_by_hand(campaign, patient, by, about, now_);
}

Result<> PlayedClinic::tell(GivenAnswers given) {
    if (const auto started = start(); !started) {
        return started;
    }
    const auto answers = make_answers(clinic_->folder, given, now_);
    if (!answers) {
        return pass_on(answers);
    }
    const auto taken = runner_->take_answers(*answers, now_);
    return taken ? work() : taken;
}

Result<> PlayedClinic::close_task(const Digest& task, const std::string& outcome,
                                  const std::string& by) {
    if (const auto started = start(); !started) {
        return started;
    }
    const auto closed = runner_->close_task(task, outcome, by, now_);
    return closed ? work() : closed;
}

Result<> PlayedClinic::pause(const std::string& campaign, bool paused, const std::string& by,
                             const std::string& reason) {
    if (const auto started = start(); !started) {
        return started;
    }
    if (const auto done = pause_campaign(*runner_, campaign, paused, {by, reason}, now_); !done) {
        return done;
    }
    const auto flushed = runner_->journal().flush();
    return flushed ? work() : flushed;
}

Result<> PlayedClinic::act(const std::function<Result<>(Runner& runner, Instant now)>& act) {
    if (const auto started = start(); !started) {
        return started;
    }
    if (const auto done = act(*runner_, now_); !done) {
        return done;
    }
    const auto flushed = runner_->journal().flush();
    return flushed ? work() : flushed;
}

Result<> PlayedClinic::jump_clock(Duration by) {
    ClockWatch watch;
    const auto stands_still = [] { return Duration{0}; };
    return act([&](Runner& runner, Instant now) -> Result<> {
        watch.look(runner, now, stands_still);
        now_ = now + by;
        watch.look(runner, now_, stands_still);
        return {};
    });
}

Result<MigrationPlan> PlayedClinic::plan_moves(const std::string& campaign,
                                               const campaign::WrittenMoves& moves) {
    if (const auto started = start(); !started) {
        return pass_on(started);
    }
    return runner_->migration().plan(campaign, moves);
}

Result<MigrationReport> PlayedClinic::move_people(const MigrationOrder& order) {
    if (const auto started = start(); !started) {
        return pass_on(started);
    }
    auto report = runner_->migration().carry_out(order, now_);
    if (const auto worked = work(); !worked) {
        return pass_on(worked);
    }
    return report;
}

Result<> PlayedClinic::publish(std::shared_ptr<const Clinic> clinic) {
    clinic_ = std::move(clinic);
    // The engine goes over as between two starts of the program.
    runner_.reset();
    return work();
}

int PlayedClinic::handed_over(const Digest& message) const {
    const auto found = handed_.find(message.to_hex());
    return found == handed_.end() ? 0 : found->second;
}

}  // namespace parcours::engine
