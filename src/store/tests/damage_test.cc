// Whatever happens to the bytes on the disk, nothing wrong is read as truth.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ios>
#include <iterator>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "record/log.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"
#include "store/tests/backend.h"
#include "store/tests/child.h"

namespace parcours::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t record_count = 1500;

std::string read_bytes(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

void flip_bit(std::string& bytes, std::uint64_t at, unsigned bit) {
    bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << bit));
}

class StoreDamage : public testing::Test {
  protected:
    void SetUp() override { fill(record_count); }

    void fill(std::size_t count) const {
        const auto store = open_sqlite_store(folder_.path(), {.create = true});
        ASSERT_TRUE(store.has_value()) << store.error().to_text();
        const auto epoch = (*store)->acquire_lease("test");
        ASSERT_TRUE(append_samples(**store, *epoch, count).has_value());
    }

    // A scan that must find every record either right or damaged; ends early only with an error.
    // Returns what is wrong with the answer itself, or an empty text.
    [[nodiscard]] std::string check_scan(std::size_t& found) const {
        const auto store = open_sqlite_store(folder_.path(), {.access = Access::Read});
        found = 0;
        if (!store) {
            return expected_error(store.error());
        }
        Collector all;
        const auto scanned = (*store)->scan(1, record_count + 1, all);
        found = all.damaged_positions.size();
        for (const KeptRecord& kept : all.records) {
            LogRecord record = kept.meta;
            record.topic = kept.topic;
            record.payload = kept.payload;
            if (!is_sample(record)) {
                return fmt::format("record {} was read wrong", record.position);
            }
        }
        if (!scanned) {
            return expected_error(scanned.error());
        }
        return {};
    }

    [[nodiscard]] static std::string expected_error(const Error& error) {
        using enum ErrorCode;
        const bool right = error.code == Damaged || error.code == InvalidInput ||
                           error.code == NewerFormat || error.code == NotFound ||
                           error.code == Unavailable;
        return right && error.message.size() > 20 ? "" : error.to_text();
    }

    [[nodiscard]] Collector scan() const {
        Collector all;
        const auto store = open_sqlite_store(folder_.path(), {.access = Access::Read});
        EXPECT_TRUE(store.has_value()) << store.error().to_text();
        EXPECT_TRUE((*store)->scan(1, UINT64_MAX, all).has_value());
        return all;
    }

    [[nodiscard]] std::filesystem::path database() const { return folder_.path() / "parcours.db"; }

    TemporaryFolder folder_;
};

TEST_F(StoreDamage, ABitFlippedAnywhereNeverGivesAWrongRecord) {
    const std::string good = read_bytes(database());
    SeededRandom random(11);
    std::size_t rounds_that_found = 0;
    for (int round = 0; round < 300; ++round) {
        std::string bytes = good;
        const std::uint64_t at = random.below(bytes.size());
        const auto bit = static_cast<unsigned>(random.below(8));
        flip_bit(bytes, at, bit);
        write_bytes(database(), bytes);
        std::size_t found = 0;
        EXPECT_EQ(check_scan(found), "") << "byte " << at << " bit " << bit;
        rounds_that_found += found > 0 ? 1 : 0;
    }
    // Most of the file is content: a checker that sees nothing would be blind.
    EXPECT_GT(rounds_that_found, 150U);
}

TEST_F(StoreDamage, AFlippedContentBitCostsOneRecord) {
    std::string bytes = read_bytes(database());
    const std::string marker = "the only one";
    {
        const auto store = open_sqlite_store(folder_.path(), {});
        const auto epoch = (*store)->acquire_lease("test");
        LogRecord record = sample_record(record_count + 1, marker);
        ASSERT_TRUE((*store)->append(std::vector<Append>{{record, {}}}, *epoch).has_value());
    }
    bytes = read_bytes(database());
    const std::size_t at = bytes.find(marker);
    ASSERT_NE(at, std::string::npos);
    flip_bit(bytes, at, 0);
    write_bytes(database(), bytes);
    const Collector all = scan();
    EXPECT_THAT(all.damaged_positions, ElementsAre(record_count + 1));
    EXPECT_EQ(all.records.size(), record_count);
}

TEST_F(StoreDamage, ATruncatedDatabaseIsFound) {
    const std::string good = read_bytes(database());
    SeededRandom random(12);
    for (int round = 0; round < 40; ++round) {
        write_bytes(database(), good.substr(0, 1 + random.below(good.size() - 1)));
        const auto store = open_sqlite_store(folder_.path(), {.access = Access::Read});
        Collector all;
        const bool whole =
            store && (*store)->scan(1, record_count + 1, all) && all.damaged_positions.empty();
        EXPECT_FALSE(whole && all.records.size() < record_count) << "round " << round;
        std::size_t found = 0;
        EXPECT_EQ(check_scan(found), "");
    }
}

