#include "http/compression.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <zlib.h>

#include "base/error.h"
#include "base/text.h"
#include "http/message.h"

namespace parcours::http {
namespace {

/// Window bits of zlib for gzip's own header and trailer.
constexpr int gzip_window_bits = 15 + 16;
constexpr int memory_level = 8;
/// Answers are made once and read once: speed before size. Level 1 takes a third of level 4's time
/// for answers a tenth longer.
constexpr int level = 1;

/// One thread's state of zlib: to make it anew takes as long as to compress a small answer.
class Deflater {
  public:
    Deflater() {
        check(deflateInit2(&stream_, level, Z_DEFLATED, gzip_window_bits, memory_level,
                           Z_DEFAULT_STRATEGY) == Z_OK,
              "zlib can begin");
    }
    ~Deflater() { deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    /// As at the beginning.
    z_stream& fresh() {
        check(deflateReset(&stream_) == Z_OK, "zlib can begin again");
        return stream_;
    }

  private:
    z_stream stream_{};
};

/// Whether the parameters of an element say q=0.
bool is_refused(std::string_view parameters) {
    const auto q = parameters.find("q=");
    if (q == std::string_view::npos) {
        return false;
    }
    const auto number = trim(parameters.substr(q + 2), " \t");
    return !number.empty() && number.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

std::optional<std::string> gzip(std::string_view bytes) {
    thread_local Deflater deflater;
    z_stream& stream = deflater.fresh();
    std::string out(bytes.size(), '\0');
    // zlib reads through this pointer and writes nothing.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) {
        return std::nullopt;
    }
    out.resize(out.size() - stream.avail_out);
    return out;
}

bool is_compressible(std::string_view media_type) {
    constexpr auto types = std::to_array<std::string_view>(
        {"text/", "application/json", "application/problem+json", "application/fhir+json",
         "application/javascript", "application/yaml", "application/manifest+json",
         "application/x-ndjson", "application/fhir+ndjson", "image/svg+xml"});
    return !media_type.starts_with("text/event-stream") &&
           std::ranges::any_of(types, [&](auto type) { return media_type.starts_with(type); });
}

bool accepts_gzip(std::string_view accept_encoding) {
    bool by_star = false;
    while (!accept_encoding.empty()) {
        const auto end = std::min(accept_encoding.find(','), accept_encoding.size());
        const auto element = trim(accept_encoding.substr(0, end), " \t");
        accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
        const auto mark = std::min(element.find(';'), element.size());
        const auto coding = trim(element.substr(0, mark), " \t");
        const bool refused = is_refused(element.substr(mark));
        if (same_ignoring_case(coding, "gzip") || same_ignoring_case(coding, "x-gzip")) {
            return !refused;
        }
        by_star = by_star || (coding == "*" && !refused);
    }
    return by_star;
}

}  // namespace parcours::http
