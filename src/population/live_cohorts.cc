#include "population/live_cohorts.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "population/everybody.h"
#include "population/fetch_ahead.h"
#include "population/horizon.h"
#include "population/index_changes.h"
#include "population/layer_engagement.h"
#include "population/table.h"

namespace parcours::population {
namespace {

/// Beyond such a share of all patients it is quicker to judge everybody by columns.
constexpr std::size_t many_share = 20;
constexpr std::size_t few_patients = 1'000;

}  // namespace

std::uint32_t LiveCohorts::add(std::shared_ptr<const cql::Expression> expression) {
    const auto number = static_cast<std::uint32_t>(cohorts_.size());
    Cohort& cohort = cohorts_.emplace_back();
    cohort.times = std::make_unique<const TimeShape>(*expression);
    cohort.restless = !cohort.times->is_tracked();
    cohort.expression = std::move(expression);
    if (record_ != nullptr) {
        record_->add(number, cohort.expression);
        cohort.members = Bitmap(record_->index().patient_count());
        judge_all(number, now_, true);
    }
    return number;
}

void LiveCohorts::remove(std::uint32_t number) {
    queue_.drop(number);
    cohorts_[number].plan.reset();
    std::erase_if(touched_, [number](const Touch& touch) { return touch.cohort == number; });
    if (record_ != nullptr) {
        record_->remove(number);
    }
    cohorts_[number].expression.reset();
    cohorts_[number].members = Bitmap(cohorts_[number].members.size());
    cohorts_[number].count = 0;
    ++cohorts_[number].version;
    cohorts_[number].failing.clear();
}

LiveRecord::Expressions LiveCohorts::expressions() const {
    LiveRecord::Expressions out;
    for (const Cohort& cohort : cohorts_) {
        out.push_back(cohort.expression);
    }
    return out;
}

void LiveCohorts::start(std::unique_ptr<LiveRecord> record, Instant now) {
    drop_plans();
    record_ = std::move(record);
    now_ = now;
    queue_.clear();
    touched_.clear();
    for (std::uint32_t number = 0; number < cohorts_.size(); ++number) {
        if (cohorts_[number].expression != nullptr) {
            if (!record_->knows(number)) {
                record_->add(number, cohorts_[number].expression);
            }
            cohorts_[number].members = Bitmap(record_->index().patient_count());
            ++cohorts_[number].version;
            judge_all(number, now, true);
        }
    }
}

void LiveCohorts::renew(std::unique_ptr<LiveRecord> record, const IndexChanges& changes,
                        Instant now) {
    advance(now);
    for (std::uint32_t number = 0; number < cohorts_.size(); ++number) {
        if (cohorts_[number].expression == nullptr) {
            record->remove(number);
        } else if (!record->knows(number)) {
            record->add(number, cohorts_[number].expression);
        }
    }
    const std::size_t count = record->index().patient_count();
    if (!changes.renumbered.empty()) {
        renumber(changes.renumbered, count);
    }
    for (Cohort& cohort : cohorts_) {
        cohort.version += cohort.members.size() != count ? 1U : 0U;
        cohort.members.grow(count);
    }
    drop_plans();
    const auto before = std::exchange(record_, std::move(record));
    while (record_->appearances().next() <= now_) {
        record_->appearances().pop();  // seen already
    }
    std::size_t patients = changes.patients.size();
    for (std::size_t i = 0; i < changes.rows.size(); ++i) {
        patients += i == 0 || changes.rows[i].patient != changes.rows[i - 1].patient ? 1U : 0U;
    }
    if (patients > few_patients && patients > count / many_share) {
        queue_.clear();
        for (std::uint32_t number = 0; number < cohorts_.size(); ++number) {
            if (cohorts_[number].expression != nullptr) {
                judge_all(number, now_, false);
            }
        }
        return;
    }
    touch_all(changes);
    settle();
}

/// They are of one record.
void LiveCohorts::drop_plans() {
    for (Cohort& cohort : cohorts_) {
        cohort.plan.reset();
    }
}

void LiveCohorts::renumber(std::span<const PatientNumber> numbers, std::size_t count) {
    queue_.renumber(numbers);
    for (Cohort& cohort : cohorts_) {
        Bitmap members(count);
        cohort.members.for_each([&](std::size_t number) { members.set(numbers[number]); });
        cohort.members = std::move(members);
        ++cohort.version;
        std::map<PatientNumber, Error> failing;
        for (auto& [patient, error] : cohort.failing) {
            failing.emplace(numbers[patient], std::move(error));
        }
        cohort.failing = std::move(failing);
    }
}

void LiveCohorts::touch_all(const IndexChanges& changes) {
    for (const PatientChange& change : changes.patients) {
        const TouchIndex& touches = record_->touches();
        touch(change.patient, change.counts ? touches.all() : touches.of_patient());
    }
    for (const RowChange& change : changes.rows) {
        touch_row(change.patient, *change.table, change.row);
    }
}

void LiveCohorts::touch(PatientNumber patient, std::span<const std::uint32_t> cohorts) {
    for (const std::uint32_t cohort : cohorts) {
        touched_.push_back({patient, cohort});
    }
}

void LiveCohorts::touch_row(PatientNumber patient, const Table& table, std::uint32_t row) {
    found_.clear();
    record_->touches().add_row(table, row, found_);
    touch(patient, found_);
}

void LiveCohorts::touch_engagement(PatientNumber patient, cql::model::TypeId type) {
    touch(patient, record_->touches().of_engagement(type));
}

void LiveCohorts::settle() {
    settle_at(now_);
}

void LiveCohorts::settle_at(Instant at) {
    std::ranges::sort(touched_);
    const auto doubles = std::ranges::unique(touched_);
    touched_.erase(doubles.begin(), doubles.end());
    for (std::size_t i = 0, fetched = 0; i < touched_.size(); ++i) {
        if (i == fetched) {
            fetched += fetch_ahead(*record_, std::span(touched_).subspan(i));
        }
        judge(touched_[i].cohort, touched_[i].patient, at);
    }
    touched_.clear();
}

Instant LiveCohorts::next_change() const {
    if (record_ == nullptr) {
        return Instant::max();
    }
    return std::min({queue_.next(), record_->appearances().next(), judge_again_});
}

void LiveCohorts::advance(Instant now) {
    if (record_ == nullptr || now <= now_) {
        return;
    }
    passing_ = true;
    for (Instant at = next_change(); at <= now; at = next_change()) {
        for (const Wake& wake : queue_.take(at)) {
            touched_.push_back({wake.patient, wake.cohort});
        }
        appear(at);
        settle_at(at);
        judge_overdue(at);
    }
    passing_ = false;
    now_ = now;
}

void LiveCohorts::skip_to(Instant now) {
    if (record_ == nullptr || now <= now_) {
        return;
    }
    passing_ = true;
    for (auto due = queue_.take(now); !due.empty(); due = queue_.take(now)) {
        for (const Wake& wake : due) {
            touched_.push_back({wake.patient, wake.cohort});
        }
    }
    appear(now);
    settle_at(now);
    judge_overdue(now);
    passing_ = false;
    now_ = now;
}

/// Nobody looked further ahead for them.
void LiveCohorts::judge_overdue(Instant at) {
    if (at < judge_again_) {
        return;
    }
    judge_again_ = Instant::max();
    for (std::uint32_t number = 0; number < cohorts_.size(); ++number) {
        const Cohort& cohort = cohorts_[number];
        if (cohort.expression == nullptr) {
            continue;
        }
        if (cohort.judged_at + horizon_max <= at) {
            queue_.drop(number);
            judge_all(number, at, false);
        }
        judge_again_ = std::min(judge_again_, cohort.judged_at + horizon_max);
    }
}

/// What is seen from a moment on.
void LiveCohorts::appear(Instant at) {
    Appearances& appearances = record_->appearances();
    for (; appearances.next() <= at; appearances.pop()) {
        const Appearance one = appearances.front();
        switch (one.what) {
            case Appearance::What::Row:
                touch_row(one.patient, appearances.table(), one.row);
                break;
            case Appearance::What::Birth:
                touch(one.patient, record_->touches().all());
                break;
            case Appearance::What::Departure:
                touch(one.patient, record_->touches().of_patient());
                break;
        }
    }
}

void LiveCohorts::look() {
    for (std::uint32_t number = 0; number < cohorts_.size(); ++number) {
        if (cohorts_[number].expression != nullptr && is_restless(number)) {
            judge_all(number, now_, false);
            continue;
        }
        for (const auto& [patient, error] : cohorts_[number].failing) {
            touched_.push_back({patient, number});  // nobody knows until when it fails
        }
    }
    settle();
}

CohortContext LiveCohorts::context(const Cohort& cohort, Instant at) const {
    const LiveSources& sources = record_->sources();
    CohortContext context;
    context.as_of = at;
    context.recorded_until = sources.recorded_until(at);
    context.read_body = sources.read_body;
    context.engagement = sources.engagement;
    context.executor = executor_;
    context.times = cohort.times->is_tracked() ? cohort.times.get() : nullptr;
    return context;
}

void LiveCohorts::wake_at(std::uint32_t number, PatientNumber patient, Instant until) {
    if (until == no_telling) {
        cohorts_[number].restless = true;
    } else if (until != Instant::max()) {
        queue_.add({until, number, patient});
    }
}

void LiveCohorts::judge(std::uint32_t number, PatientNumber patient, Instant at) {
    Cohort& cohort = cohorts_[number];
    if (knows_others(*cohort.expression)) {
        return;  // restless: all are judged together
    }
    ++judged_;
    cohort.failing.erase(patient);
    bool member = false;
    const PatientPlace place = record_->index().place_of(patient);
    if (is_person(place.index().patients(), place.own, at)) {
        const auto held = judge_in(number, place, at);
        if (!held) {
            Error error = held.error();
            error.message = fmt::format("patient {}: {}", record_->index().patients().id(patient),
                                        error.message);
            cohort.failing.emplace(patient, std::move(error));
        } else {
            member = held->truth == Truth::True;
            wake_at(number, patient, held->until);
        }
    }
    set_member(number, patient, member, at);
}

/// In the first layer many are judged; in those over it few, each once or twice: a plan is not
/// worth its making.
Result<Held> LiveCohorts::judge_in(std::uint32_t number, const PatientPlace& place, Instant at) {
    Cohort& cohort = cohorts_[number];
    if (place.layer != &record_->index().layers().front()) {
        CohortContext how = context(cohort, at);
        std::optional<LayerEngagement> engagement;
        if (how.engagement != nullptr) {
            how.engagement = &engagement.emplace(*how.engagement, *place.layer);
        }
        return judge_patient(record_->retrieves(number, *place.layer), place.own, how);
    }
    if (cohort.plan == nullptr) {
        cohort.plan = std::make_unique<CohortPlan>(record_->retrieves(number), context(cohort, at));
    }
    return cohort.plan->judge(place.own, at, record_->sources().recorded_until(at));
}

void LiveCohorts::set_member(std::uint32_t number, PatientNumber patient, bool member, Instant at) {
    Cohort& cohort = cohorts_[number];
    if (cohort.members.test(patient) == member) {
        return;
    }
    ++cohort.version;
    if (member) {
        cohort.members.set(patient);
        ++cohort.count;
    } else {
        cohort.members.reset(patient);
        --cohort.count;
    }
    flips_.push_back({number, record_->index().patients().key[patient], member, passing_, at});
}

void LiveCohorts::judge_all(std::uint32_t number, Instant at, bool quiet) {
    Cohort& cohort = cohorts_[number];
    cohort.judged_at = at;
    cohort.plan.reset();
    judge_again_ = std::min(judge_again_, at + horizon_max);
    cohort.failing.clear();
    CohortContext how = context(cohort, at);
    how.failing = &cohort.failing;
    auto answer = evaluate(*cohort.expression, record_->index(), how);
    if (!answer && knows_others(*cohort.expression)) {
        cohort.failing.emplace(0, answer.error());
        return;
    }
    if (!answer) {
        judge_each(number, at);
        return;
    }
    const LivePatients& patients = record_->index().patients();
    for (PatientNumber patient = 0; patient < answer->untils.size(); ++patient) {
        if (answer->untils[patient] != Instant::max() && is_person(patients, patient, at)) {
            wake_at(number, patient, answer->untils[patient]);
        }
    }
    set_members(number, std::move(answer->patients), at, quiet);
}

/// Nobody could be judged: it says of each why.
void LiveCohorts::judge_each(std::uint32_t number, Instant at) {
    for (PatientNumber patient = 0; patient < record_->index().patient_count(); ++patient) {
        judge(number, patient, at);
    }
}

void LiveCohorts::set_members(std::uint32_t number, Bitmap members, Instant at, bool quiet) {
    Cohort& cohort = cohorts_[number];
    if (!quiet) {
        const auto before = cohort.members.words();
        const auto after = members.words();
        for (std::size_t word = 0; word < after.size(); ++word) {
            for (std::uint64_t differ = before[word] ^ after[word]; differ != 0;
                 differ &= differ - 1) {
                const auto bit = static_cast<std::size_t>(std::countr_zero(differ));
                flips_.push_back({number, record_->index().patients().key[word * 64 + bit],
                                  ((after[word] >> bit) & 1U) != 0, passing_, at});
            }
        }
    }
    cohort.members = std::move(members);
    cohort.count = cohort.members.count();
    ++cohort.version;
}

std::optional<Error> LiveCohorts::error(std::uint32_t number) const {
    const auto& failing = cohorts_[number].failing;
    return failing.empty() ? std::nullopt : std::optional(failing.begin()->second);
}

}  // namespace parcours::population
