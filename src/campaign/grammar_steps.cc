// All kinds of steps.

#include <array>
#include <span>

#include "campaign/grammar.h"

namespace parcours::campaign {
namespace {

constexpr KeyInfo then_key{"then", R"("$ref": "#/$defs/target")",
                           "The step that follows; by default the next in the file"};
constexpr KeyInfo safety_key{"safety-critical", R"("$ref": "#/$defs/truth")",
                             "Never withheld, and tried again after an unclear result"};
constexpr KeyInfo any_hour_key{"any-hour", R"("$ref": "#/$defs/truth")",
                               "An answer to what the patient just wrote: contact hours do not "
                               "hold it; only for what is safety-critical"};
constexpr KeyInfo by_key{
    "by",
    R"("oneOf": [ { "type": "string" }, { "type": "array", "items": { "type": "string" }, "minItems": 1 } ], "default": "preferred")",
    "Channels in the order to try, or `preferred`: the patient's own order"};

constexpr auto send_keys = std::to_array<KeyInfo>({
    {"send", R"("$ref": "#/$defs/name")", "Content of the library", true},
    by_key,
    {"reach", R"("enum": ["first", "all", "until-reply"], "default": "first")",
     "`first`: on the first channel that works; `all`: on each; `until-reply`: on one after the "
     "other until the patient replies"},
    {"within", R"("$ref": "#/$defs/span")",
     "With `until-reply`: how long each channel waits for the reply"},
    {"still", R"("$ref": "#/$defs/cql")", "Must hold when the message leaves"},
    {"not-after", R"("$ref": "#/$defs/moment")",
     "Later is too late; a length counts from when it was due"},
    safety_key,
    any_hour_key,
    {"then", R"("$ref": "#/$defs/target")", "When it is said (`until-reply`: when a reply came)"},
    {"else", R"("$ref": "#/$defs/target")",
     "When it cannot be said on any channel, by default as `then`; `until-reply`: when nobody "
     "replied"},
});
constexpr auto wait_keys = std::to_array<KeyInfo>({
    {"wait", R"("$ref": "#/$defs/moment")",
     "A length of time, one that leans on a date of the record, or a day of the calendar", true},
    {"at", R"("$ref": "#/$defs/time")", "That local time of the day it falls on"},
    {"until", R"("$ref": "#/$defs/window")", "Then on to the next such local time"},
    then_key,
    {"passed", R"("$ref": "#/$defs/target")", "When the moment has passed already"},
    {"moved", R"("$ref": "#/$defs/target")",
     "When the date moves; by default the wait is only shifted"},
    {"else", R"("$ref": "#/$defs/target")", "When there is no date; by default it waits for one"},
});
constexpr auto wait_for_keys = std::to_array<KeyInfo>({
    {"wait-for", R"("$ref": "#/$defs/cql")",
     "CQL, `success`, or an event: `reply`, `delivered`, `not-delivered`, `answer QUESTION`, "
     "`form FORM`",
     true},
    {"choices",
     R"("type": "object", "minProperties": 1, "additionalProperties": { "$ref": "#/$defs/target" })",
     "Of a reply: words and where they lead, `{ \"yes, oui, 是\": STEP }`"},
    {"at-most", R"("$ref": "#/$defs/moment")",
     "How long; also `until` a day or leaning on a date, which it follows", true},
    {"then", R"("$ref": "#/$defs/target")",
     "When it comes; with `choices` any other reply, which by default does not count"},
    {"else", R"("$ref": "#/$defs/target")", "When the time is over", true},
});
constexpr auto branch_keys = std::to_array<KeyInfo>({
    {"branch", R"("type": "array", "minItems": 1, "items": { "$ref": "#/$defs/arm" })",
     "Ways and their conditions; the first that is true", true},
    {"else", R"("$ref": "#/$defs/target")", "When none is; by default the next step"},
});
constexpr auto split_keys = std::to_array<KeyInfo>({
    {"split", R"("type": "array", "minItems": 1, "items": { "$ref": "#/$defs/lot" })",
     "Ways and their shares, together 100 % at most", true},
    {"salt", R"("type": "string")", "Changes who goes which way"},
    {"else", R"("$ref": "#/$defs/target")", "Whom the shares leave over; by default the next step"},
});
constexpr auto task_keys = std::to_array<KeyInfo>({
    {"task", R"("enum": ["call", "letter-batch", "review"])", "What kind of work", true},
    {"queue", R"("$ref": "#/$defs/name")", "Whose work it is", true},
    {"due", R"("$ref": "#/$defs/span")", "When it should be done"},
    {"script", R"("$ref": "#/$defs/name")", "Content that tells the person what to say"},
    {"until", R"("$ref": "#/$defs/cql")", "Closes the task by itself when it comes true"},
    {"at-most", R"("$ref": "#/$defs/moment")", "Then it makes no sense any more"},
    {"outcomes",
     R"("type": "object", "minProperties": 1, "additionalProperties": { "$ref": "#/$defs/target" })",
     "What a person may answer, and where that leads"},
    {"safety-critical", R"("$ref": "#/$defs/truth")",
     "Closed by nothing but its outcome, `until`, a cancelled key or death"},
    {"then", R"("$ref": "#/$defs/target")", "After `until`, and where no outcomes are listed"},
    {"else", R"("$ref": "#/$defs/target")", "After `at-most`"},
});
constexpr auto form_keys = std::to_array<KeyInfo>({
    {"form", R"("$ref": "#/$defs/name")", "A form of the practice, forms/NAME.yaml", true},
    {"send", R"("$ref": "#/$defs/name")", "The content that asks for it", true},
    by_key,
    {"not-after", R"("$ref": "#/$defs/moment")", "Asking later is too late"},
    {"at-most", R"("$ref": "#/$defs/moment")", "How long the answers are waited for", true},
    {"then", R"("$ref": "#/$defs/target")", "When the answers are there"},
    {"else", R"("$ref": "#/$defs/target")", "When the time is over, or the patient cannot be asked",
     true},
});
constexpr auto update_keys = std::to_array<KeyInfo>({
    {"update", R"("enum": ["answer", "flag", "concern"])", "What is set", true},
    {"name", R"("$ref": "#/$defs/name")", "Of the question, the flag or the concern", true},
    {"value", R"("type": ["string", "boolean", "integer"])",
     "What it is set to; by default true, which an answer must say itself"},
    then_key,
});
constexpr auto start_keys = std::to_array<KeyInfo>({
    {"start", R"("$ref": "#/$defs/name")",
     "A campaign with `enter: { by: campaign }` (or `hand`, `api`); keyed as this one, or not",
     true},
    {"then", R"("$ref": "#/$defs/target")", "When the patient has come in there"},
    {"else", R"("$ref": "#/$defs/target")",
     "When that campaign does not take the patient in; by default as `then`"},
});
constexpr auto webhook_keys = std::to_array<KeyInfo>({
    {"webhook", R"("$ref": "#/$defs/name")", "One of `webhooks` in practice.yaml", true},
    {"data",
     R"("type": "object", "additionalProperties": { "type": ["string", "boolean", "integer"] })",
     "Words of your own that it is told beside who and where"},
    {"then", R"("$ref": "#/$defs/target")", "When it answered with success (2xx)"},
    {"else", R"("$ref": "#/$defs/target")",
     "When it refused, or did not answer for a day; by default as `then`"},
});
constexpr auto flow_keys = std::to_array<KeyInfo>({
    {"flow", R"("$ref": "#/$defs/name")", "A flow of this file or of flows/NAME.yaml", true},
    {"with", R"("type": "object", "additionalProperties": { "type": "string" })",
     "What stands for `$NAME` in the flow"},
    {"outcomes",
     R"("type": "object", "minProperties": 1, "additionalProperties": { "$ref": "#/$defs/target" })",
     "Where its ends lead, by their results"},
    {"then", R"("$ref": "#/$defs/target")",
     "Where all other ends lead; by default the next in the file"},
});
constexpr auto end_keys = std::to_array<KeyInfo>({
    {"end", R"("$ref": "#/$defs/name")", "The result", true},
});

constexpr auto groups = std::to_array<KeyGroup>({
    {"send", "a send step",
     "Says something, and waits until it is said or cannot be said. A result that stays unknown "
     "counts as said.",
     send_keys, R"(, "dependentRequired": { "within": ["reach"] })",
     "  ask: { send: hba1c-due, by: [sms, email], reach: until-reply, within: 3 days, else: done "
     "}\n"
     "  thank: { send: hba1c-reminder, by: preferred, not-after: 2 days }\n"},
    {"wait", "a wait step", "Lets time pass on the patient's own clock.", wait_keys, "",
     "  pause: { wait: 7 days, until: \"mon-fri 10:00-16:00\" }\n"
     "  spring: { wait: until 2030-03-01, at: \"09:00\", passed: done }\n"},
    {"wait-for", "a wait-for step", "Waits for a fact or an event, but not for ever.",
     wait_for_keys, "",
     "  invite: { send: hba1c-due, by: sms }\n"
     "  reply: { wait-for: reply, choices: { \"yes, oui, 是\": booked, \"no, non, 否\": refused }, "
     "at-most: 5 days, else: done }\n"
     "  booked: { end: booked }\n"
     "  refused: { end: declined }\n"},
    {"branch", "a branch step", "Goes the first way whose condition is true.", branch_keys, "",
     "  sort: { branch: [ { if: 'AgeInYears() >= 75', then: call } ], else: done }\n"
     "  call: { task: call, queue: navigators }\n"},
    {"split", "a split step",
     "Parts patients by lot, so that two ways can be compared. Who goes which way follows from "
     "patient, campaign, step and salt alone: a new release changes nobody's.",
     split_keys, "",
     "  try: { split: [ { share: 50 %, then: early, label: morning }, { share: 50 %, then: late } "
     "] "
     "}\n"
     "  early: { wait: 1 day, at: \"09:00\", then: write }\n"
     "  late: { wait: 1 day, at: \"18:00\" }\n"
     "  write: { send: hba1c-due }\n"},
    {"task", "a task step", "Gives work to a person and waits for the outcome.", task_keys,
     R"(, "dependentRequired": { "at-most": ["else"], "else": ["at-most"] })",
     "  call: { task: call, queue: navigators, due: 2 days, script: hba1c-call, outcomes: { "
     "booked: "
     "done, unreachable: later } }\n"
     "  later: { wait: 7 days, then: call }\n"},
    {"form", "a form step",
     "Asks the patient to fill in a form, and waits until its answers were taken in: by a person, "
     "a "
     "program, or the patient.",
     form_keys, "",
     "  ask: { form: about-you, send: hba1c-due, at-most: 14 days, then: done, else: call }\n"
     "  call: { task: call, queue: front-desk }\n"},
    {"update", "an update step",
     "Writes something down about the patient, where conditions see it as `Answer`.", update_keys,
     "",
     "  mark: { update: flag, name: hard-to-reach }\n"
     "  ask-less: { update: answer, name: preferred-channel, value: letter }\n"},
    {"start", "a start step", "Puts the patient into another campaign and goes on.", start_keys, "",
     "  more: { start: welcome-call, else: done }\n"},
    {"webhook", "a webhook step",
     "Tells another system, signed, again and again until it has answered or a day is over.",
     webhook_keys, "",
     "  tell: { webhook: lab, data: { kit: fit }, else: call }\n"
     "  posted: { wait: 3 days, then: done }\n"
     "  call: { task: call, queue: navigators }\n"},
    {"flow", "a flow step",
     "Walks through steps that are written once. The first is called as this step, the others "
     "`STEP.INNER`; an end of the flow leads on here.",
     flow_keys, "",
     "  chase: { flow: remind-twice, with: { letter: hba1c-due }, outcomes: { unanswered: call } "
     "}\n"
     "  call: { task: call, queue: navigators }\n"},
    {"end", "an end step", "Ends the enrolment.", end_keys, "", "  over: { end: completed }\n"},
});

}  // namespace

std::span<const KeyGroup> step_groups() {
    return groups;
}

}  // namespace parcours::campaign
