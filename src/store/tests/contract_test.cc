// What every store keeps to, whatever it is made of.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "record/log.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"
#include "store/tests/backend.h"

namespace parcours::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Implementation {
    std::string_view name;
    std::unique_ptr<Backend> (*make)();
};

class StoreContract : public testing::TestWithParam<Implementation> {
  protected:
    std::unique_ptr<Store> open(Access access = Access::Write) {
        auto store = backend_->open(access);
        EXPECT_TRUE(store.has_value()) << store.error().to_text();
        return store ? std::move(*store) : nullptr;
    }

    static Collector scan(const Store& store, LogPosition from = 1, LogPosition to = UINT64_MAX) {
        Collector collector;
        const auto scanned = store.scan(from, to, collector);
        EXPECT_TRUE(scanned.has_value()) << scanned.error().to_text();
        return collector;
    }

    // Fills a new store with samples and closes it.
    void fill(std::size_t count) {
        const auto store = open();
        const auto epoch = store->acquire_lease("test");
        ASSERT_TRUE(epoch.has_value());
        ASSERT_TRUE(append_samples(*store, *epoch, count).has_value());
    }

    std::unique_ptr<Backend> backend_ = GetParam().make();
};

TEST_P(StoreContract, AnEmptyLogEndsAtOne) {
    const auto store = open();
    EXPECT_EQ(store->end(), LogPosition{1});
    EXPECT_THAT(scan(*store).records, IsEmpty());
    std::string buffer;
    for (const LogPosition position : {0U, 1U, 7U}) {
        const auto record = store->read(position, buffer);
        ASSERT_FALSE(record.has_value());
        EXPECT_EQ(record.error().code, ErrorCode::NotFound);
    }
}

TEST_P(StoreContract, ReadsBackWhatWasAppendedInOrder) {
    const auto store = open();
    const auto epoch = store->acquire_lease("test");
    for (int batch = 0; batch < 3; ++batch) {
        ASSERT_TRUE(append_samples(*store, *epoch, 100).has_value());
    }
    EXPECT_EQ(store->end(), LogPosition{301});
    const Collector all = scan(*store);
    ASSERT_EQ(all.records.size(), 300U);
    for (std::size_t i = 0; i < 300; ++i) {
        LogRecord record = all.records[i].meta;
        record.topic = all.records[i].topic;
        record.payload = all.records[i].payload;
        EXPECT_EQ(record.position, i + 1);
        EXPECT_TRUE(is_sample(record)) << i;
    }
    std::string buffer;
    for (const LogPosition position : {300U, 1U, 150U}) {
        const auto record = store->read(position, buffer);
        ASSERT_TRUE(record.has_value());
        EXPECT_TRUE(is_sample(*record));
        EXPECT_EQ(record->position, position);
    }
}

TEST_P(StoreContract, ScansOnlyTheRangeAndStopsWhenAsked) {
    fill(50);
    const auto store = open(Access::Read);
    EXPECT_EQ(scan(*store, 10, 20).records.size(), 10U);
    EXPECT_EQ(scan(*store, 10, 20).records.front().meta.position, 10U);
    EXPECT_EQ(scan(*store, 0, 3).records.size(), 2U);
    EXPECT_THAT(scan(*store, 20, 20).records, IsEmpty());
    EXPECT_THAT(scan(*store, 51, 900).records, IsEmpty());
    Collector stopped;
    stopped.stop_after = 3;
    ASSERT_TRUE(store->scan(1, 51, stopped).has_value());
    EXPECT_EQ(stopped.records.size(), 3U);
}

TEST_P(StoreContract, PassesOverWhatIsNotWanted) {
    struct Third final : ScanVisitor {
        std::vector<LogPosition> visited;
        [[nodiscard]] bool wants(const LogRecord& head) const override {
            return head.position % 3 == 0 && head.payload.empty();
        }
        bool visit(const LogRecord& record) override {
            EXPECT_TRUE(is_sample(record));
            visited.push_back(record.position);
            return true;
        }
        bool damaged(LogPosition, const Error&) override { return true; }
    };
    fill(10);
    const auto store = open(Access::Read);
    Third third;
    ASSERT_TRUE(store->scan(1, 11, third).has_value());
    EXPECT_EQ(third.visited, (std::vector<LogPosition>{3, 6, 9}));
}

