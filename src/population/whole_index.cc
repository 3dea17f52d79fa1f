#include "population/whole_index.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "cql/cql.h"
#include "cql/model/type_id.h"
#include "cql/value.h"
#include "fhir/resource_type.h"
#include "population/index_layer.h"
#include "population/live_index.h"
#include "population/relatives.h"
#include "population/retrieves.h"
#include "population/source.h"
#include "population/table.h"
#include "record/log.h"

namespace parcours::population {
namespace {

constexpr auto patient_table = static_cast<std::uint32_t>(fhir::ResourceType::Patient);

const Table* table_of(const WholeIndex::Part& part, cql::Row row) {
    return find_stored_table(*part.layer->index, static_cast<cql::model::TypeId>(row.table));
}

}  // namespace

WholeIndex::WholeIndex(const cql::Expression& expression, const LiveIndex& index,
                       const BodyReader& read_body, std::shared_ptr<const Relatives::Links> links)
    : expression_(expression), index_(index), relatives_(index, read_body, std::move(links)) {
    const PreparedRetrieves first(expression, *index.layers().front().index, index.dictionary());
    for (const IndexLayer& layer : index.layers()) {
        parts_.push_back({&layer, PreparedRetrieves(first, *layer.index)});
    }
}

std::size_t WholeIndex::part_of(const PatientPlace& place) const {
    return static_cast<std::size_t>(place.layer - index_.layers().data());
}

cql::Row WholeIndex::numbered(const Place& place) const {
    if (place.row.table == patient_table) {
        return {patient_table, parts_[place.part].layer->number_of(place.row.index)};
    }
    cql::Row row = place.row;
    for (std::size_t part = 0; part < place.part; ++part) {
        const Table* const table = table_of(parts_[part], place.row);
        row.index += table == nullptr ? 0 : table->row_count;
    }
    return row;
}

WholeIndex::Place WholeIndex::place_of(cql::Row row) const {
    if (row.table == patient_table) {
        if (row.index >= index_.patient_count()) {
            return {parts_.size(), row};
        }
        const PatientPlace place = index_.place_of(row.index);
        return {part_of(place), {patient_table, place.own}};
    }
    for (std::size_t part = 0; part < parts_.size(); ++part) {
        const Table* const table = table_of(parts_[part], row);
        const std::uint32_t count = table == nullptr ? 0 : table->row_count;
        if (row.index < count) {
            return {part, row};
        }
        row.index -= count;
    }
    return {parts_.size(), row};
}

LogPosition WholeIndex::position_of(cql::Row row) const {
    const Place place = place_of(row);
    if (place.part == parts_.size()) {
        return 0;
    }
    const Part& part = parts_[place.part];
    if (row.table == patient_table) {
        return part.layer->index->patients().position[place.row.index];
    }
    return table_of(part, row)->position[place.row.index];
}

}  // namespace parcours::population
