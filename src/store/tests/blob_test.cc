#include "store/blob.h"

#include <algorithm>
#include <bits/basic_string.h>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"
#include "record/log.h"
#include "store/blob_bytes.h"
#include "store/dictionary.h"
#include "store/tests/backend.h"

namespace parcours::store {
namespace {

std::string seal(BlobCodec& codec, std::string_view topic, std::string_view payload) {
    std::string out;
    EXPECT_TRUE(codec.seal(topic, payload, out).has_value());
    return out;
}

// A resource with as much in common with its neighbours as real ones have.
std::string resource(std::uint64_t i) {
    return fmt::format(
        R"({{"resourceType":"Observation","id":"{:016x}","status":"final",)"
        R"("category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/)"
        R"(observation-category","code":"vital-signs","display":"vital-signs"}}]}}],)"
        R"("code":{{"coding":[{{"system":"http://loinc.org","code":"8302-2"}}]}},)"
        R"("subject":{{"reference":"Patient/{:08x}"}},"valueQuantity":{{"value":{}}}}})",
        fast_hash("id", i), fast_hash("patient", i) & 0xFFFFFFFFU, i % 200);
}

BlobHeader header_of(std::string_view blob) {
    std::size_t stored_at = 0;
    const auto header = parse_blob_header(blob, stored_at);
    EXPECT_TRUE(header.has_value());
    return header.value_or(BlobHeader{});
}

TEST(BlobHeaders, AreReadAsTheyWereWritten) {
    for (const std::uint64_t key : {std::uint64_t{0}, std::uint64_t{127}, UINT64_MAX}) {
        std::string bytes;
        append_blob_header({.encoding = BlobEncoding::ZstdDictionary,
                            .dictionary = UINT32_MAX,
                            .key = key,
                            .raw_size = payload_bytes_max},
                           bytes);
        std::size_t stored_at = 0;
        const auto header = parse_blob_header(bytes + "stored", stored_at);
        ASSERT_TRUE(header.has_value());
        EXPECT_EQ(header->encoding, BlobEncoding::ZstdDictionary);
        EXPECT_EQ(header->dictionary, UINT32_MAX);
        EXPECT_EQ(header->key, key);
        EXPECT_EQ(header->raw_size, payload_bytes_max);
        EXPECT_EQ(stored_at, bytes.size());
    }
}

TEST(BlobHeaders, OfAnotherShapeAreRefused) {
    std::size_t stored_at = 0;
    using namespace std::string_literals;
    const std::vector<std::string> broken = {
        "",
        "\1",
        "\1\0"s,
        "\1\0\0\0"s,
        "\0\0\0\0\0"s,  // too short, or of format 0
        "\1\3\0\0\0"s,  // an encoding that does not exist
        "\1\2\0\0\0"s,
        "\1\1\1\0\0"s,                           // dictionary missing, or one too many
        "\1\0\0\0"s + std::string(11, '\xFF')};  // a size beyond 64 bits
    for (const std::string& bytes : broken) {
        const auto header = parse_blob_header(bytes, stored_at);
        ASSERT_FALSE(header.has_value()) << bytes.size();
        EXPECT_EQ(header.error().code, ErrorCode::Damaged);
    }
    EXPECT_EQ(parse_blob_header("\2\0\0\0\0"s, stored_at).error().code, ErrorCode::NewerFormat);
}

TEST(BlobCodecs, GiveBackEveryContent) {
    BlobCodec codec;
    SeededRandom random(5);
    std::string out;
    for (int i = 0; i < 3000; ++i) {
        std::string payload = sample_payload(random.next(), random.below(2000));
        if (i % 10 == 0) {  // what cannot be compressed
            std::ranges::generate(payload, [&] { return static_cast<char>(random.next()); });
        }
        const std::string sealed = seal(codec, i % 2 == 0 ? "a" : "b", payload);
        const auto parts = split_sealed(sealed);
        ASSERT_TRUE(parts.has_value());
        EXPECT_EQ(codec.content_checksum(parts->blob), parts->checksum);
        ASSERT_TRUE(codec.open(parts->blob, out).has_value());
        ASSERT_EQ(out, payload);
    }
}

TEST(BlobCodecs, AppendToWhatIsThere) {
    BlobCodec codec;
    std::string out = "before";
    ASSERT_TRUE(codec.seal("a", "some content", out).has_value());
    EXPECT_TRUE(out.starts_with("before"));
    const auto parts = split_sealed(std::string_view(out).substr(6));
    std::string payload;
    ASSERT_TRUE(codec.open(parts->blob, payload).has_value());
    EXPECT_EQ(payload, "some content");
}

TEST(BlobCodecs, LearnADictionaryPerTopicThatMakesBodiesSmall) {
    BlobCodec codec;
    std::size_t first = 0;
    std::size_t last = 0;
    for (LogPosition i = 1; i <= 3000; ++i) {
        const std::string sealed = seal(codec, "main/Observation", resource(i));
        (i == 1 ? first : last) = sealed.size();
    }
    EXPECT_LT(last * 3, first);
    const std::string sealed = seal(codec, "main/Observation", sample_payload(9000, 700));
    const BlobHeader header = header_of(split_sealed(sealed)->blob);
    EXPECT_EQ(header.encoding, BlobEncoding::ZstdDictionary);
    const auto dictionary = codec.find_dictionary(header.dictionary);
    ASSERT_NE(dictionary, nullptr);
    EXPECT_EQ(dictionary->topic, "main/Observation");
    EXPECT_EQ(dictionary->hash, fast_hash(dictionary->bytes));
    const std::string other = seal(codec, "main/Patient", sample_payload(1, 700));
    EXPECT_EQ(header_of(split_sealed(other)->blob).dictionary, 0U);
}

