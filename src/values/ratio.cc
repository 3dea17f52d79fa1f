#include "values/ratio.h"

#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

#include "values/decimal.h"

namespace parcours::values {
namespace {

using Raw = Ratio::Raw;

constexpr Raw kept_max = 1'000'000'000'000'000'000;  // 10^18: products of two fit 128 bits

Raw divisor_of(Raw left, Raw right) {
    while (right != 0) {
        left = std::exchange(right, left % right);
    }
    return left;
}

void take_tens(Raw& number, int& ten, int sign) {
    while (number % 10 == 0) {
        number /= 10;
        ten += sign;
    }
}

// Rounded to 18 digits.
void limit(Raw& number, int& ten, int sign) {
    while (number >= kept_max) {
        number = (number + 5) / 10;
        ten += sign;
    }
}

std::optional<Raw> times_ten(Raw number, int exponent) {
    for (; exponent > 0; --exponent) {
        if (__builtin_mul_overflow(number, Raw{10}, &number)) {
            return std::nullopt;
        }
    }
    return number;
}

Raw divide_rounded(Raw dividend, Raw divisor) {
    const Raw quotient = dividend / divisor;
    Raw rest = dividend % divisor;
    rest = rest < 0 ? -rest : rest;
    return quotient + (rest >= divisor - rest ? (dividend < 0 ? -1 : 1) : 0);
}

}  // namespace

Ratio Ratio::make(Raw numerator, int ten) {
    Ratio made;
    made.numerator_ = numerator;
    made.ten_ = ten;
    made.reduce();
    return made;
}

void Ratio::reduce() {
    const Raw common = divisor_of(numerator_, denominator_);
    numerator_ /= common;
    denominator_ /= common;
    take_tens(numerator_, ten_, 1);
    take_tens(denominator_, ten_, -1);
    limit(numerator_, ten_, 1);
    limit(denominator_, ten_, -1);
}

Ratio Ratio::multiply(const Ratio& other) const {
    Ratio product;
    product.numerator_ = numerator_ * other.numerator_;
    product.denominator_ = denominator_ * other.denominator_;
    product.ten_ = ten_ + other.ten_;
    product.reduce();
    return product;
}

Ratio Ratio::inverse() const {
    Ratio turned;
    turned.numerator_ = denominator_;
    turned.denominator_ = numerator_;
    turned.ten_ = -ten_;
    return turned;
}

Ratio Ratio::power(int exponent) const {
    const Ratio base = exponent < 0 ? inverse() : *this;
    Ratio result;
    for (int i = 0; i < std::abs(exponent); ++i) {
        result = result.multiply(base);
    }
    return result;
}

long double Ratio::approximate() const {
    return static_cast<long double>(numerator_) / static_cast<long double>(denominator_) *
           std::pow(10.0L, static_cast<long double>(ten_));
}

int Ratio::compare(const Ratio& other) const {
    const Ratio quotient = multiply(other.inverse());
    if (quotient.numerator_ == quotient.denominator_ && quotient.ten_ == 0) {
        return 0;
    }
    return quotient.approximate() < 1 ? -1 : 1;
}

std::optional<Decimal> Ratio::scale(Decimal value) const {
    Raw up = 0;
    const auto more = times_ten(numerator_, ten_ > 0 ? ten_ : 0);
    const auto less = times_ten(denominator_, ten_ < 0 ? -ten_ : 0);
    if (more && less) {
        // What the value and the divisor share is cut first, so that large values stay exact.
        const Raw size = value.raw() < 0 ? -value.raw() : value.raw();
        const Raw common = size == 0 ? *less : divisor_of(size, *less);
        if (!__builtin_mul_overflow(value.raw() / common, *more, &up)) {
            return Decimal::from_raw(divide_rounded(up, *less / common));
        }
    }
    const long double result = static_cast<long double>(value.raw()) * approximate();
    if (!(std::fabs(result) < 1e28L)) {
        return std::nullopt;
    }
    return Decimal::from_raw(static_cast<Raw>(std::round(result)));
}

}  // namespace parcours::values
