#include <chrono>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "base/hash.h"
#include "engine/events.h"
#include "engine/holds.h"
#include "engine/ledger.h"
#include "simulation/invariant.h"

namespace parcours::simulation {
namespace {

class NothingStuck final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "nothing-stuck"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "at rest nothing is overdue, and somebody or something will move every enrolment "
               "that runs";
    }
    void recorded(const Recorded& one) override {
        if (const auto* const moved =
                one.event ? std::get_if<engine::Transition>(&*one.event) : nullptr) {
            for (const engine::Call& call : moved->calls) {
                calls_.emplace(call.id, call.enrolment);
            }
        }
    }
    void at_rest(const Running& running) override {
        const engine::Ledger& ledger = running.runner.ledger();
        expect(ledger.attempting().empty(), "an attempt has no result and nobody sweeps it");
        expect(ledger.untold().empty(), "an enrolment was not told of its message");
        for (const auto next :
             {ledger.timers().next(), ledger.waiting().next(), ledger.steps().calls().next()}) {
            expect(!next || *next > running.now, "something is due and nobody does it");
        }
        if (++rests_ % 16 == 0) {
            judge_enrolments(ledger);
        }
    }
    void ended(const Running& running) override { judge_enrolments(running.runner.ledger()); }

  private:
    void judge_enrolments(const engine::Ledger& ledger) {
        std::set<Digest> moved;  // by a message, a person or another system
        for (const engine::MessagePointer& message : ledger.messages()) {
            if (!message->settled()) {
                moved.insert(message->message.enrolment);
                expect(ledger.waiting().find(message->message.id).has_value() ||
                           engine::is_resting(ledger, *message),
                       fmt::format("{} waits and no time is set", message->message.id.to_hex()));
            }
        }
        for (const engine::TaskPointer& task : ledger.tasks()) {
            if (task->open()) {
                moved.insert(task->task.enrolment);
            }
        }
        for (const auto& [id, enrolment] : calls_) {
            const engine::CallState* const call = ledger.steps().find_call(id);
            if (call != nullptr && call->open() &&
                (ledger.steps().calls().find(id) || ledger.rests(call->call.campaign))) {
                moved.insert(enrolment);
            }
        }
        for (const engine::EnrolmentView enrolment : ledger.enrolments()) {
            const Enrolment one = enrolment.enrolment();
            expect(one.ended() || one.due || moved.contains(one.id),
                   fmt::format("nobody moves {} of {} on from \"{}\"", one.id.to_hex(),
                               one.campaign, one.step));
        }
    }

    std::map<Digest, Digest> calls_;  ///< their enrolments
    std::uint64_t rests_ = 0;
};

}  // namespace

std::unique_ptr<Invariant> make_nothing_stuck() {
    return std::make_unique<NothingStuck>();
}

}  // namespace parcours::simulation
