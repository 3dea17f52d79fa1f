#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace parcours::population {

/// A set of small numbers, one bit each: patients of an index, or of a run of them. Plain words,
/// since cohorts of interest hold a good part of all patients.
class Bitmap {
  public:
    Bitmap() = default;
    /// Room for the numbers 0 … size - 1, all of them in it or none.
    explicit Bitmap(std::size_t size, bool full = false)
        : words_((size + 63) / 64, full ? ~std::uint64_t{0} : 0), size_(size) {
        trim();
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    /// Room for more numbers, none of them in it.
    void grow(std::size_t size) {
        words_.resize((size + 63) / 64, 0);
        size_ = size;
    }
    void set(std::size_t number) { words_[number / 64] |= bit(number); }
    void reset(std::size_t number) { words_[number / 64] &= ~bit(number); }
    [[nodiscard]] bool test(std::size_t number) const {
        return (words_[number / 64] & bit(number)) != 0;
    }
    [[nodiscard]] std::size_t count() const {
        std::size_t sum = 0;
        for (const std::uint64_t word : words_) {
            sum += static_cast<std::size_t>(std::popcount(word));
        }
        return sum;
    }
    [[nodiscard]] bool none() const {
        for (const std::uint64_t word : words_) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    // Of bitmaps of one size.
    Bitmap& operator&=(const Bitmap& other) {
        return combine(other, [](std::uint64_t a, std::uint64_t b) { return a & b; });
    }
    Bitmap& operator|=(const Bitmap& other) {
        return combine(other, [](std::uint64_t a, std::uint64_t b) { return a | b; });
    }
    /// Leaves what is in exactly one of the two.
    Bitmap& operator^=(const Bitmap& other) {
        return combine(other, [](std::uint64_t a, std::uint64_t b) { return a ^ b; });
    }
    /// Takes out what `other` holds.
    Bitmap& operator-=(const Bitmap& other) {
        return combine(other, [](std::uint64_t a, std::uint64_t b) { return a & ~b; });
    }

    /// Calls `use(number)` for each number in it, ascending.
    template <class Use>
    void for_each(Use use) const {
        for (std::size_t at = 0; at < words_.size(); ++at) {
            for (std::uint64_t word = words_[at]; word != 0; word &= word - 1) {
                use(at * 64 + static_cast<std::size_t>(std::countr_zero(word)));
            }
        }
    }

    /// The words behind it, lowest numbers first; bits beyond `size` are 0 and must stay so.
    [[nodiscard]] std::span<std::uint64_t> words() { return words_; }
    [[nodiscard]] std::span<const std::uint64_t> words() const { return words_; }

    bool operator==(const Bitmap&) const = default;

  private:
    static std::uint64_t bit(std::size_t number) { return std::uint64_t{1} << (number % 64); }
    template <class Combine>
    Bitmap& combine(const Bitmap& other, Combine combine_words) {
        for (std::size_t at = 0; at < words_.size(); ++at) {
            words_[at] = combine_words(words_[at], other.words_[at]);
        }
        return *this;
    }
    void trim() {
        if (size_ % 64 != 0 && !words_.empty()) {
            words_.back() &= (std::uint64_t{1} << (size_ % 64)) - 1;
        }
    }

    std::vector<std::uint64_t> words_;
    std::size_t size_ = 0;
};

}  // namespace parcours::population
