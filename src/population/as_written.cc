#include "population/as_written.h"

#include "base/time.h"
#include "cql/model/model.h"
#include "cql/value.h"
#include "population/patients.h"

namespace parcours::population {

cql::Value as_written(const Patients& patients, PatientNumber number,
                      const cql::model::PropertyPath& path, Instant recorded_until,
                      cql::Value value) {
    using cql::model::Column;
    if (patients.recorded[number] <= recorded_until) {
        return value;
    }
    if (path.column == Column::Deceased && value.kind() == cql::Value::Kind::Temporal) {
        return {};
    }
    const bool left = path.column == Column::Active && value.kind() == cql::Value::Kind::Boolean;
    return left ? cql::Value(true) : value;
}

}  // namespace parcours::population
