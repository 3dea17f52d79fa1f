#include "engine/dispatcher.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "campaign/still.h"
#include "campaign/world.h"
#include "channel/channel.h"
#include "channel/sms/segments.h"
#include "channel/unsubscribe.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/revocation.h"
#include "engine/stepper.h"
#include "engine/timer_queue.h"
#include "engine/variables.h"
#include "engine/world.h"
#include "outreach/email_page.h"
#include "outreach/gate.h"
#include "outreach/reasons.h"
#include "outreach/recipient.h"
#include "outreach/render.h"
#include "practice/content.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// Hand-offs on one channel before the next of the ladder is tried.
constexpr std::uint32_t attempts_per_channel_max = 4;
/// Of a class B message whose result stayed unknown.
constexpr std::uint32_t unknown_attempts_max = 3;
/// Of one text message: 918 letters, or 402 Chinese characters. More is a mistake of the record.
constexpr std::size_t sms_segments_max = 6;

/// 1, 4, 16, 64 minutes.
Duration back_off(std::uint32_t attempt) {
    Duration wait = minutes{1};
    for (std::uint32_t i = 1; i < attempt && wait < hours{4}; ++i) {
        wait *= 4;
    }
    return wait;
}

/// What may have been taken is never repeated blindly, unless it is declared safety-critical
/// (class B): then a few times, counted.
void repeat_unknown(const Message& message, AttemptEnded& ended) {
    ended.final = !message.safety_critical || ended.number >= unknown_attempts_max;
    ended.retry_at = ended.at + back_off(ended.number + 1);
}

/// Whether a campaign says the same again on purpose: to the same enrolment, on other channels.
bool is_meant_again(const Message& earlier, const Message& message) {
    return earlier.enrolment == message.enrolment &&
           std::ranges::none_of(earlier.ladder, [&message](const std::string& channel) {
               return std::ranges::find(message.ladder, channel) != message.ladder.end();
           });
}

}  // namespace

/// Everything that was found out about a message for one look of the gate.
struct Dispatcher::Considered {
    const MessageState* state = nullptr;
    const Enrolment* enrolment = nullptr;
    const LoadedCampaign* campaign = nullptr;
    const Clinic* clinic = nullptr;
    std::shared_ptr<const PatientView> patient;
    std::vector<ContactChoice> choices;
    std::vector<Instant> sent;
    const practice::Content* content = nullptr;
    outreach::Recipient recipient;
    std::string language;
    outreach::Rendered rendered;
    std::optional<Instant> about;  ///< the start of the enrolment's appointment
    outreach::GateInput input;
};

std::vector<Digest> Dispatcher::due(Instant now) const {
    const bool live = std::ranges::any_of(channels_, [](const auto& channel) {
        const std::string_view adapter = channel.second->adapter();
        return adapter != "sandbox" && adapter != "webhook";
    });
    const std::size_t count_max = live                   ? live_batch_max
                                  : journal_.is_shared() ? shared_batch_max
                                                         : batch_max;
    std::vector<Digest> messages;
    std::set<Key> patients;
    ledger_.waiting().visit_due(now, [&](const TimerQueue::Timer& waiting) {
        // One a patient: the second must see what the first did to the contact budget.
        if (patients.insert(ledger_.find_message(waiting.second)->message.patient).second) {
            messages.push_back(waiting.second);
        }
        return messages.size() < count_max;
    });
    for (Digest& id : messages) {
        id = first_of_patient(id, now);
    }
    return messages;
}

/// Of all that is due for the message's patient: who goes first for the contact budget.
Digest Dispatcher::first_of_patient(const Digest& message, Instant now) const {
    const MessageState* first = ledger_.find_message(message);
    std::int32_t priority = priority_of(first->message);
    for (const MessageState* const other : ledger_.messages_of(first->message.patient)) {
        if (other == first || other->status != MessageState::Status::Waiting ||
            other->next_look > now) {
            continue;
        }
        if (const std::int32_t theirs = priority_of(other->message); theirs > priority) {
            first = other;
            priority = theirs;
        }
    }
    return first->message.id;
}

std::int32_t Dispatcher::priority_of(const Message& message) const {
    const auto campaign = releases_.find(message.campaign, message.release);
    return campaign ? (*campaign)->definition.priority : 0;
}

