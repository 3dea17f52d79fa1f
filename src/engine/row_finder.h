#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace parcours::engine {

/// Finds rows by what stands in them: it keeps their numbers alone, 4 bytes each, at most three
/// times over. One thread.
class RowFinder {
  public:
    /// The row with this hash that `is_it(row)` accepts.
    template <class IsIt>
    [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t hash, IsIt is_it) const {
        if (slots_.empty()) {
            return std::nullopt;
        }
        const std::size_t at = place(hash, is_it);
        return slots_[at] == 0 ? std::nullopt : std::optional(slots_[at] - 1);
    }

    /// Puts a row where none is found, or in the place of the one that is. `hash_of(row)` gives the
    /// hash of any row that is known.
    template <class IsIt, class HashOf>
    void put(std::uint64_t hash, std::uint32_t row, IsIt is_it, HashOf hash_of) {
        if ((size_ + 1) * 4 > slots_.size() * 3) {
            grow(slots_.empty() ? 64 : slots_.size() * 2, hash_of);
        }
        std::uint32_t& slot = slots_[place(hash, is_it)];
        size_ += slot == 0 ? 1U : 0U;
        slot = row + 1;
    }

    /// Room for so many, so that they are put in without growing.
    template <class HashOf>
    void reserve(std::size_t count, HashOf hash_of) {
        std::size_t capacity = 64;
        while (count * 4 > capacity * 3) {
            capacity *= 2;
        }
        if (capacity > slots_.size()) {
            grow(capacity, hash_of);
        }
    }

  private:
    template <class IsIt>
    [[nodiscard]] std::size_t place(std::uint64_t hash, IsIt is_it) const {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = home(hash);
        while (slots_[at] != 0 && !is_it(slots_[at] - 1)) {
            at = (at + 1) & mask;
        }
        return at;
    }

    [[nodiscard]] std::size_t home(std::uint64_t hash) const {
        return (hash * 0x9E3779B97F4A7C15U) >> 17U & (slots_.size() - 1);
    }

    template <class HashOf>
    void grow(std::size_t capacity, HashOf hash_of) {
        std::vector<std::uint32_t> old(capacity);
        old.swap(slots_);
        for (const std::uint32_t slot : old) {
            if (slot != 0) {
                slots_[place(hash_of(slot - 1), [](std::uint32_t) { return false; })] = slot;
            }
        }
    }

    std::vector<std::uint32_t> slots_;  // row + 1; 0: empty; a power of two of them
    std::size_t size_ = 0;
};

}  // namespace parcours::engine
