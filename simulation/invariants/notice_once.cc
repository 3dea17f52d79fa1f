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

class NoticeOnce final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "notice-once"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "a receipt or reply counts once, however often it comes";
    }
    void recorded(const Recorded& one) override {
        if (!one.event) {
            return;
        }
        if (const auto* const replied = std::get_if<engine::Replied>(&*one.event)) {
            take(replied->event_id);
        } else if (const auto* const received = std::get_if<engine::Received>(&*one.event)) {
            // One that was kept for a hand-over counts when it is matched.
            if (received->patient != 0) {
                take(received->event_id);
            }
        }
    }

  private:
    void take(const std::string& notice) {
        expect(notice.empty() || notices_.insert(notice).second,
               fmt::format("the notice {} is taken in twice", notice));
    }

    std::set<std::string> notices_;
};

}  // namespace

std::unique_ptr<Invariant> make_notice_once() {
    return std::make_unique<NoticeOnce>();
}

}  // namespace parcours::simulation
