#include "simulation/people.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "channel/channel.h"
#include "engine/hold_events.h"
#include "engine/ledger.h"
#include "engine/migration.h"
#include "engine/runner.h"
#include "record/engagement.h"
#include "record/identity.h"
#include "simulation/machine.h"
#include "simulation/practice.h"
#include "simulation/world.h"

namespace parcours::simulation {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

void Patients::read(const std::string& channel, const channel::Outbound& message) {
    if (world_.strikes(Fault::StopInBetween, 0.08)) {
        // While it is on its way; just before the next is due; or when it is.
        const auto next = machine_.wakes_at();
        Duration wait{};
        if (next && world_.chance(0.6)) {
            wait = std::max<Duration>(
                *next - world_.now - (world_.chance(0.5) ? 1 : 0) * Duration{1}, Duration{});
        }
        stop(channel, message, wait);
    }
    if (world_.strikes(Fault::StopOddly, 0.05)) {
        stop(channel, message, world_.between(seconds{1}, days{2}));
        stop(channel, message, world_.between(seconds{1}, days{2}));
    }
    if (world_.chance(0.3)) {
        answer(channel, message);
    }
}

void Patients::stop(const std::string& channel, const channel::Outbound& message, Duration wait) {
    if (channel == "sms") {
        post_.sms_reply(message.to, std::string(world_.one_of({"STOP", "Stop!", "ARRET", "退订"})),
                        true, wait);
        return;
    }
    const std::size_t from = message.unsubscribe_uri.find("mailto:");
    if (from != std::string::npos) {
        const std::size_t end = message.unsubscribe_uri.find(' ', from);
        post_.mail_unsubscribe(message.to, message.unsubscribe_uri.substr(from + 7, end - from - 7),
                               wait);
    }
}

void Patients::answer(const std::string& channel, const channel::Outbound& message) {
    const Duration wait = world_.between(minutes{1}, days{2});
    const std::string words(
        world_.has(Fault::StopOddly)
            ? world_.one_of({"yes", "SOTP", "START", "HELP", "do not stop", "call me", "好的"})
            : world_.one_of({"yes", "thank you", "call me"}));
    if (channel == "sms") {
        post_.sms_reply(message.to, words, false, wait);
    } else {
        post_.mail_reply(message.message_id, message.to, words, wait);
    }
}

void Staff::begin() {
    world_.in(world_.between(hours{20}, hours{28}), [this] {
        day();
        begin();
    });
}

void Staff::day() {
    if (!machine_.up()) {
        return;
    }
    close_tasks();
    if (machine_.up()) {
        lift_hold();
    }
    if (calm_) {
        return;
    }
    if (machine_.up() && world_.chance(0.5)) {
        enrol();
    }
    if (machine_.up() && world_.strikes(Fault::PausedCampaign, 0.3)) {
        pause();
    }
    if (machine_.up() && world_.strikes(Fault::EditedCampaign, 0.25)) {
        (void)machine_.publish(world_.random.below(practice_count));
        migrate();
    }
    machine_.work();
}

void Staff::close_tasks() {
    std::vector<Task> open;
    for (const engine::TaskPointer& task : machine_.runner().ledger().tasks()) {
        if (task->open() && (calm_ || world_.chance(0.7))) {
            open.push_back(task->task);
        }
    }
    for (const Task& task : open) {
        const std::string outcome = task.outcomes.empty()
                                        ? "done"
                                        : task.outcomes[world_.random.below(task.outcomes.size())];
        const bool closed = machine_.up() && machine_.act([&](engine::Runner& runner, Instant now) {
            return runner.close_task(task.id, outcome, "staff", now);
        });
        if (closed) {
            world_.note("task " + task.kind + " " + task.step + ": " + outcome);
        }
        if (calm_ && machine_.up()) {
            machine_.work();
        }
    }
}

void Staff::enrol() {
    const std::vector<std::string> patients = feed_.patients();
    const std::string id = patients[world_.random.below(patients.size())];
    (void)machine_.act([&](engine::Runner& runner, Instant now) -> Result<> {
        const auto enrolled =
            runner.enrol_by_hand("talk", reference_key("main", "Patient/" + id), "staff", "", now);
        return enrolled ? Result<>{} : pass_on(enrolled);
    });
}

/// Who finds everything held sees that the clock is right, and lets it go on.
void Staff::lift_hold() {
    const bool held = machine_.runner().ledger().traffic().all_held();
    if (held && world_.clock.is_right() && (calm_ || world_.chance(0.7)) &&
        machine_.hold(std::string(engine::Held::everything), false)) {
        world_.note("the hold is lifted");
        machine_.work();
    }
}

void Staff::migrate() {
    using engine::WithoutEquivalent;
    const auto rest =
        world_.random.below(2) == 0 ? WithoutEquivalent::Finish : WithoutEquivalent::Stop;
    if (machine_.up() && world_.chance(0.5) &&
        machine_.act([&](engine::Runner& runner, Instant now) -> Result<> {
            const auto moved =
                runner.migration().carry_out({"checkup", {{"rest", "again"}}, rest, "staff"}, now);
            return moved || moved.error().code == ErrorCode::NotFound ? Result<>{} : pass_on(moved);
        })) {
        world_.note("people in flight are taken over");
    }
}

void Staff::pause() {
    const std::string what(
        world_.one_of({"checkup", "alarm", "appointment-reminder", "sms", "everything"}));
    const bool holds = what == "sms" || what == engine::Held::everything;
    const auto order = [this, what, holds](bool still) {
        return holds ? machine_.hold(what, still) : machine_.pause(what, still);
    };
    if (order(true)) {
        world_.note(what + " is paused");
        const auto go_on = [this, what, order](const auto& self) -> void {
            if (!order(false)) {
                world_.in(hours{1}, [self] { self(self); });
            } else {
                world_.note(what + " goes on");
                machine_.work();
            }
        };
        world_.in(world_.between(hours{2}, days{5}), [go_on] { go_on(go_on); });
    }
}

}  // namespace parcours::simulation
