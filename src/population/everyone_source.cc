#include "population/everyone_source.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "cql/data_source.h"
#include "cql/model/model.h"
#include "cql/model/type_id.h"
#include "cql/value.h"
#include "fhir/resource_type.h"
#include "population/cohort.h"
#include "population/engagement.h"
#include "population/layer_engagement.h"
#include "population/live_index.h"
#include "population/relatives.h"
#include "population/source.h"
#include "population/table.h"
#include "population/whole_index.h"

namespace parcours::population {
namespace {

constexpr auto patient_table = static_cast<std::uint32_t>(fhir::ResourceType::Patient);

bool is_engagement_row(cql::Row row) {
    return is_engagement(static_cast<cql::model::TypeId>(row.table));
}

}  // namespace

EveryoneSource::EveryoneSource(const WholeIndex& whole, std::optional<PatientNumber> patient,
                               const CohortContext& context)
    : whole_(whole), patient_(patient), context_(context), parts_(whole.parts().size()) {
    if (!patient_) {
        return;
    }
    place_ = whole.index().place_of(*patient_);
    if (context.engagement != nullptr) {
        engagement_ = std::make_unique<const LayerEngagement>(*context.engagement, *place_.layer);
    }
}

const IndexSource& EveryoneSource::part(std::size_t number) const {
    auto& source = parts_[number];
    if (source == nullptr) {
        const bool own = patient_ && whole_.part_of(place_) == number;
        source = std::make_unique<const IndexSource>(
            whole_.parts()[number].retrieves, own ? place_.own : 0, context_.as_of,
            context_.read_body, own ? engagement_.get() : nullptr, context_.recorded_until);
    }
    return *source;
}

/// Rows that a part has just added, as all parts count them.
void EveryoneSource::number_from(std::size_t first, std::size_t part,
                                 std::vector<cql::Row>& out) const {
    if (first == out.size() || is_engagement_row(out[first])) {
        return;
    }
    if (out[first].table != patient_table) {
        const std::uint32_t shift = whole_.numbered({part, {out[first].table, 0}}).index;
        for (std::size_t at = first; at < out.size(); ++at) {
            out[at].index += shift;
        }
        return;
    }
    for (std::size_t at = first; at < out.size(); ++at) {
        out[at] = whole_.numbered({part, out[at]});
    }
}

void EveryoneSource::retrieve(const cql::Retrieve& what, std::vector<cql::Row>& out) const {
    if (!patient_) {
        asked_for_one_ = true;
        return;
    }
    const std::size_t first = out.size();
    const std::size_t own = whole_.part_of(place_);
    part(own).retrieve(what, out);
    number_from(first, own, out);
}

Result<> EveryoneSource::retrieve_everybody(const cql::Retrieve& what,
                                            std::vector<cql::Row>& out) const {
    auto& known = everybody_[what.number];
    if (!known.empty()) {
        out.insert(out.end(), known.begin(), known.end());
        return {};
    }
    const std::size_t begin = out.size();
    for (std::size_t number = 0; number < whole_.parts().size(); ++number) {
        const std::size_t first = out.size();
        const auto found = part(number).find_everybody(what, *whole_.parts()[number].layer, out);
        if (!found) {
            return found;
        }
        number_from(first, number, out);
    }
    known.assign(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end());
    return {};
}

Result<> EveryoneSource::retrieve_related(const cql::Retrieve& what, const cql::RelatedContext& who,
                                          std::vector<cql::Row>& out) const {
    Relatives::Named named{{}, {}, who.references, patient_};
    for (const cql::Row row : who.rows) {
        if (row.table == patient_table) {
            if (row.index < whole_.index().patient_count()) {  // nobody has no record
                named.patients.push_back(row.index);
            }
            continue;
        }
        const WholeIndex::Place place = whole_.place_of(row);
        if (place.part == whole_.parts().size()) {
            continue;
        }
        const Table* const table = find_stored_table(*whole_.parts()[place.part].layer->index,
                                                     static_cast<cql::model::TypeId>(row.table));
        named.relatives.push_back(table->key[place.row.index]);
    }
    const auto patients = whole_.relatives().find(named);
    if (!patients) {
        return pass_on(patients);
    }
    for (const PatientNumber number : *patients) {
        const PatientPlace place = whole_.index().place_of(number);
        const std::size_t first = out.size();
        const std::size_t in = whole_.part_of(place);
        part(in).retrieve_of(place.own, what, out);
        number_from(first, in, out);
    }
    return {};
}

cql::Value EveryoneSource::property(cql::Row row, const cql::model::PropertyPath& path) const {
    if (is_engagement_row(row)) {
        return patient_ ? part(whole_.part_of(place_)).property(row, path) : cql::Value();
    }
    const WholeIndex::Place place = whole_.place_of(row);
    return place.part == whole_.parts().size() ? cql::Value()
                                               : part(place.part).property(place.row, path);
}

cql::Value EveryoneSource::patient_property(const cql::model::PropertyPath& path) const {
    asked_for_one_ = asked_for_one_ || !patient_;
    return patient_ ? part(whole_.part_of(place_)).patient_property(path) : cql::Value();
}

cql::Row EveryoneSource::patient() const {
    asked_for_one_ = asked_for_one_ || !patient_;
    return {patient_table, patient_.value_or(no_patient)};
}

Result<> EveryoneSource::state() const {
    for (const auto& source : parts_) {
        if (source != nullptr && !source->state()) {
            return source->state();
        }
    }
    return {};
}

}  // namespace parcours::population
