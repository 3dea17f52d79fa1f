#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "base/time.h"
#include "population/block_reader.h"
#include "population/column_form.h"

namespace parcours::population {

/// A patient's place in an index: dense, in the order of keys, and only good for that index.
using PatientNumber = std::uint32_t;
inline constexpr PatientNumber no_patient = UINT32_MAX;

/// One column of a table, packed. Borrows its memory from the index it belongs to, which may be a
/// mapped file.
template <class T>
class Column {
  public:
    Column() = default;
    /// `size` rows, all of them `constant`.
    Column(T constant, std::size_t size) : size_(size), constant_(constant) {}
    /// Plain.
    explicit Column(std::span<const T> values)
        : codes_(values.data()), size_(values.size()), form_(ColumnForm::Plain) {}
    /// Each of `codes` is a place in `table`.
    template <class Code>
    Column(std::span<const Code> codes, std::span<const T> table)
        : codes_(codes.data()),
          side_(table.data()),
          size_(codes.size()),
          side_size_(table.size()),
          form_(sizeof(Code) == 1 ? ColumnForm::Table8 : ColumnForm::Table16) {}
    Column(std::span<const std::byte> codes, std::span<const ColumnBlock> blocks, std::int64_t step,
           std::size_t size)
        : codes_(codes.data()),
          side_(blocks.data()),
          size_(size),
          side_size_(blocks.size()),
          code_bytes_(codes.size()),
          step_(step),
          form_(ColumnForm::Blocks) {}

    [[nodiscard]] T operator[](std::size_t row) const {
        T value{};
        use_form([&](auto value_of) { value = value_of(row); });
        return value;
    }
    /// The values of `rows`, into `out`, which is at least as long: the form is looked at once.
    void read(std::span<const std::uint32_t> rows, std::span<T> out) const {
        use_form([&](auto value_of) {
            for (std::size_t i = 0; i < rows.size(); ++i) {
                out[i] = value_of(rows[i]);
            }
        });
    }
    /// Calls `use(i, value)` for the rows `begin` … begin + count - 1, i from 0; as `read`.
    template <class Use>
    void each_run(std::size_t begin, std::size_t count, Use use) const {
        use_form([&](auto value_of) {
            for (std::size_t i = 0; i < count; ++i) {
                use(i, value_of(begin + i));
            }
        });
    }
    /// The values of the rows `begin` … begin + out.size() - 1.
    void read_run(std::size_t begin, std::span<T> out) const {
        if (form_ == ColumnForm::Blocks) {
            return blocks().read_run(begin, out);
        }
        each_run(begin, out.size(), [out](std::size_t i, T value) { out[i] = value; });
    }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] ColumnForm form() const { return form_; }
    [[nodiscard]] bool is_constant() const { return form_ == ColumnForm::Constant; }
    [[nodiscard]] T constant() const { return constant_; }
    /// The values of a plain column; empty for any other.
    [[nodiscard]] std::span<const T> plain() const {
        return form_ == ColumnForm::Plain ? std::span(static_cast<const T*>(codes_), size_)
                                          : std::span<const T>();
    }
    /// What is stored: of plain columns and tables their rows, of blocks what is above their bases.
    [[nodiscard]] std::span<const std::byte> code_bytes() const {
        const std::size_t size = form_ == ColumnForm::Plain     ? size_ * sizeof(T)
                                 : form_ == ColumnForm::Table8  ? size_
                                 : form_ == ColumnForm::Table16 ? size_ * 2
                                                                : code_bytes_;
        return {static_cast<const std::byte*>(codes_), size};
    }
    /// The table or the blocks.
    [[nodiscard]] std::span<const std::byte> side_bytes() const {
        return {static_cast<const std::byte*>(side_),
                side_size_ * (form_ == ColumnForm::Blocks ? sizeof(ColumnBlock) : sizeof(T))};
    }
    [[nodiscard]] std::int64_t step() const { return step_; }
    [[nodiscard]] std::size_t bytes() const { return code_bytes().size() + side_bytes().size(); }

    static std::int64_t to_number(T value) {
        if constexpr (std::is_same_v<T, Instant>) {
            return value.time_since_epoch().count();
        } else {
            return static_cast<std::int64_t>(value);
        }
    }

  private:
    /// Calls `each` with what gives the value of a row.
    template <class Each>
    void use_form(Each each) const {
        switch (form_) {
            case ColumnForm::Constant:
                return each([this](std::size_t) { return constant_; });
            case ColumnForm::Plain:
                return each([this](std::size_t row) { return at<T>(codes_, row); });
            case ColumnForm::Table8:
                return each([this](std::size_t row) {
                    return at<T>(side_, at<std::uint8_t>(codes_, row));
                });
            case ColumnForm::Table16:
                return each([this](std::size_t row) {
                    return at<T>(side_, at<std::uint16_t>(codes_, row));
                });
            case ColumnForm::Blocks:
                return each([from = blocks()](std::size_t row) { return from[row]; });
        }
    }
    template <class Stored>
    static Stored at(const void* first, std::size_t place) {
        return static_cast<const Stored*>(first)[place];
    }

    [[nodiscard]] BlockReader<T> blocks() const {
        return {static_cast<const std::byte*>(codes_), static_cast<const ColumnBlock*>(side_),
                step_};
    }

    const void* codes_ = nullptr;
    const void* side_ = nullptr;
    std::size_t size_ = 0;
    std::size_t side_size_ = 0;
    std::size_t code_bytes_ = 0;
    std::int64_t step_ = 1;
    T constant_{};
    ColumnForm form_ = ColumnForm::Constant;
};

}  // namespace parcours::population
