// What must be sent, and what must not and why.

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/ledger.h"
#include "engine/message_events.h"
#include "engine/outbox.h"
#include "engine/played_clinic.h"
#include "outreach/reasons.h"
#include "practice/nearest.h"
#include "record/engagement.h"
#include "scenario/happening.h"
#include "scenario/phrase.h"
#include "scenario/saying.h"
#include "scenario/stage.h"

namespace parcours::scenario {
namespace {

using engine::MessagePointer;
using engine::MessageState;

Result<> check_content(Stage& stage, const Slots& slots) {
    const auto& library = stage.clinic().clinic().folder.content;
    if (library.find(slots.text("content")) != nullptr) {
        return {};
    }
    const std::vector<std::string> names = library.names();
    return fail(ErrorCode::InvalidInput,
                "the practice has no content \"" + slots.text("content") + "\"" +
                    practice::suggest(slots.text("content"), names),
                slots.where("content"));
}

Result<> check_reason(const Slots& slots, std::string_view slot) {
    std::vector<std::string_view> known;
    for (const outreach::ReasonHelp& reason : outreach::reasons()) {
        known.push_back(reason.code);
    }
    for (const std::string_view other :
         {"provider-unavailable", "refused-by-provider", "bounced", "failed", "unknown-result"}) {
        known.push_back(other);
    }
    if (std::ranges::find(known, slots.text(slot)) != known.end()) {
        return {};
    }
    return fail(ErrorCode::InvalidInput,
                "no message has the reason \"" + slots.text(slot) + "\"" +
                    practice::suggest(slots.text(slot), known),
                slots.where(slot));
}

/// It must happen now, once.
Result<> claim_message(Stage& stage, const Slots& slots, Happening::Kind kind) {
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    if (const auto known = check_content(stage, slots); !known) {
        return known;
    }
    Claim claim;
    claim.fits = [kind, slots, patient = Stage::key_of(**person)](const Happening& one) {
        const auto has = [&slots](std::string_view slot, const std::string& value) {
            return !slots.has(slot) || slots.text(slot) == value;
        };
        return one.kind == kind && one.patient == patient && has("channel", one.channel) &&
               has("content", one.what) && has("language", one.language) &&
               has("address", one.to) &&
               (one.subject + "\n" + one.text).find(slots.text("words")) != std::string::npos &&
               (!slots.has("unsaid") || one.text.find(slots.text("unsaid")) == std::string::npos);
    };
    claim.resembles = [kind, content = slots.text("content"),
                       patient = Stage::key_of(**person)](const Happening& one) {
        return one.kind == kind && one.patient == patient && one.what == content;
    };
    stage.claim(std::move(claim));
    return {};
}

/// Another system must be told now, once.
Result<> claim_call(Stage& stage, const Slots& slots) {
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    Claim claim;
    claim.resembles = [patient = Stage::key_of(**person)](const Happening& one) {
        return one.kind == Happening::Kind::Told && one.patient == patient;
    };
    claim.fits = [slots, near = claim.resembles](const Happening& one) {
        return near(one) && one.what == slots.text("hook") &&
               one.text.find(slots.text("words")) != std::string::npos;
    };
    stage.claim(std::move(claim));
    return {};
}

/// Where a message stands, in the words of these sentences.
std::string standing_of(Stage& stage, const MessageState& state) {
    using Status = MessageState::Status;
    switch (state.status) {
        case Status::Waiting:
            return fmt::format("it waits until {} ({})", stage.local(state.next_look),
                               state.reason.empty() ? "not looked at yet" : state.reason);
        case Status::Attempting:
            return "it is being handed over";
        case Status::Accepted:
            return fmt::format("it was sent by {} on {}", state.channel,
                               stage.local(state.settled_at));
        case Status::NotSent:
            return "it was not sent because " + state.reason;
        case Status::Unknown:
            return "it was handed over and no clear answer came";
        case Status::Withdrawn:
            return "it was withdrawn";
    }
    return {};
}

/// The last message of a content to somebody; null, with the miss told, where there is none.
Result<MessagePointer> find_message(Stage& stage, const Slots& slots) {
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    if (const auto known = check_content(stage, slots); !known) {
        return pass_on(known);
    }
    if (const auto settled = stage.settle(); !settled) {
        return pass_on(settled);
    }
    MessagePointer last;
    for (const MessagePointer& one : stage.clinic().ledger().messages_of(Stage::key_of(**person))) {
        last = one->message.content == slots.text("content") ? one : last;
    }
    if (last == nullptr) {
        stage.miss(slots, "nothing of that name was ever planned for " + (*person)->id);
    }
    return last;
}

/// What the gate said at each look at a message, on one channel or, where none is named, on any.
Result<std::vector<Decision>> decisions_of(Stage& stage, const MessageState& message,
                                           std::string_view channel) {
    const auto entries = engine::list_outbox(stage.clinic().folder(), message.message.patient);
    if (!entries) {
        return pass_on(entries);
    }
    std::vector<Decision> decisions;
    for (const engine::OutboxEntry& entry : *entries) {
        for (const engine::Decided& decided : entry.decisions) {
            if (entry.message.id == message.message.id &&
                (channel.empty() || decided.decision.channel == channel)) {
                decisions.push_back(decided.decision);
            }
        }
    }
    return decisions;
}

Result<> expect_not_sent(Stage& stage, const Slots& slots) {
    if (const auto known = check_reason(slots, "reason"); !known) {
        return known;
    }
    const auto found = find_message(stage, slots);
    if (!found || *found == nullptr) {
        return found ? Result<>{} : pass_on(found);
    }
    const MessageState& state = **found;
    if (!slots.has("channel")) {
        if (state.status != MessageState::Status::NotSent || state.reason != slots.text("reason")) {
            stage.miss(slots, standing_of(stage, state));
        }
        return {};
    }
    const auto decisions = decisions_of(stage, state, slots.text("channel"));
    if (!decisions) {
        return pass_on(decisions);
    }
    if (decisions->empty()) {
        stage.miss(slots, "it was not looked at for " + slots.text("channel"));
        return {};
    }
    const Decision& last = decisions->back();
    if (last.outcome != Decision::Outcome::NotSent || last.reason != slots.text("reason")) {
        stage.miss(slots, fmt::format("on {} the gate said {} {}", slots.text("channel"),
                                      outcome_name(last.outcome), last.reason));
    }
    return {};
}

/// Why a message waits, in the words of the gate or of the engine.
Result<std::string> waits_because(Stage& stage, const MessageState& state) {
    const auto decisions = decisions_of(stage, state, {});
    if (!decisions) {
        return pass_on(decisions);
    }
    const bool by_gate =
        !decisions->empty() && decisions->back().outcome == Decision::Outcome::Later;
    return by_gate ? decisions->back().reason : state.reason;
}

Result<> expect_waiting(Stage& stage, const Slots& slots) {
    if (const auto known = check_reason(slots, "reason"); !known) {
        return known;
    }
    const auto found = find_message(stage, slots);
    if (!found || *found == nullptr) {
        return found ? Result<>{} : pass_on(found);
    }
    const MessageState& state = **found;
    if (state.status != MessageState::Status::Waiting) {
        stage.miss(slots, standing_of(stage, state));
        return {};
    }
    const auto reason = waits_because(stage, state);
    const auto until =
        slots.has("until") ? stage.moment(slots, "until") : Result<Instant>(state.next_look);
    if (!reason || !until) {
        return reason ? pass_on(until) : pass_on(reason);
    }
    if (*reason != slots.text("reason") || *until != state.next_look) {
        stage.miss(slots, fmt::format("it waits until {} because {}", stage.local(state.next_look),
                                      *reason));
    }
    return {};
}

Result<> expect_withdrawn(Stage& stage, const Slots& slots) {
    const auto found = find_message(stage, slots);
    if (found && *found != nullptr && (*found)->status != MessageState::Status::Withdrawn) {
        stage.miss(slots, standing_of(stage, **found));
    }
    return found ? Result<>{} : pass_on(found);
}

/// Nothing at all, or nothing of that name, until now.
Result<> expect_silence(Stage& stage, const Slots& slots) {
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    for (const MessagePointer& one : stage.clinic().ledger().messages_of(Stage::key_of(**person))) {
        using Status = MessageState::Status;
        if (one->status == Status::Accepted || one->status == Status::Unknown) {
            stage.miss(slots,
                       fmt::format("{}: {}", one->message.content, standing_of(stage, *one)));
            return {};
        }
    }
    return {};
}

Result<> expect_suppressed(Stage& stage, const Slots& slots, bool suppressed) {
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    const engine::AddressState state =
        stage.clinic().ledger().address(slots.text("channel"), slots.text("address"));
    if (state.suppressed != suppressed) {
        stage.miss(slots, suppressed ? "it may be used" : "it must not be used: " + state.reason);
    }
    return {};
}

}  // namespace

std::vector<Saying> message_sayings() {
    return {
        {Phrase("sent to {patient} by {channel}: {content} [in {language}] [to {address}] "
                "[saying {words}] [not saying {unsaid}]"),
         "In this very minute a provider takes it. Whatever is sent must be said: what a scenario "
         "does not say must not be sent.",
         "sent to anna by sms: ping",
         [](Stage& stage, const Slots& slots) {
             return claim_message(stage, slots, Happening::Kind::Sent);
         }},
        {Phrase("no clear answer for {patient} by {channel}: {content}"),
         "In this minute a provider is handed it, and whether it took it is not known. This must "
         "be "
         "said as well.",
         "no clear answer for anna by sms: ping",
         [](Stage& stage, const Slots& slots) {
             return claim_message(stage, slots, Happening::Kind::Unanswered);
         }},
        {Phrase("webhook {hook} is told of {patient} [saying {words}]"),
         "In this minute the other system takes it. This must be said as well; its provider is "
         "called \"webhook:NAME\".",
         "webhook lab is told of anna", claim_call},
        {Phrase("not sent to {patient}: {content} because {reason}"),
         "It was decided, and for this reason (`parcours why` knows them all).",
         "not sent to anna: ping because no-address", expect_not_sent},
        {Phrase("not sent to {patient} by {channel}: {content} because {reason}"),
         "The same of one channel of the ladder.",
         "not sent to anna by email: ping because no-address", expect_not_sent},
        {Phrase("waiting for {patient}: {content} because {reason} [until {until:moment}]"),
         "It was held back for now.", "waiting for anna: ping because quiet-hours", expect_waiting},
        {Phrase("withdrawn from {patient}: {content}"), "What it was for went away before it left.",
         "withdrawn from anna: ping", expect_withdrawn},
        {Phrase("nothing was sent to {patient}"), "Until now.", "nothing was sent to anna",
         expect_silence},
        {Phrase("the {channel} address {address} must not be used"),
         "It came back, or its owner said STOP.", "the sms address +14135550101 must not be used",
         [](Stage& stage, const Slots& slots) { return expect_suppressed(stage, slots, true); }},
        {Phrase("the {channel} address {address} may be used"), "Nothing stands against it.",
         "the sms address +14135550101 may be used",
         [](Stage& stage, const Slots& slots) { return expect_suppressed(stage, slots, false); }},
    };
}

}  // namespace parcours::scenario
