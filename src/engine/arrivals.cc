#include "engine/arrivals.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <span>
#include <vector>

#include "base/time.h"
#include "campaign/key_resource.h"
#include "engine/clinic.h"
#include "fhir/resource_type.h"
#include "population/column.h"
#include "population/fetch_ahead.h"
#include "population/index.h"
#include "population/live_index.h"
#include "population/patients.h"
#include "population/table.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

using population::PatientNumber;

constexpr std::size_t looked_at_once_max = 1'024;

/// The types of resources that take patients into a campaign.
std::set<fhir::ResourceType> starting_types(const Clinic& clinic) {
    std::set<fhir::ResourceType> types;
    for (const LoadedCampaign& campaign : clinic.campaigns) {
        const campaign::Enter& enter = campaign.definition.enter;
        const auto* const resource = campaign::find_key_event(enter.name);
        if (enter.by == campaign::Enter::By::Event && resource != nullptr) {
            types.insert(resource->type);
        }
    }
    return types;
}

/// Patients of one layer, by their numbers there, and their keys.
struct Looked {
    std::vector<PatientNumber> own;
    std::vector<PatientNumber> next;  ///< after each: where its rows begin, theirs end
    std::vector<Key> keys;
};

/// Looks at many patients at once, column by column: what lies far apart in memory is fetched
/// together rather than one after the other.
class Finder {
  public:
    /// `read_next`: so few are looked at that what is fetched of them is still there when the rest
    /// of their rows is read.
    Finder(const Clinic& clinic, Instant from, Instant until, bool read_next)
        : starting_(starting_types(clinic)), from_(from), until_(until), read_next_(read_next) {}

    void look(const population::Index& index, const Looked& looked) {
        for (const population::Table& table : index.tables()) {
            look(table, looked);
        }
        // A death or a move is no fact of a table: it stands in the Patient resource.
        for (std::size_t i = 0; i < looked.own.size(); ++i) {
            add(index.patients().deceased[looked.own[i]], looked.keys[i], false);
            add(index.patients().recorded[looked.own[i]], looked.keys[i], false);
        }
    }

    std::vector<Arrival> take() {
        std::ranges::sort(arrivals_);
        const auto doubles = std::ranges::unique(arrivals_);
        arrivals_.erase(doubles.begin(), doubles.end());
        return std::move(arrivals_);
    }

  private:
    void look(const population::Table& table, const Looked& looked) {
        rows_.clear();
        keys_.clear();
        begins_.resize(looked.own.size());
        ends_.resize(looked.own.size());
        table.offsets.read(looked.own, begins_);
        table.offsets.read(looked.next, ends_);
        for (std::size_t i = 0; i < looked.own.size(); ++i) {
            if (read_next_) {
                population::fetch_ahead(table, begins_[i], ends_[i]);
            }
            for (std::uint32_t row = begins_[i]; row < ends_[i]; ++row) {
                rows_.push_back(row);
                keys_.push_back(looked.keys[i]);
            }
        }
        occurred_.resize(rows_.size());
        recorded_.resize(rows_.size());
        table.occurred.read(rows_, occurred_);
        table.recorded.read(rows_, recorded_);
        const bool may_start = starting_.contains(table.type);
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            add(std::max(occurred_[i], recorded_[i]), keys_[i], may_start);
        }
    }

    void add(Instant at, Key patient, bool may_start) {
        if (at > from_ && at <= until_) {
            arrivals_.push_back({at, patient, may_start});
        }
    }

    std::set<fhir::ResourceType> starting_;
    Instant from_;
    Instant until_;
    bool read_next_;
    std::vector<Arrival> arrivals_;
    // Of the table that is looked at.
    std::vector<std::uint32_t> begins_;  ///< of each patient's rows
    std::vector<std::uint32_t> ends_;
    std::vector<std::uint32_t> rows_;
    std::vector<Key> keys_;
    std::vector<Instant> occurred_;
    std::vector<Instant> recorded_;
};

}  // namespace

std::vector<Arrival> find_arrivals(const population::LiveIndex& index, const Clinic& clinic,
                                   Instant from, Instant until,
                                   std::span<const PatientNumber> patients) {
    Finder finder(clinic, from, until, patients.size() <= looked_at_once_max);
    for (std::size_t begin = 0; begin < patients.size(); begin += looked_at_once_max) {
        std::map<const population::IndexLayer*, Looked> layers;
        for (const PatientNumber number :
             patients.subspan(begin, std::min(looked_at_once_max, patients.size() - begin))) {
            const population::PatientPlace place = index.place_of(number);
            const population::Patients& known = place.index().patients();
            if (known.counts(place.own)) {
                Looked& looked = layers[place.layer];
                looked.own.push_back(place.own);
                looked.next.push_back(place.own + 1);
                looked.keys.push_back(known.key[place.own]);
            }
        }
        for (const auto& [layer, looked] : layers) {
            finder.look(*layer->index, looked);
        }
    }
    return finder.take();
}

std::vector<PatientNumber> all_patients(const population::LiveIndex& index) {
    std::vector<PatientNumber> all(index.patient_count());
    std::iota(all.begin(), all.end(), PatientNumber{0});
    return all;
}

}  // namespace parcours::engine
