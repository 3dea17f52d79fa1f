// Any bytes as a connection: the same requests however they are cut up, and answers in their form.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "fuzz/target.h"
#include "http/finish.h"
#include "http/message.h"
#include "http/request_reader.h"

namespace parcours::fuzz {
namespace {

using http::RequestReader;

constexpr std::size_t body_bytes_max = 512;
const RequestReader::Limits limits{.head_bytes_max = 1024, .head = {}};

std::string describe(const http::Request& request) {
    std::string said = std::string(http::method_name(request.method)) + ' ' + request.target +
                       '\n' + request.path + '\n' + request.body;
    for (const auto* const pairs : {&request.query, &request.headers.fields(), &request.cookies}) {
        for (const auto& [name, value] : *pairs) {
            said += '\n';
            said += name;
            said += '=';
            said += value;
        }
    }
    return said;
}

/// An answer has one head, whose lines nothing of the request can split.
void check_answer(const http::Request& request) {
    auto response = http::Response::text(200, "text/plain", request.path);
    response.headers.set("ETag", "\"a\"");
    response.ranges = true;
    const auto finished = http::finish(http::conditions_of(request), std::move(response), "policy");
    check(finished.status == 200 || finished.status == 206 || finished.status == 304 ||
              finished.status == 416,
          "an answer became something else");
    check(finished.head.find("\r\n\r\n") == std::string::npos, "an answer was split");
}

/// What was read of the bytes in pieces whose sizes `next_size` gives.
template <class NextSize>
std::vector<std::string> read_all(std::string_view bytes, NextSize next_size) {
    RequestReader reader(limits);
    std::vector<std::string> read;
    while (true) {
        switch (reader.next()) {
            case RequestReader::Step::NeedMore: {
                if (bytes.empty()) {
                    return read;
                }
                const auto size = std::clamp<std::size_t>(next_size(), 1, bytes.size());
                reader.push(bytes.substr(0, size));
                bytes.remove_prefix(size);
                break;
            }
            case RequestReader::Step::Head:
                reader.allow_body(body_bytes_max);
                break;
            case RequestReader::Step::Complete: {
                const auto request = reader.take();
                check(request.body.size() <= body_bytes_max, "a body is larger than allowed");
                check_answer(request);
                read.push_back(describe(request));
                break;
            }
            case RequestReader::Step::Refused:
                check(reader.refusal().status >= 400, "a refusal has a status of one");
                read.push_back("refused " + std::to_string(reader.refusal().status));
                return read;
        }
    }
}

std::uint64_t number_of(std::string_view bytes) {
    std::uint64_t number = bytes.size();
    for (const char c : bytes) {
        number = number * 1099511628211U + static_cast<unsigned char>(c);
    }
    return number;
}

}  // namespace

void feed_requests(std::string_view bytes) {
    const auto whole = read_all(bytes, [&] { return bytes.size(); });
    check(read_all(bytes, [] { return std::size_t{1}; }) == whole,
          "bytes one by one mean the same as in one piece");
    SeededRandom random(number_of(bytes));
    check(read_all(bytes, [&] { return static_cast<std::size_t>(random.below(40)); }) == whole,
          "bytes in pieces mean the same as in one");
}

}  // namespace parcours::fuzz
