#pragma once

#include <optional>

#include "values/decimal.h"

namespace parcours::values {

/// A positive rational number with a power of ten, as factors of units are: exact up to 18 digits
/// above and below the line, rounded beyond.
class Ratio {
  public:
    using Raw = __int128;

    constexpr Ratio() = default;
    /// numerator · 10^ten
    static Ratio make(Raw numerator, int ten);

    [[nodiscard]] Ratio multiply(const Ratio& other) const;
    [[nodiscard]] Ratio inverse() const;
    /// The nth power, n from -99 to 99.
    [[nodiscard]] Ratio power(int exponent) const;
    /// -1, 0, 1.
    [[nodiscard]] int compare(const Ratio& other) const;
    /// value · this, rounded half away from zero at the eighth digit; nothing beyond the range.
    [[nodiscard]] std::optional<Decimal> scale(Decimal value) const;

  private:
    void reduce();
    [[nodiscard]] long double approximate() const;

    Raw numerator_ = 1;
    Raw denominator_ = 1;
    int ten_ = 0;
};

}  // namespace parcours::values
