#include "engine/quarantine.h"

#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/import.h"
#include "import_fixture.h"
#include "store/memory/memory_store.h"

namespace parcours::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Quarantine : public ImportFixture {
  protected:
    void expect_retry(std::uint64_t tried, std::uint64_t resolved) {
        const RetryReport report = retry();
        EXPECT_EQ(report.tried, tried);
        EXPECT_EQ(report.resolved, resolved);
    }

    std::string many(int count) {
        std::string text;
        for (int i = 0; i < count; ++i) {
            text += condition("c" + std::to_string(i * 7919), std::to_string(i)) + "\n";
        }
        return text;
    }
};

TEST_F(Quarantine, KeepsWhatIsWrongWithItsPlace) {
    files.files["x.ndjson"] = condition("a", "1") + "\n\n  {\"resourceType\":\"Patient\"}\n" +
                              "{\"resourceType\":\"Patient\",\"id\":\n[1]\n";
    EXPECT_EQ(import({"x.ndjson"}).quarantined, 3U);
    const auto entries = quarantine();
    ASSERT_THAT(entries, SizeIs(3));
    EXPECT_EQ(entries[0].where.line, 3U);
    EXPECT_THAT(entries[0].reason, HasSubstr("id"));
    EXPECT_EQ(entries[0].content, "{\"resourceType\":\"Patient\"}");
    EXPECT_FALSE(entries[0].whole_file);
    EXPECT_EQ(entries[1].where.line, 4U);
    EXPECT_EQ(entries[2].where.line, 5U);
    EXPECT_EQ(entries[2].source, "main");
    // The same again is no further entry, now and after a restart.
    EXPECT_EQ(import({"x.ndjson"}).quarantined, 3U);
    reopen();
    import({"x.ndjson"});
    EXPECT_THAT(quarantine(), SizeIs(3));
    expect_retry(3, 0);
    EXPECT_THAT(quarantine(), SizeIs(3));
}

TEST_F(Quarantine, ResolvesALineThatWasMended) {
    const std::string good = condition("a", "1") + "\n";
    files.files["x.ndjson"] = good + "{\"resourceType\":\"Conditon\",\"id\":\"b\"}\n[1]\n" + good;
    import({"x.ndjson"});
    files.files["x.ndjson"] = good + condition("b", "2") + "\n[1]\n" + good;
    files.opened.clear();
    expect_retry(2, 1);
    EXPECT_EQ(current("b"), "2");
    ASSERT_THAT(quarantine(), SizeIs(1));
    EXPECT_EQ(quarantine()[0].where.line, 3U);
    EXPECT_LE(files.opened["x.ndjson"], 2U) << "once to know its size, once to read it";
    reopen();
    EXPECT_EQ(current("b"), "2");
    EXPECT_THAT(quarantine(), SizeIs(1));
    EXPECT_EQ(import({"x.ndjson"}).stored, 0U);
}

TEST_F(Quarantine, ResolvesWhatAnImportHasStoredAlready) {
    files.files["x.ndjson"] = "[1]\n";
    import({"x.ndjson"});
    files.files["x.ndjson"] = condition("a", "1") + "\n";
    EXPECT_EQ(import({"x.ndjson"}).stored, 1U);
    expect_retry(1, 1);
    EXPECT_THAT(bodies(), SizeIs(1));
}

TEST_F(Quarantine, KeepsALineThatIsGone) {
    files.files["x.ndjson"] = condition("a", "1") + "\n[1]\n";
    import({"x.ndjson"});
    files.files["x.ndjson"] = condition("a", "1") + "\n";
    expect_retry(1, 0);
    files.files.clear();
    expect_retry(1, 0);
    EXPECT_THAT(quarantine(), SizeIs(1));
}

