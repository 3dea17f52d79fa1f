#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "base/time.h"
#include "population/column_form.h"

namespace parcours::population {

/// The values of a column of blocks.
template <class T>
class BlockReader {
  public:
    BlockReader(const std::byte* codes, const ColumnBlock* blocks, std::int64_t step)
        : codes_(codes), blocks_(blocks), step_(step) {}

    [[nodiscard]] T operator[](std::size_t row) const {
        const ColumnBlock& block = blocks_[row / block_rows];
        switch (block.width) {
            case 0:
                return from_number(static_cast<std::uint64_t>(block.base));
            case 1:
                return from_code<std::uint8_t>(block, row);
            case 2:
                return from_code<std::uint16_t>(block, row);
            case 4:
                return from_code<std::uint32_t>(block, row);
            default:
                return from_code<std::uint64_t>(block, row);
        }
    }

    /// The rows from `begin` on: the width of each block is looked at once.
    void read_run(std::size_t begin, std::span<T> out) const {
        while (!out.empty()) {
            const std::size_t count = std::min(out.size(), block_rows - begin % block_rows);
            read_of_block(begin, out.first(count));
            out = out.subspan(count);
            begin += count;
        }
    }

  private:
    void read_of_block(std::size_t begin, std::span<T> out) const {
        const ColumnBlock& block = blocks_[begin / block_rows];
        switch (block.width) {
            case 0:
                std::ranges::fill(out, from_number(static_cast<std::uint64_t>(block.base)));
                return;
            case 1:
                return read_codes<std::uint8_t>(block, begin, out);
            case 2:
                return read_codes<std::uint16_t>(block, begin, out);
            case 4:
                return read_codes<std::uint32_t>(block, begin, out);
            default:
                return read_codes<std::uint64_t>(block, begin, out);
        }
    }

    template <class Code>
    void read_codes(const ColumnBlock& block, std::size_t begin, std::span<T> out) const {
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = from_code<Code>(block, begin + i);
        }
    }

    template <class Code>
    [[nodiscard]] T from_code(const ColumnBlock& block, std::size_t row) const {
        const void* const first = codes_ + std::size_t{block.place} * 8;
        const Code code = static_cast<const Code*>(first)[row % block_rows];
        return code == std::numeric_limits<Code>::max()
                   ? absent_value<T>()
                   : from_number(static_cast<std::uint64_t>(block.base) +
                                 static_cast<std::uint64_t>(step_) * code);
    }

    static T from_number(std::uint64_t number) {
        if constexpr (std::is_same_v<T, Instant>) {
            return Instant(Instant::duration(static_cast<std::int64_t>(number)));
        } else {
            return static_cast<T>(number);
        }
    }

    const std::byte* codes_;
    const ColumnBlock* blocks_;
    std::int64_t step_;
};

}  // namespace parcours::population
