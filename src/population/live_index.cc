#include "population/live_index.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "fhir/resource_type.h"
#include "population/builder.h"
#include "population/find_by_id.h"
#include "population/patients.h"
#include "population/table.h"
#include "record/fact.h"
#include "record/identity.h"

namespace parcours::population {

template <class T>
T LivePatients::Of<T>::operator[](std::size_t number) const {
    const PatientPlace place = patients_.index_->place_of(static_cast<PatientNumber>(number));
    return (place.index().patients().*column_)[place.own];
}
template class LivePatients::Of<Key>;
template class LivePatients::Of<Instant>;
template class LivePatients::Of<Precision>;

PatientNumber LivePatients::Survivors::operator[](std::size_t number) const {
    const PatientPlace place = patients_.index_->place_of(static_cast<PatientNumber>(number));
    return place.layer->number_of(place.index().patients().survivor[place.own]);
}

PatientFact LivePatients::fact(PatientNumber number) const {
    const PatientPlace place = index_->place_of(number);
    return place.index().patients().fact(place.own);
}

std::string_view LivePatients::id(PatientNumber number) const {
    const PatientPlace place = index_->place_of(number);
    return place.index().patients().id(place.own);
}

std::string_view LivePatients::source_name(PatientNumber number) const {
    const PatientPlace place = index_->place_of(number);
    return place.index().patients().source_name(place.own);
}

std::uint8_t LivePatients::gender(PatientNumber number) const {
    const PatientPlace place = index_->place_of(number);
    return place.index().patients().gender(place.own);
}

bool LivePatients::flagged(PatientNumber number, std::uint8_t flag) const {
    const PatientPlace place = index_->place_of(number);
    return place.index().patients().flagged(place.own, flag);
}

bool LivePatients::counts(PatientNumber number) const {
    const PatientPlace place = index_->place_of(number);
    return place.index().patients().counts(place.own);
}

LiveIndex::LiveIndex(std::shared_ptr<const Index> base) : patients_(*this) {
    dictionary_ = base->shared_dictionary();
    covers_ = base->covers();
    patient_count_ = base->patient_count();
    person_count_ = base->person_count();
    patients_.sources = base->patients().sources;
    layers_.push_back({std::move(base), {}, {}, nullptr, {}});
}

/// Persons and feeds, of those that count in each layer.
void LiveIndex::count() {
    person_count_ = base()->person_count();
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const Patients& patients = layers_[i].index->patients();
        if (i > 0) {
            person_count_ += layers_[i].index->person_count();
        }
        if (layers_[i].moved != nullptr) {
            layers_[i].moved->for_each([&](std::size_t own) {
                person_count_ -= patients.counts(static_cast<PatientNumber>(own)) ? 1U : 0U;
            });
        }
        patients_.sources.insert(patients_.sources.end(), patients.sources.begin(),
                                 patients.sources.end());
    }
    std::ranges::sort(patients_.sources);
    const auto doubles = std::ranges::unique(patients_.sources);
    patients_.sources.erase(doubles.begin(), doubles.end());
}

Result<std::shared_ptr<const LiveIndex>> LiveIndex::fold(Executor* executor,
                                                         const StopAsked& stop) const {
    std::vector<const IndexPart*> parts;
    for (const auto& part : parts_) {
        parts.push_back(part.get());
    }
    auto folded = merge(parts, base().get(), executor, stop);
    if (!folded) {
        return pass_on(folded);
    }
    auto next = std::make_shared<LiveIndex>(std::move(*folded));
    next->folded_.assign(layers_.size(), {});
    std::ranges::transform(layers_, next->folded_.begin(),
                           [](const IndexLayer& layer) { return layer.index; });
    return next;
}

std::vector<std::shared_ptr<const Index>> LiveIndex::folded_from() const {
    std::vector<std::shared_ptr<const Index>> layers;
    for (const auto& layer : folded_) {
        if (auto there = layer.lock()) {
            layers.push_back(std::move(there));
        }
    }
    return layers;
}

std::size_t LiveIndex::unfolded_count() const {
    std::size_t count = 0;
    for (const IndexLayer& layer : layers().subspan(1)) {
        count += layer.index->fact_count() + layer.index->patient_count();
    }
    return count;
}

PatientPlace LiveIndex::place_of(PatientNumber number) const {
    const IndexLayer& first = layers_.front();
    if (number < first.index->patient_count() && first.has(number)) {
        return {&first, number};
    }
    // The last that knows it: it has moved on from those before.
    for (std::size_t i = layers_.size(); i-- > 1;) {
        const auto& known = layers_[i].own_numbers;
        const auto found = std::ranges::lower_bound(
            known, number, {}, &std::pair<PatientNumber, PatientNumber>::first);
        if (found != known.end() && found->first == number) {
            return {&layers_[i], found->second};
        }
    }
    check(false, "every number of a patient is in some layer");
    return {};
}

