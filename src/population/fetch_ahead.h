#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "population/column.h"
#include "population/column_form.h"
#include "population/table.h"

namespace parcours::population {

class LiveRecord;
struct Touch;

/// Calls `use(bytes)` with where the rows [first, past) of a column are stored, at least one row:
/// one piece, or of blocks one for each.
template <class T, class Use>
void each_stored(const Column<T>& column, std::size_t first, std::size_t past, Use use) {
    const auto codes = column.code_bytes();
    const auto use_rows = [&](std::size_t width) {
        use(codes.subspan(first * width, (past - first) * width));
    };
    switch (column.form()) {
        case ColumnForm::Constant:
            return;
        case ColumnForm::Plain:
            return use_rows(sizeof(T));
        case ColumnForm::Table8:
            return use_rows(1);
        case ColumnForm::Table16:
            return use_rows(2);
        case ColumnForm::Blocks:
            break;
    }
    const void* const blocks = column.side_bytes().data();
    for (std::size_t row = first; row < past;) {
        const ColumnBlock& block = static_cast<const ColumnBlock*>(blocks)[row / block_rows];
        const std::size_t end = std::min(past, row + block_rows - row % block_rows);
        if (block.width != 0) {
            use(codes.subspan(std::size_t{block.place} * 8 + row % block_rows * block.width,
                              (end - row) * block.width));
        }
        row = end;
    }
}

/// Asks the processor for rows that are about to be read, at least one, and does not wait for them:
/// what lies far apart in memory arrives together, where reading would wait for one after the
/// other. (It waits for what says how a block is stored.)
template <class T>
void fetch_ahead(const Column<T>& column, std::size_t first, std::size_t past) {
    each_stored(column, first, past, [](std::span<const std::byte> bytes) {
        constexpr std::size_t line = 64;
        for (std::size_t at = 0; at < bytes.size(); at += line) {
            __builtin_prefetch(&bytes[at]);
        }
        __builtin_prefetch(&bytes.back());
    });
}

/// The same of what is mostly asked of the rows [first, past) of a table: what they are, when, and
/// how they stand. Of very many the first: they would push each other out again.
inline void fetch_ahead(const Table& table, std::uint32_t first, std::uint32_t past) {
    constexpr std::uint32_t rows_max = 256;
    if (first == past) {
        return;
    }
    const std::uint32_t end = std::min(past, first + rows_max);
    const auto fetch = [&](const auto&... columns) { (fetch_ahead(columns, first, end), ...); };
    fetch(table.occurred, table.recorded, table.status, table.code, table.marks, table.shape,
          table.start, table.end, table.position, table.key, table.verification, table.category,
          table.precision);
}

/// Asks for the rows by which the first of `touches` are judged, those of up to 32 patients of the
/// first layer. `touches`: at least one, sorted by patient. Returns how many touches that are.
std::size_t fetch_ahead(const LiveRecord& record, std::span<const Touch> touches);

}  // namespace parcours::population
