#include "engine/runner.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "campaign/definition.h"
#include "engine/clinic.h"
#include "engine/crisis.h"
#include "engine/data_folder.h"
#include "engine/dispatcher.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/migration.h"
#include "engine/patient_view.h"
#include "engine/queues.h"
#include "engine/rehearsal_part.h"
#include "engine/revocation.h"
#include "engine/secret.h"
#include "engine/timer_queue.h"
#include "engine/zone_data.h"
#include "record/answer.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

/// Timers that one transaction carries.
constexpr std::size_t timer_batch = 1'000;
/// The same where others wait for the one that writes.
constexpr std::size_t shared_timer_batch = 100;
/// When cohorts are looked at each day, in the clinic's time: before anybody may be contacted.
constexpr std::chrono::hours sweep_hour{6};

}  // namespace

Runner::Runner(DataFolder& folder, std::shared_ptr<const Clinic> clinic,
               std::unique_ptr<PatientReader> patients, Channels channels, std::string secret)
    : clinic_(std::move(clinic)),
      patients_(std::move(patients)),
      channels_(std::move(channels)),
      journal_(folder, ledger_),
      conditions_(*patients_, ledger_),
      releases_(folder, clinic_),
      stepper_(*patients_, conditions_, releases_, ledger_, journal_),
      enroller_(*patients_, conditions_, ledger_, journal_, stepper_, cohorts_),
      dispatcher_(*patients_, conditions_, releases_, ledger_, journal_, channels_,
                  std::move(secret)),
      step_work_(enroller_, stepper_, ledger_, journal_, channels_) {
    journal_.observe([this](const Event& event) {
        cohorts_.note(event);
        if (observer_) {
            observer_(event);
        }
    });
}

Result<std::unique_ptr<Runner>> Runner::make(DataFolder& folder,
                                             std::shared_ptr<const Clinic> clinic,
                                             Channels channels, std::string secret) {
    auto patients = PatientReader::make(folder, clinic);
    if (!patients) {
        return pass_on(patients);
    }
    std::unique_ptr<Runner> runner(new Runner(folder, std::move(clinic), std::move(*patients),
                                              std::move(channels), std::move(secret)));
    std::vector<Damage> damages = folder.damages();
    if (const auto replayed = replay(folder, runner->ledger_, damages); !replayed) {
        return pass_on(replayed);
    }
    if (!damages.empty()) {
        return fail(ErrorCode::Damaged,
                    "the log is damaged, so it is not certain what was said to whom; nothing will "
                    "be sent until it is restored from a backup: " +
                        damages.front().message);
    }
    return runner;
}

Result<std::unique_ptr<Runner>> Runner::prepare(DataFolder& folder,
                                                std::shared_ptr<const Clinic> clinic,
                                                std::string secret,
                                                std::shared_ptr<const position::CompiledMap> map) {
    auto patients = PatientReader::make(folder, clinic, std::move(map));
    if (!patients) {
        return pass_on(patients);
    }
    return std::unique_ptr<Runner>(
        new Runner(folder, std::move(clinic), std::move(*patients), {}, std::move(secret)));
}

Result<std::unique_ptr<Runner>> Runner::make_rehearsing(
    DataFolder& folder, std::shared_ptr<const Clinic> clinic, Channels sandboxes,
    std::shared_ptr<const position::CompiledMap> map) {
    auto runner = prepare(folder, std::move(clinic), virtual_secret(), std::move(map));
    if (!runner) {
        return runner;
    }
    (*runner)->channels_ = std::move(sandboxes);
    (*runner)->journal_.keep_nothing();
    (*runner)->patients_->see_as_recorded();
    (*runner)->patients_->keep_views();
    (*runner)->conditions_.see_as_recorded();
    (*runner)->conditions_.ask_often();
    (*runner)->rehearsing_ = true;
    return runner;
}

Result<> Runner::start_rehearsal(const RehearsalPart& part, Ledger present, Instant from) {
    ledger_ = std::move(present);
    step_work_.forget();
    patients_->forget();
    for (const Event& event : part.choices) {
        if (event_time(event) <= from) {
            journal_.add(event, from);
        }
    }
    dispatcher_.recover(from);
    step_work_.recover(from);
    enroller_.limit_to(part, *clinic_);
    // Who is there already may be in an earlier release.
    time_tells_ =
        !ledger_.enrolments().empty() ||
        std::ranges::any_of(clinic_->campaigns, [](const auto& one) { return one.watches_time; });
    return begin_play(part.cohorts == nullptr, from);
}

void Runner::take_over(Runner& before) {
    check(before.journal_.pending() == 0, "an engine at rest has nothing left to write");
    ledger_ = std::move(before.ledger_);
    channels_ = std::move(before.channels_);
    dispatcher_.take_health(before.dispatcher_);
    releases_.take_older(before.releases_);
    conditions_.take_over(before.conditions_);
    looking_ = std::move(before.looking_);
    flips_ = std::move(before.flips_);
    changed_ = std::move(before.changed_);
    if (next_cohorts_) {
        cohorts_ = std::move(before.cohorts_);
    }
    if (looking_ && !looking_->sweep.members) {
        looking_->sweep.next = 0;  // rows of the index before
    }
}