TEST(BlobCodecs, OpenWithLoadedDictionariesAndNoOthers) {
    BlobCodec writer;
    std::string sealed;
    for (LogPosition i = 1; i <= 3000; ++i) {
        sealed = seal(writer, "t", sample_payload(i, 700));
    }
    const std::string_view blob = split_sealed(sealed)->blob;
    const std::uint32_t id = header_of(blob).dictionary;
    ASSERT_NE(id, 0U);
    std::string payload;
    BlobCodec reader;
    EXPECT_EQ(reader.open(blob, payload).error().code, ErrorCode::Damaged);
    EXPECT_EQ(reader.content_checksum(blob).error().code, ErrorCode::Damaged);
    Dictionary other = *writer.find_dictionary(id);
    other.bytes[other.bytes.size() / 2] ^= 1;
    EXPECT_EQ(reader.load(other).error().code, ErrorCode::Damaged);
    EXPECT_EQ(reader.find_dictionary(id), nullptr);
    other.hash = fast_hash(other.bytes);
    BlobCodec mistaken;
    ASSERT_TRUE(mistaken.load(other).has_value());
    EXPECT_NE(mistaken.content_checksum(blob).value(), split_sealed(sealed)->checksum);
    ASSERT_TRUE(reader.load(*writer.find_dictionary(id)).has_value());
    ASSERT_TRUE(reader.open(blob, payload).has_value());
    EXPECT_EQ(payload, sample_payload(3000, 700));
    // What the reader trains later must not take a number that is in use.
    for (LogPosition i = 1; i <= 3000; ++i) {
        sealed = seal(reader, "u", sample_payload(i, 700));
    }
    EXPECT_GT(header_of(split_sealed(sealed)->blob).dictionary, id);
}

TEST(BlobCodecs, RefuseBrokenContents) {
    BlobCodec codec;
    const std::string sealed = seal(codec, "t", sample_payload(1, 700));
    const std::string blob(split_sealed(sealed)->blob);
    std::string payload;
    std::size_t refused = 0;
    for (std::size_t size = 0; size < blob.size(); ++size) {
        refused += codec.open(blob.substr(0, size), payload) ? 0 : 1;
    }
    EXPECT_EQ(refused, blob.size());
    std::string raw;
    append_blob_header({.raw_size = 5}, raw);
    EXPECT_TRUE(codec.open(raw + "12345", payload).has_value());
    EXPECT_EQ(codec.open(raw + "1234", payload).error().code, ErrorCode::Damaged);
    std::string locked;
    append_blob_header({.key = 9, .raw_size = 5}, locked);
    EXPECT_EQ(codec.open(locked + "12345", payload).error().code, ErrorCode::Unavailable);
}

TEST(BlobCodecs, SurviveRandomBytes) {
    BlobCodec const codec;
    SeededRandom random(6);
    std::string payload;
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes(random.below(40), '\0');
        std::ranges::generate(bytes, [&] { return static_cast<char>(random.below(4)); });
        if (codec.open(bytes, payload)) {
            std::size_t stored_at = 0;
            EXPECT_EQ(parse_blob_header(bytes, stored_at)->raw_size, payload.size());
        }
    }
}

TEST(BlobCodecs, ServeManyThreadsAndTopics) {
    BlobCodec codec;
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (unsigned t = 0; t < 4; ++t) {
        threads.emplace_back([&codec, t] {
            std::string payload;
            for (LogPosition i = 0; i < 2000; ++i) {
                const std::string original = sample_payload(i * 4 + t, 600);
                const std::string sealed = seal(codec, fmt::format("t{}", i % 3), original);
                ASSERT_TRUE(codec.open(split_sealed(sealed)->blob, payload).has_value());
                ASSERT_EQ(payload, original);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

TEST(Dictionaries, NeedSomeSamples) {
    DictionarySamples few;
    few.add("one");
    few.add("");
    EXPECT_FALSE(few.train(8192).has_value());
}

TEST(Dictionaries, AreTheSameForTheSameSamples) {
    DictionarySamples one;
    DictionarySamples two;
    for (LogPosition i = 0; i < 200; ++i) {
        one.add(sample_payload(i, 500));
        two.add(sample_payload(i, 500));
    }
    ASSERT_TRUE(one.train(8192).has_value());
    EXPECT_EQ(one.train(8192), two.train(8192));
}

TEST(RecordChecksums, DependOnEveryField) {
    const LogRecord record = sample_record(3, "");
    const std::uint64_t right = record_checksum(record, 1);
    std::vector<LogRecord> others(9, record);
    others[0].position = 4;
    others[1].kind = RecordKind::Body;
    others[2].shard ^= 1U;
    others[3].patient ^= 1U;
    others[4].previous ^= 1U;
    others[5].topic = "decisioN";
    others[6].occurred_at += Duration(1);
    others[7].recorded_at += Duration(1);
    others[8].ingested_at += Duration(1);
    for (std::size_t i = 0; i < others.size(); ++i) {
        EXPECT_NE(record_checksum(others[i], 1), right) << i;
    }
    EXPECT_NE(record_checksum(record, 2), right);
    EXPECT_EQ(record_checksum(sample_record(3, "payload"), 1), right);
}

}  // namespace
}  // namespace parcours::store
