#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "cql/outline.h"
#include "cql/type.h"
#include "cql/value.h"
#include "quality/evaluate.h"

namespace parcours::http::facade {

// Values of CQL as FHIR's Parameters and back, after the type mapping of "Using CQL with FHIR":
// System types are FHIR's primitives, an interval of dates is a Period, of quantities a Range; a
// tuple is a parameter with parts, a list the same parameter again and again.

/// The JSON of the resource that a row is.
using ResourceOfRow = std::function<Result<std::string>(cql::Row row)>;

/// One value as elements of `parameter`, each with the extension cqf-cqlType: none has one with
/// data-absent-reason, an empty list one with cqf-isEmptyList. Errors: those of `resources`;
/// InvalidInput, a row of something that is no FHIR resource.
Result<> write_parameter(JsonWriter& json, std::string_view name, const cql::Value& value,
                         const cql::Type& type, const ResourceOfRow& resources);

/// The value itself as a member value[x] of an object that was begun, for values that have one;
/// false, with nothing written, for others.
bool write_value(JsonWriter& json, const cql::Value& value);

/// What a Parameters resource hands to an expression, as those declare it who declare it
/// (`declared` may be empty): numbers become Decimals, Periods intervals of Dates, where that is
/// asked for. A name that comes again is a list. Errors, InvalidInput: a value of another type than
/// declared, something that is no value.
Result<std::vector<quality::Parameter>> read_parameters(
    const JsonView& parameters, const std::vector<cql::LibraryOutline::Parameter>& declared);

}  // namespace parcours::http::facade
