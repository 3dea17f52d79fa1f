#include "engine/enrolment_table.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"
#include "engine/events.h"
#include "engine/ledger_state.h"
#include "engine/timer_queue.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

using std::chrono::minutes;

constexpr Instant start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};

/// The same in the plainest way.
class PlainTable {
  public:
    void apply(const Transition& event, bool armed) {
        const Digest& id = event.enrolment.id;
        const auto [slot, added] = states_.try_emplace(id);
        if (added) {
            of_patient_[event.enrolment.patient].push_back(id);
        }
        EnrolmentState& state = slot->second;
        state.enrolment = event.enrolment;
        state.path.insert(state.path.end(), event.entered.begin(), event.entered.end());
        if (event.enrolment.ended()) {
            state.ended_at = event.at;
            state.ended_because = event.ended_because;
        }
        arm(id, armed);
    }
    void arm(const Digest& id, bool armed) {
        const Enrolment& of = states_.at(id).enrolment;
        std::erase_if(timers_, [&id](const auto& timer) { return timer.second == id; });
        if (armed && of.due && !of.ended()) {
            timers_.insert({*of.due, id});
        }
    }
    void set_done_elsewhere(const Digest& id) { states_.at(id).done_elsewhere = true; }

    [[nodiscard]] const std::map<Digest, EnrolmentState>& states() const { return states_; }
    [[nodiscard]] std::vector<TimerQueue::Timer> timers() const {
        return {timers_.begin(), timers_.end()};
    }
    [[nodiscard]] const std::map<Key, std::vector<Digest>>& of_patient() const {
        return of_patient_;
    }

  private:
    std::map<Digest, EnrolmentState> states_;
    std::map<Key, std::vector<Digest>> of_patient_;
    std::set<TimerQueue::Timer> timers_;
};

std::string describe(const EnrolmentState& state) {
    const Enrolment& one = state.enrolment;
    std::string out;
    const auto add = [&out](const auto&... parts) { ((out += parts, out += '|'), ...); };
    const auto moment = [](Instant at) { return std::to_string(at.time_since_epoch().count()); };
    add(one.id.to_hex(), std::to_string(one.patient), one.campaign, one.release.to_hex(), one.key,
        std::to_string(one.round), moment(one.enrolled_at), one.holdout ? "held" : "", one.stratum,
        one.step, std::to_string(one.occurrence), moment(one.step_entered_at),
        one.due ? moment(*one.due) : "", one.result, moment(state.ended_at), state.ended_because,
        state.done_elsewhere ? "elsewhere" : "");
    for (const StepEntered& entered : state.path) {
        add(entered.step, std::to_string(entered.occurrence), entered.because);
    }
    return out;
}

void expect_same(const EnrolmentTable& table, const PlainTable& plain, Instant now) {
    ASSERT_EQ(table.size(), plain.states().size());
    std::vector<Digest> running;
    for (const auto& [id, state] : plain.states()) {
        const EnrolmentView found = table.find(id);
        ASSERT_TRUE(found != nullptr);
        ASSERT_EQ(describe(*found), describe(state));
        ASSERT_EQ(found.entered_last(), state.path.empty() ? "" : state.path.back().step);
        if (!state.enrolment.ended()) {
            running.push_back(id);
        }
    }
    ASSERT_EQ(table.running(), running);
    for (const auto& [patient, ids] : plain.of_patient()) {
        std::vector<Digest> found;
        for (const EnrolmentView one : table.of_patient(patient)) {
            found.push_back(one.id());
        }
        ASSERT_EQ(found, ids);
    }
    const auto timers = plain.timers();
    ASSERT_EQ(table.timers().size(), timers.size());
    ASSERT_EQ(table.timers().empty(), timers.empty());
    ASSERT_EQ(table.timers().next(),
              timers.empty() ? std::nullopt : std::optional(timers.front().first));
    ASSERT_EQ(table.timers().all(), timers);
    std::vector<TimerQueue::Timer> due;
    table.timers().visit_due(now, [&due](const TimerQueue::Timer& timer) {
        due.push_back(timer);
        return due.size() < 100;
    });
    const auto later =
        std::ranges::find_if(timers, [now](const auto& timer) { return timer.first > now; });
    std::vector<TimerQueue::Timer> wanted(timers.begin(), later);
    wanted.resize(std::min<std::size_t>(wanted.size(), 100));
    ASSERT_EQ(due, wanted);
}

