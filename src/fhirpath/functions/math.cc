// Arithmetic of one number or Quantity.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>

#include "fhirpath/arithmetic.h"
#include "fhirpath/collection.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/function.h"
#include "fhirpath/item.h"
#include "values/decimal.h"
#include "values/whole_power.h"

namespace parcours::fhirpath {
namespace {

using values::Decimal;

bool is_whole(const Item& item) {
    return item.kind == Kind::Integer || item.kind == Kind::Long;
}

Decimal number_of(const Item& item) {
    return is_whole(item) ? Decimal::from_integer(item.integer()) : item.decimal();
}

bool number_input(const Call& call, std::optional<Item>& out, bool quantities) {
    if (!call.evaluator.single_input(call, out)) {
        return false;
    }
    if (out && !out->is_number() && !(quantities && out->kind == Kind::Quantity)) {
        return call.evaluator.fail(call.node, "it is asked of a number");
    }
    return true;
}

bool number_argument(const Call& call, std::optional<Item>& out) {
    if (!call.evaluator.single_argument(call, 0, out)) {
        return false;
    }
    if (out && !out->is_number()) {
        return call.evaluator.fail(*call.node.arguments[0], "a number is needed here");
    }
    return true;
}

bool push_double(const Call& call, double number) {
    if (const auto decimal = Decimal::from_double(number)) {
        call.out.push(Item::of(*decimal, 0));
    }
    return true;
}

bool push_optional(const Call& call, const std::optional<Item>& item) {
    if (item) {
        call.out.push(*item);
    }
    return true;
}

bool absolute(const Call& call) {
    std::optional<Item> item;
    if (!number_input(call, item, true)) {
        return false;
    }
    if (!item) {
        return true;
    }
    if (is_whole(*item)) {
        const std::int64_t number = item->integer();
        if (number == INT64_MIN) {
            return true;
        }
        const std::int64_t size = number < 0 ? -number : number;
        return push_optional(call, item->kind == Kind::Long ? std::optional(Item::of_long(size))
                                                            : make_integer(size));
    }
    const Decimal number = item->decimal();
    const Decimal size = number < Decimal() ? number.negate() : number;
    call.out.push(item->kind == Kind::Quantity
                      ? Item::of_quantity(size, item->digits, item->unit(), item->unit_kind)
                      : Item::of(size, item->digits));
    return true;
}

using Whole = Decimal (*)(Decimal number);

Decimal floor_of(Decimal number) {
    return number.floor();
}
Decimal ceiling_of(Decimal number) {
    return number.negate().floor().negate();
}
Decimal truncated(Decimal number) {
    return number < Decimal() ? ceiling_of(number) : floor_of(number);
}

// A whole number, or a Quantity with one.
template <Whole whole>
bool made_whole(const Call& call) {
    std::optional<Item> item;
    if (!number_input(call, item, true)) {
        return false;
    }
    if (!item || is_whole(*item)) {
        return push_optional(call, item);
    }
    const Decimal number = whole(item->decimal());
    if (item->kind == Kind::Quantity) {
        call.out.push(Item::of_quantity(number, 0, item->unit(), item->unit_kind));
        return true;
    }
    const auto integer = number.truncate();
    return push_optional(call, integer ? make_integer(*integer) : std::nullopt);
}

using Real = double (*)(double number);

template <Real real>
bool made_real(const Call& call) {
    std::optional<Item> item;
    if (!number_input(call, item, false)) {
        return false;
    }
    return !item || push_double(call, real(number_of(*item).to_double()));
}

double exponential(double number) {
    return std::exp(number);
}
double logarithm(double number) {
    return std::log(number);
}
double root(double number) {
    return std::sqrt(number);
}

bool log_base(const Call& call) {
    std::optional<Item> item;
    std::optional<Item> base;
    if (!number_input(call, item, false) || !number_argument(call, base)) {
        return false;
    }
    if (!item || !base) {
        return true;
    }
    const double of_base = std::log(number_of(*base).to_double());
    return !std::isfinite(of_base) ||
           push_double(call, std::log(number_of(*item).to_double()) / of_base);
}

bool power(const Call& call) {
    std::optional<Item> item;
    std::optional<Item> exponent;
    if (!number_input(call, item, false) || !number_argument(call, exponent)) {
        return false;
    }
    if (!item || !exponent) {
        return true;
    }
    if (is_whole(*item) && is_whole(*exponent) && exponent->integer() >= 0) {
        const auto result = values::whole_power(item->integer(), exponent->integer());
        if (!result) {
            return true;
        }
        return push_optional(call, item->kind == Kind::Long ? std::optional(Item::of_long(*result))
                                                            : make_integer(*result));
    }
    return push_double(call,
                       std::pow(number_of(*item).to_double(), number_of(*exponent).to_double()));
}

bool round_to(const Call& call) {
    std::optional<Item> item;
    std::optional<std::int64_t> places;
    if (!number_input(call, item, true) || !call.evaluator.integer_argument(call, 0, places)) {
        return false;
    }
    if (places && *places < 0) {
        return call.evaluator.fail(call.node, "round() takes a number of digits from 0 on");
    }
    if (!item) {
        return true;
    }
    const int digits = static_cast<int>(std::min<std::int64_t>(places.value_or(0), 8));
    const Decimal number = number_of(*item).round(digits);
    call.out.push(item->kind == Kind::Quantity
                      ? Item::of_quantity(number, 0, item->unit(), item->unit_kind)
                      : Item::of(number, 0));
    return true;
}

constexpr auto table = std::to_array<Function>({
    {"abs", 0, 0, absolute, "Without its sign"},
    {"ceiling", 0, 0, made_whole<ceiling_of>, "The next whole number upwards"},
    {"floor", 0, 0, made_whole<floor_of>, "The next whole number downwards"},
    {"truncate", 0, 0, made_whole<truncated>, "Without what is after the point"},
    {"exp", 0, 0, made_real<exponential>, "e to its power"},
    {"ln", 0, 0, made_real<logarithm>, "Its natural logarithm"},
    {"log", 1, 1, log_base, "Its logarithm to a base"},
    {"power", 1, 1, power, "To a power"},
    {"round", 0, 1, round_to, "Rounded to so many digits; half away from zero"},
    {"sqrt", 0, 0, made_real<root>, "Its square root"},
});

}  // namespace

std::span<const Function> math_functions() {
    return table;
}

}  // namespace parcours::fhirpath