std::optional<PatientNumber> LiveIndex::find_patient(Key patient) const {
    for (const IndexLayer& layer : layers_) {
        if (const auto own = layer.index->find_patient(patient)) {
            return layer.number_of(*own);
        }
    }
    return std::nullopt;
}

std::vector<PatientNumber> LiveIndex::find_patients(std::string_view id) const {
    return find_by_id(patients_.sources, id, [this](Key key) { return find_patient(key); });
}

void LiveIndex::facts_of(PatientNumber patient, std::vector<Fact>& out) const {
    const PatientPlace place = place_of(patient);
    place.index().facts_of(place.own, out);
}

std::vector<std::pair<PatientNumber, PatientNumber>> LiveIndex::merged() const {
    std::vector<std::pair<PatientNumber, PatientNumber>> out;
    for (const IndexLayer& layer : layers_) {
        for (const PatientNumber own : layer.index->merged()) {
            if (layer.has(own)) {
                out.emplace_back(layer.number_of(own),
                                 layer.number_of(layer.index->patients().survivor[own]));
            }
        }
    }
    std::ranges::sort(out);
    return out;
}

std::vector<PatientNumber> LiveIndex::joined_with(PatientNumber patient) const {
    std::vector<PatientNumber> found = {patient};
    const auto take = [&found](PatientNumber number) {
        if (std::ranges::find(found, number) == found.end()) {
            found.push_back(number);
        }
    };
    for (std::size_t at = 0; at < found.size(); ++at) {
        const PatientFact fact = patients_.fact(found[at]);
        if (const auto into =
                fact.replaced_by == 0 ? std::nullopt : find_patient(fact.replaced_by)) {
            take(*into);
        }
        for (const IndexLayer& layer : layers_) {
            for (const PatientNumber own : layer.index->replaced_by(fact.key)) {
                if (layer.has(own)) {
                    take(layer.number_of(own));
                }
            }
        }
    }
    return found;
}

std::size_t LiveIndex::fact_count() const {
    std::size_t count = 0;
    for (const fhir::ResourceType type : types()) {
        count += row_count(type);
    }
    return count;
}

std::size_t LiveIndex::row_count(fhir::ResourceType type) const {
    std::size_t count = 0;
    for (const IndexLayer& layer : layers_) {
        const Table* const table = layer.index->find_table(type);
        if (table == nullptr) {
            continue;
        }
        count += table->row_count;
        if (layer.moved != nullptr) {
            layer.moved->for_each([&](std::size_t own) {
                const auto [from, to] = table->rows_of(static_cast<PatientNumber>(own));
                count -= to - from;
            });
        }
        count -= static_cast<std::size_t>(
            std::ranges::count(layer.hidden, type, &decltype(layer.hidden)::value_type::first));
    }
    return count;
}

bool LiveIndex::has_table(fhir::ResourceType type) const {
    return std::ranges::any_of(layers_, [type](const IndexLayer& layer) {
        return layer.index->find_table(type) != nullptr;
    });
}

std::vector<fhir::ResourceType> LiveIndex::types() const {
    std::vector<fhir::ResourceType> out;
    for (std::size_t type = 0; type < fhir::resource_type_count; ++type) {
        if (has_table(static_cast<fhir::ResourceType>(type))) {
            out.push_back(static_cast<fhir::ResourceType>(type));
        }
    }
    return out;
}

std::vector<std::optional<RowPlace>> LiveIndex::find_rows(fhir::ResourceType type,
                                                          std::span<const Key> keys) const {
    std::vector<std::optional<RowPlace>> found(keys.size());
    std::vector<Key> left(keys.begin(), keys.end());
    for (std::size_t i = layers_.size(); i-- > 0 && !left.empty();) {
        const IndexLayer& layer = layers_[i];
        const Table* const table = layer.index->find_table(type);
        const auto rows = layer.index->find_rows(type, left);
        for (std::size_t at = 0; at < rows.size(); ++at) {
            if (!rows[at] || !layer.shows(*table, *rows[at])) {
                continue;
            }
            for (std::size_t key = 0; key < keys.size(); ++key) {
                if (keys[key] == left[at]) {
                    found[key] = RowPlace{&layer, table, *rows[at]};
                }
            }
            left[at] = 0;
        }
        std::erase(left, Key{0});
    }
    return found;
}

}  // namespace parcours::population
