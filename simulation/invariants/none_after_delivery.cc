#include <fmt/format.h>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "engine/events.h"
#include "simulation/invariant.h"

namespace parcours::simulation {
namespace {

class NoneAfterDelivery final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "none-after-delivery"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "what is known to have been delivered is not handed over again";
    }
    void recorded(const Recorded& one) override {
        const auto* const received =
            one.event ? std::get_if<engine::Received>(&*one.event) : nullptr;
        if (received != nullptr && received->patient != 0 && received->status == "delivered") {
            delivered_.insert(received->message.to_hex());
        }
    }
    void bytes_leave(const HandOver& hand_over) override {
        expect(!delivered_.contains(hand_over.message),
               fmt::format("{} was delivered and is handed over again", hand_over.message));
    }

  private:
    std::set<std::string> delivered_;
};

}  // namespace

std::unique_ptr<Invariant> make_none_after_delivery() {
    return std::make_unique<NoneAfterDelivery>();
}

}  // namespace parcours::simulation