Result<std::size_t> Dispatcher::dispatch(Instant now) {
    const std::vector<Digest> messages = due(now);
    std::vector<Leaving> leaving;
    for (const Digest& id : messages) {
        look(*ledger_.find_message(id), now, leaving);
    }
    // Promise P4: decisions and attempts are durable before any byte leaves.
    if (const auto flushed = journal_.flush(); !flushed) {
        return pass_on(flushed);
    }
    for (const Leaving& one : leaving) {
        hand_over(one, now);
    }
    if (const auto flushed = journal_.flush(); !flushed) {
        return pass_on(flushed);
    }
    return messages.size();
}

void Dispatcher::look(const MessageState& state, Instant now, std::vector<Leaving>& leaving) {
    const Message message = state.message;
    const auto rung_count = static_cast<std::uint32_t>(message.ladder.size());
    if (state.rung >= rung_count) {
        give_up(message, rung_count, outreach::reason::no_channel,
                "The practice has no channel that this step may use.", now);
        return;
    }
    Considered considered;
    considered.state = &state;
    for (std::uint32_t rung = state.rung; rung < rung_count; ++rung) {
        const std::string& channel = message.ladder[rung];
        if (const auto gathered = gather(considered, channel, now); !gathered) {
            // An error in a check means: do not send. Other patients are not held up by it.
            give_up(message, rung_count, outreach::reason::check_failed, gathered.error().message,
                    now);
            return;
        }
        Decided decided;
        decided.decision = outreach::decide(considered.input, considered.clinic->rules, now);
        decided.patient = message.patient;
        decided.rung = rung;
        const Decision::Outcome outcome = decided.decision.outcome;
        if (outcome == Decision::Outcome::NotSent) {
            decided.rung = rung + 1;
            decided.final = rung + 1 == rung_count;
        }
        if (outcome == Decision::Outcome::Send) {
            leaving.push_back(prepare(considered, state, rung, channel, now));
            journal_.add(decided, now);
            journal_.add(leaving.back().attempt, now);
            return;
        }
        if (decided.decision.reason == outreach::reason::suspected_death) {
            ask_whether_dead(considered, now);
        }
        if (outcome == Decision::Outcome::Later && decided.decision.until.value_or(now) <= now) {
            decided.decision.until = now + minutes{1};  // or it would be looked at for ever
        }
        journal_.add(decided, now);
        if (outcome == Decision::Outcome::Later) {
            return;
        }
    }
}

/// A hold has no end of its own: a person must confirm or deny the death. Asked once a person.
void Dispatcher::ask_whether_dead(const Considered& considered, Instant now) {
    Task task;
    task.patient = considered.patient->patient.key;
    task.id = named_hash("task", {"suspected-death", std::to_string(task.patient)});
    if (ledger_.find_task(task.id) != nullptr) {
        return;
    }
    task.kind = "review";
    task.queue = "front-desk";
    task.outcomes = {"died", "alive"};
    task.opened_at = now;
    task.due = now + hours{24};
    task.reason =
        "there is a sign that the patient may have died and all messages wait: find out, and set "
        "the record right";
    journal_.add(TaskOpened{std::move(task)}, now);
}

void Dispatcher::give_up(const Message& message, std::uint32_t rung, std::string_view reason,
                         const std::string& detail, Instant now) {
    Decided decided;
    decided.patient = message.patient;
    decided.rung = rung;
    decided.final = true;
    decided.decision.message = message.id;
    decided.decision.outcome = Decision::Outcome::NotSent;
    decided.decision.reason = reason;
    decided.decision.at = now;
    decided.decision.checks.push_back({std::string(reason), CheckResult::Verdict::Fail,
                                       std::string(reason), detail, std::nullopt});
    journal_.add(decided, now);
}