void Runner::use(Executor& executor) {
    conditions_.use(executor);
    cohorts_.use(executor);
}

Result<> Runner::start_live(Instant now) {
    if (ledger_.virtual_run()) {
        return fail(ErrorCode::Conflict,
                    "this data folder was run on a virtual clock and must not send for real; "
                    "import the record into a new folder");
    }
    dispatcher_.recover(now);
    step_work_.recover(now);
    enroller_.launch(*clinic_, now);
    begin_looking(false);
    return journal_.flush();
}

Result<> Runner::start_virtual(Instant from, Instant until) {
    if (ledger_.has_live_work()) {
        return fail(ErrorCode::Conflict,
                    "this data folder holds work done on the real clock; a virtual run needs a "
                    "folder of its own: import the record into a new one");
    }
    patients_->see_as_recorded();
    conditions_.see_as_recorded();
    journal_.add(VirtualRun{from, until}, from);
    return begin_play(true, from);
}

/// What happens at the first moment of a run on a virtual clock.
Result<> Runner::begin_play(bool judges_cohorts, Instant from) {
    enroller_.launch(*clinic_, from);
    if (judges_cohorts) {
        watch_cohorts(from);
        while (cohorts_.judge_more()) {
        }
    }
    if (const auto looked = look_whole(false, from); !looked) {
        return looked;
    }
    return work_at(from);
}

Result<bool> Runner::fire_timers(Instant now) {
    const std::size_t count_max = journal_.is_shared() ? shared_timer_batch : timer_batch;
    std::vector<TimerQueue::Timer> due;
    ledger_.timers().visit_due(now, [&](const TimerQueue::Timer& timer) {
        due.push_back(timer);
        return due.size() < count_max;
    });
    for (const auto& [at, id] : due) {
        const Enrolment enrolment = ledger_.find_enrolment(id).enrolment();
        if (const auto fed = stepper_.feed(enrolment, campaign::TimerFired{at}, now); !fed) {
            return pass_on(fed);
        }
        const EnrolmentView after = ledger_.find_enrolment(id);
        if (after.occurrence() == enrolment.occurrence && after.timer() == at) {
            stepper_.drop_timer(enrolment, now);
        }
        if (const auto flushed = journal_.flush_if_many(); !flushed) {
            return pass_on(flushed);
        }
    }
    return !due.empty();
}

Result<bool> Runner::work_round(Instant now) {
    if (const auto told = stepper_.tell_results(now); !told) {
        return pass_on(told);
    }
    const auto fired = fire_timers(now);
    if (!fired) {
        return pass_on(fired);
    }
    const auto worked = step_work_.work(*clinic_, now);
    if (!worked) {
        return pass_on(worked);
    }
    if (*fired && is_virtual()) {
        // All that is due at a moment is known before the gate weighs any of it, however many run
        // together: so each patient's run is the same, beside whomever.
        const auto flushed = journal_.flush();
        return flushed ? Result<bool>(true) : pass_on(flushed);
    }
    const auto followed = follow_cohorts(true, now);
    if (!followed) {
        return pass_on(followed);
    }
    if (looking_) {
        // Readers must not wait for cohorts to be judged.
        if (const auto flushed = journal_.flush(); !flushed) {
            return pass_on(flushed);
        }
        if (const auto looked_on = look_on(now); !looked_on) {
            return pass_on(looked_on);
        }
    }
    // Who comes in by this look is known as a whole before anything of it leaves: the campaign that
    // goes first may take them in last.
    const auto looked = dispatcher_.dispatch(
        now, looking_ && looking_->began ? *looking_->began - Duration{1} : now);
    if (!looked) {
        return pass_on(looked);
    }
    if (const auto flushed = journal_.flush(); !flushed) {
        return pass_on(flushed);
    }
    return *fired || *worked || *followed || *looked != 0 || looking_ || !ledger_.untold().empty();
}

Result<> Runner::work_at(Instant now) {
    for (;;) {
        const auto more = work_round(now);
        if (!more) {
            return pass_on(more);
        }
        if (!*more) {
            return {};
        }
    }
}

Result<> Runner::feed_all(Key patient, const campaign::Input& input, Instant now) {
    std::vector<Enrolment> running;
    for (const EnrolmentView one : ledger_.enrolments_of(patient)) {
        if (!one.ended()) {
            running.push_back(one.enrolment());
        }
    }
    for (const Enrolment& enrolment : running) {
        if (const auto fed = stepper_.feed(enrolment, input, now); !fed) {
            return fed;
        }
    }
    return {};
}

Result<> Runner::happened(Key patient, const campaign::Happened& event, Instant now) {
    return feed_all(patient, event, now);
}

