#include "http/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "http/chunks.h"
#include "http/head_rules.h"
#include "http/message.h"

namespace parcours::http {
namespace {

namespace beast = boost::beast;

/// Beast's opinion of a head; its fields are of no interest here.
class SecondOpinion final : public beast::http::basic_parser<true> {
    using Error = beast::error_code;

    void on_request_impl(beast::http::verb /*method*/, beast::string_view /*name*/,
                         beast::string_view /*target*/, int /*version*/, Error& error) override {
        error = {};
    }
    void on_response_impl(int /*status*/, beast::string_view /*reason*/, int /*version*/,
                          Error& error) override {
        error = {};
    }
    void on_field_impl(beast::http::field /*field*/, beast::string_view /*name*/,
                       beast::string_view /*value*/, Error& error) override {
        error = {};
    }
    void on_header_impl(Error& error) override { error = {}; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                           Error& error) override {
        error = {};
    }
    std::size_t on_body_impl(beast::string_view bytes, Error& error) override {
        error = {};
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t /*size*/, beast::string_view /*extensions*/,
                              Error& error) override {
        error = {};
    }
    std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, beast::string_view bytes,
                                   Error& error) override {
        error = {};
        return bytes.size();
    }
    void on_finish_impl(Error& error) override { error = {}; }
};

/// Whether Beast sees the same framing in a head.
bool is_confirmed(std::string_view text, const Framing& framing) {
    SecondOpinion parser;
    parser.header_limit(static_cast<std::uint32_t>(text.size() + 1));
    parser.body_limit(boost::none);
    beast::error_code error;
    const auto used = parser.put(boost::asio::buffer(text.data(), text.size()), error);
    if (error || used != text.size() || parser.chunked() != framing.chunked) {
        return false;
    }
    const auto length = parser.content_length();
    return length.value_or(0) == framing.content_length;
}

constexpr std::string_view end_of_head = "\r\n\r\n";

/// RFC 9112 §2.2: one empty line before a request is forgiven.
constexpr std::string_view empty_line = "\r\n";

/// An idle connection keeps no more memory than this for what comes.
constexpr std::size_t idle_bytes_max = 512;

}  // namespace

void RequestReader::push(std::string_view bytes) {
    inbox_ += bytes;
}

Head& RequestReader::head() {
    check(head_.has_value(), "a head is asked for after it was read");
    return *head_;
}

bool RequestReader::is_idle() const {
    return !head_ && begin_ == inbox_.size();
}

RequestReader::Step RequestReader::refuse(int status, std::string detail) {
    refusal_ = {status, std::move(detail)};
    refused_ = true;
    return Step::Refused;
}

void RequestReader::drop_consumed() {
    inbox_.erase(0, begin_);
    begin_ = 0;
    if (inbox_.empty() && inbox_.capacity() > idle_bytes_max) {
        inbox_ = std::string{};
    }
}

RequestReader::Step RequestReader::next() {
    if (refused_) {
        return Step::Refused;
    }
    return head_ ? read_body_bytes() : read_head_bytes();
}

RequestReader::Step RequestReader::read_head_bytes() {
    std::string_view text = std::string_view(inbox_).substr(begin_);
    if (!empty_line_passed_ && text.starts_with(empty_line)) {
        empty_line_passed_ = true;
        begin_ += empty_line.size();
        text.remove_prefix(empty_line.size());
    }
    if (text.starts_with(empty_line)) {
        return refuse(400, "a request begins with its first line, not with empty ones");
    }
    const auto end = text.find(end_of_head, scanned_);
    const auto size = end == std::string_view::npos ? text.size() : end + end_of_head.size();
    if (size > limits_->head_bytes_max) {
        return refuse(431, "the head of a request has at most " +
                               std::to_string(limits_->head_bytes_max) + " bytes");
    }
    if (end == std::string_view::npos) {
        scanned_ = text.size() < end_of_head.size() ? 0 : text.size() - (end_of_head.size() - 1);
        return Step::NeedMore;
    }
    auto read = read_head(text.substr(0, size), limits_->head);
    if (!read) {
        return refuse(read.error().status, std::move(read.error().detail));
    }
    if (!is_confirmed(text.substr(0, size), read->framing)) {
        return refuse(400, "the head of the request cannot be understood in one way only");
    }
    head_ = std::move(*read);
    begin_ += size;
    scanned_ = 0;
    empty_line_passed_ = false;
    body_allowed_ = false;
    return Step::Head;
}

void RequestReader::allow_body(std::uint64_t bytes_max) {
    check(head_.has_value(), "a body is allowed after its head was read");
    body_allowed_ = true;
    body_bytes_max_ = bytes_max;
    if (head_->framing.chunked) {
        chunks_.emplace(bytes_max, limits_->head_bytes_max);
    } else if (head_->framing.content_length > bytes_max) {
        refuse(413, "the body has at most " + std::to_string(bytes_max) + " bytes here");
    }
}

RequestReader::Step RequestReader::read_chunks() {
    std::string_view text = std::string_view(inbox_).substr(begin_);
    const auto step = chunks_->read(text, body_);
    begin_ = inbox_.size() - text.size();
    switch (step) {
        case ChunkReader::Step::NeedMore:
            drop_consumed();
            return Step::NeedMore;
        case ChunkReader::Step::Done:
            return Step::Complete;
        case ChunkReader::Step::Broken:
            return refuse(400, "the chunks of the body are broken");
        case ChunkReader::Step::TooLarge:
            return refuse(
                413, "the body has at most " + std::to_string(body_bytes_max_) + " bytes here");
        case ChunkReader::Step::TooLong:
            return refuse(431, "a chunk's header or the fields behind the body are too long");
    }
    return Step::Refused;
}

RequestReader::Step RequestReader::read_body_bytes() {
    if (!body_allowed_) {
        return Step::Head;
    }
    if (chunks_) {
        return read_chunks();
    }
    const auto text = std::string_view(inbox_).substr(begin_);
    const auto missing = head_->framing.content_length - body_.size();
    const auto part = text.substr(0, std::min<std::uint64_t>(missing, text.size()));
    body_ += part;
    begin_ += part.size();
    if (part.size() < missing) {
        drop_consumed();
        return Step::NeedMore;
    }
    return Step::Complete;
}

Request RequestReader::take() {
    check(head_.has_value(), "a request is taken when it is complete");
    Request request = std::move(head_->request);
    request.body = std::move(body_);
    body_.clear();
    head_.reset();
    chunks_.reset();
    drop_consumed();
    return request;
}

}  // namespace parcours::http
