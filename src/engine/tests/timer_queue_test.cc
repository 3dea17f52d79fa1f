#include "engine/timer_queue.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"
#include "engine/digest_map.h"

namespace parcours::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Digest id_of(std::uint64_t number) {
    return named_hash("timer", {std::to_string(number)});
}

constexpr Instant start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};

/// The same in the plainest way: everything sorted, always.
class PlainQueue {
  public:
    void set(const Digest& id, Instant due) {
        clear(id);
        due_[id] = due;
        timers_.insert({due, id});
    }
    void clear(const Digest& id) {
        if (const auto found = due_.find(id); found != due_.end()) {
            timers_.erase({found->second, id});
            due_.erase(found);
        }
    }
    [[nodiscard]] const std::set<TimerQueue::Timer>& all() const { return timers_; }

  private:
    std::map<Digest, Instant> due_;
    std::set<TimerQueue::Timer> timers_;
};

std::vector<TimerQueue::Timer> due_at(const TimerQueue& queue, Instant now, std::size_t count_max) {
    std::vector<TimerQueue::Timer> due;
    queue.visit_due(now, [&](const TimerQueue::Timer& timer) {
        due.push_back(timer);
        return due.size() < count_max;
    });
    return due;
}

/// Compares all that can be seen of both.
void expect_same(const TimerQueue& queue, const PlainQueue& plain, Instant now) {
    const std::vector<TimerQueue::Timer> all(plain.all().begin(), plain.all().end());
    ASSERT_EQ(queue.size(), all.size());
    ASSERT_EQ(queue.empty(), all.empty());
    ASSERT_EQ(queue.next(), all.empty() ? std::nullopt : std::optional(all.front().first));
    ASSERT_EQ(queue.all(), all);
    std::vector<TimerQueue::Timer> due;
    std::ranges::copy_if(all, std::back_inserter(due),
                         [now](const auto& timer) { return timer.first <= now; });
    ASSERT_EQ(due_at(queue, now, ~std::size_t{0}), due);
}

/// Sets, moves and clears at random; every thousand steps what is due is taken out, as the engine
/// does.
void compare(std::uint64_t seed, std::uint64_t ids, std::int64_t span_minutes) {
    SeededRandom random(seed);
    TimerQueue queue;
    PlainQueue plain;
    Instant now = start;
    for (int step = 0; step < 12'000; ++step) {
        const Digest id = id_of(random.below(ids));
        if (random.below(4) == 0) {
            queue.clear(id);
            plain.clear(id);
        } else {
            const auto ahead =
                static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(span_minutes)));
            const Instant due = now + minutes{ahead - span_minutes / 10};
            queue.set(id, due);
            plain.set(id, due);
            ASSERT_EQ(queue.find(id), due);
        }
        if (step % 1000 == 0) {
            expect_same(queue, plain, now);
            for (const auto& [at, one] : due_at(queue, now, 100)) {
                queue.clear(one);
                plain.clear(one);
            }
            now += minutes{span_minutes / 20};
        }
    }
    expect_same(queue, plain, now);
}

TEST(TimerQueue, IsASortedSetWhateverTheOrder) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        compare(seed, 5, 60 * 24);             // few ids: every timer comes back to old hours
        compare(seed, 3'000, 60 * 24 * 60);    // spread over many hours
        compare(seed, 3'000, 60 * 3);          // crowded into few
        compare(seed, 20'000, 60 * 24 * 365);  // sparse
    }
}

TEST(TimerQueue, ListsATimerThatCameBackOnce) {
    TimerQueue queue;
    queue.set(id_of(0), start);
    for (int i = 0; i < 200; ++i) {
        queue.set(id_of(1), start + hours{50});
        queue.set(id_of(1), start + hours{90});
    }
    queue.set(id_of(1), start + hours{50});
    EXPECT_EQ(queue.all(),
              (std::vector<TimerQueue::Timer>{{start, id_of(0)}, {start + hours{50}, id_of(1)}}));
    queue.clear(id_of(0));
    EXPECT_EQ(queue.next(), start + hours{50});
    queue.clear(id_of(1));
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.next(), std::nullopt);
}

TEST(TimerQueue, BringsBackOrderAfterALateFirstTimer) {
    TimerQueue queue;
    PlainQueue plain;
    const auto set = [&](std::uint64_t number, Instant due) {
        queue.set(id_of(number), due);
        plain.set(id_of(number), due);
    };
    set(0, start + hours{24 * 365});
    for (std::uint64_t i = 1; i < 5'000; ++i) {
        set(i, start + hours{24 * 300} - minutes{i * 13});
    }
    expect_same(queue, plain, start + hours{24 * 290});
}

TEST(TimerQueue, HoldsTheEndsOfTime) {
    TimerQueue queue;
    queue.set(id_of(1), Instant::max());
    queue.set(id_of(2), Instant::min());
    queue.set(id_of(3), start);
    EXPECT_EQ(queue.next(), Instant::min());
    EXPECT_EQ(queue.all().size(), 3U);
    queue.clear(id_of(2));
    EXPECT_EQ(queue.next(), start);
    EXPECT_EQ(due_at(queue, start - minutes{1}, 9).size(), 0U);
    EXPECT_EQ(due_at(queue, start, 9).size(), 1U);
}

TEST(DigestMap, IsAMapWhateverIsTakenOut) {
    SeededRandom random(7);
    DigestMap<std::uint64_t> table;
    std::map<Digest, std::uint64_t> plain;
    for (std::uint64_t step = 0; step < 60'000; ++step) {
        // The id of only zeros is one like any other.
        const std::uint64_t number = random.below(700);
        const Digest id = number == 0 ? Digest{} : id_of(number);
        if (random.below(2) == 0) {
            const auto [value, added] = table.try_emplace(id, step);
            const auto [entry, new_entry] = plain.try_emplace(id, step);
            ASSERT_EQ(added, new_entry);
            ASSERT_EQ(*value, entry->second);
        } else {
            ASSERT_EQ(table.erase(id), plain.erase(id) == 1);
        }
        ASSERT_EQ(table.size(), plain.size());
    }
    for (std::uint64_t number = 0; number < 700; ++number) {
        const Digest id = number == 0 ? Digest{} : id_of(number);
        const std::uint64_t* const found = table.find(id);
        const auto entry = plain.find(id);
        ASSERT_EQ(found == nullptr, entry == plain.end());
        if (found != nullptr) {
            EXPECT_EQ(*found, entry->second);
        }
    }
}

}  // namespace
}  // namespace parcours::engine
