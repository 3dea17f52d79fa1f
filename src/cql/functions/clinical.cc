// The patient's age (CQL 1.5 Appendix B §Clinical).

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/model/model.h"
#include "cql/value.h"
#include "fhir/resource_type.h"
#include "values/temporal.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;

Value birth_date(const CallContext& context) {
    static const auto path =
        model::find_path(model::type_id(fhir::ResourceType::Patient), {"birthDate"});
    return context.source->patient_property(*path);
}

// Ages count on dates, except hours and finer ones.
Value age_between(const Value& birth, const Value& moment, Precision unit) {
    if (birth.kind() != Value::Kind::Temporal || moment.kind() != Value::Kind::Temporal) {
        return {};
    }
    Temporal at = moment.temporal();
    if (birth.temporal().kind == Temporal::Kind::Date && unit <= Precision::Day) {
        at = truncate(at, Precision::Day);
        at.kind = Temporal::Kind::Date;
        at.offset_minutes = 0;
        at.zoned = false;
    }
    const Uncertain age = duration_between(birth.temporal(), at, unit);
    return age.low == age.high ? integer_or_null(age.low)
                               : Value(IntervalValue{integer_or_null(age.low),
                                                     integer_or_null(age.high), true, true});
}

template <Precision unit>
Value age(Arguments /*in*/, CallContext& context) {
    return age_between(birth_date(context), values::from_instant(context.now), unit);
}

template <Precision unit>
Value age_at(Arguments in, CallContext& context) {
    return age_between(birth_date(context), in[0], unit);
}

template <Precision unit>
Value calculate_age(Arguments in, CallContext& context) {
    return age_between(in[0], values::from_instant(context.now), unit);
}

template <Precision unit>
Value calculate_age_at(Arguments in, CallContext& /*context*/) {
    return age_between(in[0], in[1], unit);
}

// Whether a code, or any of several, satisfies a condition.
template <class Holds>
bool any_code(const Value& value, const Holds& holds) {
    switch (value.kind()) {
        case Value::Kind::Code:
            return holds(value.code());
        case Value::Kind::Concept:
            return std::ranges::any_of(value.concept_value().codes, holds);
        case Value::Kind::List:
            return std::ranges::any_of(value.elements(), [&holds](const Value& element) {
                return any_code(element, holds);
            });
        default:
            return false;
    }
}

Value in_code_system(Arguments in, CallContext& /*context*/) {
    return any_code(in[0], [&in](const Code& code) { return code.system == in[1].text(); });
}

Value codes_meet(Arguments in, CallContext& /*context*/) {
    return any_code(in[0], [&in](const Code& one) {
        return any_code(in[1], [&one](const Code& other) {
            return one.code == other.code && one.system == other.system;
        });
    });
}

std::vector<Code> codes_of(const Value& value) {
    return value.kind() == Value::Kind::Code      ? std::vector<Code>{value.code()}
           : value.kind() == Value::Kind::Concept ? value.concept_value().codes
                                                  : std::vector<Code>();
}

/// Whether a code of one is a code of the other, or above it (CQL 1.5 §Subsumes).
Value subsumes_any(const Value& general, const Value& special, CallContext& context) {
    for (const Code& one : codes_of(general)) {
        for (const Code& other : codes_of(special)) {
            if (one.system != other.system) {
                continue;
            }
            if (one.code == other.code) {
                return true;
            }
            if (context.terminology == nullptr) {
                return context.fail_with("which codes of " + one.system +
                                         " lie below others is not known here");
            }
            const auto found = context.terminology->subsumes(one.system, one.code, other.code);
            if (!found) {
                return context.fail_with(found.error().message);
            }
            if (*found) {
                return true;
            }
        }
    }
    return false;
}

Value subsumes(Arguments in, CallContext& context) {
    return subsumes_any(in[0], in[1], context);
}

Value subsumed_by(Arguments in, CallContext& context) {
    return subsumes_any(in[1], in[0], context);
}

constexpr std::string_view two_codes =
    "Code, Code -> Boolean; Concept, Concept -> Boolean; Code, Concept -> Boolean; Concept, Code "
    "-> "
    "Boolean";
constexpr std::string_view one = "Date -> Integer; DateTime -> Integer";
constexpr std::string_view two =
    "Date, Date -> Integer; Date, DateTime -> Integer; DateTime, DateTime -> Integer";

