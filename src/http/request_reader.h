#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/chunks.h"
#include "http/head_rules.h"
#include "http/message.h"

namespace parcours::http {

/// Cuts the bytes of one connection into requests, without touching the network. Heads pass the
/// strict rules of `head_rules.h` and then Boost.Beast's parser; where the two disagree about the
/// length of a body the request is refused. Not for use by two threads.
///
/// Use: `push` what came; `next` until NeedMore; after Head, `allow_body`; after Complete, `take`.
class RequestReader {
  public:
    struct Limits {
        std::size_t head_bytes_max = 16UL * 1024;
        HeadLimits head;
    };
    enum class Step : std::uint8_t {
        NeedMore,
        Head,      ///< `head` is known; `allow_body` is awaited
        Complete,  ///< `take` gives the request
        Refused    ///< `refusal` says why; nothing more can be read
    };

    /// The limits must outlive the reader.
    explicit RequestReader(const Limits& limits) : limits_(&limits) {}

    void push(std::string_view bytes);
    [[nodiscard]] Step next();

    [[nodiscard]] Head& head();
    /// The body may come, and have so many bytes.
    void allow_body(std::uint64_t bytes_max);
    [[nodiscard]] Request take();
    [[nodiscard]] const Refusal& refusal() const { return refusal_; }

    /// Nothing of a request has come.
    [[nodiscard]] bool is_idle() const;
    /// The bytes of the present body that have come.
    [[nodiscard]] std::size_t body_bytes() const { return body_.size(); }

  private:
    Step read_head_bytes();
    Step read_body_bytes();
    Step read_chunks();
    Step refuse(int status, std::string detail);
    void drop_consumed();

    const Limits* limits_;
    std::string inbox_;
    std::size_t begin_ = 0;    // of what is not consumed yet
    std::size_t scanned_ = 0;  // the end of the head was not found before this
    bool empty_line_passed_ = false;
    std::optional<Head> head_;
    std::string body_;
    std::uint64_t body_bytes_max_ = 0;
    std::optional<ChunkReader> chunks_;
    bool body_allowed_ = false;
    Refusal refusal_;
    bool refused_ = false;
};

}  // namespace parcours::http
