#include "engine/arrivals.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <span>
#include <vector>

#include "base/time.h"
#include "campaign/key_resource.h"
#include "engine/clinic.h"
#include "fhir/resource_type.h"
#include "population/column.h"
#include "population/live_index.h"
#include "population/table.h"
#include "record/fact.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

using population::PatientNumber;

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

class Finder {
  public:
    Finder(const population::LiveIndex& index, const Clinic& clinic, Instant from, Instant until)
        : index_(index), starting_(starting_types(clinic)), from_(from), until_(until) {}

    void look(PatientNumber number) {
        if (!index_.patients().counts(number)) {
            return;
        }
        const population::PatientPlace place = index_.place_of(number);
        const Key key = place.index().patients().key[place.own];
        for (const population::Table& table : place.index().tables()) {
            const bool may_start = starting_.contains(table.type);
            const auto [begin, end] = table.rows_of(place.own);
            for (std::uint32_t row = begin; row < end; ++row) {
                add(std::max(table.occurred[row], table.recorded[row]), key, may_start);
            }
        }
        // A death or a move is no fact of a table: it stands in the Patient resource.
        const PatientFact patient = index_.patients().fact(number);
        add(patient.deceased, key, false);
        add(patient.recorded, key, false);
    }

    std::vector<Arrival> take() {
        std::ranges::sort(arrivals_);
        const auto doubles = std::ranges::unique(arrivals_);
        arrivals_.erase(doubles.begin(), doubles.end());
        return std::move(arrivals_);
    }

  private:
    void add(Instant at, Key patient, bool may_start) {
        if (at > from_ && at <= until_) {
            arrivals_.push_back({at, patient, may_start});
        }
    }

    const population::LiveIndex& index_;
    std::set<fhir::ResourceType> starting_;
    Instant from_;
    Instant until_;
    std::vector<Arrival> arrivals_;
};

}  // namespace

std::vector<Arrival> find_arrivals(const population::LiveIndex& index, const Clinic& clinic,
                                   Instant from, Instant until,
                                   std::span<const PatientNumber> patients) {
    Finder finder(index, clinic, from, until);
    for (const PatientNumber number : patients) {
        finder.look(number);
    }
    return finder.take();
}

std::vector<PatientNumber> all_patients(const population::LiveIndex& index) {
    std::vector<PatientNumber> all(index.patient_count());
    std::iota(all.begin(), all.end(), PatientNumber{0});
    return all;
}

}  // namespace parcours::engine
