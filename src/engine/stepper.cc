#include "engine/stepper.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "campaign/definition.h"
#include "campaign/enrol.h"
#include "campaign/steps.h"
#include "engine/clinic.h"
#include "engine/discreet.h"
#include "engine/events.h"
#include "engine/heard.h"
#include "engine/journal.h"
#include "engine/ladder.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/queues.h"
#include "engine/releases.h"
#include "engine/suspicion.h"
#include "engine/world.h"
#include "outreach/gate.h"
#include "outreach/minors.h"
#include "outreach/reasons.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

/// The reason's code, and what the provider said where one refused.
std::string reason_of(const MessageState& state) {
    std::string detail = state.detail;
    for (std::size_t at = detail.find('\n'); at != std::string::npos; at = detail.find('\n')) {
        detail.replace(at, 1, "; ");
    }
    return detail.empty() ? state.reason : state.reason + " (" + detail + ")";
}

/// What a webhook is told: who and where, and the author's words. The same bytes at each attempt.
std::string call_body(const campaign::CallWebhook& effect, const Enrolment& enrolment,
                      const PatientView& patient) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("id", effect.call.to_hex())
        .member("hook", effect.hook)
        .member("campaign", enrolment.campaign)
        .member("release", enrolment.release.to_hex())
        .member("enrolment", enrolment.id.to_hex())
        .member("step", enrolment.step)
        .member("patient", patient.id)
        .member("source", patient.source)
        .member("about", enrolment.key)
        .member("holdout", enrolment.holdout)
        .member("at", format_instant(patient.now))
        .key("data")
        .begin_object();
    for (const auto& [name, word] : effect.data) {
        json.member(name, word);
    }
    json.end_object().end_object();
    return out;
}

struct EffectWriter {
    Transition& out;
    const PatientView& patient;
    const Clinic& clinic;
    const Ledger& ledger;
    outreach::MinorWay minor;                   ///< who is told
    std::optional<outreach::SafeContact> safe;  ///< of a patient who is not safe at home

    void operator()(const campaign::Entered& effect) const {
        out.entered.push_back({effect.step, effect.occurrence, effect.because});
    }
    void operator()(const campaign::PlanMessage& effect) const {
        Message message = effect.message;
        if (effect.on_each_channel) {
            plan_on_each(std::move(message));
            return;
        }
        message.ladder = resolve_ladder(message.ladder, patient, clinic, ledger, minor);
        out.messages.push_back(std::move(message));
    }
    void operator()(const campaign::SetAnswer& effect) const {
        out.answers.push_back(effect.answer);
    }
    void operator()(const campaign::StartCampaign& effect) const {
        out.starts.push_back({effect.campaign, effect.key});
    }
    void operator()(const campaign::CallWebhook& effect) const {
        const Enrolment& enrolment = out.enrolment;
        out.calls.push_back({effect.call, enrolment.patient, enrolment.id, enrolment.campaign,
                             enrolment.step, enrolment.occurrence, effect.hook,
                             call_body(effect, enrolment, patient), out.at});
    }
    void operator()(const campaign::SetTimer&) const {}    // in the enrolment itself
    void operator()(const campaign::ClearTimer&) const {}  // in the enrolment itself
    void operator()(const campaign::OpenTask& effect) const {
        Task task = effect.task;
        const std::string confidential = minor_words(minor);
        if (!confidential.empty() && task.kind != "review") {
            task.kind = task.kind == "letter-batch" ? "review" : task.kind;
            task.reason += "; " + confidential;
        }
        if (safe && task.kind != "review") {
            // A letter lies open on a table; a person finds another way.
            task.kind = task.kind == "letter-batch" ? "review" : task.kind;
            task.reason += "; " + safe_contact_words(*safe);
        }
        out.tasks_opened.push_back(std::move(task));
    }
    void operator()(const campaign::CloseTask& effect) const {
        Task task;
        task.id = effect.task;
        task.enrolment = out.enrolment.id;
        task.patient = out.enrolment.patient;
        task.outcome = effect.outcome;
        task.reason = effect.reason;
        out.tasks_closed.push_back(std::move(task));
    }
    void operator()(const campaign::WithdrawMessages&) const { out.withdraw = true; }
    void operator()(const campaign::Withheld&) const { ++out.withheld; }
    void operator()(const campaign::Ended& effect) const { out.ended_because = effect.reason; }
    void operator()(const campaign::Note& effect) const { out.notes.push_back(effect.text); }

