#include "population/appearances.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
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

void add_patients(const Patients& patients, Instant after, bool as_recorded,
                  std::vector<Appearance>& out) {
    for (PatientNumber number = 0; number < patients.count; ++number) {
        const auto add = [&](Instant at, Appearance::What what) {
            if (at > after) {
                out.push_back({at, number, what, {}, 0});
            }
        };
        add(patients.birth[number], Appearance::What::Birth);
        if (patients.deceased[number] > after) {
            add(floored(patients.deceased[number]), Appearance::What::Departure);
        }
        const bool departed = patients.deceased[number] != no_time ||
                              patients.flagged(number, Patients::flag_inactive);
        if (as_recorded && departed) {
            add(patients.recorded[number], Appearance::What::Departure);
        }
    }
}

std::vector<Appearance> find_appearances(const Index& index, Instant after, bool as_recorded) {
    std::vector<Appearance> all;
    for (const Table& table : index.tables()) {
        add_rows(table, after, as_recorded, all);
    }
    add_patients(index.patients(), after, as_recorded, all);
    std::ranges::sort(all);
    return all;
}

}  // namespace

Appearances::Appearances(const LiveIndex& index, Instant after, bool as_recorded,
                         const Appearances* before) {
    for (const IndexLayer& layer : index.layers()) {
        OfLayer& mine = layers_.emplace_back(OfLayer{&layer, layer.index, nullptr, 0});
        for (std::size_t i = 0; before != nullptr && i < before->layers_.size(); ++i) {
            if (before->layers_[i].index == layer.index) {
                mine.all = before->layers_[i].all;
            }
        }
        if (mine.all == nullptr) {
            mine.all =
                std::make_shared<const List>(find_appearances(*layer.index, after, as_recorded));
        }
        const auto begin = std::ranges::upper_bound(*mine.all, after, {}, &Appearance::at);
        mine.at = static_cast<std::size_t>(begin - mine.all->begin());
        mine.skip_moved();
    }
    find_first();
}

/// A later layer tells of those.
void Appearances::OfLayer::skip_moved() {
    while (!at_end() && !layer->has(front().patient)) {
        ++at;
    }
}

void Appearances::find_first() {
    first_ = layers_.size();
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        if (!layers_[i].at_end() &&
            (first_ == layers_.size() || layers_[i].front().at < layers_[first_].front().at)) {
            first_ = i;
        }
    }
}

Appearance Appearances::front() const {
    Appearance one = layers_[first_].front();
    one.patient = layers_[first_].layer->number_of(one.patient);
    return one;
}

const Table& Appearances::table() const {
    const OfLayer& of = layers_[first_];
    return *of.index->find_table(of.front().type);
}

void Appearances::pop() {
    ++layers_[first_].at;
    layers_[first_].skip_moved();
    find_first();
}

}  // namespace parcours::population
