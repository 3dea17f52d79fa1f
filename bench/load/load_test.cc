// The parts of the load generator that could make its figures wrong.

#include <algorithm>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "load/answer_reader.h"
#include "load/samples.h"

namespace parcours::bench {
namespace {

using Step = AnswerReader::Step;

/// Hands the bytes over in pieces of a size; the number of answers that were completed.
int answers_in(AnswerReader& reader, std::string_view bytes, std::size_t piece) {
    int complete = 0;
    while (!bytes.empty()) {
        const Step step = reader.push(bytes.substr(0, piece));
        EXPECT_NE(step, Step::Broken);
        complete += step == Step::Complete ? 1 : 0;
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
    return complete;
}

TEST(AnswerReader, FindsTheEndHoweverTheBytesCome) {
    const std::string answer =
        "HTTP/1.1 200 OK\r\ncontent-length:  11\r\nA: b\r\n\r\n" + std::string("hello\r\n\r\n!!");
    for (std::size_t piece = 1; piece <= answer.size(); ++piece) {
        AnswerReader reader;
        EXPECT_EQ(answers_in(reader, answer, piece), 1) << piece;
        EXPECT_EQ(reader.body_bytes(), 11U);
        EXPECT_EQ(reader.status(), 200);
        EXPECT_FALSE(reader.closes());
    }
}

TEST(AnswerReader, FindsTheEndOfChunks) {
    const std::string answer =
        "HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        "5\r\nhello\r\na\r\n0123456789\r\n0\r\n\r\n";
    for (std::size_t piece = 1; piece <= answer.size(); ++piece) {
        AnswerReader reader;
        EXPECT_EQ(answers_in(reader, answer, piece), 1) << piece;
        EXPECT_EQ(reader.body_bytes(), 15U);
        EXPECT_EQ(reader.status(), 503);
        EXPECT_TRUE(reader.closes());
    }
}

TEST(AnswerReader, TakesNoBytesThatNobodyAskedFor) {
    AnswerReader reader;
    EXPECT_EQ(reader.push("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc"), Step::Broken);
    EXPECT_EQ(AnswerReader().push("SSH-2.0-x\r\n\r\n"), Step::Broken);
}

TEST(AnswerReader, NotModifiedHasNoBodyWhateverItsLength) {
    AnswerReader reader;
    EXPECT_EQ(reader.push("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"),
              Step::Complete);
}

TEST(Samples, APercentileIsTheLeastThatSoManyDoNotExceed) {
    Samples samples;
    EXPECT_EQ(samples.percentile_ms(0.99), 0);
    for (int i = 1000; i > 0; --i) {
        samples.add(i * 1'000'000LL);
    }
    EXPECT_DOUBLE_EQ(samples.percentile_ms(0.5), 500);
    EXPECT_DOUBLE_EQ(samples.percentile_ms(0.99), 990);
    EXPECT_DOUBLE_EQ(samples.percentile_ms(0.999), 999);
    EXPECT_DOUBLE_EQ(samples.percentile_ms(1), 1000);
    EXPECT_DOUBLE_EQ(samples.mean_ms(), 500.5);
}

}  // namespace
}  // namespace parcours::bench