  private:
    /// The first keeps the id by which the step knows its message.
    void plan_on_each(Message message) const {
        const std::vector<std::string> channels =
            each_channel(message.ladder, patient, clinic, ledger, minor);
        for (const std::string& channel : channels) {
            Message one = message;
            one.ladder = {channel};
            if (channel != channels.front()) {
                one.id = campaign::message_id(message.enrolment, message.step, message.occurrence,
                                              "patient by " + channel);
            }
            out.messages.push_back(std::move(one));
        }
    }
};

/// What became of a step's message, once all that it was said with are settled; nothing before.
/// Said on one channel is said; and so is what was said to this person a short while ago.
std::optional<campaign::MessageDone> result_of(const MessageState& state, const Ledger& ledger) {
    using Outcome = campaign::MessageDone::Outcome;
    using Status = MessageState::Status;
    campaign::MessageDone done{campaign::message_id(state.message.enrolment, state.message.step,
                                                    state.message.occurrence, "patient"),
                               Outcome::NotSent, reason_of(state)};
    for (const MessagePointer& other :
         ledger.messages().of_enrolment(state.message.patient, state.message.enrolment)) {
        if (other->message.enrolment != state.message.enrolment ||
            other->message.occurrence != state.message.occurrence) {
            continue;
        }
        if (!other->settled()) {
            return std::nullopt;
        }
        if (other->status == Status::Accepted) {
            done.outcome = Outcome::Sent;
        } else if (other->status == Status::Unknown && done.outcome != Outcome::Sent) {
            done.outcome = Outcome::Unknown;
        } else if (other->reason == outreach::reason::duplicate &&
                   done.outcome == Outcome::NotSent) {
            done.outcome = Outcome::SaidBefore;
        }
    }
    return done;
}

/// How long what would make somebody call waits until it is looked at again.
constexpr std::chrono::hours hold_retry{4};

/// Whether the step waits for what becomes of a message, a task or a call.
bool waits_for_result(const campaign::Campaign& campaign, const Enrolment& enrolment) {
    const campaign::Step* const step = campaign.find_step(enrolment.step);
    return step != nullptr && (std::holds_alternative<campaign::SendStep>(step->what) ||
                               std::holds_alternative<campaign::TaskStep>(step->what) ||
                               std::holds_alternative<campaign::WebhookStep>(step->what));
}

/// The event that the step waits for; null where it waits for none.
const campaign::WaitForStep* find_event_wait(const campaign::Campaign& campaign,
                                             const Enrolment& enrolment) {
    const campaign::Step* const step = campaign.find_step(enrolment.step);
    const auto* const wait =
        step == nullptr ? nullptr : std::get_if<campaign::WaitForStep>(&step->what);
    return wait == nullptr || wait->event.empty() ? nullptr : wait;
}

bool is_awaited(const campaign::WaitForStep& wait, const campaign::Happened& event) {
    return wait.event == event.event && (wait.about.empty() || wait.about == event.about);
}

/// Whether it gives somebody work that reaches the patient, but for what is safety-critical.
bool opens_contact(const campaign::Advance& advance, const campaign::Campaign& campaign) {
    return std::ranges::any_of(advance.effects, [&campaign](const campaign::Effect& effect) {
        const auto* const open = std::get_if<campaign::OpenTask>(&effect);
        const campaign::Step* const step =
            open == nullptr ? nullptr : campaign.find_step(open->task.step);
        const auto* const task =
            step == nullptr ? nullptr : std::get_if<campaign::TaskStep>(&step->what);
        return task != nullptr && task->is_contact() && !task->safety_critical;
    });
}

}  // namespace

