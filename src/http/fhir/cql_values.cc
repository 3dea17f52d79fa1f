#include "http/fhir/cql_values.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "cql/model/model.h"
#include "cql/model/read_json.h"
#include "cql/operations.h"
#include "cql/type.h"
#include "cql/value.h"
#include "http/fhir/operation.h"
#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::http::facade {
namespace {

using cql::Value;
using cql::ValueKind;
using values::Precision;
using values::Temporal;
using Kind = cql::Type::Kind;

constexpr std::string_view extensions = "http://hl7.org/fhir/StructureDefinition/";

/// As FHIR writes it: a time of day has seconds, and a moment its offset.
std::string fhir_text(Temporal at) {
    if (at.kind != Temporal::Kind::Date &&
        (at.precision == Precision::Hour || at.precision == Precision::Minute)) {
        at = values::boundary(at, Precision::Second, false);
    }
    at.zoned = at.kind == Temporal::Kind::DateTime;
    std::string text = at.to_text();
    if (text.starts_with('T')) {
        text.erase(0, 1);
    }
    if (text.ends_with('T')) {
        text.pop_back();
    }
    return text;
}

/// Days and years of the calendar are no units of UCUM.
bool is_calendar(std::string_view unit) {
    return values::find_precision(unit).has_value();
}

void write_quantity(JsonWriter& json, const cql::Quantity& quantity) {
    json.begin_object().key("value").raw(quantity.value.to_text());
    json.member("unit", quantity.unit);
    if (!is_calendar(quantity.unit)) {
        json.member("system", "http://unitsofmeasure.org").member("code", quantity.unit);
    }
    json.end_object();
}

void write_coding(JsonWriter& json, const cql::Code& code) {
    json.begin_object();
    if (!code.system.empty()) {
        json.member("system", code.system);
    }
    if (!code.version.empty()) {
        json.member("version", code.version);
    }
    json.member("code", code.code);
    if (!code.display.empty()) {
        json.member("display", code.display);
    }
    json.end_object();
}

void write_concept(JsonWriter& json, const cql::Concept& codes) {
    json.begin_object();
    if (!codes.codes.empty()) {
        json.key("coding").begin_array();
        for (const cql::Code& code : codes.codes) {
            write_coding(json, code);
        }
        json.end_array();
    }
    if (!codes.display.empty()) {
        json.member("text", codes.display);
    }
    json.end_object();
}

void write_temporal(JsonWriter& json, const Temporal& at) {
    json.member(at.kind == Temporal::Kind::Date   ? "valueDate"
                : at.kind == Temporal::Kind::Time ? "valueTime"
                                                  : "valueDateTime",
                fhir_text(at));
}

/// A Period has both its ends in it, as a closed interval has.
void write_period(JsonWriter& json, const Value& low, const Value& high) {
    json.key("valuePeriod").begin_object();
    if (!low.is_null()) {
        json.member("start", fhir_text(low.temporal()));
    }
    if (!high.is_null()) {
        json.member("end", fhir_text(high.temporal()));
    }
    json.end_object();
}

std::optional<cql::Quantity> as_quantity(const Value& number) {
    switch (number.kind()) {
        case ValueKind::Quantity:
            return number.quantity();
        case ValueKind::Decimal:
            return cql::Quantity{number.decimal(), "1"};
        case ValueKind::Integer:
            return cql::Quantity{values::Decimal::from_integer(number.integer()), "1"};
        case ValueKind::Long:
            return cql::Quantity{values::Decimal::from_integer(number.long_integer()), "1"};
        default:
            return std::nullopt;
    }
}

/// Ends that an interval leaves open are left out, not made up.
Value end_of(const cql::IntervalValue& interval, bool high) {
    const Value& end = high ? interval.high : interval.low;
    if (end.is_null()) {
        return {};
    }
    const bool closed = high ? interval.high_closed : interval.low_closed;
    return closed ? end : (high ? cql::predecessor_of(end) : cql::successor_of(end));
}

bool write_interval(JsonWriter& json, const cql::IntervalValue& interval) {
    const Value low = end_of(interval, false);
    const Value high = end_of(interval, true);
    const Value& any = low.is_null() ? high : low;
    if (any.kind() == ValueKind::Temporal && any.temporal().kind != Temporal::Kind::Time) {
        write_period(json, low, high);
        return true;
    }
    if (!as_quantity(any)) {
        return false;
    }
    json.key("valueRange").begin_object();
    if (const auto quantity = as_quantity(low)) {
        write_quantity(json.key("low"), *quantity);
    }
    if (const auto quantity = as_quantity(high)) {
        write_quantity(json.key("high"), *quantity);
    }
    json.end_object();
    return true;
}

void write_extension(JsonWriter& json, std::string_view name, std::string_view member,
                     const auto& value) {
    json.begin_object().member("url", std::string(extensions) + std::string(name));
    json.member(member, value).end_object();
}

void write_absent(JsonWriter& json, bool empty_list) {
    json.key("_valueBoolean").begin_object().key("extension").begin_array();
    if (empty_list) {
        write_extension(json, "cqf-isEmptyList", "valueBoolean", true);
    } else {
        write_extension(json, "data-absent-reason", "valueCode", std::string_view("unknown"));
    }
    json.end_array().end_object();
}

/// "Integer" → "System.Integer", as CQL's types are named outside of it.
std::string type_text(const cql::Type& type) {
    switch (type.kind) {
        case Kind::Interval:
            return "Interval<" + type_text(type.arguments[0]) + ">";
        case Kind::List:
            return "List<" + type_text(type.arguments[0]) + ">";
        case Kind::Resource:
            return "FHIR." + type.to_text();
        case Kind::Tuple:
        case Kind::Choice:
        case Kind::Element:
            return type.to_text();
        default:
            return "System." + type.to_text();
    }
}

cql::Type part_type(const cql::Type& type, std::string_view name) {
    if (type.is(Kind::Tuple)) {
        for (std::size_t i = 0; i < type.names.size(); ++i) {
            if (type.names[i] == name) {
                return type.arguments[i];
            }
        }
    }
    return {};
}

class Writer {
  public:
    Writer(JsonWriter& json, const ResourceOfRow& resources) : json_(json), resources_(resources) {}

