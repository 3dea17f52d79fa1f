#include "values/units.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::values {
namespace {

// Exponents of metre, gram, second, mole, kelvin, arbitrary unit (each arbitrary unit is its own).
using Dimension = std::array<int, 6>;

struct Unit {
    std::string_view symbol;
    double factor;
    Dimension dimension;
    bool metric;  ///< may carry a prefix
};

constexpr auto units = std::to_array<Unit>({
    {"m", 1, {1, 0, 0, 0, 0, 0}, true},
    {"g", 1, {0, 1, 0, 0, 0, 0}, true},
    {"s", 1, {0, 0, 1, 0, 0, 0}, true},
    {"mol", 1, {0, 0, 0, 1, 0, 0}, true},
    {"K", 1, {0, 0, 0, 0, 1, 0}, true},
    {"L", 1e-3, {3, 0, 0, 0, 0, 0}, true},
    {"l", 1e-3, {3, 0, 0, 0, 0, 0}, true},
    {"min", 60, {0, 0, 1, 0, 0, 0}, false},
    {"h", 3600, {0, 0, 1, 0, 0, 0}, false},
    {"d", 86400, {0, 0, 1, 0, 0, 0}, false},
    {"wk", 604800, {0, 0, 1, 0, 0, 0}, false},
    {"mo", 2629800, {0, 0, 1, 0, 0, 0}, false},
    {"a", 31557600, {0, 0, 1, 0, 0, 0}, false},
    {"Hz", 1, {0, 0, -1, 0, 0, 0}, true},
    {"Pa", 1000, {-1, 1, -2, 0, 0, 0}, true},
    {"N", 1000, {1, 1, -2, 0, 0, 0}, true},
    {"J", 1000, {2, 1, -2, 0, 0, 0}, true},
    {"cal", 4184, {2, 1, -2, 0, 0, 0}, true},
    {"kat", 1, {0, 0, -1, 1, 0, 0}, true},
    {"U", 1e-6 / 60, {0, 0, -1, 1, 0, 0}, true},
    {"eq", 1, {0, 0, 0, 1, 0, 0}, true},
    {"m[Hg]", 133322.387415e3, {-1, 1, -2, 0, 0, 0}, true},
    {"[iU]", 1, {0, 0, 0, 0, 0, 1}, true},
    {"[IU]", 1, {0, 0, 0, 0, 0, 1}, true},
    {"[in_i]", 0.0254, {1, 0, 0, 0, 0, 0}, false},
    {"[ft_i]", 0.3048, {1, 0, 0, 0, 0, 0}, false},
    {"[mi_i]", 1609.344, {1, 0, 0, 0, 0, 0}, false},
    {"[lb_av]", 453.59237, {0, 1, 0, 0, 0, 0}, false},
    {"[oz_av]", 28.349523125, {0, 1, 0, 0, 0, 0}, false},
    {"t", 1e6, {0, 1, 0, 0, 0, 0}, true},
    {"%", 0.01, {}, false},
    {"[ppth]", 1e-3, {}, false},
    {"[ppm]", 1e-6, {}, false},
    {"1", 1, {}, false},
    {"10*3", 1e3, {}, false},
    {"10*6", 1e6, {}, false},
    {"10*9", 1e9, {}, false},
    {"10*12", 1e12, {}, false},
});

constexpr auto prefixes = std::to_array<std::pair<std::string_view, double>>({{"da", 1e1},
                                                                              {"k", 1e3},
                                                                              {"h", 1e2},
                                                                              {"d", 1e-1},
                                                                              {"c", 1e-2},
                                                                              {"m", 1e-3},
                                                                              {"u", 1e-6},
                                                                              {"n", 1e-9},
                                                                              {"p", 1e-12},
                                                                              {"f", 1e-15},
                                                                              {"M", 1e6},
                                                                              {"G", 1e9}});

struct Measure {
    double factor = 1;
    Dimension dimension{};
};

const Unit* find_unit(std::string_view symbol) {
    for (const Unit& unit : units) {
        if (unit.symbol == symbol) {
            return &unit;
        }
    }
    return nullptr;
}

// One component without exponent: a unit, or a prefix and a metric unit.
std::optional<Measure> component(std::string_view symbol) {
    if (const Unit* unit = find_unit(symbol); unit != nullptr) {
        return Measure{unit->factor, unit->dimension};
    }
    for (const auto& [prefix, factor] : prefixes) {
        if (symbol.starts_with(prefix)) {
            const Unit* unit = find_unit(symbol.substr(prefix.size()));
            if (unit != nullptr && unit->metric) {
                return Measure{unit->factor * factor, unit->dimension};
            }
        }
    }
    return std::nullopt;
}

// Takes the exponent off the end: "m2" → 2, "s-1" → -1; units such as "10*9" keep theirs.
int take_exponent(std::string_view& symbol) {
    if (symbol.starts_with("10*") || symbol == "1") {
        return 1;
    }
    std::size_t begin = symbol.size();
    while (begin > 0 && symbol[begin - 1] >= '0' && symbol[begin - 1] <= '9') {
        --begin;
    }
    if (begin == symbol.size() || begin == 0 || symbol.size() - begin > 2) {
        return 1;
    }
    int exponent = 0;
    for (std::size_t i = begin; i < symbol.size(); ++i) {
        exponent = exponent * 10 + (symbol[i] - '0');
    }
    if (symbol[begin - 1] == '-') {
        exponent = -exponent;
        --begin;
    }
    symbol = symbol.substr(0, begin);
    return exponent;
}

// Terms joined by '.' and '/', with {annotations} that mean nothing.
std::optional<Measure> parse(std::string_view text) {
    Measure out;
    int sign = 1;
    while (true) {
        const std::size_t end = text.find_first_of("./");
        std::string_view symbol = text.substr(0, end);
        if (const std::size_t note = symbol.find('{'); note != std::string_view::npos) {
            symbol = symbol.substr(0, note);
        }
        if (!symbol.empty()) {
            const int exponent = take_exponent(symbol) * sign;
            const auto part = component(symbol);
            if (!part) {
                return std::nullopt;
            }
            out.factor *= std::pow(part->factor, exponent);
            for (std::size_t i = 0; i < out.dimension.size(); ++i) {
                out.dimension[i] += part->dimension[i] * exponent;
            }
        }
        if (end == std::string_view::npos) {
            return out;
        }
        sign = text[end] == '/' ? -1 : 1;
        text.remove_prefix(end + 1);
    }
}

// Calendar words up to weeks are the UCUM units of the same length.
std::string_view ucum(std::string_view unit) {
    const auto precision = find_precision(unit);
    if (!precision) {
        return unit.empty() ? "1" : unit;
    }
    switch (*precision) {
        case Precision::Week:
            return "wk";
        case Precision::Day:
            return "d";
        case Precision::Hour:
            return "h";
        case Precision::Minute:
            return "min";
        case Precision::Second:
            return "s";
        case Precision::Millisecond:
            return "ms";
        default:
            return unit;
    }
}

std::optional<int> calendar_months(std::string_view unit) {
    const auto precision = find_precision(unit);
    if (precision == Precision::Year) {
        return 12;
    }
    return precision == Precision::Month ? std::optional(1) : std::nullopt;
}

}  // namespace

bool same_unit(std::string_view left, std::string_view right) {
    if (calendar_months(left) && calendar_months(right)) {
        return calendar_months(left) == calendar_months(right);
    }
    return ucum(left) == ucum(right);
}

std::optional<Decimal> convert_unit(Decimal value, std::string_view from, std::string_view to) {
    if (same_unit(from, to)) {
        return value;
    }
    const auto from_months = calendar_months(from);
    const auto to_months = calendar_months(to);
    if (from_months && to_months) {
        const auto scaled = value.multiply(Decimal::from_integer(*from_months));
        return scaled ? scaled->divide(Decimal::from_integer(*to_months)) : std::nullopt;
    }
    const auto source = parse(ucum(from));
    const auto target = parse(ucum(to));
    if (!source || !target || source->dimension != target->dimension) {
        return std::nullopt;
    }
    const double ratio = source->factor / target->factor;
    const double inverse = target->factor / source->factor;
    if (ratio >= 1) {  // a whole factor is exact
        const auto factor = Decimal::from_double(ratio);
        return factor ? value.multiply(*factor) : std::nullopt;
    }
    const auto divisor = Decimal::from_double(inverse);
    return divisor ? value.divide(*divisor) : std::nullopt;
}

}  // namespace parcours::values
