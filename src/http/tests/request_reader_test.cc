#include "http/request_reader.h"

#include <algorithm>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace parcours::http {
namespace {

using Step = RequestReader::Step;

const RequestReader::Limits limits;

/// All bodies in the bytes, fed in pieces of this size; "refused STATUS" ends the list.
std::vector<std::string> read_all(std::string_view bytes, std::size_t piece) {
    RequestReader reader(limits);
    std::vector<std::string> bodies;
    while (true) {
        switch (reader.next()) {
            case Step::NeedMore:
                if (bytes.empty()) {
                    return bodies;
                }
                reader.push(bytes.substr(0, piece));
                bytes.remove_prefix(std::min(piece, bytes.size()));
                break;
            case Step::Head:
                reader.allow_body(100);
                break;
            case Step::Complete:
                bodies.push_back(reader.take().body);
                break;
            case Step::Refused:
                bodies.push_back("refused " + std::to_string(reader.refusal().status));
                return bodies;
        }
    }
}

TEST(RequestReader, CutsTheSameRequestsFromAnyPieces) {
    constexpr std::string_view bytes =
        "\r\nPOST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nfirst"
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2;a=b\r\nth\r\n3\r\nird\r\n0\r\nBehind: x\r\n\r\n"
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 64U, 1000U}) {
        EXPECT_EQ(read_all(bytes, piece), (std::vector<std::string>{"first", "", "third", ""}))
            << piece;
    }
}

TEST(RequestReader, RefusesBrokenChunksFromAnyPieces) {
    const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string_view body :
         {"x\r\n", "3\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "3 \r\n;\r\nabc\r\n",
          "0\r\nA : b\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n"}) {
        for (const std::size_t piece : {1U, 5U, 1000U}) {
            EXPECT_EQ(read_all(head + std::string(body), piece),
                      (std::vector<std::string>{"refused 400"}))
                << body << " in pieces of " << piece;
        }
    }
}

TEST(RequestReader, BoundsBodies) {
    const std::string chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string fits = "64\r\n" + std::string(100, 'x') + "\r\n0\r\n\r\n";
    const std::string over = "63\r\n" + std::string(99, 'x') + "\r\n2\r\nyy\r\n0\r\n\r\n";
    EXPECT_EQ(read_all(chunked + fits, 1000), (std::vector<std::string>{std::string(100, 'x')}));
    EXPECT_EQ(read_all(chunked + over, 1000), (std::vector<std::string>{"refused 413"}));
    EXPECT_EQ(read_all("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n", 1000),
              (std::vector<std::string>{"refused 413"}));
    EXPECT_EQ(read_all(chunked + "1;" + std::string(20'000, 'e'), 4000),
              (std::vector<std::string>{"refused 431"}));
    EXPECT_EQ(read_all(chunked + "0\r\nA: " + std::string(20'000, 'e'), 4000),
              (std::vector<std::string>{"refused 431"}));
}

TEST(RequestReader, BoundsHeads) {
    EXPECT_EQ(read_all("GET / HTTP/1.1\r\nA: " + std::string(20'000, 'a'), 1000),
              (std::vector<std::string>{"refused 431"}));
    for (const std::size_t piece : {1U, 2U, 1000U}) {
        EXPECT_EQ(read_all("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", piece),
                  (std::vector<std::string>{"refused 400"}));
    }
}

TEST(RequestReader, FieldsBehindABodyBecomeNoHeaders) {
    RequestReader reader(limits);
    reader.push(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\nAuthorization: Bearer planted\r\n\r\n");
    ASSERT_EQ(reader.next(), Step::Head);
    reader.allow_body(10);
    ASSERT_EQ(reader.next(), Step::Complete);
    EXPECT_FALSE(reader.take().headers.find("Authorization"));
    EXPECT_TRUE(reader.is_idle());
}

}  // namespace
}  // namespace parcours::http
