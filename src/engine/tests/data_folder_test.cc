#include "engine/data_folder.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/import.h"
#include "engine/runner.h"
#include "engine/virtual_run.h"
#include "import_fixture.h"
#include "population/live_index.h"
#include "record/identity.h"
#include "record/log.h"
#include "store/memory/memory_store.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Folders in memory.
class Folder : public ImportFixture {
  protected:
    /// Enough that further imports leave the snapshot behind.
    void import_practice() {
        std::string text = patient("p") + "\n" + patient("q") + "\n";
        for (int i = 0; i < 500; ++i) {
            text += condition("c" + std::to_string(i), std::to_string(i % 17)) + "\n";
        }
        files.files["x.ndjson"] = text + "[1]\n";
        import({"x.ndjson"});
    }

    [[nodiscard]] std::string blob(std::string_view name) const {
        auto bytes = folder->store().get_blob(name);
        EXPECT_TRUE(bytes && *bytes) << name;
        return bytes && *bytes ? **bytes : std::string();
    }

    void expect_whole(const std::string& index, const std::string& why) {
        EXPECT_EQ(indexed(), index) << why;
        EXPECT_THAT(quarantine(), SizeIs(1)) << why;
        EXPECT_THAT(folder->damages(), IsEmpty()) << why;
        EXPECT_EQ(import({"x.ndjson"}).stored, 0U) << why;
        EXPECT_THAT(quarantine(), SizeIs(1)) << why;
    }
};

TEST_F(Folder, RebuildsDamagedSnapshots) {
    import_practice();
    const std::string index = indexed();
    for (const std::string name : {"index", "identity", "marks"}) {
        const std::string bytes = blob(name);
        std::vector<std::string> broken = {"", "x", bytes.substr(0, bytes.size() / 2)};
        for (std::size_t part = 0; part < 16; ++part) {
            std::string flipped = bytes;
            flipped[bytes.size() * part / 16] ^= 0x20;
            // Bits of marks and identities are guarded by the store's checksum of a blob; what
            // passes that is guarded by their form alone.
            if (name == "index" || part == 0) {
                broken.push_back(flipped);
            }
        }
        for (std::size_t i = 0; i < broken.size(); ++i) {
            ASSERT_TRUE(folder->store().put_blob(name, broken[i]));
            reopen();
            expect_whole(index, name + ", damaged in way " + std::to_string(i));
            ASSERT_TRUE(folder->store().put_blob(name, bytes));
            reopen();
            expect_whole(index, name + ", whole again");
        }
    }
}

// Else every start would rebuild it until the log has grown.
TEST_F(Folder, WritesASnapshotAgainThatItCouldNotUse) {
    import_practice();
    for (const std::string name : {"index", "identity"}) {
        const std::string bytes = blob(name);
        ASSERT_TRUE(folder->store().put_blob(name, bytes.substr(0, bytes.size() / 2)));
        reopen();
        ASSERT_TRUE(folder->save_snapshots());
        EXPECT_EQ(blob(name).size(), bytes.size()) << name;  // its tables have no order
    }
}

TEST_F(Folder, RebuildsTheIndexOfAnotherLog) {
    import_practice();
    const std::string foreign = blob("index");
    start_anew();
    std::string other;
    for (int i = 0; i < 600; ++i) {
        other += condition("d" + std::to_string(i), "4") + "\n";
    }
    files.files["y.ndjson"] = other;
    import({"y.ndjson"});
    const std::string index = indexed();
    ASSERT_TRUE(folder->store().put_blob("index", foreign));
    reopen();
    EXPECT_EQ(indexed(), index);
}

