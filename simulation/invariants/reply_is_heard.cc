#include <fmt/format.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "record/engagement.h"
#include "record/identity.h"
#include "simulation/invariant.h"
#include "simulation/practice.h"

namespace parcours::simulation {
namespace {

class ReplyIsHeard final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "reply-is-heard"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "who waits for a reply goes on when it was taken in";
    }
    void recorded(const Recorded& one) override {
        const auto* const replied = one.event ? std::get_if<engine::Replied>(&*one.event) : nullptr;
        // A STOP is no answer.
        if (replied != nullptr && replied->meaning == "none") {
            last_[replied->address] = replied->at;
        }
    }
    void at_rest(const Running& running) override {
        const engine::Ledger& ledger = running.runner.ledger();
        for (const auto& [address, at] : last_) {
            for (const Key patient : ledger.patients_at(address)) {
                for (const engine::EnrolmentView state : ledger.enrolments_of(patient)) {
                    judge(state.enrolment(), at);
                }
            }
        }
        last_.clear();
    }

  private:
    void judge(const Enrolment& enrolment, Instant replied_at) {
        expect(enrolment.ended() || enrolment.step_entered_at >= replied_at ||
                   !waits_for_reply(enrolment.campaign, enrolment.release, enrolment.step),
               fmt::format("{} still waits for a reply of {}", enrolment.campaign,
                           format_instant(replied_at)));
    }

    std::map<std::string, Instant> last_;  ///< by address; not looked at yet
};

}  // namespace

std::unique_ptr<Invariant> make_reply_is_heard() {
    return std::make_unique<ReplyIsHeard>();
}

}  // namespace parcours::simulation
