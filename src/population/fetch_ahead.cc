#include "population/fetch_ahead.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "population/column.h"
#include "population/everybody.h"
#include "population/live_index.h"
#include "population/live_record.h"
#include "population/retrieves.h"
#include "population/table.h"
#include "population/touch_index.h"

namespace parcours::population {

std::size_t fetch_ahead(const LiveRecord& record, std::span<const Touch> touches) {
    if (touches.front().patient == touches.back().patient) {
        return touches.size();  // one patient's are waited for at once
    }
    constexpr std::size_t patients_max = 32;
    const LiveIndex& index = record.index();
    struct Place {
        const Table* table = nullptr;
        PatientNumber own = 0;

        bool operator==(const Place&) const = default;
    };
    std::vector<Place> places;
    std::size_t patients = 0;
    std::size_t of_patient = 0;  // where the places of the last one begin
    std::size_t count = 0;
    for (; count < touches.size(); ++count) {
        const Touch& touch = touches[count];
        if (count == 0 || touches[count - 1].patient != touch.patient) {
            if (patients == patients_max) {
                break;
            }
            ++patients;
            of_patient = places.size();
        }
        const PatientPlace place = index.place_of(touch.patient);
        const PreparedRetrieves& retrieves = record.retrieves(touch.cohort);
        if (place.layer != &index.layers().front() || knows_others(retrieves.expression())) {
            continue;
        }
        for (const RetrieveAccess& access : retrieves.accesses()) {
            const Place found{access.table, place.own};
            const auto known = std::span(places).subspan(of_patient);
            if (access.table != nullptr && std::ranges::find(known, found) == known.end()) {
                places.push_back(found);
            }
        }
    }
    for (const auto& [table, own] : places) {
        fetch_ahead(table->offsets, own, std::size_t{own} + 2);
    }
    for (const auto& [table, own] : places) {
        const auto [first, past] = table->rows_of(own);
        fetch_ahead(*table, first, past);
    }
    return count;
}

}  // namespace parcours::population
