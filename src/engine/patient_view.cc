#include "engine/patient_view.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "fhir/resource_type.h"
#include "fhir/status.h"
#include "outreach/zones.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "position/fold.h"
#include "record/fact.h"
#include "record/patient_profile.h"

namespace parcours::engine {
namespace {

constexpr std::size_t people_kept_max = 50'000;
constexpr std::size_t views_kept_max = 1'000;

}  // namespace

const Fact* PatientView::find_fact(Key resource) const {
    const auto found = std::ranges::find(facts, resource, &Fact::key);
    return found == facts.end() ? nullptr : &*found;
}

PatientReader::PatientReader(const DataFolder& folder, std::shared_ptr<const Clinic> clinic,
                             std::shared_ptr<const position::CompiledMap> map)
    : folder_(folder),
      clinic_(std::move(clinic)),
      index_(folder.index()),
      map_(std::move(map)),
      fold_(*map_) {}

Result<std::unique_ptr<PatientReader>> PatientReader::make(const DataFolder& folder,
                                                           std::shared_ptr<const Clinic> clinic,
                                                           std::shared_ptr<const position::CompiledMap> map) {
    if (map == nullptr) {
        auto compiled = position::CompiledMap::compile(clinic->map, clinic->folder.value_sets,
                                                       folder.index()->dictionary());
        if (!compiled) {
            return pass_on(compiled);
        }
        map = std::make_shared<const position::CompiledMap>(std::move(*compiled));
    }
    return std::unique_ptr<PatientReader>(
        new PatientReader(folder, std::move(clinic), std::move(map)));
}

Result<const PatientReader::Person*> PatientReader::person(const PatientFact& patient) {
    const auto known = people_.find(patient.key);
    if (known != people_.end()) {
        return &known->second;
    }
    if (patient.position == 0) {
        return fail(ErrorCode::NotFound,
                    "the record refers to a patient whose Patient resource "
                    "has not come yet");
    }
    const auto body = folder_.read_body(patient.position);
    if (!body) {
        return pass_on(body);
    }
    auto profile = parse_patient_profile(*body);
    if (!profile) {
        return pass_on(profile);
    }
    if (people_.size() >= people_kept_max) {
        people_.clear();
    }
    Person& person = people_[patient.key];
    person.zone =
        outreach::find_patient_zone(*profile, clinic_->zone, clinic_->folder.config.country);
    person.profile = std::move(*profile);
    return &person;
}

Result<std::shared_ptr<const PatientView>> PatientReader::view(Key patient, Instant now) {
    if (views_at_ != now || views_.size() >= views_kept_max) {
        views_.clear();
        views_at_ = now;
    }
    if (const auto known = views_.find(patient); known != views_.end()) {
        return known->second;
    }
    const auto number = index_->find_patient(patient);
    if (!number) {
        return fail(ErrorCode::NotFound, "there is no such patient in this data folder");
    }
    const auto view = std::make_shared<PatientView>();
    view->number = *number;
    view->patient = index_->patients().fact(*number);
    view->id = index_->patients().id(*number);
    view->source = index_->patients().source_name(*number);
    view->now = now;
    const auto known = person(view->patient);
    if (!known) {
        return pass_on(known);
    }
    view->profile = (*known)->profile;
    view->zone = (*known)->zone;
    index_->facts_of(*number, view->facts);
    if (as_recorded_) {
        std::erase_if(view->facts, [now](const Fact& fact) { return fact.recorded > now; });
    }
    view->positions = fold_.fold(view->patient, view->facts, now);
    std::erase_if(view->facts, [now](const Fact& fact) { return !fact.seen_at(now); });
    views_[patient] = view;
    return view;
}

Result<std::vector<ContactChoice>> PatientReader::consents(const PatientView& view) const {
    std::vector<ContactChoice> choices;
    for (const Fact& fact : view.facts) {
        if (fact.type != fhir::ResourceType::Consent) {
            continue;
        }
        const auto body = folder_.read_body(fact.position);
        if (!body) {
            return pass_on(body);
        }
        const auto found = parse_consent(*body);
        if (!found) {
            return pass_on(found);
        }
        choices.insert(choices.end(), found->begin(), found->end());
    }
    return choices;
}

}  // namespace parcours::engine