TEST_F(Folder, FoldsWhatTheSnapshotDoesNotHold) {
    import_practice();
    const std::string marks = blob("marks");
    files.files["y.ndjson"] = condition("c1", "99") + "\n" + condition("new", "7") + "\n[2]\n";
    import({"y.ndjson"});
    ASSERT_EQ(blob("marks"), marks) << "the snapshot was not written again";
    const std::string index = indexed();
    const auto heads = folder->identity().heads;
    reopen();
    EXPECT_EQ(indexed(), index);
    EXPECT_EQ(folder->identity().heads, heads);
    EXPECT_EQ(current("c1"), "99");
    EXPECT_EQ(current("new"), "7");
    EXPECT_THAT(quarantine(), SizeIs(2));
    EXPECT_EQ(import({"y.ndjson"}).stored, 0U);
    ASSERT_TRUE(folder->forget_snapshots());
    reopen();
    EXPECT_EQ(indexed(), index);
    EXPECT_EQ(folder->identity().heads, heads);
}

TEST_F(Folder, ChainsTheRecordsOfAPatient) {
    files.files["x.ndjson"] = condition("a", "1") + "\n" + patient("q") + "\n" +
                              condition("b", "2") + "\n" + patient("p") + "\n";
    import({"x.ndjson"});
    reopen();
    files.files["x.ndjson"] = condition("c", "3") + "\n";
    import({"x.ndjson"});
    EXPECT_THAT(bodies(),
                ElementsAre(HasSubstr("1 main/Condition <- 0 "), HasSubstr("2 main/Patient <- 0 "),
                            HasSubstr("3 main/Condition <- 1 "), HasSubstr("4 main/Patient <- 3 "),
                            HasSubstr("5 main/Condition <- 4 ")));
}

TEST_F(Folder, RefusesToGoOnAfterAFailedAppend) {
    bool broken = true;
    faults = [&broken](store::FaultPoint point) -> std::optional<Error> {
        if (broken && point == store::FaultPoint::BeforeCommit) {
            return Error{ErrorCode::NoSpace, "no room", {}};
        }
        return std::nullopt;
    };
    reopen();
    files.files["x.ndjson"] = patient("p") + "\n";
    ImportOptions options;
    options.paths = {"x.ndjson"};
    const auto first = import_files(*folder, files, clock, options, [](const ImportProgress&) {});
    EXPECT_EQ(first.error().code, ErrorCode::NoSpace);
    EXPECT_TRUE(folder->append_failed());
    broken = false;
    const auto second = import_files(*folder, files, clock, options, [](const ImportProgress&) {});
    EXPECT_EQ(second.error().code, ErrorCode::Unavailable);
    ASSERT_TRUE(folder->save_snapshots()) << "which writes nothing";
    reopen();
    EXPECT_EQ(import({"x.ndjson"}).stored, 1U);
}

TEST_F(Folder, AWriterThatLostItsLeaseCommitsNothingMore) {
    import_practice();
    const LogPosition end = folder->end();
    ASSERT_TRUE(folder->store().acquire_lease("another node"));
    std::vector<store::Append> records(1);
    records[0].record.topic = "late";
    EXPECT_EQ(folder->append(records).error().code, ErrorCode::Conflict);
    EXPECT_EQ(folder->store().end().value(), end);
    EXPECT_TRUE(folder->append_failed()) << "memory may be ahead of the log: the process ends";
    reopen();  // as the owner again
    EXPECT_EQ(folder->end(), end);
    EXPECT_TRUE(folder->append(records)) << "the control";
}

TEST_F(Folder, AReaderSeesWhatIsThereAndWritesNothing) {
    import_practice();
    const std::string index = indexed();
    auto reading = store::open_memory_store(disk(), false);
    ASSERT_TRUE(reading);
    const auto reader = DataFolder::open(std::move(*reading), false);
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ((*reader)->index()->fact_count(), 500U);
    EXPECT_EQ((*reader)->index()->person_count(), 2U);
    EXPECT_THAT(*list_quarantine(**reader), SizeIs(1));
    std::vector<store::Append> records(1);
    EXPECT_FALSE((*reader)->append(records));
    reopen();
    EXPECT_EQ(indexed(), index);
}

