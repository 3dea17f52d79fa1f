#include "engine/patient_view.h"

#include <algorithm>
#include <chrono>
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
#include "record/as_known.h"
#include "record/fact.h"
#include "record/patient_profile.h"

namespace parcours::engine {
namespace {

constexpr std::size_t people_kept_max = 4'096;              ///< about 600 bytes each
constexpr std::size_t people_kept_max_with_views = 50'000;  ///< where all are asked about daily
constexpr std::size_t views_kept_max = 1'000;
constexpr std::size_t facts_kept_max = 10'000;  ///< of so many patients

/// The next moment that the record names: nothing of what is seen changes before it, but what
/// changes by the map's own spans.
Instant next_date(const PatientFact& patient, const std::vector<Fact>& facts, Instant now) {
    Instant next = Instant::max();
    const auto note = [&next, now](Instant date) {
        next = date > now ? std::min(next, date) : next;
    };
    note(patient.birth);
    note(patient.deceased);
    note(patient.recorded);
    for (const Fact& fact : facts) {
        note(fact.occurred);
        note(fact.recorded);
        note(fact.start);
        note(fact.end);
    }
    return next;
}

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

Result<std::unique_ptr<PatientReader>> PatientReader::make(
    const DataFolder& folder, std::shared_ptr<const Clinic> clinic,
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
    if (people_.size() >= (keeps_views_ ? people_kept_max_with_views : people_kept_max)) {
        people_.clear();
    }
    Person& person = people_[patient.key];
    person.zone =
        outreach::find_patient_zone(*profile, clinic_->zone, clinic_->folder.config.country);
    person.profile = std::move(*profile);
    return &person;
}

/// What is known at this moment already; null where it must be found out.
std::shared_ptr<const PatientView> PatientReader::find_kept(Key patient, Instant now) {
    if (!keeps_views_ && (views_at_ != now || views_.size() >= views_kept_max)) {
        views_.clear();
        views_at_ = now;
    }
    const auto known = views_.find(patient);
    if (known == views_.end()) {
        return nullptr;
    }
    Kept& kept = known->second;
    if (now < kept.view->now || now >= kept.fresh_until) {
        return nullptr;
    }
    if (kept.view->now != now) {
        if (kept.view.use_count() > 1) {
            kept.view = std::make_shared<PatientView>(*kept.view);  // somebody looks at it still
        }
        kept.view->now = now;
    }
    return kept.view;
}

/// With what is the same at every moment.
Result<std::shared_ptr<PatientView>> PatientReader::begin_view(Key patient) {
    if (const auto known = views_.find(patient);
        known != views_.end() && known->second.view.use_count() == 1) {
        return std::move(known->second.view);  // stale: it is filled anew
    }
    const auto number = index_->find_patient(patient);
    if (!number) {
        return fail(ErrorCode::NotFound, "there is no such patient in this data folder");
    }
    auto view = std::make_shared<PatientView>();
    view->number = *number;
    view->patient = index_->patients().fact(*number);
    view->id = index_->patients().id(*number);
    view->source = index_->patients().source_name(*number);
    const auto known = person(view->patient);
    if (!known) {
        return pass_on(known);
    }
    view->profile = (*known)->profile;
    view->zone = (*known)->zone;
    return view;
}

Result<std::shared_ptr<const PatientView>> PatientReader::view(Key patient, Instant now) {
    if (auto kept = find_kept(patient, now)) {
        return kept;
    }
    auto begun = begin_view(patient);
    if (!begun) {
        return pass_on(begun);
    }
    const std::shared_ptr<PatientView> view = std::move(*begun);
    view->now = now;
    Kept& kept = views_[patient];
    gather_facts(*view, kept);
    Instant fresh_until = keeps_views_ ? next_date(view->patient, view->facts, now)
                                       : now + std::chrono::microseconds{1};
    if (as_recorded_) {
        std::erase_if(view->facts, [now](const Fact& fact) { return fact.recorded > now; });
    }
    view->positions =
        fold_.fold(as_recorded_ ? as_known(view->patient, now) : view->patient, view->facts, now);
    if (view->positions.next_change > now) {
        fresh_until = std::min(fresh_until, view->positions.next_change);
    }
    std::erase_if(view->facts, [now](const Fact& fact) { return !fact.seen_at(now); });
    kept.view = view;
    kept.fresh_until = fresh_until;
    return view;
}

/// All of them. Those of few patients are kept: a row of the index lies in many columns.
void PatientReader::gather_facts(PatientView& view, Kept& kept) const {
    if (kept.all_facts.empty()) {
        index_->facts_of(view.number, view.facts);
        if (keeps_views_ && views_.size() <= facts_kept_max) {
            kept.all_facts = view.facts;
        }
    } else {
        view.facts = kept.all_facts;
    }
}

Result<const PatientProfile*> PatientReader::profile(Key patient) {
    const auto number = index_->find_patient(patient);
    if (!number) {
        return fail(ErrorCode::NotFound, "there is no such patient in this data folder");
    }
    const auto known = person(index_->patients().fact(*number));
    if (!known) {
        return pass_on(known);
    }
    return &(*known)->profile;
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
