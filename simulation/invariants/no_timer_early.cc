// P5.

#include <fmt/format.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/hash.h"
#include "base/time.h"
#include "engine/events.h"
#include "record/engagement.h"
#include "simulation/invariant.h"
#include "simulation/practice.h"

namespace parcours::simulation {
namespace {

class NoTimerEarly final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "no-timer-early"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "nobody leaves a plain wait before it is over, and no message is looked at before "
               "the gate said";
    }
    void recorded(const Recorded& one) override {
        if (!one.event) {
            return;
        }
        const Instant now = one.record.ingested_at;
        if (const auto* const moved = std::get_if<engine::Transition>(&*one.event)) {
            take(*moved, now);
        } else if (const auto* const decided = std::get_if<engine::Decided>(&*one.event)) {
            look(decided->decision.message, now);
            if (decided->decision.outcome == Decision::Outcome::Later && decided->decision.until) {
                looks_[decided->decision.message] = *decided->decision.until;
            }
        } else if (const auto* const ended = std::get_if<engine::AttemptEnded>(&*one.event)) {
            if (!ended->final && ended->retry_at) {
                looks_[ended->message] = *ended->retry_at;
            }
        }
    }

  private:
    void take(const engine::Transition& moved, Instant now) {
        const Enrolment& enrolment = moved.enrolment;
        const auto found = due_.find(enrolment.id);
        // Whom staff took over to another release left the wait because of that.
        if (found != due_.end() && !moved.entered.empty() && !enrolment.ended() &&
            enrolment.release == found->second.release) {
            expect(now >= found->second.at,
                   fmt::format("{} leaves its wait at {}, due is {}", enrolment.campaign,
                               format_instant(now), format_instant(found->second.at)));
        }
        if (enrolment.due && is_plain_wait(enrolment.campaign, enrolment.step)) {
            due_[enrolment.id] = {*enrolment.due, enrolment.release};
        } else {
            due_.erase(enrolment.id);
        }
    }
    void look(const Digest& message, Instant now) {
        const auto found = looks_.find(message);
        if (found != looks_.end()) {
            expect(now >= found->second,
                   fmt::format("{} is looked at at {}, due is {}", message.to_hex(),
                               format_instant(now), format_instant(found->second)));
            looks_.erase(found);
        }
    }

    struct Due {
        Instant at;
        Digest release;
    };
    std::map<Digest, Due> due_;
    std::map<Digest, Instant> looks_;
};

}  // namespace

std::unique_ptr<Invariant> make_no_timer_early() {
    return std::make_unique<NoTimerEarly>();
}

}  // namespace parcours::simulation
