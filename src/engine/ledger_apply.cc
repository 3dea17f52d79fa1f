// What events change in the ledger.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/enrolment_table.h"
#include "engine/enrolment_view.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/message_lists.h"
#include "engine/traffic.h"
#include "outreach/reasons.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {

/// While an event changes a message: afterwards the lists and counts know it as it is then.
class Ledger::Changing {
  public:
    Changing(Ledger& ledger, const MessageState& state)
        : ledger_(ledger), state_(state), before_(MessageLists::look(state)) {}
    Changing(const Changing&) = delete;
    Changing& operator=(const Changing&) = delete;
    ~Changing() {
        ledger_.lists_.messages.change(state_, before_);
        if (state_.status != before_.status || state_.settled_at != before_.settled_at) {
            ledger_.follow_sent(state_);
        }
        ledger_.lists_.campaigns.message_changed(state_.message, before_.status, state_.status);
    }

  private:
    Ledger& ledger_;
    const MessageState& state_;
    MessageLists::Before before_;
};

/// One event's part of the fold.
struct Ledger::Apply {
    Ledger& ledger;

    void operator()(const Launched& event) const {
        LaunchedCampaign& campaign = ledger.launched_[event.campaign];
        if (campaign.release != Digest{}) {
            campaign.before.push_back({event.campaign, campaign.release, campaign.at});
        }
        campaign.release = event.release;
        campaign.at = event.at;
    }

    void operator()(const Transition& event) const {
        const Digest& id = event.enrolment.id;
        const EnrolmentView before = ledger.enrolments_->find(id);
        const bool added = before == nullptr;
        std::string_view last;
        if (added) {
            ++ledger.totals_.enrolled;
        } else {
            ledger.lists_.campaigns.remove(before);
            last = before.entered_last();
        }
        ledger.enrolments_->apply(event, !ledger.rests(event.enrolment.campaign));
        ledger.lists_.campaigns.add(ledger.enrolments_->find(id), last, event.entered);
        ledger.steps_.apply(event, added);
        ledger.totals_.withheld += event.withheld;
        if (event.withdraw) {
            withdraw(id, event.at);
        }
        for (const Message& message : event.messages) {
            plan(message, event.at);
        }
        for (const Task& task : event.tasks_opened) {
            open(task);
        }
        for (const Task& task : event.tasks_closed) {
            close(task.id, task.outcome, task.reason, event.at);
        }
    }

    void operator()(const Decided& event) const {
        MessageState* const state = message(event.decision.message);
        if (state == nullptr || state->settled()) {
            return;
        }
        const Changing changing(ledger, *state);
        ledger.traffic_.apply(event);
        state->slots = event.paced;
        state->channel = event.decision.channel;
        state->reason = event.decision.reason;
        if (event.decision.outcome == Decision::Outcome::NotSent) {
            state->refused = outreach::further(state->refused, event.decision.reason);
            state->reason = state->refused;
        }
        move_to_rung(*state, event.rung);
        if (event.final) {
            // What a provider refused is why it was not said; that no other channel could stand in
            // is not.
            if (!state->failed.empty()) {
                state->reason = state->failed;
            }
            settle(*state, MessageState::Status::NotSent, event.decision.at);
            ++ledger.totals_.not_sent[state->reason];
        } else if (event.decision.outcome == Decision::Outcome::Later ||
                   event.decision.outcome == Decision::Outcome::NotSent) {
            wait(*state, event.decision.until.value_or(event.decision.at));
        }
    }

    void operator()(const Attempted& event) const {
        MessageState* const state = message(event.message);
        if (state == nullptr) {
            return;
        }
        const Changing changing(ledger, *state);
        ledger.traffic_.apply(event);
        ledger.waiting_.clear(event.message);
        state->joined_into = event.joined_into;
        state->slots.clear();
        state->status = MessageState::Status::Attempting;
        state->channel = event.channel;
        state->attempts = event.number;
        state->to = event.to;
        state->captured = event.adapter == "sandbox";
        ++state->rung_attempts;
        if (event.channel == "email") {
            state->email_to = event.to;
        }
        ledger.attempting_.insert(event.message);
        ledger.patients_at_.add(event.to, event.patient);
        state->about = event.about;
    }

