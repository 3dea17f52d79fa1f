#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "population/column.h"

namespace parcours::population {

/// Memory for columns, freed all at once with the index that they belong to.
class Arena {
  public:
    /// `count` values to be filled in by the caller.
    template <class T>
    std::span<T> make(std::size_t count) {
        auto buffer = std::make_unique_for_overwrite<std::byte[]>(count * sizeof(T) + alignof(T));
        T* first = reinterpret_cast<T*>(buffer.get());
        buffers_.push_back(std::move(buffer));
        return {first, count};
    }

    /// Takes back what the last `make` gave.
    void drop_last() { buffers_.pop_back(); }

    /// A column of `count` rows, row `i` being `value_of(i)`, asked once each in this order; not
    /// stored where all are equal.
    template <class T, class ValueOf>
    Column<T> column(std::size_t count, ValueOf value_of) {
        if (count == 0) {
            return {};
        }
        const T first = value_of(std::size_t{0});
        const std::span<T> values = make<T>(count);
        values[0] = first;
        bool constant = true;
        for (std::size_t i = 1; i < count; ++i) {
            values[i] = value_of(i);
            constant = constant && same(values[i], first);
        }
        if (constant) {
            drop_last();
            return Column<T>(first, count);
        }
        return Column<T>(values);
    }

    /// The same value bit for bit: NaN is itself.
    template <class T>
    static bool same(const T& left, const T& right) {
        if constexpr (std::is_floating_point_v<T>) {
            return left == right || (left != left && right != right);
        } else {
            return left == right;
        }
    }

  private:
    std::vector<std::unique_ptr<std::byte[]>> buffers_;
};

}  // namespace parcours::population
