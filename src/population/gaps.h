#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace parcours::population {

/// Rows whose columns are read together.
inline constexpr std::size_t lot = 256;

/// Calls `use(begin, rows)` for each lot of `rows`.
template <class Use>
void each_lot(std::span<const std::uint32_t> rows, Use use) {
    for (std::size_t begin = 0; begin < rows.size(); begin += lot) {
        use(begin, rows.subspan(begin, std::min(lot, rows.size() - begin)));
    }
}

/// Sorted constants, and the gap between them that a number lies in.
template <class Number>
class Gaps {
  public:
    Gaps() = default;
    explicit Gaps(std::vector<Number> constants) : constants_(std::move(constants)) {
        std::ranges::sort(constants_);
        const auto doubles = std::ranges::unique(constants_);
        constants_.erase(doubles.begin(), doubles.end());
    }
    [[nodiscard]] std::size_t count() const { return constants_.size() + 1; }
    /// Nothing when a constant is within `margin`.
    [[nodiscard]] std::optional<std::size_t> find(Number number, Number margin) const {
        std::size_t gap = 0;
        for (const Number constant : constants_) {
            if (std::abs(number - constant) <= margin) {
                return std::nullopt;
            }
            gap += constant < number ? 1U : 0U;
        }
        return gap;
    }
    /// The place of each of these in the order of all.
    [[nodiscard]] std::vector<std::size_t> ranks(const std::vector<Number>& numbers) const {
        std::vector<std::size_t> out;
        out.reserve(numbers.size());
        for (const Number number : numbers) {
            out.push_back(static_cast<std::size_t>(std::ranges::lower_bound(constants_, number) -
                                                   constants_.begin()));
        }
        return out;
    }
    [[nodiscard]] std::optional<std::size_t> find_equal(Number number) const {
        const auto found = std::ranges::find(constants_, number);
        return found == constants_.end()
                   ? std::nullopt
                   : std::optional(static_cast<std::size_t>(found - constants_.begin()));
    }

  private:
    std::vector<Number> constants_;
};

}  // namespace parcours::population
