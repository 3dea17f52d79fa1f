// P5, on the wall clock.

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/hash.h"
#include "base/time.h"
#include "engine/events.h"
#include "outreach/zones.h"
#include "record/engagement.h"
#include "simulation/invariant.h"
#include "simulation/practice.h"

namespace parcours::simulation {
namespace {

class TimeOfDay final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "time-of-day"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "who waits for a time of the day goes on when wall clocks show it, by the rules of "
               "time zones that hold then";
    }
    void recorded(const Recorded& one) override {
        const auto* const moved =
            one.event ? std::get_if<engine::Transition>(&*one.event) : nullptr;
        if (moved == nullptr) {
            return;
        }
        const Enrolment& now = moved->enrolment;
        const auto found = waiting_.find(now.id);
        if (found != waiting_.end() && !now.ended() && now.release == found->second.release &&
            now.occurrence != found->second.occurrence) {
            judge(found->second, one.record.ingested_at);
        }
        waiting_.erase(now.id);
        if (!now.ended() && find_daily_wait(now.campaign, now.release, now.step)) {
            waiting_.emplace(now.id, now);
        }
    }

  private:
    void judge(const Enrolment& waited, Instant left) {
        const auto wait = find_daily_wait(waited.campaign, waited.release, waited.step);
        const outreach::Zone& zone = practice(0)->zone;
        // Days are counted by the calendar or by hours: the earlier one is early enough here.
        const auto local = zone.to_local(waited.step_entered_at) + wait->days;
        const auto hours = zone.to_local(waited.step_entered_at + wait->days);
        const auto day = std::chrono::floor<std::chrono::days>(std::min(local, hours));
        const Instant due = zone.to_instant(outreach::LocalTime{day} + wait->at);
        expect(left >= due, fmt::format("{} leaves \"{}\" at {}, by the clock on the wall at {}",
                                        waited.campaign, waited.step, format_instant(left),
                                        format_instant(due)));
    }

    std::map<Digest, Enrolment> waiting_;
};

}  // namespace

std::unique_ptr<Invariant> make_time_of_day() {
    return std::make_unique<TimeOfDay>();
}

}  // namespace parcours::simulation
