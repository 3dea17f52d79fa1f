// Any bytes as a connection: never a crash, and the same requests however the bytes are cut up.
// Build: cmake -D PARCOURS_FUZZ=ON with clang; run: http_request_fuzz -max_len=4096 CORPUS

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "http/finish.h"
#include "http/message.h"
#include "http/request_reader.h"

namespace {

using parcours::http::RequestReader;

const RequestReader::Limits limits{.head_bytes_max = 1024, .head = {}};

/// What was read of the bytes in pieces of this size, as text.
std::vector<std::string> read_all(std::string_view bytes, std::size_t piece) {
    RequestReader reader(limits);
    std::vector<std::string> read;
    while (true) {
        switch (reader.next()) {
            case RequestReader::Step::NeedMore:
                if (bytes.empty()) {
                    return read;
                }
                reader.push(bytes.substr(0, piece));
                bytes.remove_prefix(std::min(piece, bytes.size()));
                break;
            case RequestReader::Step::Head:
                reader.allow_body(512);
                break;
            case RequestReader::Step::Complete: {
                const auto request = reader.take();
                read.push_back(request.target + "\n" + request.path + "\n" + request.body);
                const auto finished = parcours::http::finish(
                    parcours::http::conditions_of(request),
                    parcours::http::Response::text(200, "text/plain", request.path), "policy");
                read.push_back(finished.head);
                break;
            }
            case RequestReader::Step::Refused:
                read.emplace_back("refused");
                return read;
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = read_all(bytes, std::max<std::size_t>(size, 1));
    for (const std::size_t piece : {1U, 3U, 17U}) {
        if (read_all(bytes, piece) != whole) {
            std::abort();
        }
    }
    return 0;
}
