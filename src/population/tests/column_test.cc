#include "population/column.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <span>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "population/arena.h"
#include "population/column_form.h"
#include "population/column_slice.h"
#include "population/fetch_ahead.h"

namespace parcours::population {
namespace {

/// Runs from anywhere, and rows in any order, are the same as rows one by one.
template <class T>
void reads_together(const Column<T>& column, const std::vector<T>& values) {
    std::vector<std::uint32_t> rows;
    for (std::size_t row = values.size(); row > 0; row -= std::min<std::size_t>(row, 3)) {
        rows.push_back(static_cast<std::uint32_t>(row - 1));
    }
    std::vector<T> some(rows.size());
    column.read(rows, some);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_TRUE(Arena::same(some[i], values[rows[i]])) << "row " << rows[i];
    }
    for (std::size_t begin = 0; begin < values.size(); begin += 97) {
        std::vector<T> run(std::min<std::size_t>(values.size() - begin, 600));
        column.read_run(begin, run);
        for (std::size_t i = 0; i < run.size(); ++i) {
            EXPECT_TRUE(Arena::same(run[i], values[begin + i])) << "row " << begin + i;
        }
    }
}

/// Rows read the same where nothing is stored but what is said to be theirs.
template <class T>
void is_stored_there(const Column<T>& column, std::size_t first, std::size_t past) {
    const auto all = column.code_bytes();
    std::vector<std::byte> kept(all.size(), std::byte{0xA5});
    each_stored(column, first, past, [&](std::span<const std::byte> bytes) {
        ASSERT_LE(all.data(), bytes.data());
        ASSERT_LE(bytes.data() + bytes.size(), all.data() + all.size());
        EXPECT_FALSE(bytes.empty());
        EXPECT_LE(bytes.size(), (past - first) * sizeof(T));
        std::ranges::copy(bytes, kept.begin() + (bytes.data() - all.data()));
    });
    if (column.form() == ColumnForm::Blocks) {
        const auto side = column.side_bytes();
        const auto* const first_block =
            static_cast<const ColumnBlock*>(static_cast<const void*>(side.data()));
        const std::span blocks(first_block, side.size() / sizeof(ColumnBlock));
        const Column<T> copy(kept, blocks, column.step(), column.size());
        for (std::size_t row = first; row < past; ++row) {
            EXPECT_TRUE(Arena::same(copy[row], column[row])) << "row " << row;
        }
    } else if (column.form() == ColumnForm::Plain) {
        for (std::size_t row = first; row < past; ++row) {
            T value{};
            std::memcpy(&value, &kept[row * sizeof(T)], sizeof(T));
            EXPECT_TRUE(Arena::same(value, column[row])) << "row " << row;
        }
    }
}

/// Each row reads back as it was, in whatever form; gives the form.
template <class T>
ColumnForm reads_back(const std::vector<T>& values) {
    Arena arena;
    const Column<T> column = arena.column(std::span<const T>(values));
    EXPECT_EQ(column.size(), values.size());
    for (std::size_t row = 0; row < values.size(); ++row) {
        EXPECT_TRUE(Arena::same(column[row], values[row])) << "row " << row;
    }
    EXPECT_LE(column.bytes(), values.size() * sizeof(T));
    reads_together(column, values);
    is_stored_there(column, 0, values.size());
    for (std::size_t first = 0; first < values.size(); first += 83) {
        is_stored_there(column, first, std::min(values.size(), first + 1 + first % 300));
    }
    return column.form();
}

template <class T>
class PackedNumbers : public testing::Test {};
using Numbers =
    testing::Types<std::uint8_t, std::int16_t, std::uint16_t, std::uint32_t, std::uint64_t>;
TYPED_TEST_SUITE(PackedNumbers, Numbers);

// Spreads of every width, with and without the absent value, ending before, at and after a block.
TYPED_TEST(PackedNumbers, ReadBackAsTheyWere) {
    using T = TypeParam;
    SeededRandom random(11);
    for (const std::size_t count : {1U, 255U, 256U, 257U, 1000U}) {
        for (unsigned bits = 0; bits <= 8 * sizeof(T); ++bits) {
            for (const bool absent : {false, true}) {
                std::vector<T> values(count);
                for (T& value : values) {
                    const std::uint64_t drawn =
                        random.below(std::numeric_limits<std::uint64_t>::max());
                    value = static_cast<T>(bits == 0 ? 7 : drawn >> (64 - bits));
                    if (absent && random.below(5) == 0) {
                        value = absent_value<T>();
                    }
                }
                reads_back(values);
            }
        }
    }
}

// Whoever writes the versions of a resource may choose them so.
TEST(Column, KeepsTheWidestSpread) {
    std::vector<std::uint64_t> values(10'000, 5);
    values[300] = std::uint64_t{1} << 63U;
    values[301] = (std::uint64_t{1} << 63U) - 1;
    values[302] = std::numeric_limits<std::uint64_t>::max();
    reads_back(values);
}

TEST(Column, CountsDatesInWholeSeconds) {
    SeededRandom random(12);
    const Instant begin = parse_instant("2015-01-01T00:00:00Z").value();
    std::vector<Instant> dates(5000);
    for (Instant& date : dates) {
        date = random.below(9) == 0 ? Instant::min()
                                    : begin + std::chrono::seconds(random.below(300'000'000));
    }
    EXPECT_EQ(reads_back(dates), ColumnForm::Blocks);
    Arena arena;
    const auto column = arena.column(std::span<const Instant>(dates));
    EXPECT_LT(column.bytes(), dates.size() * 5);
    dates[77] += std::chrono::microseconds(1);
    reads_back(dates);
}

TEST(Column, TakesTheFormThatIsSmallest) {
    SeededRandom random(13);
    std::vector<double> few(4000);
    for (double& number : few) {
        number = 0.1 * static_cast<double>(random.below(100));
    }
    few[7] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(reads_back(few), ColumnForm::Table8);
    std::vector<double> more(40'000);
    for (double& number : more) {
        number = 0.1 * static_cast<double>(random.below(1000));
    }
    EXPECT_EQ(reads_back(more), ColumnForm::Table16);
    std::vector<std::uint64_t> keys(2000);
    for (std::uint64_t& key : keys) {
        key = random.below(std::numeric_limits<std::uint64_t>::max());
    }
    EXPECT_EQ(reads_back(keys), ColumnForm::Plain);
    EXPECT_EQ(reads_back(std::vector<std::uint32_t>(500, 3)), ColumnForm::Constant);
    EXPECT_EQ(reads_back(std::vector<std::uint32_t>()), ColumnForm::Constant);
}

TEST(ColumnSlice, FindsTheFirstNotBelow) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t i = 0; i < 3000; ++i) {
        rows.push_back(3 * i);
    }
    Arena arena;
    const auto column = arena.column(std::span<const std::uint32_t>(rows));
    const ColumnSlice slice(column, 1000, 500);  // 3000 … 4497
    EXPECT_EQ(slice.lower_bound(0), 0U);
    EXPECT_EQ(slice.lower_bound(3003), 1U);
    EXPECT_EQ(slice.lower_bound(3004), 2U);
    EXPECT_EQ(slice.lower_bound(4498), 500U);
    EXPECT_EQ(slice[499], 4497U);
}

}  // namespace
}  // namespace parcours::population
