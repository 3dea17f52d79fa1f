#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "base/time.h"
#include "population/column.h"
#include "population/column_form.h"

namespace parcours::population {

/// The different values of a column, while there are few; each has its place in the order in which
/// it was met.
template <class T>
class ValueTable {
  public:
    explicit ValueTable(std::size_t places_max)
        : places_max_(places_max), slots_(std::bit_ceil(places_max * 2), 0) {}

    /// The value's place; `places_max` where it is one too many.
    std::size_t place_of(T value) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof value);
        std::size_t slot = (bits * 0x9E3779B97F4A7C15U) >> 20U;
        for (;; ++slot) {
            std::uint32_t& entry = slots_[slot & (slots_.size() - 1)];
            if (entry == 0) {
                if (values_.size() == places_max_) {
                    return places_max_;
                }
                values_.push_back(value);
                entry = static_cast<std::uint32_t>(values_.size());
                return entry - 1;
            }
            if (std::memcmp(&values_[entry - 1], &value, sizeof value) == 0) {
                return entry - 1;
            }
        }
    }
    [[nodiscard]] const std::vector<T>& values() const { return values_; }

  private:
    std::size_t places_max_;
    std::vector<std::uint32_t> slots_;  ///< place + 1; 0: free
    std::vector<T> values_;
};

/// What `pack_blocks` makes.
struct PackedBlocks {
    std::vector<ColumnBlock> blocks;
    std::vector<std::byte> codes;
    std::int64_t step = 1;

    [[nodiscard]] std::size_t bytes() const {
        return codes.size() + blocks.size() * sizeof(ColumnBlock);
    }
};

/// The greatest of some steps that all values which are not absent are multiples of: dates are
/// mostly whole seconds.
template <class T>
std::int64_t common_step(std::span<const T> values) {
    if constexpr (!std::is_same_v<T, Instant>) {
        return 1;
    } else {
        static constexpr auto steps = std::to_array<std::int64_t>({60'000'000, 1'000'000, 1'000});
        std::size_t step = 0;
        for (const T value : values) {
            const std::int64_t number = Column<T>::to_number(value);
            while (step < steps.size() && value != absent_value<T>() && number % steps[step] != 0) {
                ++step;
            }
        }
        return step < steps.size() ? steps[step] : 1;
    }
}

inline std::uint32_t width_for(std::uint64_t code_max) {
    if (code_max < std::numeric_limits<std::uint8_t>::max()) {
        return 1;
    }
    if (code_max < std::numeric_limits<std::uint16_t>::max()) {
        return 2;
    }
    return code_max < std::numeric_limits<std::uint32_t>::max() ? 4 : 8;
}

/// One block after another; its codes begin at a multiple of 8 bytes. Nothing where a block spans
/// so much that no number is left for the absent value.
template <class T>
std::optional<PackedBlocks> pack_blocks(std::span<const T> values) {
    PackedBlocks out;
    out.step = common_step(values);
    for (std::size_t begin = 0; begin < values.size(); begin += block_rows) {
        const auto rows = values.subspan(begin, std::min(block_rows, values.size() - begin));
        std::int64_t low = std::numeric_limits<std::int64_t>::max();
        std::int64_t high = std::numeric_limits<std::int64_t>::min();
        bool absent = false;
        for (const T value : rows) {
            if (value == absent_value<T>()) {
                absent = true;
                continue;
            }
            low = std::min(low, Column<T>::to_number(value));
            high = std::max(high, Column<T>::to_number(value));
        }
        const bool none = low > high;
        ColumnBlock& block = out.blocks.emplace_back();
        block.base = none ? Column<T>::to_number(absent_value<T>()) : low;
        if (none || (low == high && !absent)) {
            continue;
        }
        const auto step = static_cast<std::uint64_t>(out.step);
        const std::uint64_t range =
            (static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low)) / step;
        if (range == std::numeric_limits<std::uint64_t>::max()) {
            return std::nullopt;
        }
        block.width = width_for(range);
        block.place = static_cast<std::uint32_t>(out.codes.size() / 8);
        const std::size_t size = (rows.size() * block.width + 7) / 8 * 8;
        out.codes.resize(out.codes.size() + size);
        std::byte* at = out.codes.data() + std::size_t{block.place} * 8;
        for (const T value : rows) {
            const std::uint64_t code =
                value == absent_value<T>()
                    ? std::numeric_limits<std::uint64_t>::max()
                    : (static_cast<std::uint64_t>(Column<T>::to_number(value)) -
                       static_cast<std::uint64_t>(low)) /
                          step;
            std::memcpy(at, &code, block.width);
            at += block.width;
        }
    }
    return out;
}

}  // namespace parcours::population
