#include <fmt/format.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "record/engagement.h"
#include "simulation/invariant.h"

namespace parcours::simulation {
namespace {

class OneFinalDecision final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "one-final-decision"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "every considered message has exactly one final decision, and nothing is decided "
               "or attempted after it";
    }
    void recorded(const Recorded& one) override {
        if (!one.event) {
            return;
        }
        if (const auto* const moved = std::get_if<engine::Transition>(&*one.event)) {
            take(*moved);
        } else if (const auto* const decided = std::get_if<engine::Decided>(&*one.event)) {
            go_on(decided->decision.message, "decided on");
            if (decided->final) {
                final_.insert(decided->decision.message);
            }
        } else if (const auto* const attempted = std::get_if<engine::Attempted>(&*one.event)) {
            go_on(attempted->message, "attempted");
            attempting_.insert(attempted->message);
        } else if (const auto* const ended = std::get_if<engine::AttemptEnded>(&*one.event)) {
            go_on(ended->message, "concluded");
            attempting_.erase(ended->message);
            if (ended->final) {
                final_.insert(ended->message);
            }
        } else if (const auto* const received = std::get_if<engine::Received>(&*one.event)) {
            // What waited to be handed over again has arrived.
            if (received->status == "delivered" && considered_.contains(received->message) &&
                !attempting_.contains(received->message)) {
                final_.insert(received->message);
            }
        }
    }
    void ended(const Running& running) override {
        for (const Digest& message : considered_) {
            expect(
                final_.contains(message) || running.runner.ledger().find_message(message)->status ==
                                                engine::MessageState::Status::Waiting,
                message.to_hex() + " has no final decision");
        }
    }

  private:
    void take(const engine::Transition& moved) {
        for (const Message& message : moved.messages) {
            of_[moved.enrolment.id].push_back(message.id);
        }
        if (moved.withdraw) {
            for (const Digest& message : of_[moved.enrolment.id]) {
                // What is on its way is not withdrawn; what was planned just now is not either.
                if (!attempting_.contains(message)) {
                    final_.insert(message);
                }
            }
            for (const Message& message : moved.messages) {
                final_.erase(message.id);
            }
        }
    }
    void go_on(const Digest& message, std::string_view what) {
        considered_.insert(message);
        expect(!final_.contains(message),
               fmt::format("{} is {} after its final decision", message.to_hex(), what));
    }

    std::map<Digest, std::vector<Digest>> of_;  // by enrolment
    std::set<Digest> considered_;
    std::set<Digest> attempting_;
    std::set<Digest> final_;
};

}  // namespace

std::unique_ptr<Invariant> make_one_final_decision() {
    return std::make_unique<OneFinalDecision>();
}

}  // namespace parcours::simulation
