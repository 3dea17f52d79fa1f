// Conversions between types; what cannot be converted gives null (CQL 1.5 Appendix B §Type).

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/value.h"
#include "values/decimal.h"
#include "values/temporal.h"
#include "values/units.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;
using Kind = Value::Kind;

std::string decimal_text(Decimal number) {
    return number.to_text();
}

// Times without their T.
std::string moment_text(const Temporal& moment) {
    const std::string text = moment.to_text();
    return moment.kind == Temporal::Kind::Time ? text.substr(1) : text;
}

std::string quantity_text(const Quantity& quantity) {
    std::string text = Value(quantity).to_text();
    const bool calendar = values::find_precision(quantity.unit).has_value();
    if (calendar && quantity.value != Decimal::from_integer(1)) {
        text += 's';  // "4 days", as it is said
    }
    if (quantity.value.is_whole()) {
        text.erase(text.find(".0"), 2);
    }
    return text;
}

Value to_string(Arguments in, CallContext& /*context*/) {
    switch (in[0].kind()) {
        case Kind::String:
            return in[0];
        case Kind::Long:
            return std::to_string(in[0].long_integer());
        case Kind::Temporal:
            return moment_text(in[0].temporal());
        case Kind::Quantity:
            return quantity_text(in[0].quantity());
        case Kind::Ratio:
            return quantity_text(in[0].ratio().numerator) + ":" +
                   quantity_text(in[0].ratio().denominator);
        case Kind::Decimal:
            return decimal_text(in[0].decimal());
        default:
            return in[0].to_text();
    }
}

Value to_boolean(Arguments in, CallContext& /*context*/) {
    if (in[0].kind() == Kind::Boolean) {
        return in[0];
    }
    if (is_number(in[0])) {
        const Decimal number = number_of(in[0]);
        return number == Decimal::from_integer(1) ? Value(true)
               : number.raw() == 0                ? Value(false)
                                                  : Value();
    }
    std::string text = in[0].text();
    for (char& c : text) {
        c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    for (const std::string_view yes : {"true", "t", "yes", "y", "1"}) {
        if (text == yes) {
            return true;
        }
    }
    for (const std::string_view no : {"false", "f", "no", "n", "0"}) {
        if (text == no) {
            return false;
        }
    }
    return {};
}

std::optional<Decimal> parse_whole(const std::string& text) {
    return text.find('.') == std::string::npos ? Decimal::parse(text) : std::nullopt;
}

Value to_integer(Arguments in, CallContext& /*context*/) {
    if (in[0].kind() == Kind::Boolean) {
        return in[0].boolean() ? 1 : 0;
    }
    const auto number =
        in[0].kind() == Kind::String ? parse_whole(in[0].text()) : std::optional(number_of(in[0]));
    const auto whole = number ? number->truncate() : std::nullopt;
    return whole ? integer_or_null(*whole) : Value();
}

Value to_long(Arguments in, CallContext& /*context*/) {
    if (in[0].kind() == Kind::Boolean) {
        return std::int64_t{in[0].boolean() ? 1 : 0};
    }
    const auto number =
        in[0].kind() == Kind::String ? parse_whole(in[0].text()) : std::optional(number_of(in[0]));
    return number ? Value(number->truncate()) : Value();
}

Value to_decimal(Arguments in, CallContext& /*context*/) {
    if (in[0].kind() == Kind::Boolean) {
        return Decimal::from_integer(in[0].boolean() ? 1 : 0);
    }
    return in[0].kind() == Kind::String ? Value(Decimal::parse(in[0].text()))
                                        : Value(number_of(in[0]));
}

Value parse_quantity(std::string_view text) {
    const std::size_t end = text.find_first_not_of("+-.0123456789");
    const auto number = Decimal::parse(text.substr(0, end));
    if (!number) {
        return {};
    }
    std::string_view unit = end == std::string_view::npos ? std::string_view{} : text.substr(end);
    unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
    if (unit.empty()) {
        return Quantity{*number, "1"};
    }
    if (unit.size() > 2 && unit.front() == '\'' && unit.back() == '\'') {
        return Quantity{*number, std::string(unit.substr(1, unit.size() - 2))};
    }
    const auto word = values::find_precision(unit);
    return word ? Value(Quantity{*number, std::string(precision_name(*word))}) : Value();
}

Value to_quantity(Arguments in, CallContext& context) {
    if (in[0].kind() == Kind::String) {
        return parse_quantity(in[0].text());
    }
    if (in[0].kind() == Kind::Ratio) {
        const std::array<Value, 2> ends{in[0].ratio().numerator, in[0].ratio().denominator};
        return find_function("Divide")->apply(ends, context);
    }
    const auto quantity = quantity_of(in[0]);
    return quantity ? Value(*quantity) : Value();
}

Value to_ratio(Arguments in, CallContext& /*context*/) {
    if (in[0].kind() == Kind::Ratio) {
        return in[0];
    }
    const std::string& text = in[0].text();
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) {
        return {};
    }
    const Value numerator = parse_quantity(std::string_view(text).substr(0, colon));
    const Value denominator = parse_quantity(std::string_view(text).substr(colon + 1));
    return numerator.is_null() || denominator.is_null()
               ? Value()
               : Value(Ratio{numerator.quantity(), denominator.quantity()});
}

