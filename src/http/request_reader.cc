#include "http/request_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "http/head_rules.h"
#include "http/message.h"

namespace parcours::http {
namespace {

namespace beast = boost::beast;

/// Beast's parser, of which only the body and its framing are kept.
class BodyParser final : public beast::http::basic_parser<true> {
  public:
    std::string body;

  private:
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
        // Fields behind a chunked body are checked and then ignored (RFC 9110 §6.5.1).
        error = {};
    }
    void on_header_impl(Error& error) override { error = {}; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                           Error& error) override {
        error = {};
    }
    std::size_t on_body_impl(beast::string_view bytes, Error& error) override {
        error = {};
        body.append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t /*size*/, beast::string_view /*extensions*/,
                              Error& error) override {
        error = {};
    }
    std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, beast::string_view bytes,
                                   Error& error) override {
        return on_body_impl(bytes, error);
    }
    void on_finish_impl(Error& error) override { error = {}; }
};

constexpr std::string_view end_of_head = "\r\n\r\n";

/// RFC 9112 §2.2: one empty line before a request is forgiven.
constexpr std::string_view empty_line = "\r\n";

/// An idle connection keeps no more memory than this for what comes.
constexpr std::size_t idle_bytes_max = 512;

}  // namespace

struct RequestReader::Parser {
    BodyParser beast;
};

RequestReader::RequestReader(const Limits& limits) : limits_(&limits) {}
RequestReader::~RequestReader() = default;

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

std::size_t RequestReader::body_bytes() const {
    return parser_ ? parser_->beast.body.size() : 0;
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
    if (scanned_ == 0 && text.starts_with(empty_line)) {
        begin_ += empty_line.size();
        text.remove_prefix(empty_line.size());
        if (text.starts_with(empty_line)) {
            return refuse(400, "a request begins with its first line, not with empty ones");
        }
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
    parser_ = std::make_unique<Parser>();
    BodyParser& beast = parser_->beast;
    beast.header_limit(static_cast<std::uint32_t>(limits_->head_bytes_max));
    beast.body_limit(boost::none);
    beast::error_code error;
    const auto used = beast.put(boost::asio::buffer(text.data(), size), error);
    const auto length = error || used != size ? boost::none : beast.content_length();
    if (error || used != size || beast.chunked() != read->framing.chunked ||
        length.value_or(0) != read->framing.content_length) {
        return refuse(400, "the head of the request cannot be understood in one way only");
    }
    head_ = std::move(*read);
    begin_ += size;
    scanned_ = 0;
    body_allowed_ = false;
    return Step::Head;
}

void RequestReader::allow_body(std::uint64_t bytes_max) {
    check(parser_ != nullptr, "a body is allowed after its head was read");
    body_allowed_ = true;
    parser_->beast.body_limit(bytes_max);
    if (head_->framing.content_length > bytes_max) {
        refuse(413, "the body has at most " + std::to_string(bytes_max) + " bytes here");
    }
}

RequestReader::Step RequestReader::read_body_bytes() {
    if (!body_allowed_) {
        return Step::Head;
    }
    BodyParser& beast = parser_->beast;
    while (!beast.is_done()) {
        const std::string_view text = std::string_view(inbox_).substr(begin_);
        if (text.empty()) {
            drop_consumed();
            return Step::NeedMore;
        }
        beast::error_code error;
        const auto used = beast.put(boost::asio::buffer(text.data(), text.size()), error);
        begin_ += used;
        if (error == beast::http::error::need_more) {
            // What Beast leaves lying is a chunk's header or the fields behind the body.
            if (inbox_.size() - begin_ > limits_->head_bytes_max) {
                return refuse(431, "a chunk's header or the fields behind the body are too long");
            }
            drop_consumed();
            return Step::NeedMore;
        }
        if (error == beast::http::error::body_limit) {
            return refuse(413, "the body is longer than is allowed here");
        }
        if (error) {
            return refuse(400, "the body's chunks are broken: " + error.message());
        }
    }
    return Step::Complete;
}

Request RequestReader::take() {
    check(head_.has_value() && parser_ != nullptr, "a request is taken when it is complete");
    Request request = std::move(head_->request);
    request.body = std::move(parser_->beast.body);
    head_.reset();
    parser_.reset();
    drop_consumed();
    return request;
}

}  // namespace parcours::http
