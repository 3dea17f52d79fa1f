// Aggregates over lists; nulls are passed over (CQL 1.5 Appendix B §Aggregate).

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "cql/functions/element_set.h"
#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/operations.h"
#include "cql/value.h"
#include "values/decimal.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;

std::vector<Value> known(const Value& list) {
    std::vector<Value> out;
    if (list.kind() == Value::Kind::List) {
        std::ranges::copy_if(list.elements(), std::back_inserter(out),
                             [](const Value& value) { return !value.is_null(); });
    }
    return out;
}

Value count(Arguments in, CallContext& /*context*/) {
    return static_cast<std::int32_t>(known(in[0]).size());
}

Value fold(Arguments in, CallContext& context, const char* operation) {
    const Function* step = find_function(operation);
    const std::vector<Value> values = known(in[0]);
    Value total;
    for (const Value& value : values) {
        const std::array<Value, 2> pair{total, value};
        total = total.is_null() ? value : step->apply(pair, context);
        if (total.is_null()) {
            return {};
        }
    }
    return total;
}

Value sum(Arguments in, CallContext& context) {
    return fold(in, context, "Add");
}
Value product(Arguments in, CallContext& context) {
    return fold(in, context, "Multiply");
}

Value extreme(const Value& list, int wanted) {
    Value best;
    for (Value& value : known(list)) {
        if (best.is_null() || order(value, best) == std::optional(wanted)) {
            best = std::move(value);
        }
    }
    return best;
}

Value least(Arguments in, CallContext& /*context*/) {
    return extreme(in[0], -1);
}
Value greatest(Arguments in, CallContext& /*context*/) {
    return extreme(in[0], 1);
}

Value divide_by(const Value& total, std::int64_t count) {
    const Decimal divisor = Decimal::from_integer(count);
    if (total.kind() == Value::Kind::Quantity) {
        const auto mean = total.quantity().value.divide(divisor);
        return mean ? Value(Quantity{*mean, total.quantity().unit}) : Value();
    }
    return number_of(total).divide(divisor);
}

Value mean(Arguments in, CallContext& context) {
    const std::size_t size = known(in[0]).size();
    const Value total = sum(in, context);
    return total.is_null() ? Value() : divide_by(total, static_cast<std::int64_t>(size));
}

Value median(Arguments in, CallContext& context) {
    std::vector<Value> values = known(in[0]);
    std::ranges::sort(
        values, [](const Value& left, const Value& right) { return sort_order(left, right) < 0; });
    if (values.empty()) {
        return {};
    }
    const std::size_t middle = values.size() / 2;
    if (values.size() % 2 == 1) {
        return values[middle].kind() == Value::Kind::Integer ? Value(number_of(values[middle]))
                                                             : values[middle];
    }
    const std::array<Value, 2> pair{values[middle - 1], values[middle]};
    return divide_by(find_function("Add")->apply(pair, context), 2);
}

Value mode(Arguments in, CallContext& context) {
    const std::vector<Value> values = known(in[0]);
    if (compares_too_much(values.size() * values.size(), context)) {
        return {};
    }
    Value best;
    std::ptrdiff_t most = 0;
    for (const Value& value : values) {
        const auto times = std::ranges::count_if(
            values, [&](const Value& other) { return equal(value, other) == Truth(true); });
        if (times > most || (times == most && order(value, best) == std::optional(-1))) {
            best = value;
            most = times;
        }
    }
    return best;
}