    Result<> write(std::string_view name, const Value& value, const cql::Type& type) {
        if (value.kind() == ValueKind::List) {
            return write_list(name, value, type);
        }
        begin(name, type);
        const auto written = write_one(value, type);
        json_.end_object();
        return written;
    }

  private:
    void begin(std::string_view name, const cql::Type& type) {
        json_.begin_object();
        if (!type.is(Kind::Any)) {
            json_.key("extension").begin_array();
            write_extension(json_, "cqf-cqlType", "valueString", type_text(type));
            json_.end_array();
        }
        json_.member("name", name);
    }

    Result<> write_list(std::string_view name, const Value& list, const cql::Type& type) {
        if (list.elements().empty()) {
            begin(name, type);
            write_absent(json_, true);
            json_.end_object();
            return {};
        }
        const cql::Type element = type.is(Kind::List) ? type.arguments[0] : cql::Type();
        for (const Value& one : list.elements()) {
            begin(name, type);
            if (one.kind() == ValueKind::List) {
                json_.key("part").begin_array();
                const auto written = write("element", one, element);
                json_.end_array();
                if (!written) {
                    return written;
                }
            } else if (const auto written = write_one(one, element); !written) {
                return written;
            }
            json_.end_object();
        }
        return {};
    }

    Result<> write_one(const Value& value, const cql::Type& type) {
        if (value.is_null()) {
            write_absent(json_, false);
            return {};
        }
        if (value.kind() == ValueKind::Row) {
            const auto body = resources_(value.row());
            if (!body) {
                return pass_on(body);
            }
            json_.key("resource").raw(*body);
            return {};
        }
        if (value.kind() == ValueKind::Tuple) {
            json_.key("part").begin_array();
            for (const auto& [name, part] : value.tuple().elements) {
                if (const auto written = write(name, part, part_type(type, name)); !written) {
                    return written;
                }
            }
            json_.end_array();
            return {};
        }
        if (write_value(json_, value)) {
            return {};
        }
        // An interval that FHIR has no type for.
        json_.member("valueString", value.to_text());
        return {};
    }

