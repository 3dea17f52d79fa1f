#include <fmt/format.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "engine/events.h"
#include "record/engagement.h"
#include "simulation/invariant.h"

namespace parcours::simulation {
namespace {

class NoneWhileHeld final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "none-while-held"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "no byte leaves by a channel while it is held, for a campaign while it is paused, "
               "and "
               "none at all while everything is held";
    }
    void recorded(const Recorded& one) override {
        if (!one.event) {
            return;
        }
        if (const auto* const order = std::get_if<engine::Held>(&*one.event)) {
            note(held_, order->what, order->held);
        } else if (const auto* const pause = std::get_if<engine::CampaignPaused>(&*one.event)) {
            note(paused_, pause->campaign, pause->paused);
        } else if (const auto* const moved = std::get_if<engine::Transition>(&*one.event)) {
            for (const Message& message : moved->messages) {
                campaigns_[message.id.to_hex()] = message.campaign;
            }
            for (const engine::Call& call : moved->calls) {
                campaigns_[call.id.to_hex()] = call.campaign;
            }
        }
    }
    void bytes_leave(const HandOver& hand_over) override {
        expect(!held_.contains(hand_over.channel) && !held_.contains(everything()),
               fmt::format("{} leaves by {}, which is held", hand_over.message, hand_over.channel));
        expect_not_paused(hand_over.message);
    }
    void call_leaves(const Calling& calling) override {
        expect(!held_.contains(everything()),
               fmt::format("call {} leaves while everything is held", calling.call));
        expect_not_paused(calling.call);
    }

  private:
    static std::string everything() { return std::string(engine::Held::everything); }
    static void note(std::set<std::string>& names, const std::string& name, bool rests) {
        if (rests) {
            names.insert(name);
        } else {
            names.erase(name);
        }
    }
    void expect_not_paused(const std::string& id) {
        const std::string& campaign = campaigns_[id];
        expect(!paused_.contains(campaign),
               fmt::format("{} of {} leaves, which is paused", id, campaign));
    }

    std::set<std::string> held_;
    std::set<std::string> paused_;
    std::map<std::string, std::string> campaigns_;  ///< of messages and calls
};

}  // namespace

std::unique_ptr<Invariant> make_none_while_held() {
    return std::make_unique<NoneWhileHeld>();
}

}  // namespace parcours::simulation
