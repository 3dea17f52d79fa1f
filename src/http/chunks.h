#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parcours::http {

/// Undoes the chunks of a body (RFC 9112 §7.1), strictly: sizes of 1 to 8 hexadecimal digits, every
/// line ended by CR LF, extensions and fields behind the body well-formed and then ignored.
class ChunkReader {
  public:
    enum class Step : std::uint8_t {
        NeedMore,
        Done,
        Broken,
        TooLarge,  ///< the body would have more than `bytes_max` bytes
        TooLong    ///< a line, or the fields behind the body, have more than `line_bytes_max`
    };

    ChunkReader(std::uint64_t bytes_max, std::size_t line_bytes_max)
        : bytes_max_(bytes_max), line_bytes_max_(line_bytes_max) {}

    /// Takes what it understands off the front of `bytes` and appends data to `body`. What it
    /// leaves has to be there again in the next call, with more behind it.
    [[nodiscard]] Step read(std::string_view& bytes, std::string& body);

  private:
    enum class State : std::uint8_t { Size, Data, DataEnd, Fields };

    Step read_size(std::string_view line, std::size_t body_bytes);
    [[nodiscard]] static bool is_field(std::string_view line);

    std::uint64_t bytes_max_;
    std::size_t line_bytes_max_;
    State state_ = State::Size;
    std::uint64_t left_ = 0;       // of the present chunk
    std::size_t field_bytes_ = 0;  // behind the body
};

}  // namespace parcours::http
