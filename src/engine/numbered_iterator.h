#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace parcours::engine {

/// Goes through a table whose `[number]` gives what it holds by value, in its order.
template <class Table>
class NumberedIterator {
  public:
    using value_type = std::remove_cvref_t<decltype(std::declval<const Table&>()[0])>;
    using difference_type = std::ptrdiff_t;
    NumberedIterator() = default;
    NumberedIterator(const Table& table, std::size_t number) : table_(&table), number_(number) {}
    value_type operator*() const { return (*table_)[number_]; }
    NumberedIterator& operator++() {
        ++number_;
        return *this;
    }
    NumberedIterator operator++(int) { return {*table_, number_++}; }
    bool operator==(const NumberedIterator& other) const { return number_ == other.number_; }

  private:
    const Table* table_ = nullptr;
    std::size_t number_ = 0;
};

}  // namespace parcours::engine