Result<> Dispatcher::gather(Considered& considered, const std::string& channel, Instant now) {
    const Message& message = considered.state->message;
    if (considered.patient == nullptr) {
        const auto clinic = releases_.clinic_of(message.campaign, message.release);
        if (!clinic) {
            return pass_on(clinic);
        }
        considered.clinic = *clinic;
        const auto campaign = releases_.find(message.campaign, message.release);
        if (!campaign) {
            return pass_on(campaign);
        }
        considered.campaign = *campaign;
        considered.enrolment = &ledger_.find_enrolment(message.enrolment)->enrolment;
        auto patient = patients_.view(message.patient, now);
        if (!patient) {
            return pass_on(patient);
        }
        considered.patient = std::move(*patient);
        auto choices = patients_.consents(*considered.patient);
        if (!choices) {
            return pass_on(choices);
        }
        considered.choices = std::move(*choices);
        const auto& exempt = considered.clinic->rules.contact_budget.exempt;
        for (const Key one : conditions_.same_person(message.patient)) {
            const auto chosen = ledger_.choices_of(one);
            considered.choices.insert(considered.choices.end(), chosen.begin(), chosen.end());
            for (const SentMessage& sent : ledger_.sent_to(one)) {
                if (std::ranges::find(exempt, sent.purpose) == exempt.end()) {
                    considered.sent.push_back(sent.at);
                }
            }
        }
        std::ranges::sort(considered.sent);
        leave_out_same(considered);
        const Key resource = enrolment_resource(*considered.enrolment, *considered.patient);
        const Fact* const appointment =
            resource == 0 ? nullptr : considered.patient->find_fact(resource);
        if (appointment != nullptr && appointment->type == fhir::ResourceType::Appointment &&
            appointment->start != no_time) {
            considered.about = appointment->start;
        }
        considered.content = considered.clinic->folder.content.find(message.content);
    }
    const PatientView& patient = *considered.patient;
    considered.recipient = outreach::choose_recipient(patient.profile, channel,
                                                      considered.clinic->recipient_rules, now);
    outreach::GateInput& input = considered.input;
    input = {};
    input.message = &considered.state->message;
    input.channel = channel;
    // A death whose date cannot be read is a death all the same.
    const bool dead_undated = patient.profile.deceased && patient.patient.deceased == no_time;
    input.patient = {
        dead_undated || patient.positions.dead || patient.positions.status == CareStatus::Deceased,
        patient.positions.suspected_death,
        patient.positions.merged,
        patient.positions.status == CareStatus::Left,
        patient.positions.status == CareStatus::Palliative,
        false};
    input.still = find_still(considered);
    input.not_for = find_not_for(considered);
    input.choices = considered.choices;
    input.recipient = &considered.recipient;
    const AddressState address = ledger_.address(channel, considered.recipient.address);
    input.suppression = {address.suppressed, address.reason, address.version};
    const auto open = channels_.find(channel);
    input.channel_state.configured = open != channels_.end();
    input.content = considered.content;
    input.language = patient.profile.language;
    input.zone = patient.zone.zone;
    input.sent = considered.sent;
    input.last_same = last_same(considered);
    find_wording(considered, channel);
    return {};
}

/// Puts the message into words, so that the gate knows whether that can be done.
void Dispatcher::find_wording(Considered& considered, const std::string& channel) const {
    outreach::GateInput& input = considered.input;
    if (considered.content == nullptr) {
        return;
    }
    considered.language = outreach::choose_language(*considered.content, channel, input.language,
                                                    considered.clinic->rules);
    const practice::Wording* const wording = considered.content->find(considered.language, channel);
    if (considered.language.empty() || wording == nullptr) {
        return;
    }
    const PatientView& patient = *considered.patient;
    // An appointment takes place at the clinic: its time is told by the clinic's clock.
    auto rendered = outreach::render(*wording,
                                     make_variables(patient, considered.clinic->folder.config,
                                                    considered.about, considered.language),
                                     {considered.language, considered.clinic->zone});
    using State = outreach::RenderState::State;
    if (rendered) {
        considered.rendered = std::move(*rendered);
        const auto sms = channel == "sms" ? channel::count_sms_segments(considered.rendered.text)
                                          : channel::SmsSegments{};
        if (sms.segments > sms_segments_max) {
            input.render = {State::Failed, "The text would take " + std::to_string(sms.segments) +
                                               " SMS, more than the " +
                                               std::to_string(sms_segments_max) +
                                               " of one message; shorten the wording for SMS."};
        }
    } else {
        input.render = {
            rendered.error().code == ErrorCode::NotFound ? State::MissingVariable : State::Failed,
            rendered.error().message};
    }
}

outreach::Finding Dispatcher::find_still(const Considered& considered) {
    using State = outreach::Finding::State;
    const RecordWorld world(*considered.campaign, *considered.patient, conditions_);
    const auto still = campaign::still_wanted(
        considered.campaign->definition, *considered.enrolment, considered.state->message, world);
    using Answer = campaign::StillWanted::Answer;
    return {still.answer == Answer::Yes  ? State::Clear
            : still.answer == Answer::No ? State::Against
                                         : State::Error,
            still.reason};
}