// The mean square distance from the mean, over n or n - 1.
Value variance_over(Arguments in, bool population, bool root) {
    const std::vector<Value> values = known(in[0]);
    const std::size_t divisor = values.size() - (population || values.empty() ? 0 : 1);
    if (values.empty() || divisor == 0) {
        return {};
    }
    std::string unit;
    long double total = 0;
    std::vector<long double> numbers;
    for (const Value& value : values) {
        const auto quantity = quantity_of(value);
        if (!quantity) {
            return {};
        }
        unit = value.kind() == Value::Kind::Quantity ? quantity->unit : unit;
        numbers.push_back(quantity->value.to_double());
        total += numbers.back();
    }
    const long double center = total / static_cast<long double>(numbers.size());
    long double squares = 0;
    for (const long double number : numbers) {
        squares += (number - center) * (number - center);
    }
    const long double variance = squares / static_cast<long double>(divisor);
    const auto result =
        Decimal::from_double(static_cast<double>(root ? std::sqrt(variance) : variance));
    if (!result) {
        return {};
    }
    return unit.empty() ? Value(*result) : Value(Quantity{*result, unit});
}

Value variance(Arguments in, CallContext& /*context*/) {
    return variance_over(in, false, false);
}
Value deviation(Arguments in, CallContext& /*context*/) {
    return variance_over(in, false, true);
}
Value population_variance(Arguments in, CallContext& /*context*/) {
    return variance_over(in, true, false);
}
Value population_deviation(Arguments in, CallContext& /*context*/) {
    return variance_over(in, true, true);
}

Value geometric_mean(Arguments in, CallContext& /*context*/) {
    const std::vector<Value> values = known(in[0]);
    double logs = 0;
    for (const Value& value : values) {
        logs += std::log(number_of(value).to_double());
    }
    return values.empty()
               ? Value()
               : Value(Decimal::from_double(std::exp(logs / static_cast<double>(values.size()))));
}

Value all_true(Arguments in, CallContext& /*context*/) {
    return std::ranges::all_of(known(in[0]), [](const Value& value) { return value.is_true(); });
}
Value any_true(Arguments in, CallContext& /*context*/) {
    return std::ranges::any_of(known(in[0]), [](const Value& value) { return value.is_true(); });
}

constexpr std::string_view same =
    "List<Integer> -> Integer; List<Long> -> Long; List<Decimal> -> Decimal; List<Quantity> -> "
    "Quantity";
constexpr std::string_view real = "List<Decimal> -> Decimal; List<Quantity> -> Quantity";

const auto table = std::to_array<Function>({
    {"Count", "List<T> -> Integer", count, "How many elements are not null.", "Count([Encounter])",
     true},
    {"Sum", same, sum, "The sum.", "Sum({1, 2})"},
    {"Product", same, product, "The product.", "Product({2, 3})"},
    {"Min", "List<T> -> T", least, "The least element.", "Min({1, 2})"},
    {"Max", "List<T> -> T", greatest, "The greatest element.", "Max({1, 2})"},
    {"Avg", real, mean, "The mean.", "Avg({1.0, 2.0})"},
    {"Median", real, median, "The middle element, or the mean of the two.", "Median({1, 2, 3})"},
    {"Mode", "List<T> -> T", mode, "The most frequent element.", "Mode({1, 1, 2})"},
    {"Variance", real, variance, "The variance of a sample.", "Variance({1, 2, 3})"},
    {"StdDev", real, deviation, "The standard deviation of a sample.", "StdDev({1, 2, 3})"},
    {"PopulationVariance", real, population_variance, "The variance of a whole population.",
     "PopulationVariance({1, 2, 3})"},
    {"PopulationStdDev", real, population_deviation,
     "The standard deviation of a whole population.", "PopulationStdDev({1, 2, 3})"},
    {"GeometricMean", "List<Decimal> -> Decimal", geometric_mean, "The n-th root of the product.",
     "GeometricMean({2, 8})"},
    {"AllTrue", "List<Boolean> -> Boolean", all_true, "Whether no element is false.",
     "AllTrue({true, null})", true},
    {"AnyTrue", "List<Boolean> -> Boolean", any_true, "Whether an element is true.",
     "AnyTrue({false, true})", true},
});

}  // namespace

FunctionGroup aggregate_functions() {
    return table;
}

}  // namespace parcours::cql
