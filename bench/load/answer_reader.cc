#include "load/answer_reader.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parcours::bench {
namespace {

constexpr std::string_view line_end = "\r\n";

bool same_name(std::string_view name, std::string_view lower) {
    return std::ranges::equal(name, lower, [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
    });
}

/// The value of a field of a head; nothing where it has none.
std::optional<std::string_view> find_field(std::string_view head, std::string_view lower_name) {
    for (std::size_t at = head.find(line_end); at != std::string_view::npos;) {
        head.remove_prefix(at + line_end.size());
        at = head.find(line_end);
        const std::string_view line = head.substr(0, at);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && same_name(line.substr(0, colon), lower_name)) {
            const std::string_view value = line.substr(colon + 1);
            return value.substr(std::min(value.find_first_not_of(' '), value.size()));
        }
    }
    return std::nullopt;
}

template <class Number>
bool read_number(std::string_view text, Number& number, int base = 10) {
    return std::from_chars(text.data(), text.data() + text.size(), number, base).ec == std::errc{};
}

}  // namespace

AnswerReader::Step AnswerReader::push(std::string_view bytes) {
    if (!in_body_) {
        const std::size_t old = held_.size();
        held_ += bytes;
        const std::size_t end = held_.find("\r\n\r\n", old < 3 ? 0 : old - 3);
        if (end == std::string::npos) {
            return Step::NeedMore;
        }
        const std::string rest = held_.substr(end + 4);
        held_.resize(end + 2);
        if (read_head() == Step::Broken) {
            return Step::Broken;
        }
        held_.clear();
        in_body_ = true;
        return push(rest);
    }
    if (chunked_) {
        return read_chunks(bytes);
    }
    if (bytes.size() > left_) {
        return Step::Broken;  // nobody asked for more
    }
    left_ -= bytes.size();
    in_body_ = left_ != 0;
    return in_body_ ? Step::NeedMore : Step::Complete;
}

AnswerReader::Step AnswerReader::read_head() {
    const std::string_view head = held_;
    if (!head.starts_with("HTTP/1.1 ") || !read_number(head.substr(9, 3), status_)) {
        return Step::Broken;
    }
    left_ = 0;
    chunked_ = find_field(head, "transfer-encoding").has_value();
    closes_ = find_field(head, "connection") == "close";
    const auto length = find_field(head, "content-length");
    if (length && status_ != 304 && !read_number(*length, left_)) {
        return Step::Broken;
    }
    body_bytes_ = left_;
    return Step::Complete;
}

AnswerReader::Step AnswerReader::read_chunks(std::string_view bytes) {
    held_ += bytes;
    while (true) {
        const std::size_t end = held_.find(line_end);
        if (end == std::string::npos) {
            return Step::NeedMore;
        }
        std::size_t size = 0;
        if (!read_number(std::string_view(held_).substr(0, end), size, 16)) {
            return Step::Broken;
        }
        const std::size_t whole = end + size + 2 * line_end.size();
        if (held_.size() < whole) {
            return Step::NeedMore;
        }
        held_.erase(0, whole);
        body_bytes_ += size;
        if (size == 0) {
            in_body_ = false;
            return Step::Complete;
        }
    }
}

}  // namespace parcours::bench
