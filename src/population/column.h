#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace parcours::population {

/// A patient's place in an index: dense, in the order of keys, and only good for that index.
using PatientNumber = std::uint32_t;
inline constexpr PatientNumber no_patient = UINT32_MAX;

/// One column of a table. A column whose rows are all equal is not stored: it is that value.
/// Borrows its memory from the index it belongs to, which may be a mapped file.
template <class T>
class Column {
  public:
    Column() = default;
    /// `size` rows, all of them `constant`.
    Column(T constant, std::size_t size) : constant_(constant), size_(size) {}
    explicit Column(std::span<const T> values) : values_(values.data()), size_(values.size()) {}

    [[nodiscard]] T operator[](std::size_t row) const {
        return values_ == nullptr ? constant_ : values_[row];
    }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool is_constant() const { return values_ == nullptr; }
    [[nodiscard]] T constant() const { return constant_; }
    /// The stored values; empty for a constant column.
    [[nodiscard]] std::span<const T> values() const {
        return values_ == nullptr ? std::span<const T>() : std::span<const T>(values_, size_);
    }

  private:
    const T* values_ = nullptr;
    T constant_{};
    std::size_t size_ = 0;
};

}  // namespace parcours::population
