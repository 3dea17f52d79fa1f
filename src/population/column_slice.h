#pragma once

#include <cstddef>
#include <span>

#include "population/column.h"

namespace parcours::population {

/// Rows `begin` … of a column, up to a number of them.
template <class T>
class ColumnSlice {
  public:
    ColumnSlice() = default;
    ColumnSlice(const Column<T>& column, std::size_t begin, std::size_t size)
        : column_(&column), begin_(begin), size_(size) {}

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] T operator[](std::size_t at) const { return (*column_)[begin_ + at]; }
    /// The values from place `begin` on.
    void read(std::size_t begin, std::span<T> out) const { column_->read_run(begin_ + begin, out); }
    /// Of an ascending slice: the place of the first that is not below `bound`; its size if none.
    [[nodiscard]] std::size_t lower_bound(T bound) const {
        std::size_t low = 0;
        std::size_t high = size_;
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            if ((*this)[middle] < bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

  private:
    const Column<T>* column_ = nullptr;
    std::size_t begin_ = 0;
    std::size_t size_ = 0;
};

}  // namespace parcours::population