outreach::Finding Dispatcher::find_not_for(const Considered& considered) {
    using State = outreach::Finding::State;
    if (considered.content == nullptr) {
        return {};
    }
    for (const practice::Condition& condition : considered.content->not_for) {
        const auto found = considered.clinic->cohorts.find(condition.text);
        if (found == considered.clinic->cohorts.end()) {
            return {State::Error, "the condition \"" + condition.text + "\" is not known"};
        }
        const auto holds = conditions_.holds(found->second, *considered.patient, {});
        if (!holds || *holds == campaign::Truth::Unknown) {
            return {State::Error, "it could not be judged whether the patient is one of \"" +
                                      condition.text + "\""};
        }
        if (*holds == campaign::Truth::True) {
            return {State::Against, "this is not for patients of \"" + condition.text + "\""};
        }
    }
    return {};
}

/// What a step says on several channels at once is one thing of the contact budget.
void Dispatcher::leave_out_same(Considered& considered) const {
    const Message& message = considered.state->message;
    for (const MessageState* const other : ledger_.messages_of(message.patient)) {
        if (other->message.id == message.id || other->message.enrolment != message.enrolment ||
            other->message.occurrence != message.occurrence) {
            continue;
        }
        const auto same = std::ranges::find(considered.sent, other->settled_at);
        if (other->settled() && same != considered.sent.end()) {
            considered.sent.erase(same);
        }
    }
}

/// When the same was last said to this person. An appointment that was moved since is news.
std::optional<Instant> Dispatcher::last_same(const Considered& considered) const {
    const MessageState* last = nullptr;
    const Message& message = considered.state->message;
    for (const Key one : conditions_.same_person(message.patient)) {
        for (const MessageState* const other : ledger_.messages_of(one)) {
            if (is_meant_again(other->message, message)) {
                continue;
            }
            using Status = MessageState::Status;
            if ((other->status != Status::Accepted && other->status != Status::Unknown) ||
                other->message.content != message.content) {
                continue;
            }
            const EnrolmentState* const enrolment =
                ledger_.find_enrolment(other->message.enrolment);
            if (enrolment != nullptr && enrolment->enrolment.key == considered.enrolment->key &&
                (last == nullptr || other->settled_at > last->settled_at)) {
                last = other;
            }
        }
    }
    return last == nullptr || last->about != considered.about ? std::nullopt
                                                              : std::optional(last->settled_at);
}

Dispatcher::UnsubscribeLinks Dispatcher::unsubscribe_links(const Considered& considered) const {
    const practice::Config& config = considered.clinic->folder.config;
    const std::size_t at = config.reply_to.find('@');
    const auto token = channel::make_unsubscribe_token(
        secret_, considered.state->message.id.to_hex(), considered.recipient.key.to_hex());
    if (!token) {
        return {};
    }
    UnsubscribeLinks links;
    // Mail programs follow nothing but https with one click (RFC 8058).
    if (config.public_url.starts_with("https://")) {
        links.shown = config.public_url + "/unsubscribe/" + *token;
        links.header = links.shown;
    }
    if (at != std::string::npos) {
        const std::string mail = "mailto:unsubscribe+" + *token + config.reply_to.substr(at);
        links.header += (links.header.empty() ? "" : " ") + mail;
        links.shown = links.shown.empty() ? mail : links.shown;
    }
    return links;
}

Dispatcher::Leaving Dispatcher::prepare(const Considered& considered, const MessageState& state,
                                        std::uint32_t rung, const std::string& channel,
                                        Instant now) {
    const practice::Config& config = considered.clinic->folder.config;
    Leaving out;
    out.message = state.message;
    out.rung = rung;
    out.rung_attempt = (rung == state.rung ? state.rung_attempts : 0) + 1;
    out.last_moment = outreach::last_moment(state.message, considered.clinic->rules);
    channel::Outbound& outbound = out.outbound;
    outbound.message_id = state.message.id.to_hex();
    outbound.to = considered.recipient.address;
    outbound.to_name = considered.recipient.name;
    outbound.language = considered.language;
    outbound.attempt = state.attempts + 1;
    outbound.text = considered.rendered.text;
    if (channel == "email") {
        const UnsubscribeLinks links = unsubscribe_links(considered);
        const outreach::EmailFrame frame{considered.language, config.name, config.address,
                                         config.phone, links.shown};
        outbound.subject = considered.rendered.subject;
        outbound.text = outreach::make_email_text(considered.rendered, frame);
        outbound.html = outreach::make_email_html(considered.rendered, frame);
        outbound.unsubscribe_uri = links.header;
    }
    Attempted& attempt = out.attempt;
    attempt.message = state.message.id;
    attempt.patient = state.message.patient;
    attempt.number = outbound.attempt;
    attempt.channel = channel;
    attempt.adapter = channels_.find(channel)->second->adapter();
    attempt.to = outbound.to;
    attempt.to_whom =
        considered.recipient.who == outreach::Recipient::Who::Guardian ? "guardian" : "patient";
    attempt.suppression_version = considered.input.suppression.version;
    attempt.language = considered.language;
    attempt.subject = outbound.subject;
    attempt.text = outbound.text;
    attempt.at = now;
    attempt.about = considered.about;
    return out;
}

