#include "cql/value.h"

#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "values/temporal.h"
#include "values/text.h"

namespace parcours::cql {
namespace {

std::uint64_t saturated_sum(std::uint64_t left, std::uint64_t right) {
    std::uint64_t out = 0;
    return __builtin_add_overflow(left, right, &out) ? UINT64_MAX : out;
}

}  // namespace

Value::Value(cql::Quantity quantity)
    : data_(std::make_shared<const cql::Quantity>(std::move(quantity))) {}
Value::Value(cql::Ratio ratio) : data_(std::make_shared<const cql::Ratio>(std::move(ratio))) {}
Value::Value(cql::Code code) : data_(std::make_shared<const cql::Code>(std::move(code))) {}
Value::Value(cql::Concept codes) : data_(std::make_shared<const cql::Concept>(std::move(codes))) {}
Value::Value(IntervalValue interval)
    : data_(std::make_shared<const IntervalValue>(std::move(interval))) {}
Value::Value(ListValue list) {
    list.weight = list.elements.size();
    for (const Value& element : list.elements) {
        list.weight = saturated_sum(list.weight, element.weight());
    }
    data_ = std::make_shared<const ListValue>(std::move(list));
}

Value::Value(TupleValue tuple) {
    tuple.weight = tuple.elements.size();
    for (const auto& [name, element] : tuple.elements) {
        tuple.weight = saturated_sum(tuple.weight, element.weight());
    }
    data_ = std::make_shared<const TupleValue>(std::move(tuple));
}

std::uint64_t Value::weight() const {
    switch (kind()) {
        case Kind::List:
            return std::get<List>(data_)->weight;
        case Kind::Tuple:
            return tuple().weight;
        default:
            return 0;
    }
}

const std::vector<Value>& Value::elements() const {
    return std::get<List>(data_)->elements;
}

Value TupleValue::find(std::string_view name) const {
    for (const auto& [key, value] : elements) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

namespace {

std::string quantity_text(const Quantity& quantity) {
    const auto calendar = values::find_precision(quantity.unit);
    return quantity.value.to_text() + " " +
           (calendar ? quantity.unit : values::quote(quantity.unit, '\''));
}

std::string element_text(std::string_view name, const std::string& text) {
    return text.empty() ? "" : fmt::format(", {}: {}", name, values::quote(text, '\''));
}

std::string code_text(const Code& code) {
    return fmt::format("Code {{ code: {}{}{}{} }}", values::quote(code.code, '\''),
                       element_text("system", code.system), element_text("version", code.version),
                       element_text("display", code.display));
}

std::string join(const std::vector<Value>& values) {
    std::string out;
    for (const Value& value : values) {
        out += (out.empty() ? "" : ", ") + value.to_text();
    }
    return out;
}

std::string tuple_text(const TupleValue& tuple) {
    std::string out;
    for (const auto& [name, value] : tuple.elements) {
        out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", name, value.to_text());
    }
    return (tuple.resource.empty() ? "Tuple" : tuple.resource) + " { " + (out.empty() ? ":" : out) +
           " }";
}

std::string concept_text(const Concept& of) {
    std::string out;
    for (const Code& code : of.codes) {
        out += (out.empty() ? "" : ", ") + code_text(code);
    }
    return fmt::format("Concept {{ codes: {{{}}}{} }}", out, element_text("display", of.display));
}

}  // namespace

std::string Value::to_text() const {
    switch (kind()) {
        case Kind::Null:
            return "null";
        case Kind::Boolean:
            return boolean() ? "true" : "false";
        case Kind::Integer:
            return std::to_string(integer());
        case Kind::Long:
            return std::to_string(long_integer()) + "L";
        case Kind::Decimal:
            return decimal().to_text();
        case Kind::String:
            return values::quote(text(), '\'');
        case Kind::Temporal:
            return temporal().to_literal();
        case Kind::Quantity:
            return quantity_text(quantity());
        case Kind::Ratio:
            return quantity_text(ratio().numerator) + ":" + quantity_text(ratio().denominator);
        case Kind::Code:
            return code_text(code());
        case Kind::Concept:
            return concept_text(concept_value());
        case Kind::Interval:
            return fmt::format("Interval{}{}, {}{}", interval().low_closed ? "[" : "(",
                               interval().low.to_text(), interval().high.to_text(),
                               interval().high_closed ? "]" : ")");
        case Kind::List:
            return "{" + join(elements()) + "}";
        case Kind::Tuple:
            return tuple_text(tuple());
        case Kind::Row:
            return fmt::format("row {} of table {}", row().index, row().table);
    }
    return {};
}

}  // namespace parcours::cql
