#include "values/decimal.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace parcours::values {
namespace {

using Raw = Decimal::Raw;

constexpr Raw power_of_ten(int exponent) {
    Raw power = 1;
    for (int i = 0; i < exponent; ++i) {
        power *= 10;
    }
    return power;
}

constexpr Raw raw_max = power_of_ten(28) - 1;

Raw magnitude(Raw raw) {
    return raw < 0 ? -raw : raw;
}

// Quotient rounded half away from zero.
Raw divide_rounded(Raw dividend, Raw divisor) {
    const Raw quotient = dividend / divisor;
    const Raw rest = magnitude(dividend % divisor);
    const bool up = rest >= magnitude(divisor) - rest;
    const bool negative = (dividend < 0) != (divisor < 0);
    return quotient + (up ? (negative ? -1 : 1) : 0);
}

}  // namespace

Decimal Decimal::max() {
    return Decimal(raw_max);
}

std::optional<Decimal> Decimal::from_raw(Raw raw) {
    return magnitude(raw) > raw_max ? std::nullopt : std::optional(Decimal(raw));
}

std::optional<Decimal> Decimal::from_double(double number) {
    if (!std::isfinite(number) || std::abs(number) >= 1e20) {
        return std::nullopt;
    }
    const double whole = std::trunc(number);
    const double fraction = std::round((number - whole) * static_cast<double>(scale));
    return from_raw(static_cast<Raw>(whole) * scale + static_cast<Raw>(fraction));
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction =
        point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    const auto digits = [](std::string_view part) {
        return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (!digits(whole) || (point != std::string_view::npos && !digits(fraction)) ||
        whole.size() > 28) {
        return std::nullopt;
    }
    Raw raw = 0;
    for (const char c : whole) {
        raw = raw * 10 + (c - '0');
    }
    for (std::size_t i = 0; i < 8; ++i) {
        raw = raw * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    }
    raw += fraction.size() > 8 && fraction[8] >= '5' ? 1 : 0;
    return from_raw(negative ? -raw : raw);
}

double Decimal::to_double() const {
    return static_cast<double>(raw_) / static_cast<double>(scale);
}

std::optional<std::int64_t> Decimal::truncate() const {
    const Raw whole = raw_ / scale;
    if (whole > std::numeric_limits<std::int64_t>::max() ||
        whole < std::numeric_limits<std::int64_t>::min()) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(whole);
}

std::string Decimal::to_text() const {
    Raw rest = magnitude(raw_);
    std::string digits;
    while (rest > 0 || digits.size() < 9) {
        digits += static_cast<char>('0' + static_cast<int>(rest % 10));
        rest /= 10;
    }
    std::ranges::reverse(digits);
    digits.insert(digits.size() - 8, ".");
    while (digits.ends_with('0') && digits[digits.size() - 2] != '.') {
        digits.pop_back();
    }
    return (raw_ < 0 ? "-" : "") + digits;
}

std::optional<Decimal> Decimal::add(Decimal other) const {
    return from_raw(raw_ + other.raw_);
}
std::optional<Decimal> Decimal::subtract(Decimal other) const {
    return from_raw(raw_ - other.raw_);
}

// The product of the raw numbers may need 190 bits: split one factor at its point.
std::optional<Decimal> Decimal::multiply(Decimal other) const {
    const Raw whole = other.raw_ / scale;
    const Raw fraction = other.raw_ % scale;
    Raw high = 0;
    if (__builtin_mul_overflow(raw_, whole, &high)) {
        return std::nullopt;
    }
    const Raw low = divide_rounded(raw_ * fraction, scale);
    Raw sum = 0;
    if (__builtin_add_overflow(high, low, &sum)) {
        return std::nullopt;
    }
    return from_raw(sum);
}

std::optional<Decimal> Decimal::divide(Decimal other) const {
    if (other.raw_ == 0) {
        return std::nullopt;
    }
    return from_raw(divide_rounded(raw_ * scale, other.raw_));
}

std::optional<Decimal> Decimal::remainder(Decimal other) const {
    return other.raw_ == 0 ? std::nullopt : from_raw(raw_ % other.raw_);
}

Decimal Decimal::floor() const {
    Raw whole = raw_ / scale;
    whole -= raw_ < whole * scale ? 1 : 0;
    return Decimal(whole * scale);
}

Decimal Decimal::round(int places) const {
    const Raw unit = power_of_ten(8 - std::clamp(places, 0, 8));
    return Decimal(divide_rounded(raw_, unit) * unit);
}

}  // namespace parcours::values
