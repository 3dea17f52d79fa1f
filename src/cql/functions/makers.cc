// What instances of the structured types become: Quantity { … }, Code { … }, Concept { … }.

#include <array>
#include <span>
#include <string>
#include <utility>

#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/value.h"
#include "values/temporal.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;
using Kind = Value::Kind;

std::string text_of(const Value& value) {
    return value.kind() == Kind::String ? value.text() : std::string();
}

Value make_quantity(Arguments in, CallContext& /*context*/) {
    if (!is_number(in[0])) {
        return {};
    }
    std::string unit = in[1].is_null() ? "1" : text_of(in[1]);
    if (const auto calendar = values::find_precision(unit); calendar) {
        unit = precision_name(*calendar);
    }
    return Quantity{number_of(in[0]), std::move(unit)};
}

Value make_ratio(Arguments in, CallContext& /*context*/) {
    return Ratio{*quantity_of(in[0]), *quantity_of(in[1])};
}

Value make_code(Arguments in, CallContext& /*context*/) {
    return Code{text_of(in[1]), text_of(in[0]), text_of(in[2]), text_of(in[3])};
}

Value make_concept(Arguments in, CallContext& /*context*/) {
    Concept out;
    out.display = text_of(in[1]);
    if (in[0].kind() == Kind::List) {
        for (const Value& code : in[0].elements()) {
            if (code.kind() == Kind::Code) {
                out.codes.push_back(code.code());
            }
        }
    }
    return out;
}

const auto table = std::to_array<Function>({
    {"MakeQuantity", "Decimal, String -> Quantity", make_quantity,
     "What Quantity { value: …, unit: … } means.", "Quantity { value: 5.0, unit: 'mg' }", true},
    {"MakeRatio", "Quantity, Quantity -> Ratio", make_ratio,
     "What Ratio { numerator: …, denominator: … } means.",
     "Ratio { numerator: 1 'mg', denominator: 2 'mL' }"},
    {"MakeCode", "String, String, String, String -> Code", make_code,
     "What Code { code: …, system: …, display: …, version: … } means.",
     "Code { code: '8480-6', system: 'http://loinc.org' }", true},
    {"MakeConcept", "List<Code>, String -> Concept", make_concept,
     "What Concept { codes: …, display: … } means.",
     "Concept { codes: { Code { code: '8480-6', system: 'http://loinc.org' } } }", true},
});

}  // namespace

FunctionGroup maker_functions() {
    return table;
}

}  // namespace parcours::cql