void Dispatcher::hand_over(const Leaving& leaving, Instant now) {
    channel::Channel& channel = *channels_.find(leaving.attempt.channel)->second;
    const channel::AttemptResult result = channel.send(leaving.outbound);
    journal_.add(conclude(leaving, result, now), now);
    const Attempted& attempt = leaving.attempt;
    note_health(attempt.channel, result, now);
    match_receipts(leaving, result.provider_id, now);
    if (result.bad_address || result.opted_out) {
        const AddressState before = ledger_.address(attempt.channel, attempt.to);
        journal_.add(Suppressed{attempt.channel, attempt.to, before.version + 1, true,
                                "refused by the provider: " + result.detail, now},
                     now);
    }
    if (result.opted_out) {
        journal_.add(
            Chose{attempt.patient, {attempt.channel, "", false, now, "opted out at the provider"}},
            now);
    }
}

/// A provider that refuses one message is there all the same.
void Dispatcher::note_health(const std::string& channel, const channel::AttemptResult& result,
                             Instant now) {
    const bool reachable =
        result.outcome == channel::Outcome::Accepted || result.outcome == channel::Outcome::Refused;
    const auto [slot, added] = health_.try_emplace(channel);
    ChannelHealth& health = slot->second;
    if (added || health.reachable != reachable) {
        health.since = now;
    }
    health.reachable = reachable;
    health.detail = reachable ? std::string() : result.detail;
}

/// Receipts may overtake the answer, or come to a program that had stopped in between.
void Dispatcher::match_receipts(const Leaving& leaving, const std::string& provider_id,
                                Instant now) {
    const Attempted& attempt = leaving.attempt;
    for (Received receipt : ledger_.kept_receipts(attempt.message, provider_id)) {
        receipt.message = attempt.message;
        receipt.patient = attempt.patient;
        receipt.at = now;
        if (receipt.bad_address) {
            suppress(ledger_, journal_, attempt.channel, attempt.to, true,
                     receipt.status + ": " + receipt.detail, now);
        }
        journal_.add(std::move(receipt), now);
    }
}

/// Decides what follows from a hand-off: the ladder goes on after what was definitely not taken,
/// never after an unknown result.
AttemptEnded Dispatcher::conclude(const Leaving& leaving, const channel::AttemptResult& result,
                                  Instant now) const {
    AttemptEnded ended;
    ended.message = leaving.message.id;
    ended.patient = leaving.message.patient;
    ended.number = leaving.attempt.number;
    ended.outcome = static_cast<AttemptEnded::Outcome>(result.outcome);
    ended.provider_id = result.provider_id;
    ended.detail = result.detail;
    ended.rung = leaving.rung;
    ended.at = now;
    const bool more_rungs = leaving.rung + 1 < leaving.message.ladder.size();
    switch (result.outcome) {
        case channel::Outcome::Accepted:
            break;
        case channel::Outcome::Refused:
            ended.final = !more_rungs;
            ended.rung = leaving.rung + (more_rungs ? 1 : 0);
            ended.retry_at = now;
            break;
        case channel::Outcome::Later: {
            const Instant at = now + result.retry_after.value_or(back_off(leaving.rung_attempt));
            const bool hopeless =
                leaving.rung_attempt >= attempts_per_channel_max || at > leaving.last_moment;
            ended.final = hopeless && !more_rungs;
            ended.rung = leaving.rung + (hopeless && more_rungs ? 1 : 0);
            ended.retry_at = hopeless ? now : at;
            break;
        }
        case channel::Outcome::Unknown:
            repeat_unknown(leaving.message, ended);
            break;
    }
    return ended;
}

void Dispatcher::recover(Instant now) {
    const std::set<Digest> open = ledger_.attempting();
    for (const Digest& id : open) {
        const MessageState& state = *ledger_.find_message(id);
        AttemptEnded ended;
        ended.message = id;
        ended.patient = state.message.patient;
        ended.number = state.attempts;
        ended.outcome = AttemptEnded::Outcome::Unknown;
        ended.detail = "the program stopped before the provider's answer came";
        ended.rung = state.rung;
        ended.at = now;
        repeat_unknown(state.message, ended);
        journal_.add(ended, now);
    }
}

}  // namespace parcours::engine
