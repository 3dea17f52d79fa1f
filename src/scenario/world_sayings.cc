// What providers, patients, staff and the machine do.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "channel/channel.h"
#include "engine/clinic.h"
#include "engine/given_answers.h"
#include "engine/ledger.h"
#include "engine/played_clinic.h"
#include "practice/folder.h"
#include "practice/nearest.h"
#include "scenario/phrase.h"
#include "scenario/saying.h"
#include "scenario/span.h"
#include "scenario/stage.h"

namespace parcours::scenario {
namespace {

using channel::AttemptResult;
using channel::Inbound;
using channel::Outcome;

Result<> check_channel(Stage& stage, const Slots& slots) {
    std::vector<std::string> known;
    for (const auto& config : stage.clinic().clinic().folder.config.channels) {
        known.push_back(config.name);
        if (config.name == slots.text("channel")) {
            return {};
        }
    }
    for (const auto& config : stage.clinic().clinic().folder.config.webhooks) {
        known.push_back(engine::webhook_name(config.name));
        if (known.back() == slots.text("channel")) {
            return {};
        }
    }
    return fail(ErrorCode::InvalidInput,
                "the practice has no channel \"" + slots.text("channel") + "\"" +
                    practice::suggest(slots.text("channel"), known),
                slots.where("channel"));
}

/// A provider's answer from now on, until another is said.
Result<> answer(Stage& stage, const Slots& slots, std::optional<AttemptResult> result) {
    if (const auto known = check_channel(stage, slots); !known) {
        return known;
    }
    if (result) {
        result->detail = slots.text("detail");
    }
    stage.answer(slots.text("channel"), std::move(result));
    return {};
}

AttemptResult refusal(bool bad_address, bool opted_out) {
    AttemptResult result;
    result.outcome = Outcome::Refused;
    result.bad_address = bad_address;
    result.opted_out = opted_out;
    return result;
}

Result<> be_busy(Stage& stage, const Slots& slots) {
    AttemptResult result;
    result.outcome = Outcome::Later;
    if (slots.has("number")) {
        const auto span = read_span(slots, "number", "unit");
        if (!span) {
            return pass_on(span);
        }
        result.retry_after = *span;
    }
    return answer(stage, slots, result);
}

Result<> crash(Stage& stage, const Slots& slots) {
    if (const auto known = check_channel(stage, slots); !known) {
        return known;
    }
    stage.crash_on(slots.text("channel"));
    return {};
}

Result<> come_back(Stage& stage, const Slots& slots, Inbound inbound) {
    if (const auto known = check_channel(stage, slots); !known) {
        return known;
    }
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    return stage.clinic().comes_back(slots.text("channel"), std::move(inbound));
}

Result<> reply(Stage& stage, const Slots& slots, Inbound::Kind kind) {
    Inbound inbound;
    inbound.kind = kind;
    inbound.text = slots.text("text");
    if (slots.has("address")) {
        inbound.from = slots.text("address");
        return come_back(stage, slots, std::move(inbound));
    }
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    inbound.from = (*person)->address(slots.text("channel"));
    if (inbound.from.empty()) {
        return fail(ErrorCode::InvalidInput,
                    slots.text("patient") + " has no address for " + slots.text("channel"),
                    slots.where("patient"));
    }
    return come_back(stage, slots, std::move(inbound));
}

/// A notice of the provider about the last message of that content.
Result<> report(Stage& stage, const Slots& slots) {
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    engine::MessagePointer last;
    for (const engine::MessagePointer& one :
         stage.clinic().ledger().messages_of(Stage::key_of(**person))) {
        last = one->message.content == slots.text("content") && one->attempts > 0 ? one : last;
    }
    if (last == nullptr) {
        return fail(ErrorCode::InvalidInput,
                    "nothing of the name \"" + slots.text("content") + "\" was handed over for " +
                        (*person)->id + " before",
                    slots.where("content"));
    }
    const std::string what = slots.text("what");
    Inbound inbound;
    inbound.message_id = last->message.id.to_hex();
    inbound.bad_address = what == "no-such-address";
    inbound.detail = what;
    inbound.kind = what == "delivered" ? Inbound::Kind::Delivered
                   : what == "delayed" ? Inbound::Kind::Delayed
                   : what == "failed"  ? Inbound::Kind::Failed
                                       : Inbound::Kind::Bounced;
    constexpr std::array<std::string_view, 5> known = {"delivered", "delayed", "failed", "bounced",
                                                       "no-such-address"};
    if (std::ranges::find(known, what) == known.end()) {
        return fail(ErrorCode::InvalidInput,
                    "a provider cannot report \"" + what + "\"" + practice::suggest(what, known),
                    slots.where("what"));
    }
    return stage.clinic().comes_back(last->channel, std::move(inbound));
}

Result<> check_campaign(Stage& stage, const Slots& slots) {
    std::vector<std::string> known;
    for (const engine::LoadedCampaign& campaign : stage.clinic().clinic().campaigns) {
        known.push_back(campaign.definition.name);
    }
    if (std::ranges::find(known, slots.text("campaign")) != known.end()) {
        return {};
    }
    return fail(ErrorCode::InvalidInput,
                "there is no campaign \"" + slots.text("campaign") + "\" here" +
                    practice::suggest(slots.text("campaign"), known),
                slots.where("campaign"));
}

Result<> enrol(Stage& stage, const Slots& slots) {
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    const auto enrolled = stage.clinic().enrol(slots.text("campaign"), Stage::key_of(**person),
                                               "a nurse", slots.text("resource"));
    const std::string wanted = slots.text("text");
    if (slots.has("text")) {
        if (enrolled) {
            stage.miss(slots, (*person)->id + " was enrolled");
        } else if (enrolled.error().message.find(wanted) == std::string::npos) {
            stage.miss(slots, enrolled.error().message);
        }
    } else if (!enrolled) {
        stage.miss(slots, enrolled.error().message);
    }
    return {};
}

/// What a patient told, and somebody writes down.
Result<> answer_question(Stage& stage, const Slots& slots) {
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    engine::GivenAnswers given;
    given.patient = Stage::key_of(**person);
    given.form = slots.text("form");
    given.source = "staff a nurse";
    given.answers.emplace_back(slots.text("question"), slots.text("value"));
    if (slots.has("other")) {
        given.answers.emplace_back(slots.text("other"), slots.text("more"));
    }
    if (const auto told = stage.clinic().tell(std::move(given)); !told) {
        stage.miss(slots, told.error().message);
    }
    return {};
}

Result<> close(Stage& stage, const Slots& slots) {
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    std::optional<Digest> open;
    for (const engine::TaskPointer& task :
         stage.clinic().ledger().tasks_of(Stage::key_of(**person))) {
        if (task->open() && task->task.kind == slots.text("kind") &&
            (!slots.has("step") || task->task.step == slots.text("step"))) {
            open = task->task.id;
        }
    }
    if (!open) {
        stage.miss(slots, "no such task is open");
        return {};
    }
    const auto closed = stage.clinic().close_task(*open, slots.text("outcome"), "a nurse");
    if (!closed) {
        stage.miss(slots, closed.error().message);
    }
    return {};
}

Result<> pause(Stage& stage, const Slots& slots, bool paused) {
    if (const auto known = check_campaign(stage, slots); !known) {
        return known;
    }
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    return stage.clinic().pause(slots.text("campaign"), paused, "a nurse", "as the scenario says");
}

Result<> publish(Stage& stage, const Slots& slots) {
    const practice::FileMap* const files = stage.find_version(slots.text("version"));
    if (files == nullptr) {
        return fail(ErrorCode::InvalidInput,
                    "the scenario has no version \"" + slots.text("version") +
                        "\"; it is made of files: \"file campaigns/NAME.yaml in version " +
                        slots.text("version") + ":\" before the timeline",
                    slots.where("version"));
    }
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    auto clinic = stage.make_clinic(*files);
    return clinic ? stage.clinic().publish(std::move(*clinic)) : pass_on(clinic);
}

std::vector<Saying> provider_sayings() {
    return {
        {Phrase("provider {channel} takes everything"), "So it is until something else is said.",
         "provider sms takes everything",
         [](Stage& stage, const Slots& slots) { return answer(stage, slots, std::nullopt); }},
        {Phrase("provider {channel} refuses [saying {detail}]"),
         "From now on it refuses what it is handed; the next channel of the ladder is tried.",
         "provider sms refuses saying \"not a mobile\"",
         [](Stage& stage, const Slots& slots) {
             return answer(stage, slots, refusal(false, false));
         }},
        {Phrase("provider {channel} knows no such address [saying {detail}]"),
         "It refuses, and the address is not used again.", "provider email knows no such address",
         [](Stage& stage, const Slots& slots) {
             return answer(stage, slots, refusal(true, false));
         }},
        {Phrase("provider {channel} knows of a stop [saying {detail}]"),
         "It refuses because the patient said STOP to it.", "provider sms knows of a stop",
         [](Stage& stage, const Slots& slots) {
             return answer(stage, slots, refusal(false, true));
         }},
        {Phrase("provider {channel} is busy [for {number:number} {unit}]"),
         "It takes nothing for now, and may say for how long.", "provider sms is busy for 2 hours",
         be_busy},
        {Phrase("provider {channel} gives no clear answer"),
         "What it is handed may have been taken, or not.", "provider sms gives no clear answer",
         [](Stage& stage, const Slots& slots) { return answer(stage, slots, AttemptResult{}); }},
        {Phrase("provider reports {content} to {patient} as {what}"),
         "Of the last one handed over: delivered, delayed, failed, bounced, no-such-address.",
         "provider reports ping to anna as delivered", report},
    };
}

std::vector<Saying> people_sayings() {
    return {
        {Phrase("{patient} replies by {channel}: {text}"), "From the patient's own address.",
         "anna replies by sms: \"STOP\"",
         [](Stage& stage, const Slots& slots) {
             return reply(stage, slots, Inbound::Kind::Reply);
         }},
        {Phrase("somebody at {address} replies by {channel}: {text}"), "From any address.",
         "somebody at +14135550199 replies by sms: \"who is this?\"",
         [](Stage& stage, const Slots& slots) {
             return reply(stage, slots, Inbound::Kind::Reply);
         }},
        {Phrase("{patient} unsubscribes by {channel}"), "As mail programs do with one click.",
         "anna unsubscribes by email",
         [](Stage& stage, const Slots& slots) {
             return reply(stage, slots, Inbound::Kind::Unsubscribe);
         }},
        {Phrase("{patient} answers {question} with {value} [and {other} with {more}] "
                "[in form {form}]"),
         "Somebody writes down what the patient told.", "anna answers preferred-channel with sms",
         answer_question},
        {Phrase("staff enrol {patient} in {campaign} [about {resource}]"),
         "By hand; about \"Appointment/a1\" where the campaign has a key.",
         "staff enrol anna in by-hand", enrol},
        {Phrase("staff cannot enrol {patient} in {campaign} [about {resource}]: {text}"),
         "They try; the answer holds these words.", "staff cannot enrol anna in ping: \"by hand\"",
         enrol},
        {Phrase("staff close {kind} of {patient} [at {step}] as {outcome}"),
         "The open task of that kind (call, review, reply, letter-batch).",
         "staff close call of anna as reached", close},
        {Phrase("staff pause {campaign}"), "Nobody comes in, no timer fires, nothing leaves.",
         "staff pause ping",
         [](Stage& stage, const Slots& slots) { return pause(stage, slots, true); }},
        {Phrase("staff resume {campaign}"), "It goes on.", "staff resume ping",
         [](Stage& stage, const Slots& slots) { return pause(stage, slots, false); }},
        {Phrase("staff publish {version}"),
         "A version of the practice: the files that stand before the timeline as \"in version …\".",
         "staff publish two", publish},
    };
}

std::vector<Saying> machine_sayings() {
    return {
        {Phrase("the program stops"),
         "Nothing happens until it starts again; what the EHR sends waits.", "the program stops",
         [](Stage& stage, const Slots&) { return stage.stop_program(); }},
        {Phrase("the program starts"), "It takes up what has become due.", "the program starts",
         [](Stage& stage, const Slots&) { return stage.start_program(); }},
        {Phrase("the program restarts"), "It stops and starts again in the same moment.",
         "the program restarts",
         [](Stage& stage, const Slots&) {
             const auto stopped = stage.stop_program();
             return stopped ? stage.start_program() : stopped;
         }},
        {Phrase("the program dies when it next hands over by {channel}"),
         "After the attempt is written down and before an answer comes; it starts again at once.",
         "the program dies when it next hands over by sms", crash},
    };
}

}  // namespace

std::vector<Saying> world_sayings() {
    std::vector<Saying> all = provider_sayings();
    for (const auto& more : {people_sayings(), machine_sayings()}) {
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

}  // namespace parcours::scenario