Result<> Stepper::feed(const Enrolment& enrolment, const campaign::Input& input, Instant now) {
    const auto done = try_feed(enrolment, input, now);
    if (const auto* const event = std::get_if<campaign::Happened>(&input); event && !done) {
        miss(enrolment, *event, done.error().message, now);
        return {};
    }
    // One patient's defect must not hold up the others. What time or a person set in motion is
    // given to a person; what merely looked again is looked at again anyway.
    if (!done && (std::holds_alternative<campaign::TimerFired>(input) ||
                  std::holds_alternative<campaign::MessageDone>(input) ||
                  std::holds_alternative<campaign::TaskDone>(input) ||
                  std::holds_alternative<campaign::StartDone>(input) ||
                  std::holds_alternative<campaign::CallDone>(input))) {
        give_to_person(enrolment, done.error().message, now);
    }
    return {};
}

Result<> Stepper::try_feed(const Enrolment& enrolment, const campaign::Input& input, Instant now) {
    const auto campaign = releases_.find(enrolment.campaign, enrolment.release);
    if (!campaign) {
        return pass_on(campaign);
    }
    const auto patient = patients_.view(enrolment.patient, now);
    if (!patient) {
        return pass_on(patient);
    }
    const RecordWorld world(**campaign, **patient, conditions_);
    const campaign::Campaign& definition = (*campaign)->definition;
    if (std::holds_alternative<campaign::TimerFired>(input) &&
        waits_for_result(definition, enrolment)) {
        if (const auto done = find_done(enrolment)) {
            return try_feed(enrolment, *done, now);  // it was held back
        }
    }
    campaign::Advance advance;
    if ((*patient)->care.merged) {
        const campaign::Stop stop{"the record was merged into another one"};
        advance = campaign::advance(definition, enrolment, stop, now, world);
        advance.enrolment.result = advance.enrolment.ended() ? merged_result : "";
    }
    // What is safety-critical stays with its task, whoever the record belongs to now.
    if (!advance.enrolment.ended()) {
        advance = campaign::advance(definition, enrolment, input, now, world);
    }
    if ((*patient)->care.suspected_death && opens_contact(advance, definition)) {
        hold_contact(enrolment, **patient, input, now);
        return {};
    }
    const bool moved = advance.enrolment.due != enrolment.due ||
                       advance.enrolment.occurrence != enrolment.occurrence ||
                       advance.enrolment.result != enrolment.result;
    if (moved || !advance.effects.empty() || std::holds_alternative<campaign::Started>(input)) {
        write(advance, **patient, now);
    }
    return {};
}

/// An event could not be taken in. Where the step does not wait for it nothing was lost; where it
/// does, its time stands still until a person has mended it. Where nobody can know, it keeps it.
void Stepper::miss(Enrolment enrolment, const campaign::Happened& event, const std::string& problem,
                   Instant now) {
    if (const auto campaign = releases_.find(enrolment.campaign, enrolment.release)) {
        const auto* const wait = find_event_wait((*campaign)->definition, enrolment);
        if (wait == nullptr || !is_awaited(*wait, event)) {
            return;
        }
        if (enrolment.due) {
            enrolment.due = now;
        }
    }
    give_to_person(std::move(enrolment), problem, now);
}

/// A time that has come stops there; one that has not stands.
void Stepper::give_to_person(Enrolment enrolment, const std::string& problem, Instant now) {
    const std::vector<TaskPointer> tasks =
        ledger_.tasks().of_enrolment(enrolment.patient, enrolment.id);
    const bool known = std::ranges::any_of(tasks, [&enrolment](const TaskPointer& state) {
        return state->open() && state->task.enrolment == enrolment.id &&
               state->task.queue == problems_queue;
    });
    if (enrolment.due && *enrolment.due <= now) {
        enrolment.due.reset();
    } else if (known) {
        return;  // a person has it already, and no time that has come sets it going again
    }
    Transition transition;
    transition.at = now;
    if (known) {
        transition.notes.push_back("the campaign still cannot go on: " + problem);
        transition.enrolment = std::move(enrolment);
        journal_.add(std::move(transition), now);
        return;
    }
    Task task;
    task.id = named_hash("task", {"problem", enrolment.id.to_hex(), enrolment.step,
                                  std::to_string(enrolment.occurrence),
                                  std::to_string(now.time_since_epoch().count())});
    task.patient = enrolment.patient;
    task.enrolment = enrolment.id;
    task.campaign = enrolment.campaign;
    task.step = enrolment.step;
    task.kind = "review";
    task.queue = problems_queue;
    task.opened_at = now;
    task.reason = "the campaign cannot go on for this patient: " + problem;
    transition.notes.push_back(task.reason);
    transition.tasks_opened.push_back(std::move(task));
    transition.enrolment = std::move(enrolment);
    journal_.add(std::move(transition), now);
}

