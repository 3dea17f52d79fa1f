// The audit in its store: what a start reads of it, and that it is all that changes something.

#include "app/access_store.h"

#include <cstddef>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "access/access_log.h"
#include "base/error.h"
#include "record/log.h"
#include "store/memory/memory_store.h"
#include "store/store.h"

namespace parcours::app {
namespace {

class AccessLogTest : public ::testing::Test {
  protected:
    void SetUp() override { open(); }
    /// As a start does, on what is stored.
    void open() { log = std::make_unique<StoreAccessLog>(*store, epoch); }

    void append(const std::vector<std::string>& payloads) {
        std::vector<access::AccessRecord> batch;
        for (const std::string& payload : payloads) {
            batch.push_back({payload, payload.starts_with("change")});
        }
        ASSERT_TRUE(log->append(batch));
    }
    std::vector<std::string> changes() {
        std::vector<std::string> found;
        const auto scanned =
            log->scan(access::AccessLog::Which::Changes, [&found](std::string_view payload) {
                found.emplace_back(payload);
                return Result<>{};
            });
        EXPECT_TRUE(scanned);
        return found;
    }

    std::shared_ptr<store::MemoryDisk> disk = std::make_shared<store::MemoryDisk>();
    std::unique_ptr<store::Store> store = store::open_memory_store(disk).value();
    std::uint64_t epoch = store->acquire_lease("test").value();
    std::unique_ptr<StoreAccessLog> log;
};

TEST_F(AccessLogTest, GivesTheChangesInTheirOrder) {
    EXPECT_TRUE(changes().empty());
    append({"read 1", "change 1", "read 2"});
    append({"read 3"});
    open();
    EXPECT_EQ(changes(), (std::vector<std::string>{"change 1"}));
    append({"change 2", "change 3"});
    EXPECT_EQ(changes(), (std::vector<std::string>{"change 1", "change 2", "change 3"}));
    open();
    append({"read 4"});
    append({"change 4"});
    open();
    EXPECT_EQ(changes(),
              (std::vector<std::string>{"change 1", "change 2", "change 3", "change 4"}));
}

TEST_F(AccessLogTest, EveryRecordPointsToTheChangeBeforeIt) {
    append({"read 1", "change 1", "read 2", "read 3", "change 2", "read 4"});
    std::vector<LogPosition> previous;
    std::string buffer;
    for (LogPosition at = 1; at <= 6; ++at) {
        previous.push_back(store->read(at, buffer).value().previous);
    }
    EXPECT_EQ(previous, (std::vector<LogPosition>{1, 2, 2, 2, 2, 5}));
}

TEST_F(AccessLogTest, AStartLooksAtNothingButTheChanges) {
    append({"read 1", "change 1", "read 2", "change 2", "read 3"});
    open();
    ASSERT_TRUE(disk->flip_bit(1, false));
    ASSERT_TRUE(disk->flip_bit(3, false));
    EXPECT_EQ(changes(), (std::vector<std::string>{"change 1", "change 2"}));
    ASSERT_TRUE(disk->flip_bit(2, false));
    EXPECT_FALSE(
        log->scan(access::AccessLog::Which::Changes, [](std::string_view) { return Result<>{}; }));
}

TEST_F(AccessLogTest, LooksAtEverythingWhereRecordsDoNotPoint) {
    for (const std::string text : {"change 1", "read 1", "change 2", "read 2"}) {
        store::Append append;
        append.record.position = store->end().value();
        append.record.topic = text.starts_with("change") ? "access-change" : "access";
        append.record.payload = text;
        const std::vector<store::Append> one = {append};
        ASSERT_TRUE(store->append(one, epoch));
    }
    append({"read 3", "change 3"});
    EXPECT_EQ(changes(), (std::vector<std::string>{"change 1", "change 2", "change 3"}));
}

TEST_F(AccessLogTest, AFailedAppendLeavesThePointersAsTheyWere) {
    append({"change 1"});
    StoreAccessLog stale(*store, epoch + 1);
    const std::vector<access::AccessRecord> batch = {{"change 2", true}};
    EXPECT_FALSE(stale.append(batch));
    append({"read 1"});
    open();
    EXPECT_EQ(changes(), (std::vector<std::string>{"change 1"}));
}

TEST_F(AccessLogTest, KeepsTheLastUsesBesideTheRecords) {
    EXPECT_EQ(log->kept_uses().value(), "");
    append({"change 1"});
    ASSERT_TRUE(log->keep_uses("one"));
    ASSERT_TRUE(log->keep_uses("two"));
    append({"read 1"});
    open();
    EXPECT_EQ(log->kept_uses().value(), "two");
    EXPECT_EQ(changes(), (std::vector<std::string>{"change 1"}));
}

}  // namespace
}  // namespace parcours::app
