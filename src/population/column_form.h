#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "base/time.h"

namespace parcours::population {

/// How a column lies in memory.
enum class ColumnForm : std::uint8_t {
    Constant,  ///< all rows are equal: nothing is stored
    Plain,     ///< as the values are
    Table8,    ///< few values: per row a place in the table of them, of one byte …
    Table16,   ///< … or two
    Blocks     ///< per block of rows its lowest value, and per row what is above it
};

/// Rows of a block of `ColumnForm::Blocks`.
inline constexpr std::size_t block_rows = 256;

/// One block: row i of it is `base` + step × (unsigned number of `width` bytes at 8 × `place` + i ×
/// `width`); the greatest such number stands for the absent value. A width of 0: all are `base`.
struct ColumnBlock {
    std::int64_t base = 0;
    std::uint32_t place = 0;
    std::uint32_t width = 0;
};
static_assert(sizeof(ColumnBlock) == 16);

/// The value that blocks set apart, since it lies far from all others: what dates, offsets and
/// numbers of patients are where there is none.
template <class T>
[[nodiscard]] constexpr T absent_value() {
    if constexpr (std::is_same_v<T, Instant>) {
        return Instant::min();
    } else if constexpr (std::is_enum_v<T>) {
        return static_cast<T>(std::numeric_limits<std::underlying_type_t<T>>::max());
    } else {
        return std::is_signed_v<T> ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();
    }
}

}  // namespace parcours::population
