#include "population/appearances.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fhir/resource_type.h"
#include "population/table.h"

namespace parcours::population {
namespace {

/// Dates are compared in milliseconds: seen from that one on.
Instant floored(Instant instant) {
    return std::chrono::floor<std::chrono::milliseconds>(instant);
}

void add_rows(const Table& table, Instant after, bool as_recorded, std::vector<Appearance>& out) {
    const bool abates = table.type == fhir::ResourceType::Condition;
    for (std::uint32_t row = 0; row < table.row_count; ++row) {
        const PatientNumber patient = table.patient[row];
        const auto add = [&](Instant at) {
            if (at > after && patient != no_patient) {
                out.push_back({at, patient, Appearance::What::Row, table.type, row});
            }
        };
        add(as_recorded ? std::max(table.occurred[row], table.recorded[row]) : table.occurred[row]);
        if (abates && table.end[row] > after) {
            add(floored(table.end[row]));
        }
    }
}

}  // namespace

Appearances::Appearances(const Index& index, Instant after, bool as_recorded) {
    for (const Table& table : index.tables()) {
        add_rows(table, after, as_recorded, all_);
    }
    const Patients& patients = index.patients();
    for (PatientNumber number = 0; number < patients.count; ++number) {
        if (patients.birth[number] > after) {
            all_.push_back({patients.birth[number], number, Appearance::What::Birth, {}, 0});
        }
        if (patients.deceased[number] > after) {
            all_.push_back(
                {floored(patients.deceased[number]), number, Appearance::What::Death, {}, 0});
        }
    }
    std::ranges::sort(all_);
}

}  // namespace parcours::population
