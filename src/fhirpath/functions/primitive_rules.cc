#include "fhirpath/functions/primitive_rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "fhirpath/item.h"
#include "fhirpath/literals.h"
#include "values/regex.h"
#include "values/temporal.h"

namespace parcours::fhirpath {
namespace {

struct Rule {
    std::string_view type;
    std::string_view pattern;
};

constexpr auto rules = std::to_array<Rule>({
    {"base64Binary", R"((\s*([0-9a-zA-Z+/]){4}\s*)*(([0-9a-zA-Z+/]{2}==|[0-9a-zA-Z+/]{3}=)\s*)?)"},
    {"canonical", R"(\S*)"},
    {"code", R"([^\s]+(\s[^\s]+)*)"},
    {"id", R"([A-Za-z0-9\-.]{1,64})"},
    {"markdown", R"([ \r\n\t\S]+)"},
    {"oid", R"(urn:oid:[0-2](\.(0|[1-9][0-9]*))+)"},
    {"string", R"([ \r\n\t\S]+)"},
    {"uri", R"(\S*)"},
    {"url", R"(\S*)"},
    {"uuid", R"(urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"},
    {"decimal", R"(-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)"},
});

bool matches(std::string_view type, std::string_view text) {
    const auto rule = std::ranges::find(rules, type, &Rule::type);
    if (rule == rules.end()) {
        return false;
    }
    const auto regex = values::Regex::find(rule->pattern);
    return regex && regex->matches(text);
}

// Dates and times may be values already, or texts.
bool is_temporal(std::string_view type, const Item& value) {
    if (value.kind == Kind::String) {
        const auto date = parse_date(value.text());
        const auto moment = parse_date_time(value.text());
        if (type == "date") {
            return date.has_value();
        }
        if (type == "time") {
            return parse_time(value.text()).has_value() && !value.text().starts_with('T');
        }
        return moment &&
               (type != "instant" || moment->temporal().precision >= values::Precision::Second);
    }
    return (type == "date" && value.kind == Kind::Date) ||
           (type == "time" && value.kind == Kind::Time) ||
           (type == "dateTime" && (value.kind == Kind::Date || value.kind == Kind::DateTime)) ||
           (type == "instant" && value.kind == Kind::DateTime);
}

}  // namespace

bool is_valid_primitive(std::string_view type, const Item& value) {
    if (type == "boolean") {
        return value.kind == Kind::Boolean;
    }
    if (type == "integer" || type == "positiveInt" || type == "unsignedInt") {
        const std::int64_t least = type == "positiveInt" ? 1 : 0;
        return value.kind == Kind::Integer && (type == "integer" || value.integer() >= least);
    }
    if (type == "decimal" && value.is_number()) {
        return true;
    }
    if (type == "date" || type == "dateTime" || type == "instant" || type == "time") {
        return is_temporal(type, value);
    }
    return value.kind == Kind::String && matches(type, value.text());
}

}  // namespace parcours::fhirpath
