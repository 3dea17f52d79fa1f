#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "cql/model/model.h"
#include "cql/operations.h"
#include "cql/value.h"
#include "fhir/status.h"
#include "population/exact_columns.h"
#include "population/source.h"
#include "population/table.h"
#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::population {
namespace {

using cql::Value;

values::Temporal temporal(Instant instant, Precision precision, std::int16_t offset) {
    DateTime date{instant, precision, {}};
    if (offset != Table::no_offset) {
        date.offset_minutes = offset;
    }
    return values::from_fhir(date);
}

Value start_of_row(const Table& table, std::uint32_t row) {
    return temporal(table.start[row], table.precision[row], table.start_offset[row]);
}

Value end_of_row(const Table& table, std::uint32_t row) {
    if (table.end[row] == no_time) {
        return {};
    }
    return temporal(table.end[row], table.end_precision[row], table.end_offset[row]);
}

std::optional<Value> date_value(const Table& table, std::uint32_t row) {
    switch (RowShape{table.shape[row]}.date()) {
        case DateShape::Point:
            return start_of_row(table, row);
        case DateShape::Period:
            return Value(
                cql::IntervalValue{start_of_row(table, row), end_of_row(table, row), true, true});
        default:
            return std::nullopt;
    }
}

std::optional<Value> quantity_value(const Index& index, const Table& table, std::uint32_t row) {
    const double number = table.quantity[row];
    const std::string_view unit = index.dictionary().unit(table.unit[row]);
    const ValueShape shape = RowShape{table.shape[row]}.value();
    if (shape == ValueShape::None) {
        return Value();
    }
    if (shape != ValueShape::Quantity || !std::isfinite(number) || unit.empty()) {
        return std::nullopt;
    }
    auto decimal = values::Decimal::parse(fmt::format("{}", number));
    if (!decimal) {
        decimal = values::Decimal::from_double(number);
    }
    return decimal ? Value(cql::Quantity{*decimal, std::string(unit)}) : Value();
}

bool is_later(const values::Temporal& date, Instant as_of) {
    return date.low_milliseconds() >
           std::chrono::floor<std::chrono::milliseconds>(as_of.time_since_epoch()).count();
}

std::optional<Value> abatement_value(const Table& table, std::uint32_t row, Instant as_of) {
    if ((table.shape[row] & RowShape::exact_abatement) == 0) {
        return std::nullopt;
    }
    Value date = end_of_row(table, row);
    return date.is_null() || is_later(date.temporal(), as_of) ? Value() : date;
}

std::optional<Value> first_step(const Index& index, const Table& table, std::uint32_t row,
                                const cql::model::PropertyPath& path, Instant as_of) {
    const std::string& element = path.steps.front();
    switch (path.column) {
        case cql::model::Column::Status: {
            const fhir::Status status = table.status[row];
            if (!is_status_element(path.of, element) || status == fhir::Status::Other) {
                return std::nullopt;
            }
            return status == fhir::Status::None ? Value() : Value(fhir::status_code(status));
        }
        case cql::model::Column::Clinical:
            return is_date_element(path.of, element) ? date_value(table, row) : std::nullopt;
        case cql::model::Column::Value:
            return quantity_value(index, table, row);
        case cql::model::Column::Abatement:
            return abatement_value(table, row, as_of);
        default:
            return std::nullopt;
    }
}

std::optional<Value> with_members(std::optional<Value> value,
                                  const cql::model::PropertyPath& path) {
    for (std::size_t step = 1; value && step < path.steps.size(); ++step) {
        value = cql::member_of(*value, path.steps[step]);
    }
    return value;
}

Value deceased_value(const Patients& patients, PatientNumber number, Instant as_of) {
    if (patients.deceased[number] != no_time) {
        const values::Temporal date =
            temporal(patients.deceased[number], patients.deceased_precision[number],
                     patients.deceased_offset[number]);
        return is_later(date, as_of) ? Value() : Value(date);
    }
    if (patients.flagged(number, Patients::flag_deceased)) {
        return true;
    }
    return patients.flagged(number, Patients::flag_said_alive) ? Value(false) : Value();
}

Value gender_value(const Patients& patients, PatientNumber number) {
    switch (patients.gender(number)) {
        case 1:
            return "female";
        case 2:
            return "male";
        case 3:
            return "other";
        default:
            return patients.flagged(number, Patients::flag_said_unknown) ? Value("unknown")
                                                                         : Value();
    }
}

Value birth_value(const Patients& patients, PatientNumber number) {
    if (patients.birth[number] == no_time) {
        return {};
    }
    return values::date_from_fhir({patients.birth[number], patients.birth_precision[number], {}});
}

}  // namespace

std::optional<Value> column_value(const Index& index, const Table& table, std::uint32_t row,
                                  const cql::model::PropertyPath& path, Instant as_of) {
    return with_members(first_step(index, table, row, path, as_of), path);
}

std::optional<fhir::Status> state_value(const Table& table, std::uint32_t row,
                                        cql::model::Column state, Instant as_of) {
    if ((table.shape[row] & RowShape::exact_states) == 0) {
        return std::nullopt;
    }
    if (state == cql::model::Column::VerificationStatus) {
        return table.verification[row];
    }
    if ((table.shape[row] & RowShape::exact_abatement) == 0) {
        return std::nullopt;
    }
    const Value end = end_of_row(table, row);
    const bool hidden = !end.is_null() && is_later(end.temporal(), as_of);
    return hidden && table.status[row] != fhir::Status::None ? fhir::Status::Active
                                                             : table.status[row];
}

std::optional<Value> patient_column_value(const Patients& patients, PatientNumber number,
                                          const cql::model::PropertyPath& path, Instant as_of) {
    if (!patients.flagged(number, Patients::flag_exact)) {
        return std::nullopt;
    }
    switch (path.column) {
        case cql::model::Column::BirthDate:
            return with_members(birth_value(patients, number), path);
        case cql::model::Column::Gender:
            return with_members(gender_value(patients, number), path);
        case cql::model::Column::Deceased:
            return with_members(deceased_value(patients, number, as_of), path);
        case cql::model::Column::Active:
            return patients.flagged(number, Patients::flag_said_active)
                       ? Value(!patients.flagged(number, Patients::flag_inactive))
                       : Value();
        default:
            return std::nullopt;
    }
}

}  // namespace parcours::population