Value to_date_time_value(Arguments in, CallContext& /*context*/) {
    if (in[0].kind() == Kind::Temporal) {
        return to_date_time(in[0].temporal());
    }
    const auto parsed = values::parse_temporal(in[0].text());
    return parsed && parsed->kind != Temporal::Kind::Time ? Value(to_date_time(*parsed)) : Value();
}

Value to_date(Arguments in, CallContext& /*context*/) {
    const auto parsed = in[0].kind() == Kind::Temporal ? Result<Temporal>(in[0].temporal())
                                                       : values::parse_temporal(in[0].text());
    const bool text = in[0].kind() == Kind::String;
    if (!parsed || parsed->kind == Temporal::Kind::Time ||
        (text && parsed->kind != Temporal::Kind::Date)) {
        return {};
    }
    Temporal out = truncate(*parsed, Precision::Day);
    out.kind = Temporal::Kind::Date;
    out.offset_minutes = 0;
    out.zoned = false;
    return out;
}

Value to_time(Arguments in, CallContext& /*context*/) {
    const std::string text = in[0].text().starts_with('T') ? in[0].text() : "T" + in[0].text();
    const auto parsed = values::parse_temporal(text);
    return parsed ? Value(*parsed) : Value();
}

Value to_concept(Arguments in, CallContext& /*context*/) {
    if (in[0].kind() == Kind::Code) {
        return Concept{{in[0].code()}, in[0].code().display};
    }
    if (in[0].kind() == Kind::List) {
        Concept out;
        for (const Value& code : in[0].elements()) {
            if (code.kind() == Kind::Code) {
                out.codes.push_back(code.code());
            }
        }
        return out;
    }
    return in[0];
}

Value convert_quantity(Arguments in, CallContext& /*context*/) {
    const auto converted =
        convert_unit(in[0].quantity().value, in[0].quantity().unit, in[1].text());
    return converted ? Value(Quantity{*converted, in[1].text()}) : Value();
}

Value can_convert_quantity(Arguments in, CallContext& /*context*/) {
    return convert_unit(in[0].quantity().value, in[0].quantity().unit, in[1].text()).has_value();
}

Value comparable(Arguments in, CallContext& /*context*/) {
    const Quantity& left = in[0].quantity();
    return convert_unit(left.value, left.unit, in[1].quantity().unit).has_value();
}

// Whether a conversion takes values of that kind (CQL 1.5 Table 9-E).
bool takes(std::initializer_list<Kind> kinds, const Value& value) {
    return std::ranges::find(kinds, value.kind()) != kinds.end();
}

template <Value (*convert)(Arguments, CallContext&), Kind... kinds>
Value converts(Arguments in, CallContext& context) {
    return takes({Kind::String, kinds...}, in[0]) && !convert(in, context).is_null();
}

Value converts_to_date(Arguments in, CallContext& context) {
    const bool is_time =
        in[0].kind() == Kind::Temporal && in[0].temporal().kind == Temporal::Kind::Time;
    return !is_time && converts<to_date, Kind::Temporal>(in, context).is_true();
}

Value converts_to_time(Arguments in, CallContext& context) {
    return in[0].kind() == Kind::Temporal ? Value(in[0].temporal().kind == Temporal::Kind::Time)
                                          : converts<to_time>(in, context);
}

Value converts_to_date_time(Arguments in, CallContext& context) {
    const bool is_time =
        in[0].kind() == Kind::Temporal && in[0].temporal().kind == Temporal::Kind::Time;
    return !is_time && converts<to_date_time_value, Kind::Temporal>(in, context).is_true();
}

