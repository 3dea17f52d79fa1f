#include "engine/filed_table.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/ledger.h"
#include "engine/ledger_snapshot.h"
#include "engine/ledger_state.h"
#include "engine/tests/random_events.h"

namespace parcours::engine {
namespace {

using testing::Chance;

Instant minute(std::int64_t number) {
    return Instant{std::chrono::minutes{number}};
}

Digest id_of(std::size_t number) {
    return named_hash("message", {std::to_string(number)});
}

MessageState state_of(std::size_t number, std::size_t size = 0) {
    MessageState state;
    state.message.id = id_of(number);
    state.message.patient = number % 7;
    state.message.topic = std::string(size, 'x');
    state.number = number;
    return state;
}

/// A ledger says the same, whatever of it is held as bytes.
TEST(FiledTable, ALedgerThatFilesSaysWhatOneThatDoesNotSays) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Chance chance(seed);
        Chance same(seed);
        Chance when(seed + 1000);
        Ledger files;
        Ledger keeps;
        for (int i = 0; i < 300; ++i) {
            files.apply(chance.event());
            keeps.apply(same.event());
            if (when.below(3) == 0) {
                files.file({.open_max = when.below(10), .open_for = std::chrono::hours{1}});
            }
        }
        files.file({.open_max = 0});
        ASSERT_EQ(keeps.messages().open(), keeps.messages().size());
        ASSERT_EQ(files.messages().open(), 0U);
        ASSERT_EQ(LedgerSnapshot::bytes_of(files), LedgerSnapshot::bytes_of(keeps)) << seed;
        for (std::size_t i = 0; i < keeps.messages().size(); ++i) {
            const MessagePointer state = keeps.messages()[i];
            const auto mine = files.messages_of(state->message.patient);
            const auto theirs = keeps.messages_of(state->message.patient);
            ASSERT_EQ(mine.size(), theirs.size());
            for (std::size_t j = 0; j < mine.size(); ++j) {
                ASSERT_EQ(mine[j]->number, theirs[j]->number);
                ASSERT_EQ(mine[j]->status, theirs[j]->status);
                ASSERT_EQ(mine[j]->detail, theirs[j]->detail);
            }
            ASSERT_EQ(files.waiting_of(state->message.patient).size(),
                      keeps.waiting_of(state->message.patient).size());
        }
    }
}

TEST(FiledTable, HoldsAsItIsWhatChangedLatelyAndNoMoreThanItsLimit) {
    FiledTable<MessageState> table;
    const FilingLimits limits{.open_max = 100, .open_for = std::chrono::minutes{5}};
    for (std::size_t i = 0; i < 60; ++i) {
        table.add(state_of(i), minute(0));
    }
    table.file(limits, minute(0));
    EXPECT_EQ(table.open(), 60U);
    table.edit(id_of(3), minute(4))->reason = "later";
    table.file(limits, minute(5));
    EXPECT_EQ(table.open(), 1U);
    EXPECT_EQ(table.find(id_of(3))->reason, "later");
    for (std::size_t i = 60; i < 500; ++i) {
        table.add(state_of(i), minute(5));
        table.file(limits, minute(5));
        ASSERT_LE(table.open(), 100U);
    }
    for (std::size_t i = 0; i < 500; ++i) {
        ASSERT_EQ(table.find(id_of(i))->number, i);
    }
    EXPECT_EQ(table.find(id_of(500)), nullptr);
    EXPECT_EQ(table.edit(id_of(500), minute(6)), nullptr);
}

TEST(FiledTable, AClockThatWasSetBackDoesNotKeepEverythingOpen) {
    FiledTable<MessageState> table;
    const FilingLimits limits{.open_max = 100, .open_for = std::chrono::minutes{5}};
    table.add(state_of(0), minute(1000));
    table.file(limits, minute(1000));
    table.add(state_of(1), minute(10));
    table.file(limits, minute(10));
    table.file(limits, minute(15));
    EXPECT_EQ(table.open(), 0U);
}

/// What is changed and filed again and again leaves no more behind than twice what there is.
TEST(FiledTable, GivesBackTheRoomOfWhatWasChangedSince) {
    FiledTable<MessageState> table;
    const FilingLimits at_once{.open_max = 0};
    constexpr std::size_t count = 4000;
    for (std::size_t i = 0; i < count; ++i) {
        table.add(state_of(i, 1000), minute(0));
    }
    table.file(at_once, minute(0));
    const std::size_t whole = table.filed_bytes();
    for (std::int64_t round = 1; round <= 10; ++round) {
        for (std::size_t i = 0; i < count; ++i) {
            table.edit(id_of(i), minute(round))->attempts = static_cast<std::uint32_t>(round);
            if (i % 50 == 0) {
                table.file(at_once, minute(round));
            }
        }
        table.file(at_once, minute(round));
        ASSERT_LT(table.filed_bytes(), 3 * whole);
    }
    for (std::size_t i = 0; i < count; ++i) {
        const MessagePointer state = table.find(id_of(i));
        ASSERT_EQ(state->attempts, 10U);
        ASSERT_EQ(state->message.topic.size(), 1000U);
    }
}

}  // namespace
}  // namespace parcours::engine