TEST_F(StoreDamage, EditedMetaMovedAndMissingRecordsAreNamed) {
    const std::string move =
        "UPDATE log SET (content, checksum) = (SELECT content, checksum FROM log "
        "WHERE position = 131) WHERE position = 130";
    const std::vector<std::string> edits = {
        "UPDATE log SET kind = kind % 4 + 1 WHERE position = 10",
        "UPDATE log SET shard = shard + 1 WHERE position = 20",
        "UPDATE log SET previous = previous - 1 WHERE position = 30",
        "UPDATE log SET occurred_at = occurred_at + 1 WHERE position = 40",
        "UPDATE log SET recorded_at = 1 WHERE position = 50",
        "UPDATE log SET ingested_at = 1 WHERE position = 60",
        "UPDATE log SET topic = 3 - topic WHERE position = 70",
        "UPDATE log SET checksum = checksum + 1 WHERE position = 80",
        "UPDATE log SET kind = 0 WHERE position = 90",
        "UPDATE log SET topic = 77 WHERE position = 100",
        "UPDATE log SET content = x'' WHERE position = 110",
        "DELETE FROM log WHERE position = 120",
        move};
    for (const std::string& edit : edits) {
        tamper(folder_.path(), edit);
    }
    const Collector all = scan();
    EXPECT_THAT(all.damaged_positions,
                ElementsAre(10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130));
    EXPECT_EQ(all.records.size(), record_count - edits.size());
    for (std::size_t i = 0; i < all.errors.size(); ++i) {
        EXPECT_THAT(all.errors[i].message,
                    HasSubstr(fmt::format("record {} ", all.damaged_positions[i])));
    }
    std::string buffer;
    const auto store = open_sqlite_store(folder_.path(), {.access = Access::Read});
    EXPECT_EQ((*store)->read(120, buffer).error().code, ErrorCode::Damaged);
    EXPECT_TRUE((*store)->read(121, buffer).has_value());
}

TEST_F(StoreDamage, ARenamedTopicIsFound) {
    tamper(folder_.path(), "UPDATE topics SET name = 'main/Condition' WHERE name = 'decision'");
    EXPECT_EQ(scan().damaged_positions.size(), record_count / 3);
}

TEST_F(StoreDamage, AMissingOrExchangedDictionaryIsDamageAndNeverGarbage) {
    tamper(folder_.path(), "CREATE TABLE kept AS SELECT * FROM dictionaries");
    for (const std::string edit :
         {"DELETE FROM dictionaries", "UPDATE dictionaries SET bytes = zeroblob(length(bytes))",
          "UPDATE dictionaries SET id = 5000 - id"}) {
        tamper(folder_.path(), edit);
        const Collector all = scan();
        EXPECT_GT(all.damaged_positions.size(), record_count / 2) << edit;
        EXPECT_EQ(all.damaged_positions.size() + all.records.size(), record_count);
        for (const Error& error : all.errors) {
            EXPECT_EQ(error.code, ErrorCode::Damaged);
        }
        tamper(folder_.path(),
               "DELETE FROM dictionaries; INSERT INTO dictionaries SELECT * FROM kept");
    }
    EXPECT_EQ(scan().records.size(), record_count);
}

TEST_F(StoreDamage, AContentOfANewerFormatIsNotCalledDamaged) {
    tamper(folder_.path(), "UPDATE log SET content = x'02000000' WHERE position = 7");
    std::string buffer;
    const auto store = open_sqlite_store(folder_.path(), {.access = Access::Read});
    EXPECT_EQ((*store)->read(7, buffer).error().code, ErrorCode::NewerFormat);
}

TEST_F(StoreDamage, AWriterRefusesALogWhoseEndIsWrong) {
    tamper(folder_.path(), "UPDATE log SET position = 9000 WHERE position = 1500");
    const auto store = open_sqlite_store(folder_.path(), {});
    ASSERT_FALSE(store.has_value());
    EXPECT_EQ(store.error().code, ErrorCode::Damaged);
}

TEST_F(StoreDamage, ADamagedBlobIsFound) {
    const std::filesystem::path file = folder_.path() / "blobs" / "snapshot.blob";
    const auto store = open_sqlite_store(folder_.path(), {});
    ASSERT_TRUE((*store)->put_blob("snapshot", std::string(1000, 's')).has_value());
    const std::string good = read_bytes(file);
    for (const std::size_t at : {std::size_t{0}, std::size_t{9}, std::size_t{17}, std::size_t{25},
                                 std::size_t{33}, std::size_t{57}, good.size() - 1}) {
        std::string bytes = good;
        flip_bit(bytes, at, 3);
        write_bytes(file, bytes);
        const auto blob = (*store)->get_blob("snapshot");
        ASSERT_FALSE(blob.has_value()) << at;
        EXPECT_TRUE(blob.error().code == ErrorCode::Damaged ||
                    blob.error().code == ErrorCode::NewerFormat);
    }
    for (const std::size_t size : {std::size_t{0}, std::size_t{63}, good.size() - 1}) {
        write_bytes(file, good.substr(0, size));
        EXPECT_EQ((*store)->map_blob("snapshot").error().code, ErrorCode::Damaged);
    }
    std::string flipped = good;
    flip_bit(flipped, good.size() - 1, 0);
    write_bytes(file, flipped);
    const BlobMapping mapping = (*store)->map_blob("snapshot").value().value_or(BlobMapping{});
    EXPECT_EQ(mapping.verify().error().code, ErrorCode::Damaged);
    std::filesystem::copy_file(file, folder_.path() / "blobs" / "other.blob");
    EXPECT_EQ((*store)->map_blob("other").error().code, ErrorCode::Damaged);
}