const auto table = std::to_array<Function>({
    {"InCodeSystem", "Any, String -> Boolean", in_code_system,
     "Whether a code, or any of several, is of the code system with that URL.",
     "InCodeSystem(Code 'x' from \"SNOMED\", 'http://snomed.info/sct')"},
    {"CodesMeet", "Any, Any -> Boolean", codes_meet,
     "Whether a code or concept, or any of several, shares a code with the other.",
     "CodesMeet(Code 'x' from \"SNOMED\", {Code 'x' from \"SNOMED\"})"},
    {"Subsumes", two_codes, subsumes,
     "Whether a code, or any of a concept, is the other or above it in its code system.",
     "Subsumes(Code '1' from \"SNOMED\", Code '1' from \"SNOMED\")"},
    {"SubsumedBy", two_codes, subsumed_by,
     "Whether a code, or any of a concept, is the other or below it in its code system.",
     "SubsumedBy(Code '1' from \"SNOMED\", Code '1' from \"SNOMED\")"},
    {"AgeInYears", "-> Integer", age<Precision::Year>, "The patient's age in whole years.",
     "AgeInYears() >= 65", false, true},
    {"AgeInMonths", "-> Integer", age<Precision::Month>, "The patient's age in whole months.",
     "AgeInMonths() < 24", false, true},
    {"AgeInWeeks", "-> Integer", age<Precision::Week>, "The patient's age in whole weeks.",
     "AgeInWeeks() < 6", false, true},
    {"AgeInDays", "-> Integer", age<Precision::Day>, "The patient's age in days.",
     "AgeInDays() < 28", false, true},
    {"AgeInYearsAt", one, age_at<Precision::Year>, "The patient's age in whole years at a moment.",
     "AgeInYearsAt(@2019-06-01)"},
    {"AgeInMonthsAt", one, age_at<Precision::Month>,
     "The patient's age in whole months at a moment.", "AgeInMonthsAt(@2019-06-01)"},
    {"AgeInWeeksAt", one, age_at<Precision::Week>, "The patient's age in whole weeks at a moment.",
     "AgeInWeeksAt(@2019-06-01)"},
    {"AgeInDaysAt", one, age_at<Precision::Day>, "The patient's age in days at a moment.",
     "AgeInDaysAt(@2019-06-01)"},
    {"CalculateAgeInYears", one, calculate_age<Precision::Year>, "Whole years since a birth.",
     "CalculateAgeInYears(Patient.birthDate)", false, true},
    {"CalculateAgeInMonths", one, calculate_age<Precision::Month>, "Whole months since a birth.",
     "CalculateAgeInMonths(Patient.birthDate)", false, true},
    {"CalculateAgeInWeeks", one, calculate_age<Precision::Week>, "Whole weeks since a birth.",
     "CalculateAgeInWeeks(Patient.birthDate)", false, true},
    {"CalculateAgeInDays", one, calculate_age<Precision::Day>, "Days since a birth.",
     "CalculateAgeInDays(Patient.birthDate)", false, true},
    {"CalculateAgeInYearsAt", two, calculate_age_at<Precision::Year>,
     "Whole years from a birth to a moment.", "CalculateAgeInYearsAt(Patient.birthDate, Today())"},
    {"CalculateAgeInMonthsAt", two, calculate_age_at<Precision::Month>,
     "Whole months from a birth to a moment.",
     "CalculateAgeInMonthsAt(Patient.birthDate, Today())"},
    {"CalculateAgeInWeeksAt", two, calculate_age_at<Precision::Week>,
     "Whole weeks from a birth to a moment.", "CalculateAgeInWeeksAt(Patient.birthDate, Today())"},
    {"CalculateAgeInDaysAt", two, calculate_age_at<Precision::Day>,
     "Days from a birth to a moment.", "CalculateAgeInDaysAt(Patient.birthDate, Today())"},
    {"AgeInHours", "-> Integer", age<Precision::Hour>, "The patient's age in whole hours.",
     "AgeInHours() > 0", false, true},
    {"AgeInHoursAt", "DateTime -> Integer", age_at<Precision::Hour>,
     "The patient's age in whole hours at a moment.", "AgeInHoursAt(Now())"},
    {"CalculateAgeInHours", "DateTime -> Integer", calculate_age<Precision::Hour>,
     "Whole hours since a birth.", "CalculateAgeInHours(@2019-05-31T08:00:00)", false, true},
    {"CalculateAgeInHoursAt", "DateTime, DateTime -> Integer", calculate_age_at<Precision::Hour>,
     "Whole hours from a birth to a moment.",
     "CalculateAgeInHoursAt(@2019-05-31T08:00:00, @2019-05-31T20:00:00)"},
    {"AgeInMinutes", "-> Integer", age<Precision::Minute>, "The patient's age in whole minutes.",
     "AgeInMinutes() > 0", false, true},
    {"AgeInMinutesAt", "DateTime -> Integer", age_at<Precision::Minute>,
     "The patient's age in whole minutes at a moment.", "AgeInMinutesAt(Now())"},
    {"CalculateAgeInMinutes", "DateTime -> Integer", calculate_age<Precision::Minute>,
     "Whole minutes since a birth.", "CalculateAgeInMinutes(@2019-05-31T08:00:00)", false, true},
    {"CalculateAgeInMinutesAt", "DateTime, DateTime -> Integer",
     calculate_age_at<Precision::Minute>, "Whole minutes from a birth to a moment.",
     "CalculateAgeInMinutesAt(@2019-05-31T08:00:00, @2019-05-31T20:00:00)"},
    {"AgeInSeconds", "-> Integer", age<Precision::Second>, "The patient's age in whole seconds.",
     "AgeInSeconds() > 0", false, true},
    {"AgeInSecondsAt", "DateTime -> Integer", age_at<Precision::Second>,
     "The patient's age in whole seconds at a moment.", "AgeInSecondsAt(Now())"},
    {"CalculateAgeInSeconds", "DateTime -> Integer", calculate_age<Precision::Second>,
     "Whole seconds since a birth.", "CalculateAgeInSeconds(@2019-05-31T08:00:00)", false, true},
    {"CalculateAgeInSecondsAt", "DateTime, DateTime -> Integer",
     calculate_age_at<Precision::Second>, "Whole seconds from a birth to a moment.",
     "CalculateAgeInSecondsAt(@2019-05-31T08:00:00, @2019-05-31T20:00:00)"},
});

}  // namespace

FunctionGroup clinical_functions() {
    return table;
}

}  // namespace parcours::cql