    void operator()(const AttemptEnded& event) const {
        MessageState* const state = message(event.message);
        if (state == nullptr) {
            return;
        }
        const Changing changing(ledger, *state);
        ledger.attempting_.erase(event.message);
        const bool part = state->is_joined();
        if (!part) {
            ledger.traffic_.apply(event, state->channel);
        }
        move_to_rung(*state, event.rung);
        if (!event.provider_id.empty()) {
            state->provider_id = event.provider_id;
            if (!part) {
                *ledger.provider_ids_
                     .try_emplace(content_hash(event.provider_id),
                                  static_cast<std::uint32_t>(state->number))
                     .first = static_cast<std::uint32_t>(state->number);
            }
        }
        using Outcome = AttemptEnded::Outcome;
        note_result(*state, event);
        if (!event.final) {
            state->status = MessageState::Status::Waiting;
            wait(*state, event.retry_at.value_or(event.at));
        } else if (event.outcome == Outcome::Accepted) {
            settle(*state, MessageState::Status::Accepted, event.at);
            count_sending(*state, 1);
        } else if (event.outcome == Outcome::Unknown) {
            settle(*state, MessageState::Status::Unknown, event.at);
        } else {
            settle(*state, MessageState::Status::NotSent, event.at);
            ++ledger.totals_.not_sent[state->reason];
        }
    }

    void operator()(const Received& event) const {
        ledger.notices_.note(event.event_id, event.at);
        MessageState* const state = message(event.message);
        if (state == nullptr) {
            ledger.notices_.keep(event);
            return;
        }
        ledger.notices_.drop(event);
        take_receipt(*state, event);
        for (const Digest& part : ledger.traffic_.parts_of(event.message)) {
            take_receipt(*message(part), event);
        }
    }

    void operator()(const Replied& event) const { ledger.notices_.note(event.event_id, event.at); }

    void operator()(const Chose& event) const {
        ledger.choices_[event.patient].push_back(event.choice);
    }

    void operator()(const Suppressed& event) const {
        ledger.addresses_[address_key(event.channel, event.address)] = {
            event.version, event.suppressed, event.reason};
    }

    void operator()(const TaskOpened& event) const { open(event.task); }

    void operator()(const TaskClosed& event) const {
        close(event.task, event.outcome, event.by, event.at);
    }

    void operator()(const VirtualRun& event) const {
        ledger.forget();
        ledger.virtual_run_ = event;
    }

    void operator()(const CohortSaved& event) const { ledger.cohorts_[event.name] = event; }

    void operator()(const CohortFlipped&) const {}  // who is in a cohort follows from the record

    void operator()(const CampaignPaused& event) const {
        if (event.paused) {
            ledger.paused_[event.campaign] = event;
        } else {
            ledger.paused_.erase(event.campaign);
        }
        set_timers_of(&event.campaign);
        ledger.steps_.apply(event);
    }

    void operator()(const Held& event) const {
        ledger.traffic_.apply(event);
        ledger.steps_.apply(event);
        set_timers_of(nullptr);
    }

    void operator()(const OutageNoted& event) const {
        ledger.traffic_.apply(event);
        ledger.waiting_.visit_due(event.at, [this](const TimerQueue::Timer& waiting) {
            message(waiting.second)->of_outage = true;
            return true;
        });
    }
    void operator()(const FeedHeard& event) const { ledger.traffic_.apply(event); }

    void operator()(const RequestAnswered& event) const { ledger.answers_.apply(event); }

    void operator()(const Answered& event) const { ledger.steps_.apply(event); }
    void operator()(const CallAttempted& event) const { ledger.steps_.apply(event); }
    void operator()(const CallEnded& event) const { ledger.steps_.apply(event); }
    void operator()(const ScheduleRan& event) const { ledger.steps_.apply(event); }

  private:
    /// What rests waits where its timers come from: in enrolments and messages. Null: all
    /// campaigns.
    void set_timers_of(const std::string* campaign) const {
        for (const EnrolmentView enrolment : *ledger.enrolments_) {
            if (campaign == nullptr || enrolment.campaign() == *campaign) {
                ledger.enrolments_->arm(enrolment,
                                        !ledger.rests(std::string(enrolment.campaign())));
            }
        }
        for (const std::uint32_t number :
             ledger.lists_.messages.waiting(campaign == nullptr ? std::string_view() : *campaign)) {
            const MessagePointer state = (*ledger.messages_)[number];
            if (rests(*state)) {
                ledger.waiting_.clear(state->message.id);
            } else {
                ledger.waiting_.set(state->message.id, state->next_look);
            }
        }
    }

    bool rests(const MessageState& state) const {
        const auto& ladder = state.message.ladder;
        return ledger.rests(state.message.campaign) ||
               (state.rung < ladder.size() &&
                ledger.traffic_.find_hold(ladder[state.rung]) != nullptr);
    }

