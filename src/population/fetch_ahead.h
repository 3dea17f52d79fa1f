#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "population/block_reader.h"
#include "population/column.h"
#include "population/column_form.h"
#include "population/table.h"

namespace parcours::population {

/// Asks the processor for memory that is about to be read, and does not wait for it: what lies far
/// apart arrives together, where reading it would wait for one after the other.
inline void fetch_ahead(const std::byte* begin, std::size_t size) {
    constexpr std::size_t line = 64;
    for (std::size_t at = 0; at < size; at += line) {
        __builtin_prefetch(begin + at);
    }
    __builtin_prefetch(begin + size - 1);
}

/// The rows [first, past) of a column, at least one.
template <class T>
void fetch_ahead(const Column<T>& column, std::size_t first, std::size_t past) {
    const std::byte* const codes = column.code_bytes().data();
    const auto fetch = [&](std::size_t place, std::size_t width) {
        fetch_ahead(codes + place + first * width, (past - first) * width);
    };
    switch (column.form()) {
        case ColumnForm::Constant:
            return;
        case ColumnForm::Plain:
            return fetch(0, sizeof(T));
        case ColumnForm::Table8:
            return fetch(0, 1);
        case ColumnForm::Table16:
            return fetch(0, 2);
        case ColumnForm::Blocks:
            break;
    }
    const void* const side = column.side_bytes().data();
    for (std::size_t row = first; row < past; row += block_rows - row % block_rows) {
        const ColumnBlock& block = static_cast<const ColumnBlock*>(side)[row / block_rows];
        const std::size_t end = std::min(past, row + block_rows - row % block_rows);
        if (block.width != 0) {
            fetch_ahead(codes + std::size_t{block.place} * 8 + row % block_rows * block.width,
                        (end - row) * block.width);
        }
    }
}

/// What the rows [first, past) of a table say.
inline void fetch_ahead(const Table& table, std::uint32_t first, std::uint32_t past) {
    if (first == past) {
        return;
    }
    const auto fetch = [&](const auto&... columns) { (fetch_ahead(columns, first, past), ...); };
    fetch(table.occurred, table.recorded, table.status, table.code, table.marks, table.shape,
          table.start, table.end, table.position, table.key, table.verification, table.category,
          table.precision);
}

}  // namespace parcours::population