// A database whose last commits stand only in the write-ahead log.
class LogDamage : public StoreDamage {
  protected:
    static constexpr std::size_t batches = 20;
    static constexpr std::size_t batch_size = 10;

    void SetUp() override {
        Child child([&](int pipe) {
            const auto store = open_sqlite_store(folder_.path(), {.create = true});
            const auto epoch = (*store)->acquire_lease("test");
            bool good = true;
            for (std::size_t i = 0; i < batches; ++i) {
                good = good && append_samples(**store, *epoch, batch_size).has_value();
            }
            static_cast<void>(!write(pipe, good ? "+" : "-", 1));
            pause();
        });
        ASSERT_TRUE(child.read_byte());
        child.kill();
        std::filesystem::remove(folder_.path() / "parcours.db-shm");
        database_bytes_ = read_bytes(database());
        log_bytes_ = read_bytes(log());
        ASSERT_GT(log_bytes_.size(), 100'000U);
    }

    // Opens for writing what is left with another log; the count of records, or the error's name.
    [[nodiscard]] std::string open_with(const std::string& log_bytes) const {
        write_bytes(database(), database_bytes_);
        write_bytes(log(), log_bytes);
        std::filesystem::remove(folder_.path() / "parcours.db-shm");
        const auto store = open_sqlite_store(folder_.path(), {.create = true});
        if (!store) {
            return std::string(error_code_name(store.error().code));
        }
        Collector all;
        const auto scanned = (*store)->scan(1, UINT64_MAX, all);
        if (!scanned || !all.damaged_positions.empty()) {
            return "damaged";
        }
        for (const KeptRecord& kept : all.records) {
            LogRecord record = kept.meta;
            record.topic = kept.topic;
            record.payload = kept.payload;
            EXPECT_TRUE(is_sample(record));
        }
        return std::to_string(all.records.size());
    }

    [[nodiscard]] std::filesystem::path log() const { return folder_.path() / "parcours.db-wal"; }

    std::string database_bytes_;
    std::string log_bytes_;
};

TEST_F(LogDamage, AnUndamagedLogIsRecovered) {
    EXPECT_EQ(open_with(log_bytes_), std::to_string(batches * batch_size));
}

TEST_F(LogDamage, IsSettledByTheNextWriterAlsoBesideAReader) {
    const auto reader = open_sqlite_store(folder_.path(), {.access = Access::Read});
    ASSERT_TRUE(reader.has_value());
    {
        const auto writer = open_sqlite_store(folder_.path(), {});
        ASSERT_TRUE(writer.has_value()) << writer.error().to_text();
        EXPECT_EQ(std::filesystem::file_size(log()), 0U);
    }
    EXPECT_EQ((*reader)->end(), LogPosition{batches * batch_size + 1});
}

TEST_F(LogDamage, AFlippedBitNeverDropsEarlierCommitsInSilence) {
    SeededRandom random(21);
    for (int round = 0; round < 100; ++round) {
        std::string bytes = log_bytes_;
        // The last commit cannot be told from a write torn by a power cut.
        const std::uint64_t at = random.below(bytes.size() - std::size_t{8} * 16384);
        flip_bit(bytes, at, static_cast<unsigned>(random.below(8)));
        EXPECT_EQ(open_with(bytes), "damaged") << "byte " << at;
    }
}

TEST_F(LogDamage, AFlippedBitInItsHeaderIsFound) {
    for (std::size_t at = 0; at < 32; ++at) {
        std::string bytes = log_bytes_;
        flip_bit(bytes, at, static_cast<unsigned>(at % 8));
        EXPECT_EQ(open_with(bytes), "damaged") << "byte " << at;
    }
}

TEST_F(LogDamage, ATornEndLosesOnlyWholeBatches) {
    SeededRandom random(22);
    for (int round = 0; round < 40; ++round) {
        const std::string kept = open_with(log_bytes_.substr(0, random.below(log_bytes_.size())));
        if (kept == "damaged" || kept == "not-found") {
            continue;
        }
        EXPECT_EQ(std::stoul(kept) % batch_size, 0U) << kept;
    }
    // A frame of an unfinished commit at the end, as a power cut leaves it, is no damage.
    EXPECT_EQ(open_with(log_bytes_ + std::string(10'000, 'x')),
              std::to_string(batches * batch_size));
}

}  // namespace
}  // namespace parcours::store
