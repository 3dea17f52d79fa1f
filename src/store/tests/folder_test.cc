// What a data folder on a real disk can be: locked, foreign, newer, read-only, full.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <string>
#include <unistd.h>

#include "base/error.h"
#include "record/log.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"
#include "store/tests/backend.h"
#include "store/tests/child.h"

namespace parcours::store {
namespace {

using testing::HasSubstr;

constexpr SqliteOptions creating{.create = true};
constexpr SqliteOptions writing{};
constexpr SqliteOptions reading{.access = Access::Read};

class StoreFolder : public testing::Test {
  protected:
    void fill(std::size_t count) const {
        const auto store = open_sqlite_store(folder_.path(), creating);
        ASSERT_TRUE(store.has_value()) << store.error().to_text();
        const auto epoch = (*store)->acquire_lease("test");
        ASSERT_TRUE(append_samples(**store, *epoch, count).has_value());
        ASSERT_TRUE((*store)->put_blob("snapshot", "some bytes").has_value());
    }

    // Leaves a write-ahead log behind, as a killed writer does.
    void fill_and_die(std::size_t batches, std::size_t batch) const {
        Child child([&](int pipe) {
            const auto store = open_sqlite_store(folder_.path(), creating);
            const auto epoch = (*store)->acquire_lease("test");
            for (std::size_t i = 0; i < batches; ++i) {
                if (!append_samples(**store, *epoch, batch)) {
                    _exit(1);
                }
            }
            static_cast<void>(!write(pipe, "+", 1));
            pause();
        });
        ASSERT_TRUE(child.read_byte());
        child.kill();
    }

    [[nodiscard]] Error open_error(const SqliteOptions& options) const {
        const auto store = open_sqlite_store(folder_.path(), options);
        EXPECT_FALSE(store.has_value());
        return store ? Error{} : store.error();
    }

    [[nodiscard]] std::string read_count(const SqliteOptions& options) const {
        const auto store = open_sqlite_store(folder_.path(), options);
        if (!store) {
            return store.error().to_text();
        }
        Collector all;
        const auto scanned = (*store)->scan(1, UINT64_MAX, all);
        if (!scanned) {
            return scanned.error().to_text();
        }
        return fmt::format("{} good, {} damaged", all.records.size(), all.damaged_positions.size());
    }

    void write_database(const std::string& bytes) const {
        std::ofstream(folder_.path() / "parcours.db") << bytes;
    }

