#include "engine/patient_view.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
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
#include "population/table.h"
#include "position/care_state.h"
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

/// The earliest of some moments after one.
class Next {
  public:
    explicit Next(Instant now) : now_(now) {}
    void note(Instant moment) { next_ = moment > now_ ? std::min(next_, moment) : next_; }
    [[nodiscard]] Instant get() const { return next_; }

  private:
    Instant now_;
    Instant next_ = Instant::max();
};

}  // namespace

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

Result<PatientProfile> PatientReader::read_profile(population::PatientNumber number,
                                                   const PatientFact& patient) const {
    if (profiles_ != nullptr) {
        if (auto kept = profiles_->find(number)) {
            return *std::move(kept);
        }
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
    return parse_patient_profile(*body);
}

Result<const PatientReader::Person*> PatientReader::person(population::PatientNumber number,
                                                           const PatientFact& patient) {
    const auto known = people_.find(patient.key);
    if (known != people_.end()) {
        return &known->second;
    }
    auto profile = read_profile(number, patient);
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
        auto stale = std::move(known->second.view);  // it is filled anew
        views_.erase(known);
        return stale;
    }
    const auto number = find_patient(patient);
    if (!number) {
        return fail(ErrorCode::NotFound, "there is no such patient in this data folder");
    }
    auto view = std::make_shared<PatientView>();
    view->number = *number;
    view->patient = index_->patients().fact(*number);
    view->id = index_->patients().id(*number);
    view->source = index_->patients().source_name(*number);
    const auto known = person(*number, view->patient);
    if (!known) {
        return pass_on(known);
    }
    view->profile = (*known)->profile;
    view->zone = (*known)->zone;
    return view;
}

std::optional<population::PatientNumber> PatientReader::find_patient(Key patient) const {
    const auto known = views_.find(patient);
    return known != views_.end() ? std::optional(known->second.view->number)
                                 : index_->find_patient(patient);
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
    const Instant fresh_until = judge_care(*view);
    views_[patient] = {view, keeps_views_ ? fresh_until : now + std::chrono::microseconds{1}};
    return view;
}

/// Whether they have left, or any of their facts, whenever it is seen, may tell of a death or of
/// palliative care. Nobody else's facts are gathered and folded.
bool PatientReader::may_be_marked(const PatientView& view) const {
    if (!view.patient.active) {
        return true;
    }
    const population::PatientPlace place = index_->place_of(view.number);
    return std::ranges::any_of(place.index().tables(), [&](const population::Table& table) {
        if (map_->care_codes(table.type) == 0) {
            return false;
        }
        const auto [from, to] = table.rows_of(place.own);
        for (std::uint32_t row = from; row < to; ++row) {
            if (position::may_mark_care(*map_, table.type, table.code[row])) {
                return true;
            }
        }
        return false;
    });
}

/// Gives the next moment at which the answer may be another one.
Instant PatientReader::judge_care(PatientView& view) {
    const PatientFact patient = as_recorded_ ? as_known(view.patient, view.now) : view.patient;
    Next next(view.now);
    next.note(view.patient.birth);
    next.note(view.patient.deceased);
    next.note(view.patient.recorded);
    if (!may_be_marked(view)) {
        view.care = position::care_of_unmarked(patient, view.now);
        return next.get();
    }
    std::vector<Fact> facts;
    index_->facts_of(view.number, facts);
    for (const Fact& fact : facts) {
        next.note(fact.occurred);
        next.note(fact.recorded);
        next.note(fact.start);
        next.note(fact.end);
    }
    if (as_recorded_) {
        std::erase_if(facts, [&view](const Fact& fact) { return fact.recorded > view.now; });
    }
    const position::PatientPositions& folded = fold_.fold(patient, facts, view.now);
    next.note(folded.next_change);
    view.care = position::care_of(folded);
    return next.get();
}

bool PatientReader::is_seen(const Fact& fact, Instant now) const {
    return fact.seen_at(now) && !(as_recorded_ && fact.recorded > now);
}

std::vector<Fact> PatientReader::facts(const PatientView& view, fhir::ResourceType type,
                                       std::optional<fhir::Status> status) const {
    std::vector<Fact> found;
    const population::PatientPlace place = index_->place_of(view.number);
    const population::Table* const table = place.index().find_table(type);
    if (table == nullptr) {
        return found;
    }
    const auto [from, to] = table->rows_of(place.own);
    for (std::uint32_t row = from; row < to; ++row) {
        if (status && table->status[row] != *status) {
            continue;
        }
        const Fact fact = table->fact(row);
        if (is_seen(fact, view.now)) {
            found.push_back(fact);
        }
    }
    return found;
}

std::optional<Fact> PatientReader::find_fact(const PatientView& view, fhir::ResourceType type,
                                             Key resource) const {
    const population::PatientPlace place = index_->place_of(view.number);
    const population::Table* const table = place.index().find_table(type);
    if (table == nullptr) {
        return std::nullopt;
    }
    const auto [from, to] = table->rows_of(place.own);
    for (std::uint32_t row = from; row < to; ++row) {
        if (table->key[row] == resource) {
            const Fact fact = table->fact(row);
            return is_seen(fact, view.now) ? std::optional(fact) : std::nullopt;
        }
    }
    return std::nullopt;
}

Result<const PatientProfile*> PatientReader::profile(Key patient) {
    const auto number = find_patient(patient);
    if (!number) {
        return fail(ErrorCode::NotFound, "there is no such patient in this data folder");
    }
    const auto known = person(*number, index_->patients().fact(*number));
    if (!known) {
        return pass_on(known);
    }
    return &(*known)->profile;
}

Result<std::vector<ContactChoice>> PatientReader::consents(const PatientView& view) const {
    std::vector<ContactChoice> choices;
    for (const Fact& fact : facts(view, fhir::ResourceType::Consent)) {
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