TEST_P(StoreContract, KeepsEverythingAcrossReopening) {
    const std::string blob(100'000, 'b');
    {
        const auto store = open();
        const auto epoch = store->acquire_lease("test");
        // Enough for dictionaries, so that reopening must find them too.
        ASSERT_TRUE(append_samples(*store, *epoch, 2000).has_value());
        ASSERT_TRUE(store->put_blob("snapshot", blob).has_value());
    }
    const auto store = open();
    EXPECT_EQ(store->end(), LogPosition{2001});
    EXPECT_EQ(scan(*store).records.size(), 2000U);
    EXPECT_EQ(store->get_blob("snapshot").value(), blob);
    const auto epoch = store->acquire_lease("test");
    ASSERT_TRUE(append_samples(*store, *epoch, 2000).has_value());
    const Collector all = scan(*store, 1999, 3000);
    EXPECT_EQ(all.records.size(), 1001U);
    EXPECT_THAT(all.damaged_positions, IsEmpty());
}

TEST_P(StoreContract, KeepsEveryByteOfAnyContent) {
    const auto store = open();
    const auto epoch = store->acquire_lease("test");
    std::string all_bytes;
    for (int i = 0; i < 256; ++i) {
        all_bytes += static_cast<char>(i);
    }
    const std::vector<std::string> contents = {"", "{}", all_bytes, std::string(3'000'000, 'x'),
                                               std::string("a\0b", 3)};
    std::vector<Append> records;
    records.reserve(contents.size());
    for (std::size_t i = 0; i < contents.size(); ++i) {
        records.push_back({sample_record(i + 1, contents[i]), {}});
    }
    ASSERT_TRUE(store->append(records, *epoch).has_value());
    std::string buffer;
    for (std::size_t i = 0; i < contents.size(); ++i) {
        const auto record = store->read(i + 1, buffer);
        ASSERT_TRUE(record.has_value()) << record.error().to_text();
        EXPECT_EQ(record->payload, contents[i]);
    }
}

TEST_P(StoreContract, TakesContentsThatThreadsSealedBefore) {
    const auto store = open();
    const auto epoch = store->acquire_lease("test");
    constexpr std::size_t per_thread = 3000;
    std::vector<std::vector<std::string>> sealed(2);
    std::vector<std::thread> threads;
    threads.reserve(sealed.size());
    for (std::size_t t = 0; t < sealed.size(); ++t) {
        threads.emplace_back([&, t] {
            for (std::size_t i = 0; i < per_thread; ++i) {
                const LogPosition position = t * per_thread + i + 1;
                std::string out;
                ASSERT_TRUE(
                    store->codec()
                        .seal(sample_record(position, "").topic, sample_payload(position, 700), out)
                        .has_value());
                sealed[t].push_back(std::move(out));
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    std::vector<Append> records;
    for (const auto& contents : sealed) {
        for (const std::string& content : contents) {
            records.push_back({sample_record(records.size() + 1, ""), content});
        }
    }
    ASSERT_TRUE(store->append(records, *epoch).has_value());
    std::size_t good = 0;
    for (const KeptRecord& kept : scan(*store).records) {
        good += kept.payload == sample_payload(kept.meta.position, 700) ? 1 : 0;
    }
    EXPECT_EQ(good, 2 * per_thread);
}

TEST_P(StoreContract, RefusesContentsSealedElsewhereAndStaysUsable) {
    const auto store = open();
    const auto epoch = store->acquire_lease("test");
    BlobCodec stranger;
    std::string sealed;
    for (LogPosition i = 0; i < 500; ++i) {  // enough for a dictionary of its own
        sealed.clear();
        ASSERT_TRUE(stranger.seal("decision", sample_payload(i), sealed).has_value());
    }
    std::string changed;
    ASSERT_TRUE(store->codec().seal("decision", sample_payload(1), changed).has_value());
    changed.back() = static_cast<char>(changed.back() ^ 1);
    for (const std::string& wrong : {sealed, changed, std::string("short")}) {
        const Append record{sample_record(1, ""), wrong};
        const auto refused = store->append({&record, 1}, *epoch);
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, ErrorCode::Internal);
    }
    EXPECT_EQ(store->end(), LogPosition{1});
    EXPECT_TRUE(append_samples(*store, *epoch, 1).has_value());
}

TEST_P(StoreContract, AppendsAllOrNothing) {
    const auto store = open();
    const auto epoch = store->acquire_lease("test");
    ASSERT_TRUE(append_samples(*store, *epoch, 2).has_value());
    const std::string payload = sample_payload(3);
    const std::vector<Append> gap = {{sample_record(3, payload), {}},
                                     {sample_record(5, payload), {}}};
    const std::vector<Append> again = {{sample_record(2, payload), {}}};
    // The last one is refused only when the ones before it were written already.
    const std::vector<Append> half = {{sample_record(3, payload), {}},
                                      {sample_record(4, ""), "bad"}};
    EXPECT_EQ(store->append(gap, *epoch).error().code, ErrorCode::Conflict);
    EXPECT_EQ(store->append(again, *epoch).error().code, ErrorCode::Conflict);
    EXPECT_EQ(store->append(half, *epoch).error().code, ErrorCode::Internal);
    EXPECT_EQ(store->end(), LogPosition{3});
    EXPECT_EQ(scan(*store).records.size(), 2U);
    EXPECT_TRUE(store->append({}, *epoch).has_value());
    EXPECT_TRUE(append_samples(*store, *epoch, 2).has_value());
    EXPECT_EQ(scan(*store).records.size(), 4U);
}

TEST_P(StoreContract, ARefusedAppendTakesNoDictionaryWithIt) {
    constexpr LogPosition count = 600;
    {
        const auto store = open();
        const auto epoch = store->acquire_lease("test");
        std::vector<std::string> payloads;
        std::vector<Append> records;
        for (LogPosition position = 1; position <= count; ++position) {
            payloads.push_back(sample_payload(position));
        }
        for (LogPosition position = 1; position <= count; ++position) {
            records.push_back({sample_record(position, payloads[position - 1]), {}});
        }
        records.back().sealed = "bad";
        ASSERT_FALSE(store->append(records, *epoch).has_value());
        records.back().sealed = {};
        ASSERT_TRUE(store->append(records, *epoch).has_value());
    }
    const Collector all = scan(*open(Access::Read));
    EXPECT_EQ(all.records.size(), count);
    EXPECT_THAT(all.damaged_positions, IsEmpty());
}

TEST_P(StoreContract, ANewLeaseShutsTheFormerOwnerOut) {
    std::uint64_t first = 0;
    {
        const auto store = open();
        EXPECT_EQ(append_samples(*store, 0, 1).error().code, ErrorCode::Conflict);
        first = store->acquire_lease("first").value();
        const std::uint64_t second = store->acquire_lease("second").value();
        EXPECT_GT(second, first);
        EXPECT_EQ(append_samples(*store, first, 1).error().code, ErrorCode::Conflict);
        EXPECT_TRUE(append_samples(*store, second, 1).has_value());
    }
    const auto store = open();
    const std::uint64_t third = store->acquire_lease("third").value();
    EXPECT_GT(third, first + 1);
    EXPECT_EQ(append_samples(*store, first + 1, 1).error().code, ErrorCode::Conflict);
}

TEST_P(StoreContract, KeepsNamedBlobs) {
    const auto store = open();
    EXPECT_FALSE(store->get_blob("none").value().has_value());
    EXPECT_FALSE(store->map_blob("none").value().has_value());
    const std::string large(5'000'001, 'x');
    for (const std::string& bytes : {std::string(), std::string("one"), large}) {
        for (const std::string_view name : {"snapshot/engine.1", "../é", "."}) {
            ASSERT_TRUE(store->put_blob(name, bytes).has_value());
            EXPECT_EQ(store->get_blob(name).value(), bytes);
            const auto mapping = store->map_blob(name).value();
            ASSERT_TRUE(mapping.has_value());
            const BlobMapping found = mapping.value_or(BlobMapping{});
            EXPECT_EQ(found.bytes, bytes);
            EXPECT_TRUE(found.verify().has_value());
        }
    }
    EXPECT_EQ(store->put_blob("", "x").error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(store->put_blob(std::string(81, 'n'), "x").error().code, ErrorCode::InvalidInput);
}

TEST_P(StoreContract, AMappingOutlivesReplacingAndClosing) {
    auto store = open();
    ASSERT_TRUE(store->put_blob("snapshot", "the old one").has_value());
    const BlobMapping mapping = store->map_blob("snapshot").value().value_or(BlobMapping{});
    ASSERT_TRUE(store->put_blob("snapshot", "new").has_value());
    EXPECT_EQ(store->get_blob("snapshot").value(), "new");
    store.reset();
    EXPECT_EQ(mapping.bytes, "the old one");
    EXPECT_TRUE(mapping.verify().has_value());
}

TEST_P(StoreContract, FindsDamageNamesItAndGoesOn) {
    fill(20);
    backend_->damage_content(5);
    backend_->damage_meta(11);
    const auto store = open();
    const Collector found = scan(*store);
    EXPECT_THAT(found.damaged_positions, ElementsAre(5, 11));
    EXPECT_EQ(found.records.size(), 18U);
    for (const Error& error : found.errors) {
        EXPECT_EQ(error.code, ErrorCode::Damaged);
    }
    EXPECT_THAT(found.errors.front().message, HasSubstr("record 5"));
    std::string buffer;
    EXPECT_EQ(store->read(5, buffer).error().code, ErrorCode::Damaged);
    EXPECT_EQ(store->read(11, buffer).error().code, ErrorCode::Damaged);
    EXPECT_TRUE(store->read(6, buffer).has_value());
    Collector stopped;
    stopped.stop_after = 1;
    ASSERT_TRUE(store->scan(5, 21, stopped).has_value());
    EXPECT_THAT(stopped.damaged_positions, ElementsAre(5));
    EXPECT_THAT(stopped.records, IsEmpty());
}

TEST_P(StoreContract, HasOneWriterAndReadersBesideIt) {
    const auto writer = open();
    const auto second = backend_->open(Access::Write);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, ErrorCode::Locked);
    const auto reader = open(Access::Read);
    const auto epoch = writer->acquire_lease("test");
    // Two rounds of dictionaries: the reader must find those trained after it was opened.
    for (LogPosition round = 1; round <= 3; ++round) {
        ASSERT_TRUE(append_samples(*writer, *epoch, 1000).has_value());
        EXPECT_EQ(reader->end(), LogPosition{round * 1000 + 1});
        const Collector seen = scan(*reader);
        EXPECT_EQ(seen.records.size(), round * 1000);
        EXPECT_THAT(seen.damaged_positions, IsEmpty());
    }
    EXPECT_EQ(reader->acquire_lease("reader").error().code, ErrorCode::ReadOnly);
    EXPECT_EQ(append_samples(*reader, *epoch, 1).error().code, ErrorCode::ReadOnly);
    EXPECT_EQ(reader->put_blob("x", "y").error().code, ErrorCode::ReadOnly);
}

TEST_P(StoreContract, ThreadsReadWholeBatchesWhileOneAppends) {
    const auto store = open();
    const auto epoch = store->acquire_lease("test");
    std::atomic<bool> done = false;
    std::vector<std::thread> readers;
    readers.reserve(2);
    std::atomic<std::size_t> half_batches = 0;
    for (int t = 0; t < 2; ++t) {
        readers.emplace_back([&] {
            while (!done) {
                const Collector seen = scan(*store);
                half_batches += seen.records.size() % 50 != 0 ? 1 : 0;
                half_batches += seen.damaged_positions.size();
            }
        });
    }
    for (int batch = 0; batch < 40; ++batch) {
        EXPECT_TRUE(append_samples(*store, *epoch, 50).has_value());
    }
    done = true;
    for (std::thread& reader : readers) {
        reader.join();
    }
    EXPECT_EQ(half_batches, 0U);
    EXPECT_EQ(store->end(), LogPosition{2001});
}

TEST_P(StoreContract, ScanningMayAppend) {
    const auto store = open();
    const auto epoch = store->acquire_lease("test");
    ASSERT_TRUE(append_samples(*store, *epoch, 3).has_value());
    class Appending final : public ScanVisitor {
      public:
        Appending(Store& store, std::uint64_t epoch) : store_(store), epoch_(epoch) {}
        bool visit(const LogRecord&) override {
            ++seen;
            return append_samples(store_, epoch_, 1).has_value();
        }
        bool damaged(LogPosition, const Error&) override { return false; }
        std::size_t seen = 0;

      private:
        Store& store_;
        std::uint64_t epoch_;
    } visitor(*store, *epoch);
    ASSERT_TRUE(store->scan(1, UINT64_MAX, visitor).has_value());
    EXPECT_EQ(visitor.seen, 3U);
    EXPECT_EQ(store->end(), LogPosition{7});
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract,
                         testing::Values(Implementation{"memory", make_memory_backend},
                                         Implementation{"sqlite", make_sqlite_backend}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace parcours::store
