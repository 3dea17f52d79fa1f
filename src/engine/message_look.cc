#include "engine/message_look.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/steps.h"
#include "campaign/still.h"
#include "campaign/world.h"
#include "channel/sms/segments.h"
#include "engine/clinic.h"
#include "engine/discreet.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/releases.h"
#include "engine/variables.h"
#include "engine/world.h"
#include "outreach/gate.h"
#include "outreach/minors.h"
#include "outreach/recipient.h"
#include "outreach/render.h"
#include "practice/content.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

/// Of one text message: 918 letters, or 402 Chinese characters. More is a mistake of the record.
constexpr std::size_t sms_segments_max = 6;
/// No contact budget looks further back, in any zone.
constexpr Duration budget_window = std::chrono::hours{24 * 32};

/// Whether its step answers what the patient just told us.
bool is_for_any_hour(const Considered& considered) {
    const campaign::Step* const step =
        considered.campaign->definition.find_step(considered.state->message.step);
    const auto* const send =
        step == nullptr ? nullptr : std::get_if<campaign::SendStep>(&step->what);
    return send != nullptr && send->any_hour;
}

/// Whether a campaign says the same again on purpose: to the same enrolment, on other channels.
bool is_meant_again(const Message& earlier, const Message& message) {
    return earlier.enrolment == message.enrolment &&
           std::ranges::none_of(earlier.ladder, [&message](const std::string& channel) {
               return std::ranges::find(message.ladder, channel) != message.ladder.end();
           });
}

}  // namespace

std::optional<std::string> find_too_long(std::string_view channel, const std::string& text) {
    const auto sms = channel == "sms" ? channel::count_sms_segments(text) : channel::SmsSegments{};
    if (sms.segments <= sms_segments_max) {
        return std::nullopt;
    }
    return "The text would take " + std::to_string(sms.segments) + " SMS, more than the " +
           std::to_string(sms_segments_max) + " of one message; shorten the wording for SMS.";
}

/// What is the same on every channel.
Result<> MessageLook::gather_once(Considered& considered, Instant now) {
    const Message& message = considered.state->message;
    const auto clinic = releases_.clinic_of(message.campaign, message.release);
    if (!clinic) {
        return pass_on(clinic);
    }
    considered.clinic = *clinic;
    considered.rules = &releases_.current().rules;
    const auto campaign = releases_.find(message.campaign, message.release);
    if (!campaign) {
        return pass_on(campaign);
    }
    considered.campaign = *campaign;
    considered.enrolment = ledger_.find_enrolment(message.enrolment).enrolment();
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
    considered.person = conditions_.same_person(message.patient);
    considered.safe =
        find_safe_contact(ledger_, considered.person, considered.rules->contact_hours);
    gather_sent(considered);
    leave_out_same(considered);
    considered.about = find_appointment(patients_, *considered.enrolment, *considered.patient);
    considered.content = considered.clinic->folder.content.find(message.content);
    return {};
}

/// What was chosen and what was sent, by whatever record the person has.
void MessageLook::gather_sent(Considered& considered) const {
    const Instant from = considered.patient->now - budget_window;
    for (const Key one : considered.person) {
        const auto chosen = ledger_.choices_of(one);
        considered.choices.insert(considered.choices.end(), chosen.begin(), chosen.end());
        std::ranges::copy_if(ledger_.sent_to(one), std::back_inserter(considered.sent),
                             [from](const outreach::SentMessage& sent) { return sent.at > from; });
    }
}

