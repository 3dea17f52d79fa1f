#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "population/column.h"
#include "population/column_pack.h"

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

    /// A column of `count` rows, row `i` being `value_of(i)`, asked once each in this order, in the
    /// form that takes the least memory.
    template <class T, class ValueOf>
    Column<T> column(std::size_t count, ValueOf value_of) {
        if (count == 0) {
            return {};
        }
        const auto values = std::make_unique_for_overwrite<T[]>(count);
        for (std::size_t i = 0; i < count; ++i) {
            values[i] = value_of(i);
        }
        return column(std::span<const T>(values.get(), count));
    }

    /// The same of values at hand.
    template <class T>
    Column<T> column(std::span<const T> values) {
        if (values.empty()) {
            return {};
        }
        const bool constant = std::ranges::all_of(
            values, [&](const T& value) { return same(value, values.front()); });
        return constant ? Column<T>(values.front(), values.size()) : pack(values);
    }

    /// A copy whose values lie one beside the other, for whom a span is handed out.
    template <class T>
    Column<T> plain(std::span<const T> values) {
        return Column<T>(store(values));
    }

    /// The form that takes the least memory.
    template <class T>
    Column<T> pack(std::span<const T> values) {
        std::size_t best = values.size_bytes();
        std::optional<PackedBlocks> blocks;
        if constexpr (!std::is_floating_point_v<T>) {
            blocks = pack_blocks(values);
            best = std::min(best, blocks ? blocks->bytes() : best);
        }
        if (best > values.size()) {
            if (auto tabled = pack_table<std::uint8_t>(values, best); tabled.size() > 0) {
                return tabled;
            }
        }
        if (std::is_floating_point_v<T> && best > 2 * values.size()) {
            if (auto tabled = pack_table<std::uint16_t>(values, best); tabled.size() > 0) {
                return tabled;
            }
        }
        if (best == values.size_bytes()) {
            return plain(values);
        }
        return Column<T>(store(std::span<const std::byte>(blocks->codes)),
                         store(std::span<const ColumnBlock>(blocks->blocks)), blocks->step,
                         values.size());
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
    template <class T>
    std::span<const T> store(std::span<const T> values) {
        const std::span<T> memory = make<T>(values.size());
        std::ranges::copy(values, memory.begin());
        return memory;
    }

    /// Nothing where it would take more than `bytes_max`, or has too many values.
    template <class Code, class T>
    Column<T> pack_table(std::span<const T> values, std::size_t bytes_max) {
        constexpr std::size_t places_max = std::size_t{1} << (8 * sizeof(Code));
        ValueTable<T> table(places_max);
        std::vector<Code> codes;
        codes.reserve(values.size());
        for (const T value : values) {
            const std::size_t place = table.place_of(value);
            if (place == places_max) {
                return {};
            }
            codes.push_back(static_cast<Code>(place));
        }
        if (codes.size() * sizeof(Code) + table.values().size() * sizeof(T) >= bytes_max) {
            return {};
        }
        return Column<T>(store(std::span<const Code>(codes)),
                         store(std::span<const T>(table.values())));
    }

    std::vector<std::unique_ptr<std::byte[]>> buffers_;
};

}  // namespace parcours::population