void Stepper::write(const campaign::Advance& advance, const PatientView& patient, Instant now) {
    Transition transition;
    transition.enrolment = advance.enrolment;
    transition.at = now;
    EffectWriter writer{transition,
                        patient,
                        releases_.current(),
                        ledger_,
                        find_minor_way(releases_, advance.enrolment, patient.profile, now),
                        std::nullopt};
    if (std::ranges::any_of(advance.effects, [](const campaign::Effect& effect) {
            return std::holds_alternative<campaign::OpenTask>(effect);
        })) {
        writer.safe = find_safe_contact(ledger_, conditions_.same_person(patient.patient.key),
                                        releases_.current().rules.contact_hours);
    }
    for (const campaign::Effect& effect : advance.effects) {
        std::visit(writer, effect);
    }
    journal_.add(std::move(transition), now);
}

void Stepper::drop_timer(Enrolment enrolment, Instant now) {
    Transition transition;
    enrolment.due.reset();
    transition.notes.push_back("the timer of step \"" + enrolment.step +
                               "\" came due and nothing followed from it");
    transition.enrolment = std::move(enrolment);
    transition.at = now;
    journal_.add(std::move(transition), now);
}

/// Nobody calls at a home where there may have been a death: what would make them call waits.
void Stepper::hold_contact(const Enrolment& enrolment, const PatientView& patient,
                           const campaign::Input& input, Instant now) {
    if (std::holds_alternative<campaign::Changed>(input)) {
        return;  // it is looked at again anyway
    }
    ask_whether_dead(ledger_, journal_, patients_, patient, now);
    if (std::holds_alternative<campaign::Started>(input)) {
        return;  // and comes in once that is denied
    }
    Transition transition;
    transition.enrolment = enrolment;
    if (!std::holds_alternative<campaign::Happened>(input)) {
        transition.enrolment.due = now + hold_retry;
    }
    transition.notes.emplace_back(
        "there is a sign that the patient may have died: nobody contacts them before a person has "
        "confirmed or denied it");
    transition.at = now;
    journal_.add(std::move(transition), now);
}

std::optional<campaign::Input> Stepper::find_done(const Enrolment& enrolment) const {
    const Digest task_id = campaign::task_id(enrolment.id, enrolment.step, enrolment.occurrence);
    if (const TaskPointer task = ledger_.find_task(task_id); task != nullptr && !task->open()) {
        return campaign::TaskDone{task_id, task->task.outcome};
    }
    for (const MessagePointer& message :
         ledger_.messages().of_enrolment(enrolment.patient, enrolment.id)) {
        if (message->message.enrolment == enrolment.id && message->settled() &&
            message->message.occurrence == enrolment.occurrence &&
            message->status != MessageState::Status::Withdrawn) {
            const auto done = result_of(*message, ledger_);
            return done ? std::optional<campaign::Input>(*done) : std::nullopt;
        }
    }
    using Status = CallState::Status;
    const CallState* const call = ledger_.steps().find_call(
        campaign::call_id(enrolment.id, enrolment.step, enrolment.occurrence));
    if (call != nullptr && (call->status == Status::Taken || call->status == Status::Failed)) {
        return campaign::CallDone{call->call.id, call->status == Status::Taken, call->detail};
    }
    return std::nullopt;
}

/// What the patient said while the step could not take it in. Whether it went on by that.
Result<bool> Stepper::hear_again(const Enrolment& enrolment, Instant now) {
    const auto campaign = releases_.find(enrolment.campaign, enrolment.release);
    if (!campaign) {
        return pass_on(campaign);
    }
    const auto* const wait = find_event_wait((*campaign)->definition, enrolment);
    if (wait == nullptr) {
        return false;
    }
    const auto heard = heard_at_step(patients_.folder(), enrolment);
    if (!heard) {
        return pass_on(heard);
    }
    for (const campaign::Happened& event : *heard) {
        if (event.event != wait->event) {
            continue;
        }
        if (const auto fed = try_feed(enrolment, event, now); !fed) {
            return pass_on(fed);
        }
        const EnrolmentView after = ledger_.find_enrolment(enrolment.id);
        if (after.ended() || after.occurrence() != enrolment.occurrence) {
            return true;
        }
    }
    return false;
}