    void wait(MessageState& state, Instant until) const {
        state.next_look = until;
        if (rests(state)) {
            ledger.waiting_.clear(state.message.id);
        } else {
            ledger.waiting_.set(state.message.id, until);
        }
    }

    void settle(MessageState& state, MessageState::Status status, Instant at) const {
        ledger.waiting_.clear(state.message.id);
        state.status = status;
        state.settled_at = at;
        ledger.untold_.push_back(state.message.id);
    }

    [[nodiscard]] MessageState* message(const Digest& id) const {
        return ledger.messages_->edit(id, ledger.reach_.last_event_at);
    }

    static void move_to_rung(MessageState& state, std::uint32_t rung) {
        if (state.rung != rung) {
            state.rung = rung;
            state.rung_attempts = 0;
        }
    }

    /// Keeps what providers said in words, channel by channel, the last word of each.
    static void tell(MessageState& state, const std::string& words) {
        const std::string before = state.channel + ": ";
        std::string line = words.empty() ? std::string() : before + words;
        std::size_t from = 0;
        while (from < state.detail.size()) {
            const std::size_t to = std::min(state.detail.find('\n', from), state.detail.size());
            const std::string one = state.detail.substr(from, to - from);
            if (!one.starts_with(before)) {
                line = line.empty() ? one : one + "\n" + line;
            }
            from = to + 1;
        }
        state.detail = std::move(line);
    }

    /// Why a hand-off came to nothing.
    static void note_result(MessageState& state, const AttemptEnded& event) {
        using Outcome = AttemptEnded::Outcome;
        if (event.outcome == Outcome::Accepted) {
            state.failed.clear();
            tell(state, {});
            return;
        }
        // What may have been taken once may have been taken, whatever a later hand-off came to.
        const bool maybe_taken =
            event.outcome == Outcome::Unknown || state.failed == outreach::reason::unknown_result;
        state.failed = maybe_taken                         ? outreach::reason::unknown_result
                       : event.outcome == Outcome::Refused ? outreach::reason::refused_by_provider
                                                           : outreach::reason::provider_unavailable;
        state.reason = state.failed;
        tell(state, event.detail);
    }

    /// What comes of one hand-off concerns each message that left with it.
    void take_receipt(MessageState& state, const Received& event) const {
        const Changing changing(ledger, state);
        state.delivered = state.delivered || event.status == "delivered";
        // What was unknown is reconciled by its receipt.
        if (state.status == MessageState::Status::Unknown && event.status == "delivered") {
            state.status = MessageState::Status::Accepted;
            state.reason.clear();
            state.detail.clear();
            count_sending(state, 1);
        } else if (state.status == MessageState::Status::Waiting && state.attempts > 0 &&
                   event.status == "delivered") {
            // It waits to be handed over again, and need not be.
            state.reason.clear();
            state.failed.clear();
            tell(state, {});
            settle(state, MessageState::Status::Accepted, event.at);
            count_sending(state, 1);
        } else if (!state.delivered && is_bad_news(event.status) &&
                   (state.status == MessageState::Status::Accepted ||
                    state.status == MessageState::Status::Unknown)) {
            count_sending(state, state.status == MessageState::Status::Accepted ? -1 : 0);
            undo_sending(state, event.status);
            tell(state, event.detail);
        } else if (state.status == MessageState::Status::NotSent && state.attempts > 0 &&
                   event.status == "delivered") {
            redo_sending(state);
        }
    }

    static bool is_bad_news(std::string_view status) {
        return status == outreach::reason::bounced || status == outreach::reason::failed;
    }

    /// It was said after all: receipts came in the wrong order, or one was wrong; or an earlier
    /// hand-over, of which nothing was known, arrived where the last one was refused.
    void redo_sending(MessageState& state) const {
        auto& not_sent = ledger.totals_.not_sent;
        if (--not_sent[state.reason] == 0) {
            not_sent.erase(state.reason);
        }
        state.status = MessageState::Status::Accepted;
        state.reason.clear();
        tell(state, {});
        count_sending(state, 1);
    }

    void count_sending(const MessageState& state, int change) const {
        (state.is_joined() ? ledger.totals_.joined : ledger.totals_.sent[state.channel]) +=
            static_cast<std::uint64_t>(change);
    }

    /// The provider took it, or may have, and could not deliver it: it was not said after all.
    void undo_sending(MessageState& state, const std::string& reason) const {
        state.status = MessageState::Status::NotSent;
        state.reason = reason;
        ++ledger.totals_.not_sent[reason];
    }

