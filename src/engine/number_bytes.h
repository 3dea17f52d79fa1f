#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace parcours::engine {

/// Appends eight bytes, little-endian.
inline void append_number(std::string& out, std::uint64_t number) {
    char bytes[sizeof number];
    for (char& byte : bytes) {
        byte = static_cast<char>(number & 0xFFU);
        number >>= 8U;
    }
    out.append(bytes, sizeof bytes);
}

/// Reads what `append_number` wrote; 0 beyond the end (the caller compares sizes first).
class NumberReader {
  public:
    explicit NumberReader(std::string_view bytes) : bytes_(bytes) {}

    std::uint64_t next() {
        std::uint64_t number = 0;
        if (bytes_.size() < sizeof number) {
            return 0;
        }
        for (std::size_t i = sizeof number; i-- > 0;) {
            number = number << 8U | static_cast<unsigned char>(bytes_[i]);
        }
        bytes_.remove_prefix(sizeof number);
        return number;
    }

    [[nodiscard]] bool at_end() const { return bytes_.empty(); }

  private:
    std::string_view bytes_;
};

}  // namespace parcours::engine
