#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parcours::values {

/// CQL's Decimal: an exact number with 8 digits after the point and up to 20 before it
/// (±99999999999999999999.99999999, CQL 1.5 Appendix B). Operations that leave that range give
/// nothing, which an expression sees as null.
class Decimal {
  public:
    using Raw = __int128;

    constexpr Decimal() = default;
    /// A whole number.
    static constexpr Decimal from_integer(std::int64_t whole) {
        return Decimal(static_cast<Raw>(whole) * scale);
    }
    /// The number of hundred-millionths; nothing beyond the range.
    static std::optional<Decimal> from_raw(Raw raw);
    /// The nearest decimal; nothing beyond the range or for what is not finite.
    static std::optional<Decimal> from_double(double number);
    /// Reads `[+-]?digits[.digits]`; digits after the eighth are rounded half up. Nothing for other
    /// text.
    static std::optional<Decimal> parse(std::string_view text);

    [[nodiscard]] constexpr Raw raw() const { return raw_; }
    [[nodiscard]] double to_double() const;
    /// Towards zero; nothing beyond 64 bits.
    [[nodiscard]] std::optional<std::int64_t> truncate() const;
    [[nodiscard]] bool is_whole() const { return raw_ % scale == 0; }
    /// At least one digit after the point, no needless zeros: "3.0", "0.25".
    [[nodiscard]] std::string to_text() const;

    /// Products and quotients are rounded half away from zero at the eighth digit.
    [[nodiscard]] std::optional<Decimal> add(Decimal other) const;
    [[nodiscard]] std::optional<Decimal> subtract(Decimal other) const;
    [[nodiscard]] std::optional<Decimal> multiply(Decimal other) const;
    /// Nothing for a divisor of zero.
    [[nodiscard]] std::optional<Decimal> divide(Decimal other) const;
    [[nodiscard]] std::optional<Decimal> remainder(Decimal other) const;
    /// Towards minus infinity; a whole number.
    [[nodiscard]] Decimal floor() const;
    /// Rounds half away from zero to `places` (0…8) digits.
    [[nodiscard]] Decimal round(int places) const;
    [[nodiscard]] Decimal negate() const { return Decimal(-raw_); }

    constexpr auto operator<=>(const Decimal&) const = default;

    static constexpr std::int64_t scale = 100'000'000;
    static Decimal max();
    static Decimal min() { return max().negate(); }

  private:
    constexpr explicit Decimal(Raw raw) : raw_(raw) {}

    Raw raw_ = 0;
};

}  // namespace parcours::values