    JsonWriter& json_;
    const ResourceOfRow& resources_;
};

// What comes in.

std::optional<Value> fitted(const Value& value, const cql::Type& from, const cql::Type& to);

std::optional<Value> fitted_interval(const Value& value, const cql::Type& to) {
    cql::IntervalValue out = value.interval();
    for (Value* const end : {&out.low, &out.high}) {
        if (end->is_null()) {
            continue;
        }
        const cql::Type from =
            end->kind() == ValueKind::Temporal
                ? cql::Type(end->temporal().kind == Temporal::Kind::Date ? Kind::Date
                                                                         : Kind::DateTime)
                : cql::Type(Kind::Quantity);
        auto fits = fitted(*end, from, to.arguments[0]);
        if (!fits) {
            return std::nullopt;
        }
        *end = std::move(*fits);
    }
    return Value(std::move(out));
}

/// The value as one of the type that is declared; nothing where it cannot be one.
std::optional<Value> fitted(const Value& value, const cql::Type& from, const cql::Type& to) {
    if (from == to || to.is(Kind::Any) || value.is_null()) {
        return value;
    }
    if (to.is(Kind::Decimal) && from.is(Kind::Integer)) {
        return Value(values::Decimal::from_integer(value.integer()));
    }
    if (to.is(Kind::Long) && from.is(Kind::Integer)) {
        return Value(std::int64_t{value.integer()});
    }
    if (to.is(Kind::Quantity) && (from.is(Kind::Integer) || from.is(Kind::Decimal))) {
        return Value(*as_quantity(value));
    }
    if (to.is(Kind::DateTime) && from.is(Kind::Date)) {
        return Value(values::to_date_time(value.temporal()));
    }
    if (to.is(Kind::Date) && from.is(Kind::DateTime)) {
        Temporal day = values::truncate(value.temporal(), Precision::Day);
        day.kind = Temporal::Kind::Date;
        day.offset_minutes = 0;
        day.zoned = false;
        return Value(day);
    }
    if (to.is(Kind::Concept) && from.is(Kind::Code)) {
        return Value(cql::Concept{{value.code()}, ""});
    }
    if (to.is(Kind::Interval) && from.is(Kind::Interval)) {
        return fitted_interval(value, to);
    }
    if (to.is(Kind::List) && !from.is(Kind::List)) {
        auto one = fitted(value, from, to.arguments[0]);
        return one ? std::optional(Value(cql::ListValue{{std::move(*one)}, 0})) : std::nullopt;
    }
    return std::nullopt;
}

std::optional<cql::Type> declared_type(const std::vector<cql::LibraryOutline::Parameter>& declared,
                                       std::string_view name) {
    for (const auto& parameter : declared) {
        if (parameter.name == name && parameter.type) {
            return parameter.type;
        }
    }
    return std::nullopt;
}

Result<quality::Parameter> read_one(const JsonView& element, const std::string& name) {
    const auto value = value_of(element);
    if (!value) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the parameter \"{}\" has no value; resources and parts are not "
                                "taken",
                                name));
    }
    quality::Parameter out{name, cql::model::cql_type(value->first),
                           cql::model::read_value(value->second, value->first)};
    if (out.value.is_null()) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the parameter \"{}\" is no {}", name, value->first));
    }
    return out;
}

Result<quality::Parameter> as_declared(quality::Parameter read, const cql::Type& declared) {
    auto fits = fitted(read.value, read.type, declared);
    if (!fits) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the parameter \"{}\" is declared as {}, but its value is {}",
                                read.name, declared.to_text(), read.type.to_text()));
    }
    return quality::Parameter{std::move(read.name), declared, std::move(*fits)};
}

}  // namespace

bool write_value(JsonWriter& json, const Value& value) {
    switch (value.kind()) {
        case ValueKind::Boolean:
            json.member("valueBoolean", value.boolean());
            return true;
        case ValueKind::Integer:
            json.member("valueInteger", value.integer());
            return true;
        case ValueKind::Long:
            // R4 has no whole numbers of 64 bits.
            json.member("valueString", std::to_string(value.long_integer()));
            return true;
        case ValueKind::Decimal:
            json.key("valueDecimal").raw(value.decimal().to_text());
            return true;
        case ValueKind::String:
            json.member("valueString", value.text());
            return true;
        case ValueKind::Temporal:
            write_temporal(json, value.temporal());
            return true;
        case ValueKind::Quantity:
            write_quantity(json.key("valueQuantity"), value.quantity());
            return true;
        case ValueKind::Ratio:
            json.key("valueRatio").begin_object();
            write_quantity(json.key("numerator"), value.ratio().numerator);
            write_quantity(json.key("denominator"), value.ratio().denominator);
            json.end_object();
            return true;
        case ValueKind::Code:
            write_coding(json.key("valueCoding"), value.code());
            return true;
        case ValueKind::Concept:
            write_concept(json.key("valueCodeableConcept"), value.concept_value());
            return true;
        case ValueKind::Interval:
            return write_interval(json, value.interval());
        default:
            return false;
    }
}

Result<> write_parameter(JsonWriter& json, std::string_view name, const Value& value,
                         const cql::Type& type, const ResourceOfRow& resources) {
    return Writer(json, resources).write(name, value, type);
}

Result<std::vector<quality::Parameter>> read_parameters(
    const JsonView& parameters, const std::vector<cql::LibraryOutline::Parameter>& declared) {
    std::vector<quality::Parameter> out;
    for (const JsonView& element : parameters["parameter"].elements()) {
        const std::string name(element["name"].text());
        auto read = read_one(element, name);
        if (!read) {
            return pass_on(read);
        }
        const auto before = std::ranges::find(out, name, &quality::Parameter::name);
        if (before == out.end()) {
            out.push_back(std::move(*read));
            continue;
        }
        std::vector<Value> all =
            before->type.is(Kind::List) ? before->value.elements() : std::vector{before->value};
        all.push_back(std::move(read->value));
        before->type = cql::Type::list(read->type);
        before->value = Value(cql::ListValue{std::move(all), 0});
    }
    for (quality::Parameter& one : out) {
        if (const auto type = declared_type(declared, one.name)) {
            auto fits = as_declared(std::move(one), *type);
            if (!fits) {
                return pass_on(fits);
            }
            one = std::move(*fits);
        }
    }
    return out;
}

}  // namespace parcours::http::facade
