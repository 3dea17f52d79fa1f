// P4, before.

#include <fmt/format.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "engine/events.h"
#include "simulation/invariant.h"

namespace parcours::simulation {
namespace {

class AttemptFirst final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "attempt-first"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "when the first byte leaves, its attempt is durable, for that address and channel";
    }
    void recorded(const Recorded& one) override {
        if (const auto* const attempted =
                one.event ? std::get_if<engine::Attempted>(&*one.event) : nullptr) {
            attempts_[{attempted->message.to_hex(), attempted->number}] =
                attempted->channel + ":" + attempted->to;
        }
    }
    void bytes_leave(const HandOver& hand_over) override {
        const auto found = attempts_.find({hand_over.message, hand_over.attempt});
        expect(
            found != attempts_.end() && found->second == hand_over.channel + ":" + hand_over.to,
            fmt::format("attempt {} of {} is not durable", hand_over.attempt, hand_over.message));
    }

  private:
    std::map<std::pair<std::string, std::uint32_t>, std::string> attempts_;
};

}  // namespace

std::unique_ptr<Invariant> make_attempt_first() {
    return std::make_unique<AttemptFirst>();
}

}  // namespace parcours::simulation
