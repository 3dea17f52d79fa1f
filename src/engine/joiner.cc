#include "engine/joiner.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engine/arbiter.h"
#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/message_look.h"
#include "engine/releases.h"
#include "outreach/gate.h"
#include "outreach/joining.h"
#include "outreach/reasons.h"
#include "outreach/render.h"
#include "practice/content.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

std::string name_of(const Message& message) {
    return message.content + " (" + message.campaign + ")";
}

void add_sentence(std::string& text, const std::string& sentence) {
    text += (text.empty() ? "" : " ") + sentence;
}

void leave_out(Joining& joining, const Message& message, const std::string& why) {
    add_sentence(joining.detail, name_of(message) + " is not said with it: " + why + ".");
}

/// Whether one that leaves in this message has the flow's next slot already: another has to wait
/// for one of its own.
bool is_taken(const std::string& flow, const Considered& lead, const Joining& joining) {
    const auto& calls = lead.content->calls;
    return (calls.rate > 0 && flow == Arbiter::calls_flow(calls.queue)) ||
           std::ranges::any_of(joining.parts, [&flow](const JoinedPart& part) {
               return std::ranges::find(part.paced, flow, &Paced::flow) != part.paced.end();
           });
}

}  // namespace

Joining Joiner::join(Considered& lead, const std::string& channel, Instant now) {
    Joining joining;
    if (lead.content == nullptr || lead.content->joins.text.empty() || !lead.line ||
        lead.state->message.safety_critical) {
        return joining;
    }
    const auto waiting = candidates(lead, now);
    const std::string& name = lead.content->joins.text;
    const practice::Content* const frame = lead.clinic->folder.content.find(name);
    const practice::Wording* const wording =
        frame == nullptr ? nullptr : frame->find(lead.language, channel);
    if (waiting.empty() || wording == nullptr) {
        if (!waiting.empty()) {
            joining.detail = "Others wait too, and \"" + name + "\" cannot say all in \"" +
                             lead.language + "\" for this channel.";
        }
        return joining;
    }
    for (const MessagePointer& state : waiting) {
        JoinedPart part;
        part.considered = std::make_unique<Considered>();
        part.considered->state = state;
        const std::string why_not = consider(part, lead, joining, channel, now);
        if (why_not.empty()) {
            joining.parts.push_back(std::move(part));
        } else {
            leave_out(joining, state->message, why_not);
        }
    }
    put_into_words(lead, joining, *wording, channel);
    return joining;
}

/// Those whose contents join in the same frame and that wait for nothing but their turn.
std::vector<MessagePointer> Joiner::candidates(const Considered& lead, Instant now) const {
    std::vector<MessagePointer> found;
    for (const MessagePointer& state : ledger_.waiting_of(lead.state->message.patient)) {
        const Message& message = state->message;
        const auto look_at = ledger_.waiting().find(message.id);
        const bool ready =
            look_at && (*look_at <= now || state->reason == outreach::reason::contact_budget);
        if (message.id == lead.state->message.id || !ready || message.safety_critical) {
            continue;
        }
        const auto clinic = releases_.clinic_of(message.campaign, message.release);
        const practice::Content* const content =
            clinic ? (*clinic)->folder.content.find(message.content) : nullptr;
        if (content != nullptr && content->joins == lead.content->joins) {
            found.push_back(state);
        }
    }
    std::ranges::sort(found, {}, [this](const MessagePointer& state) {
        return std::pair(-releases_.priority_of(state->message), state->number);
    });
    return found;
}

/// Why it cannot be said within `lead`; empty where it can.
std::string Joiner::consider(JoinedPart& part, const Considered& lead, const Joining& joining,
                             const std::string& channel, Instant now) {
    Considered& considered = *part.considered;
    const MessageState& state = *considered.state;
    const auto& ladder = state.message.ladder;
    part.rung = state.rung;
    if (state.rung >= ladder.size() || ladder[state.rung] != channel) {
        return "it goes by another channel";
    }
    if (state.message.purpose != lead.state->message.purpose) {
        return "it has another purpose, and a budget of its own";
    }
    if (const auto gathered = look_.gather(considered, channel, now); !gathered) {
        return "what the gate asks could not be found out";
    }
    considered.input.sent = {};  // one message uses the budget once
    part.decision = outreach::decide(considered.input, *considered.rules, now);
    if (part.decision.outcome != Decision::Outcome::Send) {
        return part.decision.reason;
    }
    if (considered.language != lead.language) {
        return "it is said in another language";
    }
    if (considered.recipient.address != lead.recipient.address) {
        return "it goes to another address";
    }
    return considered.line ? ask_for_calls(part, lead, joining, channel, now) : "it has no line";
}

/// One hand-off of a joined message is one of its channel; the calls it may cause are its parts'.
std::string Joiner::ask_for_calls(JoinedPart& part, const Considered& lead, const Joining& joining,
                                  const std::string& channel, Instant now) const {
    Considered& considered = *part.considered;
    const Arbiter arbiter(ledger_, releases_.current());
    const Arbitration arbitration = arbiter.ask_joined(considered, lead, channel, now);
    considered.input.limits = arbitration.limits;
    part.decision = outreach::decide(considered.input, *considered.rules, now);
    considered.input.limits = {};
    if (part.decision.outcome != Decision::Outcome::Send) {
        return part.decision.reason;
    }
    for (const Slot& slot : arbitration.slots) {
        if (is_taken(slot.paced.flow, lead, joining)) {
            return std::string(outreach::reason::calls_paced);
        }
        part.paced.push_back(slot.paced);
    }
    return {};
}

/// Says all in the frame; what makes it too long is left out, the least urgent first.
void Joiner::put_into_words(Considered& lead, Joining& joining, const practice::Wording& frame,
                            const std::string& channel) {
    while (!joining.parts.empty()) {
        std::vector<std::string> lines = {*lead.line};
        for (const JoinedPart& part : joining.parts) {
            lines.push_back(*part.considered->line);
        }
        auto rendered = outreach::render_joined(frame, lines, lead.variables,
                                                {lead.language, lead.clinic->zone});
        const auto why_not = rendered ? find_too_long(channel, rendered->text)
                                      : std::optional(rendered.error().message);
        if (!why_not) {
            lead.rendered = std::move(*rendered);
            break;
        }
        leave_out(joining, joining.parts.back().considered->state->message,
                  rendered ? "the text would be too long" : *why_not);
        joining.parts.pop_back();
    }
    std::string with;
    for (JoinedPart& part : joining.parts) {
        with += (with.empty() ? "" : ", ") + name_of(part.considered->state->message);
        part.decision.outcome = Decision::Outcome::Joined;
        part.decision.joined = {lead.state->message.id};
        part.decision.checks.push_back(
            {"joining",
             CheckResult::Verdict::Pass,
             {},
             "It is said within the message of " + name_of(lead.state->message) + ".",
             {}});
    }
    if (!with.empty()) {
        const std::string others = std::move(joining.detail);
        joining.detail = "Said in one message with " + with + ".";
        if (!others.empty()) {
            add_sentence(joining.detail, others);
        }
    }
}

}  // namespace parcours::engine