TEST_F(Quarantine, ReadsAWholeFileAgainThatWasCutOff) {
    const std::string whole = gzip(many(5'000));
    files.files["x.ndjson.gz"] = whole.substr(0, whole.size() / 2);
    const ImportReport first = import({"x.ndjson.gz"});
    ASSERT_GT(first.stored, 1'000U);
    ASSERT_LT(first.stored, 5'000U);
    const std::size_t open = quarantine().size();
    ASSERT_TRUE(quarantine().back().whole_file);
    // Still cut off, elsewhere: what is new is stored, and nothing counts as mended.
    files.files["x.ndjson.gz"] = whole.substr(0, whole.size() * 3 / 4);
    const std::size_t before = bodies().size();
    retry();
    EXPECT_GT(bodies().size(), before);
    std::size_t files_open = 0;
    for (const QuarantineEntry& entry : quarantine()) {
        files_open += entry.whole_file ? 1 : 0;
    }
    EXPECT_EQ(files_open, 2U) << "where it was cut before, and where it is cut now";
    files.files["x.ndjson.gz"] = whole;
    const RetryReport last = retry();
    EXPECT_GE(last.tried, open);
    EXPECT_EQ(last.resolved, last.tried);
    EXPECT_THAT(quarantine(), IsEmpty());
    EXPECT_THAT(bodies(), SizeIs(5'000));
    EXPECT_EQ(import({"x.ndjson.gz"}).stored, 0U);
}

TEST_F(Quarantine, ReadsAFileAgainThatCouldNotBeOpened) {
    files.files["x.ndjson"] = "[1]\n" + many(10);
    files.unreadable = {"x.ndjson"};
    import({"x.ndjson"});
    ASSERT_THAT(quarantine(), SizeIs(1));
    EXPECT_TRUE(quarantine()[0].whole_file);
    expect_retry(1, 0);
    files.unreadable.clear();
    expect_retry(1, 1);
    EXPECT_THAT(bodies(), SizeIs(10));
    ASSERT_THAT(quarantine(), SizeIs(1)) << "what the file itself holds";
    EXPECT_EQ(quarantine()[0].content, "[1]");
    // It breaks again in the same way: it is open again.
    files.unreadable = {"x.ndjson"};
    reopen();
    import({"x.ndjson"});
    EXPECT_THAT(quarantine(), SizeIs(2));
    reopen();
    import({"x.ndjson"});
    EXPECT_THAT(quarantine(), SizeIs(2));
}

TEST_F(Quarantine, AnEmptyFileMendsNothing) {
    files.files["x.ndjson"] = many(1);
    files.unreadable = {"x.ndjson"};
    import({"x.ndjson"});
    files.unreadable.clear();
    files.files["x.ndjson"] = "";
    expect_retry(1, 0);
}

TEST_F(Quarantine, ReadsADocumentAgain) {
    files.files["no-fhir.json"] = "{\"a\":1}";
    files.files["cut.json"] = "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\n\"entry\":[";
    import({"no-fhir.json", "cut.json"});
    ASSERT_THAT(quarantine(), SizeIs(2));
    const auto bundle = [](const std::string& second) {
        return "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\n\"entry\":[\n{"
               "\"resource\":" +
               condition("a", "1") + "},\n" + second + "]}";
    };
    files.files["cut.json"] = bundle("{\"resource\":{\"resourceType\":\"Condition\"}}");
    expect_retry(2, 1);
    EXPECT_EQ(current("a"), "1");
    ASSERT_THAT(quarantine(), SizeIs(2)) << "the other file, and the entry without an id";
    files.files["no-fhir.json"] = patient("p");
    files.files["cut.json"] = bundle("{\"resource\":" + condition("b", "2") + "}");
    expect_retry(2, 2);
    EXPECT_EQ(current("b"), "2");
    EXPECT_EQ(folder->index()->person_count(), 1U);
}

TEST_F(Quarantine, AMendedLineDoesNotBringBackOldVersions) {
    files.files["old.ndjson"] = condition("a", "1") + "\n[1]\n";
    files.files["new.ndjson"] = condition("a", "2") + "\n";
    import({"old.ndjson"});
    import({"new.ndjson"});
    ASSERT_EQ(current("a"), "2");
    files.files["old.ndjson"] = condition("a", "1") + "\n" + condition("b", "3") + "\n";
    expect_retry(1, 1);
    EXPECT_EQ(current("a"), "2");
    EXPECT_EQ(current("b"), "3");
}

TEST_F(Quarantine, ResolvesNothingThatIsNotDurable) {
    bool broken = false;
    faults = [&broken](store::FaultPoint point) -> std::optional<Error> {
        if (broken && point == store::FaultPoint::BeforeCommit) {
            return Error{ErrorCode::NoSpace, "no room", {}};
        }
        return std::nullopt;
    };
    reopen();
    files.files["x.ndjson"] = "[1]\n";
    import({"x.ndjson"});
    files.files["x.ndjson"] = condition("a", "1") + "\n";
    broken = true;
    EXPECT_EQ(retry_quarantine(*folder, files, clock).error().code, ErrorCode::NoSpace);
    broken = false;
    reopen();
    EXPECT_THAT(bodies(), IsEmpty());
    ASSERT_THAT(quarantine(), SizeIs(1));
    expect_retry(1, 1);
    EXPECT_THAT(bodies(), SizeIs(1));
}

TEST_F(Quarantine, ReadsEachFileOnceForAllItsEntries) {
    std::string broken;
    for (int i = 0; i < 200; ++i) {
        broken += "[" + std::to_string(i) + "]\n";
    }
    files.files["x.ndjson"] = broken;
    import({"x.ndjson"});
    ASSERT_THAT(quarantine(), SizeIs(200));
    files.files["x.ndjson"] = many(200);
    files.opened.clear();
    expect_retry(200, 200);
    EXPECT_LE(files.opened["x.ndjson"], 2U);
    EXPECT_THAT(bodies(), SizeIs(200));
}

TEST_F(Quarantine, WritesAndReadsAnEntry) {
    QuarantineEntry entry;
    entry.id = named_hash("quarantine", {"x"});
    entry.source = "hospital";
    entry.where = {"a\xff.ndjson", 12, 34};
    entry.reason = "no \"id\"";
    entry.content = "{\n}";
    entry.whole_file = true;
    entry.at = clock.now();
    const auto read = read_quarantine(write_quarantine(entry));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->id, entry.id);
    EXPECT_EQ(read->source, "hospital");
    EXPECT_EQ(read->where.line, 12U);
    EXPECT_EQ(read->where.column, 34U);
    EXPECT_EQ(read->content, "{\n}");
    EXPECT_TRUE(read->whole_file);
    EXPECT_EQ(read->at, entry.at);
    EXPECT_FALSE(read_quarantine("{}"));
    EXPECT_FALSE(read_quarantine("{"));
}

}  // namespace
}  // namespace parcours::engine
