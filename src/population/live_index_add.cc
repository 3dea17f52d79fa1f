// How a live index takes in what is written: whom it touches is taken out of the layers that have
// them, and put with what is new into a layer on top.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "fhir/resource_type.h"
#include "population/extract.h"
#include "population/live_index.h"
#include "population/merge_steps.h"
#include "population/part_rows.h"

namespace parcours::population {
namespace {

/// A layer on top is taken into the next one where it is not larger than so many of it, so that
/// layers stay few; never where that would keep a writer waiting.
constexpr std::size_t absorb_times = 2;
constexpr std::size_t absorb_small = 256;
constexpr std::size_t absorb_max = 20'000;

using fhir::ResourceType;

constexpr std::array medicine_types = {
    ResourceType::MedicationAdministration, ResourceType::MedicationDispense,
    ResourceType::MedicationRequest, ResourceType::MedicationStatement};

std::size_t size_of(const IndexLayer& layer) {
    return layer.index->fact_count() + layer.index->patient_count();
}

}  // namespace

class LiveIndex::Adding {
  public:
    Adding(const LiveIndex& before, Parts parts) : before_(before), parts_(std::move(parts)) {
        for (const auto& part : parts_) {
            rows_.push_back(&part->rows());
        }
    }

    Result<std::shared_ptr<const LiveIndex>> run() {
        find_touched();
        absorb();
        extract();
        std::vector<Translation> translations;
        auto dictionary =
            merge_dictionaries(rows_, before_.shared_dictionary(), translations);
        rows_.insert(rows_.begin(), &old_);
        translations.insert(translations.begin(), translation_of_extracts(*dictionary));
        const auto medications = find_medications();
        static const Index nothing;
        SerialExecutor serial;
        auto top = merge_rows(rows_, dictionary, translations, nothing, medications, serial, {});
        if (!top) {
            return pass_on(top);
        }
        return put_on_top(std::move(*top), std::move(dictionary));
    }

  private:
    struct KeptRow {
        const IndexLayer* layer;
        const Table* table;
        std::uint32_t row;
    };

    /// A patient and all whom merges join with it: whose facts are whose is decided in one layer.
    void touch(PatientNumber number) {
        if (touched_.contains(number)) {
            return;
        }
        for (const PatientNumber one : before_.joined_with(number)) {
            touched_.insert(one);
        }
    }
    void touch_key(Key patient) {
        if (const auto number = patient == 0 ? std::nullopt : before_.find_patient(patient)) {
            touch(*number);
        }
    }

    void find_touched() {
        std::unordered_map<ResourceType, std::vector<Key>> written;
        for (const PartRows* part : rows_) {
            for (const PartRow& row : part->rows) {
                if (row.fact.position != 0) {
                    touch_key(row.owner);
                    written[row.fact.type].push_back(row.fact.key);
                }
            }
            for (const PartPatient& patient : part->patients) {
                if (patient.fact.position != 0) {
                    touch_key(patient.fact.key);
                    touch_key(patient.fact.replaced_by);
                    touch_waiting(patient.fact.key);
                }
            }
        }
        for (const auto& [type, keys] : written) {
            for (const auto& place : before_.find_rows(type, keys)) {
                if (place) {
                    touch_row(*place);
                }
            }
        }
        if (const auto found = written.find(ResourceType::Medication); found != written.end()) {
            touch_linking(found->second);
        }
    }

    /// Those merged into a patient that nobody has named so far.
    void touch_waiting(Key patient) {
        for (const IndexLayer& layer : before_.layers()) {
            for (const PatientNumber own : layer.index->replaced_by(patient)) {
                touch(layer.number_of(own));
            }
        }
    }

    /// An earlier version: its patient has it no more, or has another.
    void touch_row(const RowPlace& place) {
        if (place.owner() != no_patient) {
            touch(place.owner());
        }
        if (place.table->patient[place.row] == no_patient) {
            loose_.push_back({place.layer, place.table, place.row});
        }
    }

    /// Whose prescriptions name one of these Medications.
    void touch_linking(const std::vector<Key>& medications) {
        KeyMap wanted(medications.size());
        for (const Key key : medications) {
            wanted.add(key, 0);
        }
        for (const IndexLayer& layer : before_.layers()) {
            for (const ResourceType type : medicine_types) {
                const Table* const table = layer.index->find_table(type);
                if (table == nullptr) {
                    continue;
                }
                layer.each_row(*table, [&](std::uint32_t row) {
                    const bool names = std::ranges::any_of(table->links_of(row), [&](Key link) {
                        return wanted.find(link) != KeyMap::nothing_found;
                    });
                    if (names) {
                        touch_row({&layer, table, row});
                    }
                });
            }
        }
    }

    /// Layers on top that are small beside what is touched are made anew with it.
    void absorb() {
        std::size_t size = loose_.size();
        for (const PartRows* part : rows_) {
            size += part->rows.size() + part->patients.size();
        }
        for (const PatientNumber number : touched_) {
            const PatientPlace place = before_.place_of(number);
            for (const Table& table : place.index().tables()) {
                const auto [from, to] = table.rows_of(place.own);
                size += to - from;
            }
        }
        const auto layers = before_.layers();
        kept_ = layers.size();
        for (; kept_ > 1; --kept_) {
            const std::size_t top = size_of(layers[kept_ - 1]);
            if (top > absorb_times * size + absorb_small || top + size > absorb_max) {
                break;
            }
            size += top;
            take_all(layers[kept_ - 1]);
        }
    }

