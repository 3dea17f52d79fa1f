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
#include "engine/archive_reader.h"
#include "engine/archive_writer.h"
#include "engine/data_folder.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/ledger_snapshot.h"
#include "engine/ledger_state.h"
#include "engine/people_at.h"
#include "engine/tests/random_events.h"
#include "outreach/budget.h"
#include "record/engagement.h"
#include "record/identity.h"
#include "store/memory/memory_store.h"
#include "store/store.h"

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

std::vector<std::size_t> numbers_of(const std::vector<MessagePointer>& messages) {
    std::vector<std::size_t> numbers;
    for (const MessagePointer& message : messages) {
        numbers.push_back(message->number);
    }
    return numbers;
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
        ASSERT_EQ(keeps.messages().open_count(), keeps.messages().size());
        ASSERT_EQ(files.messages().open_count(), 0U);
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
            ASSERT_EQ(numbers_of(files.waiting_of(state->message.patient)),
                      numbers_of(keeps.waiting_of(state->message.patient)));
            ASSERT_EQ(numbers_of(files.messages().of_enrolment(state->message.patient,
                                                               state->message.enrolment)),
                      numbers_of(keeps.messages().of_enrolment(state->message.patient,
                                                               state->message.enrolment)));
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
    EXPECT_EQ(table.open_count(), 60U);
    table.edit(id_of(3), minute(4))->reason = "later";
    table.file(limits, minute(5));
    EXPECT_EQ(table.open_count(), 1U);
    EXPECT_EQ(table.find(id_of(3))->reason, "later");
    for (std::size_t i = 60; i < 500; ++i) {
        table.add(state_of(i), minute(5));
        table.file(limits, minute(5));
        ASSERT_LE(table.open_count(), 100U);
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
    EXPECT_EQ(table.open_count(), 0U);
}

/// What is changed and filed again and again leaves less behind than twice what there is.
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

/// What is shared is as it was, while more is filed, changed and swept beside its reader.
TEST(FiledTable, IsWrittenDownAsItWasWhileItGoesOn) {
    FiledTable<MessageState> table(4096);
    const FilingLimits few{.open_max = 20};
    for (std::size_t i = 0; i < 500; ++i) {
        table.add(state_of(i, 100), minute(0));
    }
    table.file(few, minute(0));
    const auto write = [](const FiledTable<MessageState>::Shared& shared) {
        std::string bytes;
        shared.write([&bytes](std::string_view some) { bytes += some; });
        return bytes;
    };
    const std::string before = write(table.share());
    table.unshare();
    const auto shared = table.share();
    std::string beside;
    std::thread reader([&] { beside = write(shared); });
    const std::size_t whole = table.filed_bytes();
    for (std::int64_t round = 1; round <= 20; ++round) {
        for (std::size_t i = 0; i < 500; ++i) {
            table.edit(id_of(i), minute(round))->attempts = static_cast<std::uint32_t>(round);
            table.file(few, minute(round));
        }
    }
    reader.join();
    EXPECT_LT(table.filed_bytes(), 3 * whole) << "blocks were swept";
    EXPECT_EQ(beside, before);
    EXPECT_EQ(write(shared), before);
    table.unshare();
    EXPECT_NE(write(table.share()), before) << "the control: it went on";
}

/// The rooms of many that were open at once are given back, and those that stay open are found.
TEST(FiledTable, ClosesUpAfterMany) {
    FiledTable<MessageState> table;
    for (std::size_t i = 0; i < 5000; ++i) {
        table.add(state_of(i), minute(0));
    }
    table.edit(id_of(4321), minute(3))->reason = "later";
    MessageState* const kept = table.edit(id_of(17), minute(3));
    table.file({.open_max = 10, .open_for = std::chrono::minutes{2}}, minute(3));
    ASSERT_EQ(table.open_count(), 2U);
    EXPECT_EQ(table.edit(id_of(17), minute(3)), kept);
    EXPECT_EQ(table.find(id_of(4321))->reason, "later");
    table.add(state_of(5000), minute(3));
    EXPECT_EQ(table.open_count(), 3U);
    for (std::size_t i = 0; i <= 5000; ++i) {
        ASSERT_EQ(table.find(id_of(i))->number, i);
    }
}

/// Whose budget was used follows from what the messages are, so that snapshots need not hold it.
TEST(FiledTable, ASnapshotGivesTheSameUsedBudget) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        Chance chance(seed);
        const auto folder = DataFolder::open(
            store::open_memory_store(std::make_shared<store::MemoryDisk>(), true, {}).value(),
            true);
        Ledger ledger;
        Journal journal(**folder, ledger);
        for (int i = 0; i < 200; ++i) {
            journal.add(chance.event(), Instant{});
        }
        ASSERT_TRUE(journal.flush_all());
        ASSERT_TRUE(LedgerSnapshot(ledger, **folder).save((*folder)->store()));
        Ledger read;
        ASSERT_NE(LedgerSnapshot::load(**folder, read), 1U);
        const auto used = [](const Ledger& of, Key patient) {
            std::set<std::tuple<Instant, Purpose, Digest>> all;
            for (const outreach::SentMessage& one : of.sent_to(patient)) {
                all.emplace(one.at, one.purpose, one.message);
            }
            return all;
        };
        for (const MessagePointer& state : ledger.messages()) {
            ASSERT_EQ(used(read, state->message.patient), used(ledger, state->message.patient))
                << seed;
        }
    }
}

TEST(PeopleAt, KnowsEverybodyAtAnAddress) {
    PeopleAt people;
    people.add("+14135550100", 9);
    people.add("+14135550100", 3);
    people.add("+14135550100", 9);
    people.add("+14135550100", 3);
    people.add("ann@example.org", 5);
    EXPECT_EQ(people.find("+14135550100"), (std::vector<Key>{3, 9}));
    EXPECT_EQ(people.find("ann@example.org"), (std::vector<Key>{5}));
    EXPECT_TRUE(people.find("bob@example.org").empty());
    EXPECT_EQ(people.size(), 2U);
    ArchiveWriter writer;
    writer(people);
    ArchiveReader reader(writer.bytes());
    PeopleAt read;
    reader(read);
    EXPECT_TRUE(reader.good() && reader.at_end());
    EXPECT_EQ(read.find("+14135550100"), (std::vector<Key>{3, 9}));
}

}  // namespace
}  // namespace parcours::engine
