#include "access/audit_writer.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <future>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "access/access_state.h"
#include "access/audit.h"
#include "access/audit_verify.h"
#include "access/tests/memory_log.h"
#include "base/error.h"
#include "base/time.h"

namespace parcours::access {
namespace {

using testing::MemoryLog;

AuditEntry entry_named(std::string action, std::string patient = "main/Patient/p1") {
    AuditEntry entry;
    entry.at = Instant{std::chrono::seconds(1'790'000'000)};
    entry.action = std::move(action);
    entry.patient = std::move(patient);
    return entry;
}

TEST(AuditWriter, WritesAndTellsThePlace) {
    MemoryLog log;
    AuditWriter writer(log, {});
    EXPECT_EQ(writer.append(entry_named("patient.read")).value().sequence, 1U);
    const AuditHead head = writer.append(entry_named("patient.read")).value();
    EXPECT_EQ(head.sequence, 2U);
    EXPECT_EQ(writer.head(), head);
    EXPECT_TRUE(verify_chain(log, head).value().is_whole());
}

TEST(AuditWriter, GoesOnFromTheHeadOfAnEarlierOne) {
    MemoryLog log;
    AuditHead head;
    {
        AuditWriter writer(log, {});
        head = writer.append(entry_named("patient.read")).value();
    }
    AuditWriter writer(log, head);
    head = writer.append(entry_named("patient.read")).value();
    EXPECT_EQ(head.sequence, 2U);
    EXPECT_TRUE(verify_chain(log, head).value().is_whole());
}

TEST(AuditWriter, MarksWhatChangesTheState) {
    MemoryLog log;
    AuditWriter writer(log, {});
    ASSERT_TRUE(writer.append(entry_named(std::string(action::staff_add))));
    ASSERT_TRUE(writer.append(entry_named("patient.read")));
    EXPECT_TRUE(log.records[0].changes);
    EXPECT_FALSE(log.records[1].changes);
}

/// What comes in while one batch is being written goes into the next one, all together.
TEST(AuditWriter, CommitsTogetherWhatWaits) {
    MemoryLog log;
    AuditWriter writer(log, {});
    int done = 0;
    bool first = true;
    log.before_append = [&] {
        if (std::exchange(first, false)) {
            for (int i = 0; i < 100; ++i) {
                writer.submit(entry_named("patient.read"),
                              [&done](const Result<AuditHead>& head) { done += head ? 1 : 0; });
            }
            EXPECT_EQ(done, 0) << "nobody is told before it is durable";
        }
    };
    ASSERT_TRUE(writer.append(entry_named("patient.read")));
    EXPECT_EQ(done, 100);
    EXPECT_EQ(log.batches, (std::vector<std::size_t>{1, 100}));
    EXPECT_TRUE(verify_chain(log, writer.head()).value().is_whole());
}

TEST(AuditWriter, ManyThreadsMakeOneChain) {
    MemoryLog log;
    AuditWriter writer(log, {});
    constexpr std::size_t thread_count = 8;
    constexpr std::size_t each = 250;
    std::thread server([&writer] { writer.serve(); });
    std::atomic<std::size_t> done = 0;
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < thread_count; ++t) {
        threads.emplace_back([&writer, &done, t] {
            for (std::size_t i = 0; i < each; ++i) {
                if (i % 2 == 0) {
                    EXPECT_TRUE(writer.append(entry_named("patient.read", std::to_string(t))));
                    ++done;
                } else {
                    writer.submit(entry_named("patient.read"), [&done](const auto& head) {
                        EXPECT_TRUE(head);
                        ++done;
                    });
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    writer.stop();
    server.join();
    EXPECT_EQ(done, thread_count * each);
    EXPECT_EQ(log.records.size(), thread_count * each);
    EXPECT_TRUE(verify_chain(log, writer.head()).value().is_whole());
}

TEST(AuditWriter, ManyThreadsNeedNoServer) {
    MemoryLog log;
    AuditWriter writer(log, {});
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 8; ++t) {
        threads.emplace_back([&writer] {
            for (std::size_t i = 0; i < 200; ++i) {
                EXPECT_TRUE(writer.append(entry_named("patient.read")));
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(log.records.size(), 1600U);
    EXPECT_TRUE(verify_chain(log, writer.head()).value().is_whole());
    EXPECT_EQ(writer.batch_count(), log.batches.size());
}

TEST(AuditWriter, StopWritesWhatWaitsAndLaterOnesDoWithoutServer) {
    MemoryLog log;
    AuditWriter writer(log, {});
    writer.stop();
    writer.serve();
    EXPECT_TRUE(writer.append(entry_named("patient.read")));
}

TEST(AuditWriter, AfterAFullDiskItTriesAgain) {
    MemoryLog log;
    AuditWriter writer(log, {});
    ASSERT_TRUE(writer.append(entry_named("patient.read")));
    const AuditHead before = writer.head();
    log.failure = Error{ErrorCode::NoSpace, "the disk is full", {}};
    EXPECT_EQ(writer.append(entry_named("patient.read")).error().code, ErrorCode::NoSpace);
    EXPECT_EQ(writer.head(), before);
    log.failure.reset();
    EXPECT_TRUE(writer.append(entry_named("patient.read")));
    EXPECT_TRUE(verify_chain(log, writer.head()).value().is_whole());
}

TEST(AuditWriter, AfterAnUnclearFailureItRefusesEverything) {
    MemoryLog log;
    AuditWriter writer(log, {});
    log.failure = Error{ErrorCode::Unavailable, "fsync failed", {}};
    EXPECT_EQ(writer.append(entry_named("patient.read")).error().code, ErrorCode::Unavailable);
    log.failure.reset();
    const auto refused = writer.append(entry_named("patient.read"));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("fsync failed"), std::string::npos);
    EXPECT_TRUE(log.records.empty());
}

TEST(AuditWriter, IsBounded) {
    MemoryLog log;
    AuditWriter writer(log, {});
    std::size_t written = 0;
    std::size_t refused = 0;
    bool first = true;
    log.before_append = [&] {
        if (!std::exchange(first, false)) {
            return;
        }
        for (std::size_t i = 0; i < AuditWriter::waiting_max + 5; ++i) {
            writer.submit(entry_named("patient.read"), [&](const Result<AuditHead>& head) {
                (head ? written : refused) += 1;
                if (!head) {
                    EXPECT_EQ(head.error().code, ErrorCode::Unavailable);
                }
            });
        }
    };
    ASSERT_TRUE(writer.append(entry_named("patient.read")));
    EXPECT_EQ(written, AuditWriter::waiting_max);
    EXPECT_EQ(refused, 5U);
    for (const std::size_t size : log.batches) {
        EXPECT_LE(size, AuditWriter::batch_max);
    }
}

}  // namespace
}  // namespace parcours::access