Transition transition(SeededRandom& random, std::uint64_t number, Instant now,
                      std::int64_t span_minutes) {
    Transition made;
    Enrolment& one = made.enrolment;
    one.id = named_hash("enrolment", {std::to_string(number)});
    one.patient = number / 3;
    one.campaign = "campaign " + std::to_string(random.below(3));
    one.release = named_hash("release", {std::to_string(random.below(2))});
    one.key = random.below(2) == 0 ? "" : "Appointment/" + std::to_string(number);
    one.round = static_cast<std::uint32_t>(random.below(3));
    one.enrolled_at = now;
    one.holdout = random.below(5) == 0;
    one.step = "step " + std::to_string(random.below(4));
    one.occurrence = static_cast<std::uint32_t>(random.below(9));
    one.step_entered_at = now;
    if (random.below(4) != 0) {
        const auto ahead =
            static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(span_minutes)));
        one.due = now + minutes{ahead - span_minutes / 10};
    }
    one.result = random.below(6) == 0 ? "completed" : "";
    for (std::uint64_t left = random.below(3); left > 0; --left) {
        made.entered.push_back({"step " + std::to_string(random.below(4)), one.occurrence,
                                "because " + std::to_string(random.below(50))});
    }
    made.ended_because = one.ended() ? "it was so" : "";
    made.at = now;
    return made;
}

/// Whatever happens; every few hundred steps what is due goes on to another time, as the engine
/// does it.
void compare(std::uint64_t seed, std::uint64_t ids, std::int64_t span_minutes, int steps) {
    SeededRandom random(seed);
    EnrolmentTable table;
    PlainTable plain;
    Instant now = start;
    std::optional<EnrolmentTable::Shared> shared;
    for (int step = 0; step < steps; ++step) {
        const Transition event = transition(random, random.below(ids), now, span_minutes);
        const Digest& id = event.enrolment.id;
        const bool armed = random.below(8) != 0;
        table.apply(event, armed);
        plain.apply(event, armed);
        if (random.below(10) == 0) {
            table.arm(table.find(id), !armed);
            plain.arm(id, !armed);
        }
        if (random.below(20) == 0) {
            table.set_done_elsewhere(id);
            plain.set_done_elsewhere(id);
        }
        if (step % (steps / 8) == 0) {
            expect_same(table, plain, now);
            if (shared) {
                shared.reset();
                table.unshare();
            } else {
                shared = table.share();
            }
            now += minutes{span_minutes / 20};
        }
    }
    expect_same(table, plain, now);
}

TEST(EnrolmentTable, IsWhatItWasTold) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        compare(seed, 6, 60 * 24, 2'000);            // few: every timer comes back to old hours
        compare(seed, 700, 60 * 24 * 60, 3'000);     // spread over many hours
        compare(seed, 900, 60 * 2, 4'000);           // crowded into few
        compare(seed, 2'000, 60 * 24 * 365, 3'000);  // sparse
    }
}

TEST(EnrolmentTable, SharedItStaysAsItWasThen) {
    SeededRandom random(4);
    EnrolmentTable table;
    const auto bytes = [](const EnrolmentTable::Shared& shared) {
        std::string all;
        shared.write([&all](std::string_view some) { all += some; });
        return all;
    };
    for (std::uint64_t i = 0; i < 9'000; ++i) {  // more than two chunks
        table.apply(transition(random, i, start, 1000), true);
    }
    const EnrolmentTable::Shared shared = table.share();
    const std::string before = bytes(shared);
    for (std::uint64_t i = 0; i < 12'000; i += 7) {
        table.apply(transition(random, i, start, 1000), true);
    }
    EXPECT_EQ(bytes(shared), before);
    EXPECT_NE(bytes(table.share()), before) << "the control: the table went on";
    table.unshare();
}

TEST(EnrolmentTable, FiresTenThousandsOfOneMomentInTheOrderOfTheirIds) {
    EnrolmentTable table;
    std::vector<Digest> ids;
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        Transition event;
        event.enrolment.id = named_hash("enrolment", {std::to_string(i)});
        event.enrolment.patient = i + 1;
        event.enrolment.step = "pause";
        event.enrolment.due = start;
        table.apply(event, true);
        ids.push_back(event.enrolment.id);
    }
    std::ranges::sort(ids);
    std::vector<Digest> fired;
    table.timers().visit_due(start, [&fired](const TimerQueue::Timer& timer) {
        fired.push_back(timer.second);
        return true;
    });
    EXPECT_EQ(fired, ids);
}

}  // namespace
}  // namespace parcours::engine