    void plan(const Message& planned, Instant at) const {
        if (ledger.messages_->number(planned.id)) {
            return;  // promise P2: there is never a second one
        }
        MessageState state;
        state.message = planned;
        state.rung = planned.rung;
        state.number = ledger.messages_->size();
        state.of_outage = ledger.traffic_.follows_outage(at);
        MessageState& added = ledger.messages_->add(std::move(state), ledger.reach_.last_event_at);
        ledger.lists_.messages.add(added);
        wait(added, at);
    }

    void withdraw(const Digest& enrolment, Instant at) const {
        const Key patient = ledger.find_enrolment(enrolment).patient();
        for (const MessagePointer& planned : ledger.waiting_of(patient)) {
            if (planned->message.enrolment == enrolment) {
                MessageState& state = *message(planned->message.id);
                const Changing changing(ledger, state);
                if (state.failed == outreach::reason::unknown_result) {
                    // It waited to be handed over once more, and may have been taken before.
                    state.reason = state.failed;
                    settle(state, MessageState::Status::Unknown, at);
                    continue;
                }
                state.reason = outreach::reason::withdrawn;
                settle(state, MessageState::Status::Withdrawn, at);
                ++ledger.totals_.not_sent[state.reason];
            }
        }
    }

    void open(const Task& task) const {
        if (ledger.tasks_->number(task.id)) {
            return;
        }
        const TaskState& added = ledger.tasks_->add({task, {}, {}}, ledger.reach_.last_event_at);
        ledger.lists_.tasks.add(added);
        if (added.open()) {
            ledger.lists_.campaigns.task_opened(task);
        }
        ++ledger.totals_.tasks;
    }

    void close(const Digest& id, const std::string& outcome, const std::string& why,
               Instant at) const {
        TaskState* const state = ledger.tasks_->edit(id, ledger.reach_.last_event_at);
        if (state == nullptr || !state->open()) {
            return;
        }
        if (outcome.empty()) {
            state->task.reason = why;
            return;
        }
        state->task.outcome = outcome;
        state->closed_by = why;
        state->closed_at = at;
        ledger.lists_.tasks.close(*ledger.tasks_->number(id), *state);
        ledger.lists_.campaigns.task_closed(state->task);
        if (outcome == "done-elsewhere") {
            ledger.enrolments_->set_done_elsewhere(state->task.enrolment);
        }
    }
};

void Ledger::apply(const Event& event) {
    if (!std::holds_alternative<FeedHeard>(event)) {  // of imports, which have a clock of their own
        reach_.last_event_at = std::max(reach_.last_event_at, event_time(event));
    }
    live_work_ =
        live_work_ ||
        !(virtual_run_ || std::holds_alternative<VirtualRun>(event) ||
          std::holds_alternative<CohortSaved>(event) ||
          std::holds_alternative<CohortFlipped>(event) ||
          std::holds_alternative<CampaignPaused>(event) ||
          std::holds_alternative<Answered>(event) || std::holds_alternative<Held>(event) ||
          std::holds_alternative<OutageNoted>(event) || std::holds_alternative<FeedHeard>(event) ||
          std::holds_alternative<RequestAnswered>(event));
    std::visit(Apply{*this}, event);
}

/// A new run on the virtual clock starts from what the records say alone.
void Ledger::forget() {
    auto cohorts = std::move(cohorts_);
    std::map<std::string, CampaignPaused> paused = std::move(paused_);
    KeptAnswers answers = std::move(answers_);
    Traffic traffic = std::move(traffic_);
    traffic.forget();
    StepState steps = std::move(steps_);
    *this = Ledger();
    traffic_ = std::move(traffic);
    steps.forget();
    steps_ = std::move(steps);
    answers_ = std::move(answers);
    cohorts_ = std::move(cohorts);
    paused_ = std::move(paused);
    for (const auto& [campaign, pause] : paused_) {
        steps_.apply(pause);
    }
    if (const Held* const all = traffic_.find_hold(Held::everything)) {
        steps_.apply(*all);
    }
}

void Ledger::drop_told() {
    std::erase_if(untold_, [this](const Digest& id) {
        const MessagePointer state = messages_->find(id);
        const Message& message = state->message;
        const EnrolmentView of = find_enrolment(message.enrolment);
        return of == nullptr || of.ended() || of.occurrence() != message.occurrence;
    });
}

}  // namespace parcours::engine