TEST_F(Folder, NamesADamagedRecordAndLeavesItOut) {
    import_practice();
    ASSERT_TRUE(folder->forget_snapshots());
    ASSERT_TRUE(disk()->flip_bit(2, false));
    reopen();
    ASSERT_THAT(folder->damages(), SizeIs(1));
    EXPECT_EQ(folder->damages()[0].position, 2U);
    EXPECT_EQ(folder->index()->person_count(), 1U);
    EXPECT_FALSE(folder->read_body(2));
    // Its source can be imported again, and only that.
    EXPECT_EQ(import({"x.ndjson"}).stored, 1U);
    EXPECT_EQ(folder->index()->person_count(), 2U);
}

TEST_F(Folder, WorkThatWasVirtualNeverBecomesReal) {
    files.files["x.ndjson"] = patient("p") + "\n";
    import({"x.ndjson"});
    const auto clinic = load_clinic({});
    ASSERT_TRUE(clinic) << clinic.error().message;
    const auto make = [&] { return Runner::make(*folder, *clinic, open_sandboxes(**clinic), "s"); };
    const Instant from = clock.now();
    {
        const auto runner = make();
        ASSERT_TRUE(runner) << runner.error().message;
        ASSERT_TRUE(run_virtually(**runner, from, from + std::chrono::hours{48}, [](double) {}));
        EXPECT_EQ((*runner)->start_live(from).error().code, ErrorCode::Conflict);
    }
    reopen();
    const auto runner = make();
    ASSERT_TRUE(runner);
    const auto refused = (*runner)->start_live(from);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("virtual clock"));
}

/// Folders on the disk.
class DiskFolder : public ::testing::Test {
  protected:
    DiskFolder() {
        std::string name = ::testing::TempDir() + "data-folder-XXXXXX";
        path_ = ::mkdtemp(name.data());
    }
    ~DiskFolder() override { std::filesystem::remove_all(path_); }

    [[nodiscard]] std::string path() const { return path_ + "/D"; }

  private:
    std::string path_;
};

TEST_F(DiskFolder, IsMadeOnlyWhereThatWasAskedFor) {
    EXPECT_EQ(DataFolder::open(path(), DataFolder::Mode::Write).error().code, ErrorCode::NotFound);
    EXPECT_EQ(DataFolder::open(path(), DataFolder::Mode::Read).error().code, ErrorCode::NotFound);
    const auto made = DataFolder::open(path(), DataFolder::Mode::Create);
    ASSERT_TRUE(made);
    EXPECT_EQ((*made)->path(), path());
    EXPECT_EQ((*made)->end(), 1U);
}

TEST_F(DiskFolder, HasOneWriterAndReadersBeside) {
    auto writer = DataFolder::open(path(), DataFolder::Mode::Create);
    ASSERT_TRUE(writer);
    const auto second = DataFolder::open(path(), DataFolder::Mode::Write);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Locked);
    EXPECT_TRUE(DataFolder::open(path(), DataFolder::Mode::Read));
    TextFiles files;
    files.files["x.ndjson"] = patient("p") + "\n";
    ImportOptions options;
    options.paths = {"x.ndjson"};
    ASSERT_TRUE(import_files(**writer, files, VirtualClock(Instant{}), options,
                             [](const ImportProgress&) {}))
        << "the one who was refused has not taken the lease";
    writer->reset();
    const auto next = DataFolder::open(path(), DataFolder::Mode::Write);
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_EQ((*next)->index()->person_count(), 1U);
}

TEST_F(DiskFolder, OfANewerVersionIsRefused) {
    ASSERT_TRUE(DataFolder::open(path(), DataFolder::Mode::Create));
    constexpr std::streamoff user_version_at = 60;  // of SQLite's file header
    std::fstream file(path() + "/parcours.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(user_version_at);
    file.write("\0\0\1\0", 4);
    file.close();
    for (const auto mode : {DataFolder::Mode::Read, DataFolder::Mode::Write}) {
        const auto opened = DataFolder::open(path(), mode);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, ErrorCode::NewerFormat) << opened.error().message;
    }
}

}  // namespace
}  // namespace parcours::engine
