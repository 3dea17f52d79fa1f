#include "engine/input.h"

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "import_fixture.h"

namespace parcours::engine {
namespace {

struct Read {
    std::string text;                  ///< all chunks joined
    std::vector<std::uint64_t> lines;  ///< first lines of chunks
    std::vector<Error> errors;
    std::size_t chunks = 0;
};

Read read_all(const std::string& name, const std::string& bytes,
              std::uint64_t limit = ChunkReader::document_bytes_max) {
    TextFiles files;
    files.files[name] = bytes;
    const auto input = find_input(files, {name});
    EXPECT_TRUE(input);
    ChunkReader reader(files, *input, limit);
    Read read;
    for (auto next = reader.next(); next && *next; next = reader.next()) {
        const Chunk& chunk = **next;
        EXPECT_EQ(chunk.number, read.chunks++);
        read.lines.push_back(chunk.first_line);
        read.text += chunk.text;
        if (chunk.error) {
            read.errors.push_back(*chunk.error);
        }
    }
    return read;
}

std::string many_lines(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += std::to_string(i * 7919) + std::string(i % 90, 'x') + "\n";
    }
    return text;
}

TEST(Input, GivesAllBytesInWholeLines) {
    const std::string text = many_lines(80'000);
    for (const bool cut : {false, true}) {
        const std::string bytes = cut ? text.substr(0, text.size() - 1) : text;
        const Read plain = read_all("a.ndjson", bytes);
        EXPECT_EQ(plain.text, bytes);
        EXPECT_GT(plain.chunks, 2U);
        const Read packed = read_all("a.ndjson.gz", gzip(bytes));
        EXPECT_EQ(packed.text, bytes);
        EXPECT_TRUE(packed.errors.empty());
    }
}

TEST(Input, CountsLines) {
    const std::string text = many_lines(80'000);
    for (const Read& read : {read_all("a.ndjson", text), read_all("a.ndjson.gz", gzip(text))}) {
        std::uint64_t line = 1;
        for (const std::uint64_t first : read.lines) {
            EXPECT_GE(first, line);
            line = first;
        }
        EXPECT_GT(line, 10'000U);
    }
}

TEST(Input, ReadsSeveralGzipMembers) {
    EXPECT_EQ(read_all("a.ndjson.gz", gzip("one\n") + gzip("two\n")).text, "one\ntwo\n");
}

TEST(Input, SaysWhereGzipBreaksOff) {
    const std::string whole = gzip(many_lines(5'000));
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{5}, whole.size() / 2, whole.size() - 3}) {
        const Read read = read_all("a.ndjson.gz", whole.substr(0, size));
        ASSERT_EQ(read.errors.size(), 1U) << size;
        EXPECT_NE(read.errors[0].message.find("cut off or damaged"), std::string::npos);
    }
    EXPECT_EQ(read_all("a.ndjson.gz", "no gzip at all").errors.size(), 1U);
}

TEST(Input, PassesOverALineThatIsTooLong) {
    constexpr std::uint64_t limit = 2U << 20U;
    const std::string text =
        "first\n" + std::string(5U << 20U, 'a') + "\nlast\n" + std::string(limit - 1, 'b') + "\n";
    for (const Read& read :
         {read_all("a.ndjson", text, limit), read_all("a.ndjson.gz", gzip(text), limit)}) {
        ASSERT_EQ(read.errors.size(), 1U);
        EXPECT_EQ(read.errors[0].code, ErrorCode::Limit);
        EXPECT_EQ(read.errors[0].where.line, 2U);
        EXPECT_EQ(read.text, "first\nlast\n" + std::string(limit - 1, 'b') + "\n");
    }
}

TEST(Input, PassesOverADocumentThatIsTooLong) {
    const std::string text(3U << 20U, '[');
    for (const Read& read :
         {read_all("a.json", text, 1U << 20U), read_all("a.json.gz", gzip(text), 1U << 20U)}) {
        EXPECT_EQ(read.errors.size(), 1U);
        EXPECT_EQ(read.text, "");
    }
}

TEST(Input, ReadsNothingFromAnEmptyFile) {
    EXPECT_EQ(read_all("a.ndjson", "").chunks, 0U);
    EXPECT_EQ(read_all("a.json", "").chunks, 0U);
}

TEST(Input, RecognisesFilesByTheirNames) {
    TextFiles files;
    for (const std::string name : {"a.ndjson", "a.json", "a.jsonl.gz", "a.txt"}) {
        files.files[name] = "x";
    }
    const auto found = find_input(files, {"a.ndjson", "a.json", "a.jsonl.gz"});
    ASSERT_TRUE(found);
    EXPECT_TRUE((*found)[0].lines);
    EXPECT_FALSE((*found)[1].lines);
    EXPECT_TRUE((*found)[2].gzip);
    EXPECT_EQ(find_input(files, {"a.txt"}).error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(find_input(files, {"b.json"}).error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace parcours::engine
