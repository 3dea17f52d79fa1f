// A copy of a store that is written to meanwhile.
#include "store/sqlite/backup.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "record/log.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"
#include "store/tests/backend.h"

namespace parcours::store {
namespace {

using testing::HasSubstr;

constexpr std::array<std::string_view, 1> derived = {"snapshot"};
constexpr std::size_t many = 40'000;  // several steps of a copy

class Backup : public testing::Test {
  protected:
    void SetUp() override {
        auto opened = open_sqlite_store(from(), {.create = true});
        ASSERT_TRUE(opened.has_value()) << opened.error().to_text();
        store_ = std::move(*opened);
        epoch_ = *store_->acquire_lease("test");
        ASSERT_TRUE(append_samples(*store_, epoch_, many).has_value());
        ASSERT_TRUE(store_->put_blob("snapshot", "of the beginning").has_value());
        ASSERT_TRUE(store_->put_blob("settings", "of the beginning").has_value());
    }

    [[nodiscard]] std::filesystem::path from() const { return folder_.path() / "from"; }
    [[nodiscard]] std::filesystem::path to() const { return folder_.path() / "to"; }

    /// All records of a store, each of which must be the sample of its place.
    static std::size_t count_samples(const std::filesystem::path& folder) {
        const auto store = open_sqlite_store(folder, {.access = Access::Read});
        EXPECT_TRUE(store.has_value()) << store.error().to_text();
        Collector collector;
        EXPECT_TRUE((*store)->scan(1, *(*store)->end(), collector).has_value());
        EXPECT_TRUE(collector.damaged_positions.empty());
        for (const KeptRecord& record : collector.records) {
            EXPECT_EQ(record.payload, sample_payload(record.meta.position));
        }
        return collector.records.size();
    }

    TemporaryFolder folder_;
    std::unique_ptr<Store> store_;
    std::uint64_t epoch_ = 0;
};

TEST_F(Backup, HoldsTheMomentInWhichItBeganThoughTheWriterGoesOn) {
    double last = 0;
    std::size_t tellings = 0;
    const auto copied = copy_store(from(), to(), derived, [&](double share) {
        EXPECT_GE(share, last) << "it began anew";
        last = share;
        ++tellings;
        EXPECT_TRUE(append_samples(*store_, epoch_, 10).has_value());
        EXPECT_TRUE(store_->put_blob("snapshot", "of later").has_value());
        EXPECT_TRUE(store_->put_blob("secret", "made meanwhile").has_value());
    });
    ASSERT_TRUE(copied.has_value()) << copied.error().to_text();
    EXPECT_GT(tellings, 1U) << "the store is too small to be written to in mid-copy";
    EXPECT_EQ(last, 1);
    EXPECT_EQ(count_samples(to()), many);
    EXPECT_EQ(count_samples(from()), many + 10 * tellings);
    const auto copy = open_sqlite_store(to(), {.access = Access::Read});
    EXPECT_EQ((*copy)->get_blob("secret")->value(), "made meanwhile");
    EXPECT_EQ((*copy)->get_blob("settings")->value(), "of the beginning");
    EXPECT_FALSE((*copy)->get_blob("snapshot")->has_value()) << "of which moment is it?";
}

TEST_F(Backup, IsAStoreThatGoesOnByItself) {
    ASSERT_TRUE(copy_store(from(), to(), {}, [](double) {}).has_value());
    {
        const auto copy = open_sqlite_store(to(), {});
        ASSERT_TRUE(copy.has_value()) << copy.error().to_text();
        const auto epoch = (*copy)->acquire_lease("test");
        ASSERT_TRUE(append_samples(**copy, *epoch, 5).has_value());
    }
    EXPECT_EQ(count_samples(to()), many + 5);
    EXPECT_EQ(count_samples(from()), many);
}

TEST_F(Backup, IsForItsOwnerAlone) {
    ASSERT_TRUE(copy_store(from(), to(), {}, [](double) {}).has_value());
    EXPECT_EQ(std::filesystem::status(to()).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(Backup, NeverGoesOverWhatIsThere) {
    std::filesystem::create_directory(to());
    const auto copied = copy_store(from(), to(), {}, [](double) {});
    ASSERT_FALSE(copied.has_value());
    EXPECT_EQ(copied.error().code, ErrorCode::InvalidInput);
    EXPECT_THAT(copied.error().message, HasSubstr("name a new folder"));
}

TEST_F(Backup, NeedsAStore) {
    const auto copied = copy_store(folder_.path(), to(), {}, [](double) {});
    ASSERT_FALSE(copied.has_value());
    EXPECT_EQ(copied.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace parcours::store
