// Of `Connection`: how an answer leaves, at once, in slices or as a stream.

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "http/application.h"
#include "http/byte_stream.h"
#include "http/connection.h"
#include "http/finish.h"
#include "http/link.h"
#include "http/message.h"

namespace parcours::http {
namespace {

constexpr std::size_t slice_bytes = 64UL * 1024;
/// Shorter bodies are put behind their head: one buffer is sent sooner than two.
constexpr std::size_t copied_bytes_max = 8UL * 1024;
constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace

std::string_view Connection::body_bytes() const {
    if (const auto* const made = std::get_if<std::string>(&body_)) {
        return *made;
    }
    const auto* const fixed = std::get_if<StaticBytes>(&body_);
    return fixed == nullptr ? std::string_view{} : fixed->plain;
}

void Connection::send(Finished finished) {
    state_ = State::Writing;
    out_ = std::move(finished.head);
    out_ += host_->date_line();
    exchange_.status = finished.status;
    body_ = std::move(finished.body);
    const bool streams = !finished.body_bytes.has_value();
    keep_alive_ = keep_alive_ && !host_->draining() && !streams;
    if (!keep_alive_) {
        out_ += "Connection: close\r\n";
    } else if (conditions_.is_http_1_0) {
        out_ += "Connection: keep-alive\r\n";
    }
    out_ += "\r\n";
    body_left_ = finished.body_bytes.value_or(0);
    exchange_.body_bytes = body_left_;
    if (streams) {
        begin_stream();
        return;
    }
    // The first slice leaves with the head: one packet for small answers.
    const auto first = body_bytes().substr(0, std::min(body_left_, slice_bytes));
    body_left_ -= first.size();
    if (first.size() <= copied_bytes_max) {
        out_ += first;
        write(out_);
    } else {
        write(out_, first);
    }
}

void Connection::write(std::string_view bytes, std::string_view rest) {
    set_deadline(host_->limits.write_time);
    link_->write(bytes, rest);
}

void Connection::on_written() {
    if (interim_) {
        interim_ = false;
        advance();
        return;
    }
    if (state_ == State::Streaming) {
        writing_ = false;
        pump();
        return;
    }
    if (state_ != State::Writing) {
        return;
    }
    if (body_left_ == 0) {
        answered();
        return;
    }
    const auto whole = body_bytes();
    const auto slice = whole.substr(whole.size() - body_left_, slice_bytes);
    body_left_ -= slice.size();
    write(slice);
}

void Connection::begin_stream() {
    stream_ = std::get<std::shared_ptr<ByteStream>>(body_);
    state_ = State::Streaming;
    lingered_bytes_ = 0;
    const auto self = shared_from_this();
    const std::weak_ptr<Connection> weak = self;
    stream_->on_ready([host = host_, weak] {
        host->post([weak] {
            if (const auto connection = weak.lock()) {
                connection->pump();
            }
        });
    });
    writing_ = true;
    write(out_);
    read_more();
    if (host_->draining()) {
        stream_->stop();
    }
}

void Connection::pump() {
    if (state_ != State::Streaming || writing_) {
        return;
    }
    if (last_chunk_) {
        answered();
        return;
    }
    const bool ended = stream_->ended();
    const std::string bytes = stream_->take();
    if (!bytes.empty()) {
        send_chunk(bytes);
    } else if (ended) {
        last_chunk_ = true;
        if (conditions_.is_http_1_0) {
            answered();
        } else {
            writing_ = true;
            write(last_chunk);
        }
    } else {
        set_deadline(host_->limits.heartbeat_time);
    }
}

void Connection::send_chunk(std::string_view bytes) {
    exchange_.body_bytes += bytes.size();
    out_ = conditions_.is_http_1_0 ? std::string(bytes)
                                   : fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
    writing_ = true;
    write(out_);
}

void Connection::answered() {
    exchange_.took = host_->now() - request_began_;
    exchange_.request_id = conditions_.request_id;
    host_->application->on_answered(exchange_);
    host_->buffered_body_bytes -= held_body_bytes_;
    held_body_bytes_ = 0;
    body_ = std::string{};
    stream_.reset();
    if (keep_alive_ && !host_->draining()) {
        next_request();
    } else {
        linger();
    }
}

void Connection::next_request() {
    state_ = State::Reading;
    phase_ = Phase::Idle;
    phase_began_ = host_->now();
    deadline_ = phase_began_ + host_->limits.idle_time;
    out_ = std::string{};
    advance();
}

void Connection::linger() {
    state_ = State::Lingering;
    lingered_bytes_ = 0;
    set_deadline(host_->limits.linger_time);
    link_->finish();
    read_more();
}

}  // namespace parcours::http
