#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/time.h"
#include "engine/events.h"
#include "simulation/invariant.h"

namespace parcours::simulation {
namespace {

/// How long a receiver must know the key of a call (docs/campaigns.md).
constexpr std::chrono::hours key_life{24};

class OneCall final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "one-call"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "a call of a webhook leaves when its attempt is durable, always with the same bytes "
               "under the same key, and no more when it was answered or its key may be forgotten";
    }
    void recorded(const Recorded& one) override {
        if (!one.event) {
            return;
        }
        if (const auto* const moved = std::get_if<engine::Transition>(&*one.event)) {
            for (const engine::Call& call : moved->calls) {
                known_[call.id.to_hex()].body = call.body;
            }
        } else if (const auto* const attempted = std::get_if<engine::CallAttempted>(&*one.event)) {
            Known& known = known_[attempted->call.to_hex()];
            known.attempts.emplace(attempted->number, attempted->at);
        } else if (const auto* const ended = std::get_if<engine::CallEnded>(&*one.event)) {
            known_[ended->call.to_hex()].over = ended->taken || ended->final;
        }
    }
    void call_leaves(const Calling& calling) override {
        const Known& known = known_[calling.call];
        const auto attempt = known.attempts.find(calling.attempt);
        expect(attempt != known.attempts.end(),
               fmt::format("attempt {} at call {} is not durable", calling.attempt, calling.call));
        expect(known.body == calling.body, calling.call + " is called with other bytes");
        expect(!known.over, calling.call + " is called again after its end");
        expect(attempt == known.attempts.end() ||
                   attempt->second - known.attempts.begin()->second <= key_life,
               calling.call + " is called again after its key may be forgotten");
    }

  private:
    struct Known {
        std::string body;
        std::map<std::uint32_t, Instant> attempts;
        bool over = false;
    };
    std::map<std::string, Known> known_;
};

}  // namespace

std::unique_ptr<Invariant> make_one_call() {
    return std::make_unique<OneCall>();
}

}  // namespace parcours::simulation
