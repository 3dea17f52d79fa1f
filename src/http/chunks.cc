#include "http/chunks.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include "http/head_rules.h"

namespace parcours::http {
namespace {

constexpr std::size_t size_digits_max = 8;
constexpr std::string_view line_end = "\r\n";

bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}

}  // namespace

ChunkReader::Step ChunkReader::read_size(std::string_view line, std::size_t body_bytes) {
    const auto digits = std::min(line.find_first_of("; \t"), line.size());
    const auto extensions = line.substr(digits);
    const auto read = std::from_chars(line.data(), line.data() + digits, left_, 16);
    if (digits == 0 || digits > size_digits_max || read.ec != std::errc{} ||
        read.ptr != line.data() + digits || !std::ranges::all_of(extensions, is_plain) ||
        (!extensions.empty() && extensions.front() != ';')) {
        return Step::Broken;
    }
    if (left_ > bytes_max_ - std::min<std::uint64_t>(body_bytes, bytes_max_)) {
        return Step::TooLarge;
    }
    state_ = left_ == 0 ? State::Fields : State::Data;
    return Step::NeedMore;
}

bool ChunkReader::is_field(std::string_view line) {
    const auto colon = line.find(':');
    return colon != std::string_view::npos && is_token(line.substr(0, colon)) &&
           std::ranges::all_of(line.substr(colon + 1), is_plain);
}

ChunkReader::Step ChunkReader::read(std::string_view& bytes, std::string& body) {
    while (true) {
        if (state_ == State::Data) {
            const auto part = bytes.substr(0, std::min<std::uint64_t>(left_, bytes.size()));
            body += part;
            left_ -= part.size();
            bytes.remove_prefix(part.size());
            if (left_ > 0) {
                return Step::NeedMore;
            }
            state_ = State::DataEnd;
        }
        const auto end = bytes.find_first_of(line_end);
        if (end == std::string_view::npos || end + 1 == bytes.size()) {
            if (bytes.size() > line_bytes_max_) {
                return Step::TooLong;
            }
            const bool wrong = (state_ == State::DataEnd && end != 0 && !bytes.empty()) ||
                               (end != std::string_view::npos && bytes[end] == '\n');
            return wrong ? Step::Broken : Step::NeedMore;
        }
        if (bytes.substr(end, line_end.size()) != line_end) {
            return Step::Broken;
        }
        const auto line = bytes.substr(0, end);
        bytes.remove_prefix(end + line_end.size());
        if (line.size() > line_bytes_max_) {
            return Step::TooLong;
        }
        if (state_ == State::DataEnd) {
            if (!line.empty()) {
                return Step::Broken;
            }
            state_ = State::Size;
        } else if (state_ == State::Size) {
            if (const Step step = read_size(line, body.size()); step != Step::NeedMore) {
                return step;
            }
        } else if (line.empty()) {
            return Step::Done;
        } else if (!is_field(line)) {
            return Step::Broken;
        } else if (field_bytes_ += line.size(); field_bytes_ > line_bytes_max_) {
            return Step::TooLong;
        }
    }
}

}  // namespace parcours::http
