// The head of a campaign file and the maps in it.

#include <array>
#include <span>

#include "campaign/grammar.h"

namespace parcours::campaign {
namespace {

constexpr auto campaign_keys = std::to_array<KeyInfo>({
    {"campaign", R"("$ref": "#/$defs/name")", "The name, that of the file", true},
    {"title", R"("$ref": "#/$defs/titles")", "In each language of the clinic", true},
    {"purpose", R"("enum": ["direct-care", "operations", "marketing"])",
     "Why it is said; marketing needs a recorded consent", true},
    {"concern", R"("$ref": "#/$defs/name")", "One of the journey map's"},
    {"topic", R"("$ref": "#/$defs/name")", "What a patient may opt out of; by default the concern"},
    {"priority", R"("type": "integer", "minimum": 0, "maximum": 100, "default": 50)",
     "Who goes first for a patient's contact budget"},
    {"evidence", R"("$ref": "#/$defs/evidence")", "Why it is done"},
    {"safety-critical", R"("$ref": "#/$defs/truth")", "Withholding it could harm: no holdout"},
    {"clinical-rules", R"("oneOf": [ { "const": "unsigned" }, { "$ref": "#/$defs/signature" } ])",
     "It judges what patients feel or measure at home: `unsigned` until a clinician has signed; "
     "nobody comes in before"},
    {"enter", R"("$ref": "#/$defs/enter")", "Who comes in", true},
    {"holdout", R"("oneOf": [ { "$ref": "#/$defs/share" }, { "$ref": "#/$defs/holdout" } ])",
     "The share deliberately not contacted, up to 50 %"},
    {"salt", R"("type": "string")", "Changes who is held out, and who goes which way of a split"},
    {"success", R"("oneOf": [ { "$ref": "#/$defs/cql" }, { "$ref": "#/$defs/success" } ])",
     "What the campaign wants"},
    {"exit",
     R"("type": "array", "items": { "oneOf": [ { "enum": ["left-care", "palliative", "done-elsewhere"] }, { "$ref": "#/$defs/exit" } ] })",
     "What ends an enrolment wherever it stands"},
    {"dates",
     R"("type": "object", "propertyNames": { "pattern": "^[a-z][a-z0-9.-]*$" }, "additionalProperties": { "type": "string" })",
     "Named dates of the record, as CQL that gives a Date or DateTime"},
    {"flows",
     R"("type": "object", "propertyNames": { "$ref": "#/$defs/name" }, "additionalProperties": { "$ref": "#/$defs/flow-steps" })",
     "Flows of this file; those of all campaigns stand in flows/NAME.yaml"},
    {"steps", R"("$ref": "#/$defs/steps")",
     "In the order of the file; the first is entered first, and `then` is by default the next",
     true},
});
constexpr auto evidence_keys = std::to_array<KeyInfo>({
    {"effect", R"("type": "string")", "How much it helped"},
    {"source", R"("type": "string")", "Where that stands"},
});
constexpr auto signature_keys = std::to_array<KeyInfo>({
    {"signed-by", R"("type": "string")", "The clinician who answers for the rules", true},
    {"on", R"("type": "string", "format": "date")", "The day", true},
});
constexpr auto enter_keys = std::to_array<KeyInfo>({
    {"cohort", R"("$ref": "#/$defs/name")",
     "Whoever is in that cohort; with `schedule` whoever is in it then"},
    {"schedule", R"("type": "string")",
     "When, as crontab writes it: minute, hour, day of the month, month, day of the week (`0 9 * * "
     "mon`); needs a cohort"},
    {"zone", R"("type": "string")", "The time zone of `schedule`; by default the clinic's"},
    {"event",
     R"("enum": ["appointment.booked", "referral.made", "order.placed", "plan.begun", "episode.opened"])",
     "What happens to the patient"},
    {"by", R"("enum": ["hand", "api", "campaign", "crisis"])",
     "`hand`: a person puts patients in, `api`: a program, `campaign`: a `start` step, `crisis`: "
     "whoever writes words of an emergency"},
    {"when", R"("$ref": "#/$defs/cql")", "Only if that holds"},
    {"key", R"("enum": ["appointment", "referral", "order", "plan", "episode"])",
     "One enrolment for each; its dates move with it, and it ends when it is cancelled"},
    {"again",
     R"("type": "string", "pattern": "^(never|after exit|per key|after [0-9]+ +(minute|hour|day|week|month|year)s?)$")",
     "Whether one may come again: `never`, `after exit`, `after 2 years`, `per key`"},
});
constexpr auto holdout_keys = std::to_array<KeyInfo>({
    {"share", R"("$ref": "#/$defs/share")", "Of those who come in", true},
    {"strata",
     R"("type": "array", "minItems": 1, "items": { "enum": ["gender", "age", "language"] })",
     "The share is kept exactly in each group of these, in the order in which people come in",
     true},
});
constexpr auto success_keys = std::to_array<KeyInfo>({
    {"when", R"("$ref": "#/$defs/cql")", "What the campaign wants", true},
    {"then", R"("$ref": "#/$defs/target")", "Where it leads, from wherever one stands"},
});
constexpr auto exit_keys = std::to_array<KeyInfo>({
    {"when", R"("$ref": "#/$defs/cql")", "What ends the enrolment", true},
    {"as", R"("$ref": "#/$defs/name", "default": "left")", "The result"},
});
constexpr auto arm_keys = std::to_array<KeyInfo>({
    {"if", R"("$ref": "#/$defs/cql")", "The condition", true},
    {"then", R"("$ref": "#/$defs/target")", "Where it leads", true},
});
constexpr auto lot_keys = std::to_array<KeyInfo>({
    {"share", R"("$ref": "#/$defs/share")", "How many go this way", true},
    {"then", R"("$ref": "#/$defs/target")", "Where it leads", true},
    {"label", R"("$ref": "#/$defs/name")", "What it is called in reports; by default the step"},
});
constexpr auto flow_keys = std::to_array<KeyInfo>({
    {"flow", R"("$ref": "#/$defs/name")", "The name, that of the file", true},
    {"note", R"("type": "string")", "What it is for"},
    {"steps", R"("$ref": "#/$defs/steps")", "As of a campaign", true},
});

constexpr auto groups = std::to_array<KeyGroup>({
    {"campaign", "a campaign", "A programme of steps that patients are enrolled in.", campaign_keys,
     "", ""},
    {"evidence", "evidence", "Why a clinic does it.", evidence_keys, "", ""},
    {"signature", "clinical-rules", "Who answers for rules that judge patients.", signature_keys,
     "", ""},
    {"enter", "enter", "Who comes in: exactly one of `cohort`, `event` and `by`.", enter_keys,
     R"(, "oneOf": [ { "required": ["cohort"] }, { "required": ["event"] }, { "required": ["by"] } ], "dependentRequired": { "schedule": ["cohort"], "zone": ["schedule"] })",
     ""},
    {"holdout", "holdout", "A holdout that is drawn in layers.", holdout_keys, "", ""},
    {"success", "success", "What the campaign wants, and where that leads.", success_keys, "", ""},
    {"exit", "an exit", "What ends an enrolment wherever it stands.", exit_keys, "", ""},
    {"arm", "a way of a branch", "A way and its condition.", arm_keys, "", ""},
    {"lot", "a way of a split", "A way and its share.", lot_keys, "", ""},
    {"flow-file", "a flow", "Steps that several campaigns use: flows/NAME.yaml.", flow_keys, "",
     ""},
});

}  // namespace

std::span<const KeyGroup> head_groups() {
    return groups;
}

}  // namespace parcours::campaign
