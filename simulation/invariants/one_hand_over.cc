// P4, after.

#include <fmt/format.h>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "channel/channel.h"
#include "engine/events.h"
#include "record/engagement.h"
#include "simulation/invariant.h"

namespace parcours::simulation {
namespace {

/// Hand-overs of a class B message that may have been taken.
constexpr unsigned class_b_max = 3;

class OneHandOver final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "one-hand-over"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "what may have been taken is not handed over again, except what is declared "
               "safety-critical, a few times";
    }
    void recorded(const Recorded& one) override {
        if (const auto* const moved =
                one.event ? std::get_if<engine::Transition>(&*one.event) : nullptr) {
            for (const Message& message : moved->messages) {
                if (message.safety_critical) {
                    class_b_.insert(message.id.to_hex());
                }
            }
        }
    }
    void bytes_leave(const HandOver& hand_over) override {
        const unsigned before = maybe_taken_[hand_over.message]++;
        const unsigned most = class_b_.contains(hand_over.message) ? class_b_max : 1;
        expect(before < most, fmt::format("{} is handed over again", hand_over.message));
    }
    void answered(const HandOver& hand_over) override {
        const auto told = hand_over.told;
        if (told == channel::Outcome::Refused || told == channel::Outcome::Later) {
            --maybe_taken_[hand_over.message];
        }
    }

  private:
    std::set<std::string> class_b_;
    std::map<std::string, unsigned> maybe_taken_;
};

}  // namespace

std::unique_ptr<Invariant> make_one_hand_over() {
    return std::make_unique<OneHandOver>();
}

}  // namespace parcours::simulation