Result<> MessageLook::gather(Considered& considered, const std::string& channel, Instant now) {
    if (considered.patient == nullptr) {
        if (const auto gathered = gather_once(considered, now); !gathered) {
            return gathered;
        }
    }
    const PatientView& patient = *considered.patient;
    // Whom to speak to is the clinic's rule of today, whatever release says it.
    const Clinic& clinic = releases_.current();
    considered.recipient = outreach::choose_recipient_of(
        patient.profile, channel, clinic.recipient_rules,
        find_minor_way(considered.clinic->folder, considered.campaign->definition, clinic,
                       patient.profile, now),
        now);
    outreach::GateInput& input = considered.input;
    input = {};
    input.message = &considered.state->message;
    input.channel = channel;
    // A death whose date cannot be read is a death all the same.
    const bool dead_undated = patient.profile.deceased && patient.patient.deceased == no_time;
    input.patient = {dead_undated || patient.care.dead, patient.care.suspected_death,
                     patient.care.merged, patient.care.left, patient.care.palliative};
    input.still = find_still(considered);
    input.not_for = find_not_for(considered);
    input.feed = find_feed(considered, now);
    input.safe = considered.safe;
    input.any_hour = is_for_any_hour(considered);
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
void MessageLook::find_wording(Considered& considered, const std::string& channel) const {
    outreach::GateInput& input = considered.input;
    if (considered.content == nullptr) {
        return;
    }
    considered.language =
        outreach::choose_language(*considered.content, channel, input.language, *considered.rules);
    const practice::Wording* const said = considered.content->find(considered.language, channel);
    if (considered.language.empty() || said == nullptr) {
        return;
    }
    practice::Wording wording = *said;
    keep_discreet(considered, channel, wording);
    const practice::Config& config = considered.clinic->folder.config;
    if (const auto* const carrier = releases_.current().folder.config.find_channel(channel);
        carrier != nullptr && !carrier->replies_read) {
        wording.body += "\n\n" + unread_words(wording.language);
    }
    const PatientView& patient = *considered.patient;
    // An appointment takes place at the clinic: its time is told by the clinic's clock.
    const outreach::Reader reader{considered.language, considered.clinic->zone};
    considered.variables =
        make_variables(patients_, patient, config, considered.about, considered.language);
    // A sandbox keeps the text alone.
    const auto open = channels_.find(channel);
    const bool is_mail =
        channel == "email" && open != channels_.end() && open->second->adapter() != "sandbox";
    auto rendered =
        outreach::render(wording, considered.variables, reader,
                         is_mail ? outreach::Form::TextAndHtml : outreach::Form::TextAlone);
    considered.line.reset();
    if (!considered.content->joins.text.empty() && !wording.line.empty()) {
        auto line = outreach::format_line(wording.line, considered.variables, reader);
        if (line && !line->empty()) {
            considered.line = std::move(*line);
        }
    }
    using State = outreach::RenderState::State;
    if (rendered) {
        considered.rendered = std::move(*rendered);
        if (const auto too_long = find_too_long(channel, considered.rendered.text)) {
            input.render = {State::Failed, *too_long};
        }
    } else {
        input.render = {
            rendered.error().code == ErrorCode::NotFound ? State::MissingVariable : State::Failed,
            rendered.error().message};
    }
}

/// Whether others were written to at the address, or have it in their record.
bool MessageLook::is_shared(const Considered& considered, const std::string& channel) const {
    const std::string& address = considered.recipient.address;
    const auto is_other = [&considered](Key key) {
        return std::ranges::find(considered.person, key) == considered.person.end();
    };
    return !address.empty() && (std::ranges::any_of(ledger_.patients_at(address), is_other) ||
                                std::ranges::any_of(find_by_address(channel, address), is_other));
}

/// Where others may read it, nothing is said that tells them something.
void MessageLook::keep_discreet(Considered& considered, const std::string& channel,
                                practice::Wording& wording) const {
    const bool sensitive = considered.content->sensitive;
    const bool shared = (sensitive || !wording.neutral.empty()) && is_shared(considered, channel);
    // A text message shows on a locked screen.
    const bool neutral = shared || considered.safe || (sensitive && channel == "sms");
    outreach::GateInput& input = considered.input;
    if (sensitive) {
        wording.subject = wording.subject.empty() ? "" : neutral_subject(wording.language);
    }
    if (neutral && !wording.neutral.empty()) {
        wording = make_neutral(wording);
        if (input.safe) {
            input.safe->words_neutral = true;
        }
    } else if (shared && sensitive) {
        input.privacy = {outreach::Finding::State::Against,
                         "Other patients use this address, and the content has no words that "
                         "reveal nothing."};
    }
}

/// Messages that lean on the record wait while nobody knows whether it is still so. A virtual run
/// and a rehearsal know all that ever came.
outreach::Finding MessageLook::find_feed(const Considered& considered, Instant now) const {
    const Duration stale_after = releases_.current().folder.config.feed_stale_after;
    if (stale_after <= Duration{0} || patients_.as_recorded() ||
        !campaign::leans_on_record(considered.campaign->definition)) {
        return {};
    }
    const std::string& source = considered.patient->source;
    const auto heard = ledger_.traffic().last_heard(source);
    if (heard && now - *heard < stale_after) {
        return {};
    }
    return {outreach::Finding::State::Against,
            "The feed \"" + source + "\" brought nothing " +
                (heard ? "since " + format_instant(*heard) : std::string("that is known of")) +
                ", so that nobody knows whether this is still so."};
}

outreach::Finding MessageLook::find_still(const Considered& considered) {
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

outreach::Finding MessageLook::find_not_for(const Considered& considered) {
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
void MessageLook::leave_out_same(Considered& considered) const {
    const Message& message = considered.state->message;
    for (const MessagePointer& other :
         ledger_.messages().of_enrolment(message.patient, message.enrolment)) {
        if (other->message.id == message.id || other->message.enrolment != message.enrolment ||
            other->message.occurrence != message.occurrence) {
            continue;
        }
        const Digest& left = other->is_joined() ? other->joined_into : other->message.id;
        std::erase_if(considered.sent,
                      [&left](const outreach::SentMessage& one) { return one.message == left; });
    }
}

/// When the same was last said to this person. An appointment that was moved since is news.
std::optional<Instant> MessageLook::last_same(const Considered& considered) const {
    MessagePointer last;
    const Message& message = considered.state->message;
    for (const Key one : considered.person) {
        for (const MessagePointer& other : ledger_.messages().of_content(one, message.content)) {
            if (is_meant_again(other->message, message)) {
                continue;
            }
            using Status = MessageState::Status;
            if ((other->status != Status::Accepted && other->status != Status::Unknown) ||
                other->message.content != message.content) {
                continue;
            }
            const EnrolmentView enrolment = ledger_.find_enrolment(other->message.enrolment);
            if (enrolment != nullptr && enrolment.key() == considered.enrolment->key &&
                (last == nullptr || other->settled_at > last->settled_at)) {
                last = other;
            }
        }
    }
    return last == nullptr || last->about != considered.about ? std::nullopt
                                                              : std::optional(last->settled_at);
}

}  // namespace parcours::engine
