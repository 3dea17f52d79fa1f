#include "engine/cohort_watch.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "cql/cql.h"
#include "cql/model/type_id.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "population/index_changes.h"

namespace parcours::engine {
namespace {

/// Beyond so many it is quicker to look at everybody.
constexpr std::size_t changed_patients_max = 1'000;

}  // namespace

void CohortWatch::begin(std::shared_ptr<const Clinic> clinic, const Ledger& ledger,
                        population::LiveSources sources, Instant now) {
    clinic_ = std::move(clinic);
    numbers_.clear();
    waiting_.clear();
    for (std::uint32_t number = 0; number < names_.size(); ++number) {
        live_.remove(number);
    }
    live_.start(
        std::make_unique<population::LiveRecord>(std::move(sources), live_.expressions(), now),
        now);
    (void)live_.take_flips();
    for (const practice::Cohort& cohort : clinic_->folder.cohorts) {
        const auto compiled = clinic_->cohorts.find(cohort.name);
        if (compiled != clinic_->cohorts.end()) {
            wait(cohort.name, compiled->second);
        }
    }
    for (const auto& [name, saved] : ledger.cohorts()) {
        save(saved);
    }
}

void CohortWatch::wait(std::string name, std::shared_ptr<const cql::Expression> expression) {
    if (const auto before = numbers_.find(name); before != numbers_.end()) {
        live_.remove(before->second);
        numbers_.erase(before);
    }
    std::erase_if(waiting_, [&name](const Waiting& one) { return one.name == name; });
    waiting_.push_back({std::move(name), std::move(expression)});
}

void CohortWatch::save(const CohortSaved& saved) {
    if (!begun()) {
        return;
    }
    cql::CompileContext context = clinic_->folder.vocabulary().context();
    context.expected = cql::Type(cql::Type::Kind::Boolean);
    // One that this practice does not understand any more has no members.
    if (auto compiled = cql::compile(saved.cql, context)) {
        wait(saved.name, std::move(*compiled));
    }
}

bool CohortWatch::judge_more() {
    if (waiting_.empty()) {
        return false;
    }
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    const std::uint32_t number = live_.add(std::move(next.expression));
    names_.resize(number + 1);
    names_[number] = next.name;
    numbers_[std::move(next.name)] = number;
    return !waiting_.empty();
}

void CohortWatch::note(const Event& event) {
    if (const auto* const saved = std::get_if<CohortSaved>(&event)) {
        save(*saved);
        return;
    }
    const Key patient = event_patient(event);
    if (live_.record() == nullptr || patient == 0) {
        return;
    }
    const auto number = live_.record()->index().find_patient(patient);
    if (!number) {
        return;
    }
    const auto survivor = live_.record()->index().patients().survivor[*number];
    const auto* const transition = std::get_if<Transition>(&event);
    if (transition != nullptr) {
        live_.touch_engagement(survivor, cql::model::enrolment);
    }
    if (std::holds_alternative<Answered>(event) ||
        (transition != nullptr && !transition->answers.empty())) {
        live_.touch_engagement(survivor, cql::model::answer);
    }
    live_.touch_engagement(survivor, cql::model::message);
}

CohortWatch::Base CohortWatch::base() const {
    if (live_.record() == nullptr) {
        return {};
    }
    return {live_.record()->findings(), live_.expressions(), live_.now()};
}

CohortWatch::Next CohortWatch::prepare(const Base& base, population::LiveSources sources) {
    Next next;
    next.changes = population::find_changes(*base.findings->index, *sources.index);
    next.record = std::make_unique<population::LiveRecord>(std::move(sources), base.expressions,
                                                           base.now, base.findings);
    return next;
}

std::optional<std::vector<Key>> CohortWatch::Next::changed_patients() const {
    std::vector<population::PatientNumber> numbers;
    for (const population::PatientChange& change : changes.patients) {
        numbers.push_back(change.patient);
    }
    for (const population::RowChange& change : changes.rows) {
        if (numbers.empty() || numbers.back() != change.patient) {
            numbers.push_back(change.patient);
        }
    }
    std::ranges::sort(numbers);
    const auto doubles = std::ranges::unique(numbers);
    numbers.erase(doubles.begin(), doubles.end());
    if (numbers.size() > changed_patients_max) {
        return std::nullopt;
    }
    std::vector<Key> keys;
    for (const population::PatientNumber number : numbers) {
        keys.push_back(record->index().patients().key[number]);
    }
    return keys;
}

void CohortWatch::renew(Next next) {
    live_.renew(std::move(next.record), next.changes, live_.now());
}

std::vector<CohortWatch::Told> CohortWatch::advance(Instant now) {
    live_.settle();
    live_.advance(now);
    std::vector<Told> told;
    for (const population::Flip& flip : live_.take_flips()) {
        told.push_back({{names_[flip.cohort], flip.patient, flip.entered, flip.at}, flip.by_time});
    }
    return told;
}

std::optional<Instant> CohortWatch::next_change() const {
    const Instant next = live_.next_change();
    return next == Instant::max() ? std::nullopt : std::optional(next);
}

std::optional<std::vector<Key>> CohortWatch::members(std::string_view cohort) const {
    const auto found = numbers_.find(cohort);
    if (found == numbers_.end() || !is_known(found->second)) {
        return std::nullopt;
    }
    std::vector<Key> keys;
    keys.reserve(live_.count(found->second));
    const auto& all = live_.record()->index().patients().key;
    live_.members(found->second).for_each([&](std::size_t number) { keys.push_back(all[number]); });
    return keys;
}

}  // namespace parcours::engine
