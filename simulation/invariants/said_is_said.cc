#include <fmt/format.h>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "base/hash.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "simulation/invariant.h"

namespace parcours::simulation {
namespace {

class SaidIsSaid final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "said-is-said"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "what is shown as sent was taken by a provider, what was taken is not shown as "
               "waiting or withdrawn, and what was delivered is shown as sent";
    }
    void recorded(const Recorded& one) override {
        const auto* const received =
            one.event ? std::get_if<engine::Received>(&*one.event) : nullptr;
        if (received != nullptr && received->patient != 0 && received->status == "delivered") {
            delivered_.insert(received->message);
        }
    }
    void answered(const HandOver& hand_over) override {
        if (hand_over.taken) {
            taken_.insert(hand_over.message);
        }
    }
    void at_rest(const Running& running) override {
        const auto& messages = running.runner.ledger().messages();
        for (; settled_ < messages.size() && messages[settled_]->settled(); ++settled_) {
            judge(*messages[settled_]);
        }
    }
    void ended(const Running& running) override {
        for (const engine::MessagePointer& message : running.runner.ledger().messages()) {
            judge(*message);
            expect(message->status == engine::MessageState::Status::Accepted ||
                       !delivered_.contains(message->message.id),
                   fmt::format("{} was delivered, and is shown as {}", message->message.id.to_hex(),
                               engine::status_name(*message)));
        }
    }

  private:
    void judge(const engine::MessageState& message) {
        using Status = engine::MessageState::Status;
        const std::string id = message.message.id.to_hex();
        const bool taken = taken_.contains(id);
        expect(taken || message.status != Status::Accepted,
               fmt::format("{} is shown as sent, and nobody took it", id));
        expect(!taken || (message.status != Status::Withdrawn && message.attempts > 0),
               fmt::format("{} was taken, and is shown as {}", id, engine::status_name(message)));
    }

    std::set<std::string> taken_;
    std::set<Digest> delivered_;
    std::size_t settled_ = 0;
};

}  // namespace

std::unique_ptr<Invariant> make_said_is_said() {
    return std::make_unique<SaidIsSaid>();
}

}  // namespace parcours::simulation