    void take_all(const IndexLayer& layer) {
        for (PatientNumber own = 0; own < layer.index->patient_count(); ++own) {
            if (layer.has(own)) {
                touched_.insert(layer.number_of(own));
            }
        }
        for (const Table& table : layer.index->tables()) {
            const auto [from, to] = table.rows_of(layer.index->patient_count());
            for (std::uint32_t row = from; row < to; ++row) {
                if (layer.shows(table, row)) {
                    loose_.push_back({&layer, &table, row});
                    // Its owner may be in another layer: the row needs its name.
                    if (table.owner[row] != no_patient) {
                        touch(layer.number_of(table.owner[row]));
                    }
                }
            }
        }
    }

    void extract() {
        old_.keeps_names = true;
        for (const PatientNumber number : touched_) {
            const PatientPlace place = before_.place_of(number);
            extract_patient(place.index(), place.own, old_);
        }
        std::unordered_set<Key> taken;
        for (const KeptRow& one : loose_) {
            if (taken.insert(one.table->key[one.row]).second) {
                extract_row(*one.layer->index, *one.table, one.row, old_);
            }
        }
    }

    /// The codes of those Medications that what is new may take its code from.
    [[nodiscard]] std::vector<std::pair<Key, ConceptId>> find_medications() const {
        std::vector<Key> links;
        for (const PartRows* part : rows_) {
            for (const PartRow& row : part->rows) {
                if (part != &old_ && row.fact.code == 0 &&
                    std::ranges::find(medicine_types, row.fact.type) != medicine_types.end()) {
                    const auto named =
                        std::span(part->links).subspan(row.link_begin, row.link_count);
                    links.insert(links.end(), named.begin(), named.end());
                }
            }
        }
        std::vector<std::pair<Key, ConceptId>> known;
        const auto places = before_.find_rows(ResourceType::Medication, links);
        for (std::size_t i = 0; i < links.size(); ++i) {
            if (places[i]) {
                known.emplace_back(links[i], places[i]->table->code[places[i]->row]);
            }
        }
        return known;
    }

    std::shared_ptr<const LiveIndex> put_on_top(std::shared_ptr<const Index> top,
                                                std::shared_ptr<const Dictionary> dictionary) {
        auto next = std::make_shared<LiveIndex>(before_.base());
        next->layers_.assign(before_.layers_.begin(),
                             before_.layers_.begin() + static_cast<std::ptrdiff_t>(kept_));
        next->dictionary_ = std::move(dictionary);
        next->covers_ = last_position(rows_, before_.covers_);
        next->patient_count_ = before_.patient_count_;
        next->folded_ = before_.folded_;
        next->parts_ = before_.parts_;
        next->parts_.insert(next->parts_.end(), parts_.begin(), parts_.end());
        move_out(*next);
        IndexLayer layer;
        const Patients& patients = top->patients();
        for (PatientNumber own = 0; own < patients.count; ++own) {
            const auto known = before_.find_patient(patients.key[own]);
            layer.numbers.push_back(known ? *known : next->patient_count_++);
            layer.own_numbers.emplace_back(layer.numbers.back(), own);
        }
        std::ranges::sort(layer.own_numbers);
        layer.index = std::move(top);
        next->layers_.push_back(std::move(layer));
        next->count();
        return next;
    }

    /// Takes what the new layer has out of those that stay.
    void move_out(LiveIndex& next) const {
        std::vector<std::shared_ptr<Bitmap>> moved(kept_);
        for (const PatientNumber number : touched_) {
            const PatientPlace place = before_.place_of(number);
            const auto at = static_cast<std::size_t>(place.layer - before_.layers_.data());
            if (at >= kept_) {
                continue;
            }
            if (moved[at] == nullptr) {
                const auto& old = before_.layers_[at].moved;
                moved[at] = old != nullptr
                                ? std::make_shared<Bitmap>(*old)
                                : std::make_shared<Bitmap>(place.index().patient_count());
            }
            moved[at]->set(place.own);
        }
        for (std::size_t at = 0; at < kept_; ++at) {
            if (moved[at] != nullptr) {
                next.layers_[at].moved = std::move(moved[at]);
            }
        }
        for (const KeptRow& one : loose_) {
            const auto at = static_cast<std::size_t>(one.layer - before_.layers_.data());
            if (at < kept_) {
                auto& hidden = next.layers_[at].hidden;
                const std::pair row(one.table->type, one.row);
                const auto place = std::ranges::lower_bound(hidden, row);
                if (place == hidden.end() || *place != row) {
                    hidden.insert(place, row);
                }
            }
        }
    }

    const LiveIndex& before_;
    Parts parts_;
    std::vector<const PartRows*> rows_;
    std::unordered_set<PatientNumber> touched_;
    std::vector<KeptRow> loose_;  ///< of nobody, replaced by what is new or taken along
    std::size_t kept_ = 0;        ///< layers that stay
    PartRows old_;                ///< what is touched, as it was
};

Result<std::shared_ptr<const LiveIndex>> LiveIndex::add(const LiveIndex& before, Parts parts) {
    return Adding(before, std::move(parts)).run();
}

}  // namespace parcours::population