/// Whether what the step waits for may have been lost, though its time stands: its release could
/// not be read when something happened.
bool Stepper::may_have_missed(const Enrolment& enrolment) {
    const auto campaign = releases_.find(enrolment.campaign, enrolment.release);
    if (!campaign || find_event_wait((*campaign)->definition, enrolment) == nullptr) {
        return false;
    }
    return std::ranges::any_of(ledger_.tasks().of_enrolment(enrolment.patient, enrolment.id),
                               [&enrolment](const TaskPointer& state) {
                                   return state->task.enrolment == enrolment.id &&
                                          state->task.queue == problems_queue &&
                                          state->task.step == enrolment.step &&
                                          state->task.opened_at >= enrolment.step_entered_at;
                               });
}

/// Asks the other campaign again where the step starts one.
Result<bool> Stepper::start_again(const Enrolment& enrolment, Transition& transition) {
    const auto campaign = releases_.find(enrolment.campaign, enrolment.release);
    if (!campaign) {
        return pass_on(campaign);
    }
    const campaign::Step* const step = (*campaign)->definition.find_step(enrolment.step);
    const auto* const start =
        step == nullptr ? nullptr : std::get_if<campaign::StartStep>(&step->what);
    if (start == nullptr) {
        return false;
    }
    transition.starts.push_back({start->campaign, enrolment.key});
    return true;
}

Result<> Stepper::try_again(const Enrolment& enrolment, Instant now) {
    if (const auto done = find_done(enrolment)) {
        return feed(enrolment, *done, now);
    }
    const auto heard = hear_again(enrolment, now);
    if (!heard) {
        give_to_person(enrolment, heard.error().message, now);
        return {};
    }
    if (*heard) {
        return {};
    }
    Transition transition;
    transition.enrolment = enrolment;
    const auto started = start_again(enrolment, transition);
    if (!started) {
        give_to_person(enrolment, started.error().message, now);
        return {};
    }
    if (!*started && (!transition.enrolment.due || may_have_missed(enrolment))) {
        transition.enrolment.due = now;
    }
    transition.notes.emplace_back("a person closed the task about the problem: it is tried again");
    transition.at = now;
    journal_.add(std::move(transition), now);
    return {};
}

Result<> Stepper::tell_results(Instant now) {
    while (!ledger_.untold().empty()) {
        const MessageState state = *ledger_.find_message(ledger_.untold().front());
        ledger_.told();
        if (const auto told = tell(state, now); !told) {
            return told;
        }
    }
    return {};
}

Result<> Stepper::tell_calls(Instant now) {
    while (!ledger_.steps().untold_calls().empty()) {
        const CallState state = *ledger_.steps().find_call(ledger_.steps().untold_calls().front());
        ledger_.call_told();
        const EnrolmentView enrolment = ledger_.find_enrolment(state.call.enrolment);
        if (enrolment == nullptr || enrolment.ended() ||
            enrolment.occurrence() != state.call.occurrence) {
            continue;
        }
        const Enrolment standing = enrolment.enrolment();
        const campaign::CallDone done{state.call.id, state.status == CallState::Status::Taken,
                                      state.detail};
        if (const auto fed = feed(standing, done, now); !fed) {
            return fed;
        }
    }
    return {};
}

/// Tells the enrolment of a settled message, where it still waits for it.
Result<> Stepper::tell(MessageState state, Instant now) {
    const EnrolmentView enrolment = ledger_.find_enrolment(state.message.enrolment);
    if (enrolment == nullptr || enrolment.ended() ||
        enrolment.occurrence() != state.message.occurrence ||
        state.status == MessageState::Status::Withdrawn) {
        return {};
    }
    const auto done = result_of(state, ledger_);
    if (!done) {
        return {};  // the last of them tells it
    }
    const Enrolment standing = enrolment.enrolment();
    return feed(standing, *done, now);
}

}  // namespace parcours::engine