const auto table = std::to_array<Function>({
    {"ToString",
     "String -> String; Boolean -> String; Integer -> String; Long -> String; Decimal -> String; "
     "Quantity -> String; Ratio -> String; "
     "Date -> String; DateTime -> String; Time -> String",
     to_string, "As text.", "ToString(5)"},
    {"ToBoolean",
     "Boolean -> Boolean; String -> Boolean; Integer -> Boolean; Long -> Boolean; Decimal -> "
     "Boolean",
     to_boolean, "As true or false.", "ToBoolean('yes')"},
    {"ToInteger", "Integer -> Integer; String -> Integer; Boolean -> Integer; Long -> Integer",
     to_integer, "As a whole number.", "ToInteger('5')"},
    {"ToLong", "Long -> Long; String -> Long; Boolean -> Long", to_long,
     "As a whole number of 64 bits.", "ToLong('5')"},
    {"ToDecimal", "Decimal -> Decimal; String -> Decimal; Boolean -> Decimal", to_decimal,
     "As a decimal number.", "ToDecimal('5.5')"},
    {"ToQuantity",
     "Quantity -> Quantity; String -> Quantity; Decimal -> Quantity; Ratio -> Quantity",
     to_quantity, "As a quantity.", "ToQuantity('5 \\'mg\\'')"},
    {"ToRatio", "Ratio -> Ratio; String -> Ratio", to_ratio, "As a ratio.",
     "ToRatio('1 \\'mg\\':2 \\'mL\\'')"},
    {"ToDateTime", "DateTime -> DateTime; String -> DateTime", to_date_time_value, "As a DateTime.",
     "ToDateTime('2019-06-01')"},
    {"ToDate", "Date -> Date; DateTime -> Date; String -> Date", to_date, "As a Date.",
     "ToDate('2019-06-01')"},
    {"ToTime", "Time -> Time; String -> Time", to_time, "As a Time.", "ToTime('T08:30')"},
    {"ToConcept", "Concept -> Concept; List<Code> -> Concept", to_concept, "As a concept.",
     "ToConcept(E.class)"},
    {"ConvertQuantity", "Quantity, String -> Quantity", convert_quantity,
     "In another unit of the same kind.", "ConvertQuantity(5 'mg', 'g')"},
    {"CanConvertQuantity", "Quantity, String -> Boolean", can_convert_quantity,
     "Whether it can be said in that unit.", "CanConvertQuantity(5 'mg', 'g')"},
    {"Comparable", "Quantity, Quantity -> Boolean", comparable,
     "Whether both measure the same kind of thing.", "Comparable(5 'mg', 1 'g')"},
    {"ConvertsToBoolean", "Any -> Boolean",
     converts<to_boolean, Kind::Boolean, Kind::Integer, Kind::Long, Kind::Decimal>,
     "Whether it is or can be made a Boolean.", "ConvertsToBoolean('yes')"},
    {"ConvertsToInteger", "Any -> Boolean",
     converts<to_integer, Kind::Boolean, Kind::Integer, Kind::Long>,
     "Whether it is or can be made an Integer.", "ConvertsToInteger('5')"},
    {"ConvertsToLong", "Any -> Boolean",
     converts<to_long, Kind::Boolean, Kind::Integer, Kind::Long>,
     "Whether it is or can be made a Long.", "ConvertsToLong('5')"},
    {"ConvertsToDecimal", "Any -> Boolean",
     converts<to_decimal, Kind::Boolean, Kind::Integer, Kind::Long, Kind::Decimal>,
     "Whether it is or can be made a Decimal.", "ConvertsToDecimal('5.5')"},
    {"ConvertsToQuantity", "Any -> Boolean",
     converts<to_quantity, Kind::Integer, Kind::Long, Kind::Decimal, Kind::Quantity, Kind::Ratio>,
     "Whether it is or can be made a Quantity.", "ConvertsToQuantity('5 \\'mg\\'')"},
    {"ConvertsToRatio", "Any -> Boolean", converts<to_ratio, Kind::Ratio>,
     "Whether it is or can be made a Ratio.", "ConvertsToRatio('1:2')"},
    {"ConvertsToString", "Any -> Boolean",
     converts<to_string, Kind::Boolean, Kind::Integer, Kind::Long, Kind::Decimal, Kind::Quantity,
              Kind::Ratio, Kind::Temporal>,
     "Whether it is or can be made a String.", "ConvertsToString(5)"},
    {"ConvertsToDate", "Any -> Boolean", converts_to_date, "Whether it is or can be made a Date.",
     "ConvertsToDate('2019-06-01')"},
    {"ConvertsToDateTime", "Any -> Boolean", converts_to_date_time,
     "Whether it is or can be made a DateTime.", "ConvertsToDateTime('2019-06-01')"},
    {"ConvertsToTime", "Any -> Boolean", converts_to_time, "Whether it is or can be made a Time.",
     "ConvertsToTime('08:30')"},
});

}  // namespace

FunctionGroup conversion_functions() {
    return table;
}

}  // namespace parcours::cql