    TemporaryFolder folder_;
};

TEST_F(StoreFolder, RefusesFoldersThatHoldNoDatabase) {
    EXPECT_EQ(open_error(reading).code, ErrorCode::NotFound);
    EXPECT_EQ(open_error(writing).code, ErrorCode::NotFound);
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
    const auto missing = open_sqlite_store(folder_.path() / "none", reading);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_THAT(missing.error().message, HasSubstr("none"));
}

TEST_F(StoreFolder, MakesFoldersWhereItMay) {
    const auto store = open_sqlite_store(folder_.path() / "a" / "b", creating);
    ASSERT_TRUE(store.has_value()) << store.error().to_text();
    EXPECT_EQ((*store)->end(), LogPosition{1});
}

TEST_F(StoreFolder, RefusesAFileInPlaceOfTheFolder) {
    std::ofstream(folder_.path() / "file") << "x";
    for (const char* path : {"file", "file/below"}) {
        const auto store = open_sqlite_store(folder_.path() / path, creating);
        ASSERT_FALSE(store.has_value());
        EXPECT_THAT(store.error().message, HasSubstr(path));
        EXPECT_EQ(store.error().code, ErrorCode::InvalidInput);
    }
}

TEST_F(StoreFolder, RefusesFilesThatAreNotOurs) {
    const std::string text(10'000, 't');
    write_database(text);
    EXPECT_EQ(open_error(creating).code, ErrorCode::InvalidInput);
    EXPECT_EQ(open_error(reading).code, ErrorCode::InvalidInput);
    EXPECT_EQ(std::filesystem::file_size(folder_.path() / "parcours.db"), text.size());
    std::filesystem::remove(folder_.path() / "parcours.db");
    tamper(folder_.path(), "CREATE TABLE other(x); INSERT INTO other VALUES(1)");
    const auto size = std::filesystem::file_size(folder_.path() / "parcours.db");
    EXPECT_EQ(open_error(creating).code, ErrorCode::InvalidInput);
    EXPECT_EQ(open_error(reading).code, ErrorCode::InvalidInput);
    EXPECT_EQ(std::filesystem::file_size(folder_.path() / "parcours.db"), size);
}

TEST_F(StoreFolder, GoesOnAfterAnEmptyFile) {
    write_database("");
    EXPECT_EQ(open_error(reading).code, ErrorCode::NotFound);
    EXPECT_EQ(open_error(writing).code, ErrorCode::NotFound);
    EXPECT_EQ(read_count(creating), "0 good, 0 damaged");
}

TEST_F(StoreFolder, RefusesADatabaseOfANewerVersion) {
    fill(3);
    tamper(folder_.path(), "PRAGMA user_version = 99");
    for (const SqliteOptions& options : {creating, reading}) {
        const Error error = open_error(options);
        EXPECT_EQ(error.code, ErrorCode::NewerFormat);
        EXPECT_THAT(error.message, HasSubstr("format 99"));
    }
}

TEST_F(StoreFolder, IsLockedByAnotherProcessUntilItEnds) {
    Child child([&](int pipe) {
        const auto store = open_sqlite_store(folder_.path(), creating);
        static_cast<void>(!write(pipe, store ? "+" : "-", 1));
        pause();
    });
    ASSERT_TRUE(child.read_byte());
    const Error error = open_error(writing);
    EXPECT_EQ(error.code, ErrorCode::Locked);
    EXPECT_THAT(error.message, HasSubstr(fmt::format("process {}", child.id())));
    EXPECT_EQ(read_count(reading), "0 good, 0 damaged");
    child.kill();
    EXPECT_EQ(read_count(writing), "0 good, 0 damaged");
}

TEST_F(StoreFolder, ReadsBesideAWriterOfAnotherProcess) {
    Child const child([&](int pipe) {
        const auto store = open_sqlite_store(folder_.path(), creating);
        const auto epoch = (*store)->acquire_lease("test");
        if (append_samples(**store, *epoch, 40)) {
            static_cast<void>(!write(pipe, "+", 1));
        }
        pause();
    });
    ASSERT_TRUE(child.read_byte());
    EXPECT_EQ(read_count(reading), "40 good, 0 damaged");
}

TEST_F(StoreFolder, AReaderSeesWhatIsWrittenAfterItsFirstRecord) {
    const auto writer = open_sqlite_store(folder_.path(), creating);
    ASSERT_TRUE(writer.has_value());
    const auto epoch = (*writer)->acquire_lease("test");
    ASSERT_TRUE(append_samples(**writer, *epoch, 3).has_value());
    const auto reader = open_sqlite_store(folder_.path(), reading);
    ASSERT_TRUE(reader.has_value());
    std::string buffer;
    EXPECT_TRUE((*reader)->read(3, buffer).has_value());
    ASSERT_TRUE(append_samples(**writer, *epoch, 2).has_value());
    EXPECT_TRUE((*reader)->read(5, buffer).has_value());  // it lets go of what it held
    EXPECT_EQ((*reader)->read(6, buffer).error().code, ErrorCode::NotFound);
    EXPECT_TRUE((*reader)->read(1, buffer).has_value());  // and holds again
    ASSERT_TRUE(append_samples(**writer, *epoch, 1).has_value());
    EXPECT_EQ(*(*reader)->end(), 7U);
    EXPECT_TRUE((*reader)->read(1, buffer).has_value());
    Collector all;
    ASSERT_TRUE((*reader)->scan(1, UINT64_MAX, all).has_value());
    EXPECT_EQ(all.records.size(), 6U);
}

TEST_F(StoreFolder, SaysWhereAUserMayNotLook) {
    fill(3);
    const auto why = [&](const std::filesystem::path& path, std::filesystem::perms allowed) {
        std::filesystem::permissions(path, allowed);
        // Who runs as root may look everywhere.
        Child child([&](int pipe) {
            constexpr uid_t nobody = 65534;
            const bool other = geteuid() != 0 || setuid(nobody) == 0;
            const std::string text = other ? open_error(reading).message : "no other user";
            static_cast<void>(!write(pipe, text.data(), text.size()));
        });
        std::string said = child.read_all();
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        return said;
    };
    const auto none = std::filesystem::perms::none;
    EXPECT_THAT(why(folder_.path(), none), HasSubstr("may not read " + folder_.path().string()));
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
    const auto database = folder_.path() / "parcours.db";
    EXPECT_THAT(why(database, none), HasSubstr("may not read " + database.string()));
}

TEST_F(StoreFolder, ReadsAReadOnlyDiskAndRefusesToWriteIt) {
    fill(30);
    const std::string answer = in_private_mounts([&]() -> std::string {
        if (!mount_read_only(folder_.path())) {
            return "skip";
        }
        const auto store = open_sqlite_store(folder_.path(), writing);
        const auto reader = open_sqlite_store(folder_.path(), reading);
        return fmt::format("{}; {}; {}", store ? "opened" : error_code_name(store.error().code),
                           read_count(reading),
                           reader ? (*reader)->get_blob("snapshot").value().value() : "none");
    });
    if (answer == "skip") {
        GTEST_SKIP() << "mounting is not allowed here";
    }
    EXPECT_EQ(answer, "read-only; 30 good, 0 damaged; some bytes");
}

TEST_F(StoreFolder, ReadsWhatAKilledWriterLeftOnAReadOnlyDisk) {
    fill_and_die(3, 10);
    std::filesystem::remove(folder_.path() / "parcours.db-shm");
    const std::string answer = in_private_mounts([&]() -> std::string {
        return mount_read_only(folder_.path()) ? read_count(reading) : "skip";
    });
    if (answer == "skip") {
        GTEST_SKIP() << "mounting is not allowed here";
    }
    EXPECT_EQ(answer, "30 good, 0 damaged");
}

// Appends until the disk is full; then tells the error, the error of the next append, the error of
// a blob, and whether all that was acknowledged is still there.
std::string fill_the_disk(const std::filesystem::path& folder) {
    std::size_t acknowledged = 0;
    std::string answer;
    {
        const auto store = open_sqlite_store(folder, creating);
        if (!store) {
            return store.error().to_text();
        }
        const auto epoch = (*store)->acquire_lease("test");
        auto appended = append_samples(**store, *epoch, 20, 3000);
        for (; appended; appended = append_samples(**store, *epoch, 20, 3000)) {
            acknowledged += 20;
        }
        const auto again = append_samples(**store, *epoch, 1);
        const auto blob = (*store)->put_blob("snapshot", std::string(8'000'000, 'x'));
        answer = fmt::format("{}, {}, {}", error_code_name(appended.error().code),
                             again ? "went on" : error_code_name(again.error().code),
                             blob ? "went on" : error_code_name(blob.error().code));
    }
    const auto store = open_sqlite_store(folder, reading);
    if (!store) {
        return store.error().to_text();
    }
    Collector all;
    const auto scanned = (*store)->scan(1, UINT64_MAX, all);
    const bool kept = scanned && acknowledged > 0 && all.records.size() >= acknowledged &&
                      all.records.size() % 20 == 0 && all.damaged_positions.empty();
    return answer + (kept ? ", all kept" : ", lost some");
}

TEST_F(StoreFolder, StopsWhenTheDiskIsFullAndKeepsWhatItAcknowledged) {
    const std::string answer = in_private_mounts([&]() -> std::string {
        return mount_small_disk(folder_.path(), 4U << 20U) ? fill_the_disk(folder_.path()) : "skip";
    });
    if (answer == "skip") {
        GTEST_SKIP() << "mounting is not allowed here";
    }
    EXPECT_EQ(answer, "no-space, no-space, no-space, all kept");
}

TEST_F(StoreFolder, WritesAgainOnlyAfterItWasOpenedAgain) {
    const std::string answer = in_private_mounts([&]() -> std::string {
        const std::filesystem::path filler = folder_.path() / "filler";
        if (!mount_small_disk(folder_.path(), 4U << 20U)) {
            return "skip";
        }
        std::ofstream(filler) << std::string(2U << 20U, 'x');
        std::string first;
        {
            const auto store = open_sqlite_store(folder_.path(), creating);
            const auto epoch = (*store)->acquire_lease("test");
            while (append_samples(**store, *epoch, 20, 3000)) {
            }
            std::filesystem::remove(filler);
            first = append_samples(**store, *epoch, 1) ? "went on" : "stayed stopped";
        }
        const auto store = open_sqlite_store(folder_.path(), writing);
        const auto epoch = (*store)->acquire_lease("test");
        return first + (append_samples(**store, *epoch, 1) ? ", reopened" : ", still stopped");
    });
    if (answer == "skip") {
        GTEST_SKIP() << "mounting is not allowed here";
    }
    EXPECT_EQ(answer, "stayed stopped, reopened");
}

TEST_F(StoreFolder, SaysSoWhenTheDiskIsFullFromTheStart) {
    const std::string answer = in_private_mounts([&]() -> std::string {
        if (!mount_small_disk(folder_.path(), 16U << 10U)) {
            return "skip";
        }
        const auto store = open_sqlite_store(folder_.path(), creating);
        return store ? "opened" : std::string(error_code_name(store.error().code));
    });
    if (answer == "skip") {
        GTEST_SKIP() << "mounting is not allowed here";
    }
    EXPECT_EQ(answer, "no-space");
}

TEST_F(StoreFolder, WritesEveryCommitThroughToTheDisk) {
    const auto connection =
        Connection::open(folder_.path() / "parcours.db", Connection::Mode::Write);
    ASSERT_TRUE(connection.has_value());
    ASSERT_TRUE(configure_writer(**connection).has_value());
    ASSERT_TRUE(create_tables(**connection).has_value());
    EXPECT_EQ((*connection)->number("PRAGMA synchronous"), 2);  // FULL
    EXPECT_EQ((*connection)->number("SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "parcours.db-wal"));
}

TEST_F(StoreFolder, RemovesHalfWrittenBlobsAndNeverShowsThem) {
    fill(1);
    const auto half = folder_.path() / "blobs" / "other.blob.part";
    std::ofstream(half) << "half";
    const auto store = open_sqlite_store(folder_.path(), writing);
    ASSERT_TRUE(store.has_value());
    EXPECT_FALSE(std::filesystem::exists(half));
    EXPECT_FALSE((*store)->get_blob("other").value().has_value());
}

}  // namespace
}  // namespace parcours::store
