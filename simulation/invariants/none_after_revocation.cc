// P3.

#include <fmt/format.h>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "engine/events.h"
#include "simulation/invariant.h"

namespace parcours::simulation {
namespace {

class NoneAfterRevocation final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "none-after-revocation"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "no byte leaves for an address after a STOP of it was acknowledged, or its "
               "suppression was committed";
    }
    void recorded(const Recorded& one) override {
        const auto* const suppressed =
            one.event ? std::get_if<engine::Suppressed>(&*one.event) : nullptr;
        if (suppressed == nullptr) {
            return;
        }
        const std::pair place(suppressed->channel, suppressed->address);
        if (suppressed->suppressed) {
            revoked_.insert(place);
        } else {
            revoked_.erase(place);
        }
    }
    void acknowledged(std::string_view, std::string_view channel, std::string_view address,
                      bool stop) override {
        if (stop) {
            revoked_.emplace(channel, address);
        }
    }
    void bytes_leave(const HandOver& hand_over) override {
        expect(!revoked_.contains({hand_over.channel, hand_over.to}),
               fmt::format("{} leaves for {} by {}", hand_over.message, hand_over.to,
                           hand_over.channel));
    }

  private:
    std::set<std::pair<std::string, std::string>> revoked_;
};

}  // namespace

std::unique_ptr<Invariant> make_none_after_revocation() {
    return std::make_unique<NoneAfterRevocation>();
}

}  // namespace parcours::simulation
