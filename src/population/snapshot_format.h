#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parcours::population {

static_assert(std::endian::native == std::endian::little, "snapshots are little-endian");

inline constexpr std::array<char, 8> snapshot_magic = {'P', 'A', 'R', 'C', 'P', 'O', 'P', '\n'};
inline constexpr std::uint32_t snapshot_format = 3;
inline constexpr std::size_t section_alignment = 64;

/// The first bytes of a snapshot. The section table follows it at once.
struct SnapshotHeader {
    std::array<char, 8> magic = snapshot_magic;
    std::uint32_t format = snapshot_format;
    std::uint32_t section_count = 0;
    std::uint64_t log_id = 0;
    std::uint64_t covers = 0;
    std::uint64_t total_size = 0;  ///< of the whole snapshot
    std::uint64_t checksum = 0;    ///< of this header with a checksum of 0 and the section table
};
static_assert(sizeof(SnapshotHeader) == 48);

/// One column, or (the first) the description of everything else. Two Stored ones follow a Packed
/// one: its codes, and its table or blocks.
struct Section {
    enum class Kind : std::uint32_t { Stored = 1, Constant = 2, Packed = 3 };

    Kind kind = Kind::Stored;
    std::uint32_t element_size = 1;
    std::uint64_t count = 0;
    /// Stored: of its first byte; two columns may share one place. Packed: the `ColumnForm`.
    std::uint64_t offset = 0;
    std::uint64_t value = 0;  ///< Stored: checksum; Constant: the value; Packed: the step
};
static_assert(sizeof(Section) == 32);

/// Appends numbers and texts to a run of bytes.
class ByteWriter {
  public:
    void number(std::uint64_t value) {
        while (value >= 0x80) {
            bytes_ += static_cast<char>((value & 0x7F) | 0x80);
            value >>= 7;
        }
        bytes_ += static_cast<char>(value);
    }
    void text(std::string_view value) {
        number(value.size());
        bytes_ += value;
    }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

  private:
    std::string bytes_;
};

/// Reads what `ByteWriter` wrote; beyond the end everything is 0 or empty and `good` is false.
class ByteReader {
  public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (rest_.empty()) {
                break;
            }
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) {
                return value;
            }
        }
        good_ = false;
        return 0;
    }
    std::string_view text() {
        const std::uint64_t size = number();
        if (size > rest_.size()) {
            good_ = false;
            return {};
        }
        const std::string_view value = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return value;
    }
    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

  private:
    std::string_view rest_;
    bool good_ = true;
};

}  // namespace parcours::population
