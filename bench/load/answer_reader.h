#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parcours::bench {

/// Finds the ends of answers in the bytes of one connection: heads, and bodies by Content-Length or
/// in chunks. Bodies are counted and thrown away.
class AnswerReader {
  public:
    enum class Step : std::uint8_t { NeedMore, Complete, Broken };

    /// Takes what came. After Complete the next answer may begin.
    [[nodiscard]] Step push(std::string_view bytes);

    [[nodiscard]] int status() const { return status_; }
    /// Of the body of the answer that was completed last.
    [[nodiscard]] std::size_t body_bytes() const { return body_bytes_; }
    /// The other side said that it will close.
    [[nodiscard]] bool closes() const { return closes_; }

  private:
    Step read_head();
    Step read_chunks(std::string_view bytes);

    std::string held_;  // of an unfinished head, or of unfinished chunks
    bool in_body_ = false;
    bool chunked_ = false;
    bool closes_ = false;
    int status_ = 0;
    std::size_t body_bytes_ = 0;
    std::size_t left_ = 0;
};

}  // namespace parcours::bench
