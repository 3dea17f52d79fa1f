// Faults that only the store in memory can be told to have.
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "record/log.h"
#include "store/memory/memory_store.h"
#include "store/store.h"
#include "store/tests/backend.h"

namespace parcours::store {
namespace {

struct Faulty {
    std::shared_ptr<MemoryDisk> disk = std::make_shared<MemoryDisk>();
    std::optional<FaultPoint> next;

    std::unique_ptr<Store> open() {
        return open_memory_store(disk, true,
                                 [this](FaultPoint point) -> std::optional<Error> {
                                     if (next != point) {
                                         return std::nullopt;
                                     }
                                     next.reset();
                                     return Error{
                                         ErrorCode::Unavailable, "the disk did not answer", {}};
                                 })
            .value();
    }
};

TEST(MemoryFaults, AFailedAppendKeepsNothingAndStopsTheStore) {
    Faulty faulty;
    {
        const auto store = faulty.open();
        const std::uint64_t epoch = store->acquire_lease("test").value();
        ASSERT_TRUE(append_samples(*store, epoch, 2).has_value());
        faulty.next = FaultPoint::BeforeCommit;
        EXPECT_EQ(append_samples(*store, epoch, 2).error().code, ErrorCode::Unavailable);
        EXPECT_EQ(append_samples(*store, epoch, 2).error().code, ErrorCode::Unavailable);
        EXPECT_EQ(store->end(), LogPosition{3});
    }
    const auto store = faulty.open();
    const std::uint64_t epoch = store->acquire_lease("test").value();
    EXPECT_TRUE(append_samples(*store, epoch, 2).has_value());
}

TEST(MemoryFaults, ALostAnswerMayHaveCommitted) {
    Faulty faulty;
    {
        const auto store = faulty.open();
        const std::uint64_t epoch = store->acquire_lease("test").value();
        faulty.next = FaultPoint::AfterCommit;
        EXPECT_FALSE(append_samples(*store, epoch, 2).has_value());
        EXPECT_FALSE(append_samples(*store, epoch, 2).has_value());
    }
    EXPECT_EQ(faulty.open()->end(), LogPosition{3});
}

TEST(MemoryFaults, ReadsAndBlobsFailOnceAndThenGoOn) {
    Faulty faulty;
    const auto store = faulty.open();
    const std::uint64_t epoch = store->acquire_lease("test").value();
    ASSERT_TRUE(append_samples(*store, epoch, 1).has_value());
    std::string buffer;
    faulty.next = FaultPoint::Read;
    EXPECT_FALSE(store->read(1, buffer).has_value());
    EXPECT_TRUE(store->read(1, buffer).has_value());
    ASSERT_TRUE(store->put_blob("a", "old").has_value());
    faulty.next = FaultPoint::PutBlob;
    EXPECT_FALSE(store->put_blob("a", "new").has_value());
    EXPECT_EQ(store->get_blob("a").value(), "old");
}

TEST(MemoryDisks, HaveNoRecordToDamageWhereThereIsNone) {
    MemoryDisk disk;
    EXPECT_FALSE(disk.flip_bit(0, false));
    EXPECT_FALSE(disk.flip_bit(1, true));
}

}  // namespace
}  // namespace parcours::store