Result<> Runner::happened_to(const Digest& id, const campaign::Happened& event, Instant now) {
    const EnrolmentView found = ledger_.find_enrolment(id);
    if (found == nullptr || found.ended()) {
        return {};
    }
    return stepper_.feed(found.enrolment(), event, now);
}

Result<> Runner::take_answers(const std::vector<Answer>& answers, Instant now) {
    std::vector<Answer> fresh;
    for (const Answer& answer : answers) {
        if (!ledger_.steps().knows_answer(answer.id)) {
            journal_.add(Answered{answer}, now);
            fresh.push_back(answer);
        }
    }
    for (const Answer& answer : fresh) {
        look_for_crisis(*clinic_, enroller_, journal_, answer, now);
    }
    // Their steps go on in the same commit: what was told is never waited for any more.
    for (const Answer& answer : fresh) {
        if (const auto fed = happened(answer.patient, {"answer", answer.name}, now); !fed) {
            return fed;
        }
    }
    if (!fresh.empty() && !fresh.front().form.empty()) {
        if (const auto fed = happened(fresh.front().patient, {"form", fresh.front().form}, now);
            !fed) {
            return fed;
        }
    }
    return journal_.flush();
}

Result<> Runner::patient_changed(Key patient, Instant now) {
    if (const auto fed = feed_all(patient, campaign::Changed{}, now); !fed) {
        return fed;
    }
    return enroller_.patient_changed(*clinic_, patient, now);
}

Result<Enrolment> Runner::enrol_by_hand(std::string_view campaign, Key patient, std::string_view by,
                                        std::string_view about, Instant now) {
    if (ledger_.virtual_run()) {
        return fail(ErrorCode::Conflict,
                    "this data folder was run on a virtual clock, and is not for live work; import "
                    "into another one");
    }
    auto enrolment = enroller_.enter_by_hand(*clinic_, campaign, patient, by, about, now);
    if (!enrolment) {
        return pass_on(enrolment);
    }
    if (const auto flushed = journal_.flush(); !flushed) {
        return pass_on(flushed);
    }
    return enrolment;
}

Migration Runner::migration() {
    return {*patients_, conditions_, releases_, ledger_, journal_, stepper_, enroller_};
}

Result<> Runner::close_task(const Digest& id, const std::string& outcome, const std::string& by,
                            Instant now) {
    const TaskPointer state = ledger_.find_task(id);
    if (state == nullptr) {
        return fail(ErrorCode::NotFound, "there is no task " + id.to_hex());
    }
    if (!state->open()) {
        return fail(ErrorCode::Conflict,
                    "this task was closed already as \"" + state->task.outcome + "\"");
    }
    const std::vector<std::string>& outcomes = state->task.outcomes;
    if (!outcomes.empty() && std::ranges::find(outcomes, outcome) == outcomes.end()) {
        std::string list;
        for (const std::string& one : outcomes) {
            list += (list.empty() ? "" : ", ") + one;
        }
        return fail(ErrorCode::Usage,
                    "\"" + outcome + "\" is not an outcome of this task; choose one of: " + list);
    }
    const Task task = state->task;
    journal_.add(TaskClosed{id, task.patient, outcome, by, now}, now);
    if (task.kind == "reply" && outcome == "stop") {
        revoke(ledger_, journal_, task.channel, task.address, "staff " + by, now);
    }
    const EnrolmentView enrolment = ledger_.find_enrolment(task.enrolment);
    if (enrolment != nullptr && !enrolment.ended()) {
        const Enrolment standing = enrolment.enrolment();
        const auto fed = task.queue == problems_queue
                             ? stepper_.try_again(standing, now)
                             : stepper_.feed(standing, campaign::TaskDone{id, outcome}, now);
        if (!fed) {
            return fed;
        }
    }
    return journal_.flush();
}

Result<std::vector<channel::Inbound>> Runner::receive_callback(const std::string& channel,
                                                               std::string_view url,
                                                               std::string_view body,
                                                               std::string_view signature) {
    const auto found = channels_.find(channel);
    if (found == channels_.end()) {
        return fail(ErrorCode::NotFound, "the practice configures no channel \"" + channel + "\"");
    }
    return found->second->receive(url, body, signature);
}

std::optional<Instant> Runner::next_due() const {
    std::optional<Instant> first;
    for (const auto& next :
         {ledger_.timers().next(), ledger_.waiting().next(), step_work_.next_due(),
          is_virtual() ? std::nullopt : cohorts_.next_change()}) {
        first = first && next ? std::min(first, next) : first ? first : next;
    }
    return first;
}

Instant Runner::next_sweep(Instant after) const {
    const auto local = clinic_->zone.to_local(after);
    auto at = std::chrono::floor<std::chrono::days>(local) + sweep_hour;
    if (clinic_->zone.to_instant(at) <= after) {
        at += std::chrono::days{1};
    }
    return clinic_->zone.to_instant(at);
}

}  // namespace parcours::engine
