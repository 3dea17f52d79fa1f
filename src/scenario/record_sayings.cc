// What the EHR sends.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/played_clinic.h"
#include "practice/code_group.h"
#include "practice/nearest.h"
#include "practice/value_set.h"
#include "scenario/chart.h"
#include "scenario/person.h"
#include "scenario/phrase.h"
#include "scenario/saying.h"
#include "scenario/stage.h"
#include "scenario/words.h"

namespace parcours::scenario {
namespace {

Result<> describe_patient(Stage& stage, const Slots& slots) {
    Person& person = stage.introduce(slots.text("patient"));
    if (const Words* const traits = slots.find("traits")) {
        if (const auto described = describe(person, *traits); !described) {
            return described;
        }
    }
    stage.clinic().record(person.resource());
    return {};
}

/// A code of the value set that is named, the same each time.
Result<> set_code(Stage& stage, const Slots& slots, Entry& entry) {
    const practice::ValueSets& sets = stage.clinic().clinic().folder.value_sets;
    const std::string name = slots.text("what");
    const auto set = sets.find_value_set(name);
    if (!set) {
        return fail(ErrorCode::InvalidInput,
                    "the practice has no value set \"" + name + "\"" +
                        practice::suggest(name, sets.value_set_names()),
                    slots.where("what"));
    }
    const practice::ValueSet& found = sets.get(*set);
    for (const practice::CodeGroup& group : found.codes) {
        for (const std::string& code : group.codes) {
            if (entry.system.empty() || group.system < entry.system ||
                (group.system == entry.system && code < entry.code)) {
                entry.system = group.system;
                entry.code = code;
            }
        }
    }
    if (entry.code.empty()) {
        return fail(ErrorCode::InvalidInput,
                    "the value set \"" + name +
                        "\" lists no code by itself, only beginnings of "
                        "codes or other sets; name one of those sets",
                    slots.where("what"));
    }
    return {};
}

/// A resource about somebody, with its code, its moment and when it was written down.
Result<Entry> begin_entry(Stage& stage, const Slots& slots, std::string type, std::string status) {
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    Entry entry;
    entry.type = std::move(type);
    entry.id = slots.text("id");
    entry.patient = (*person)->id;
    entry.status = std::move(status);
    entry.at = stage.now();
    if (slots.has("what")) {
        if (const auto coded = set_code(stage, slots, entry); !coded) {
            return pass_on(coded);
        }
    }
    if (slots.has("when")) {
        const auto when = stage.moment(slots, "when");
        if (!when) {
            return pass_on(when);
        }
        entry.at = *when;
    }
    if (slots.has("recorded")) {
        const auto recorded = stage.moment(slots, "recorded");
        if (!recorded) {
            return pass_on(recorded);
        }
        entry.recorded = *recorded;
    }
    return entry;
}

Result<> send(Stage& stage, Result<Entry> entry) {
    if (!entry) {
        return pass_on(entry);
    }
    stage.clinic().record(stage.chart().add(std::move(*entry)).resource());
    return {};
}

Result<> book(Stage& stage, const Slots& slots) {
    auto entry = begin_entry(stage, slots, "Appointment", "booked");
    if (entry && !entry->recorded) {
        Entry* const before = stage.chart().find(entry->id);
        entry->recorded = before == nullptr ? stage.now() : before->recorded;
    }
    return send(stage, std::move(entry));
}

Result<> diagnose(Stage& stage, const Slots& slots) {
    return send(stage, begin_entry(stage, slots, "Condition", "active"));
}

Result<> find_result(Stage& stage, const Slots& slots) {
    auto entry = begin_entry(stage, slots, "Observation", "final");
    if (entry) {
        entry->value = slots.text("value");
        entry->unit = slots.text("unit");
        const std::string found = slots.text("finding");
        entry->interpretation = found == "abnormal" ? "A" : found == "normal" ? "N" : "";
        if (!found.empty() && entry->interpretation.empty()) {
            return fail(
                ErrorCode::InvalidInput,
                "a result is read as \"normal\" or as \"abnormal\", not as \"" + found + "\"",
                slots.where("finding"));
        }
    }
    return send(stage, std::move(entry));
}

Result<> operate(Stage& stage, const Slots& slots) {
    return send(stage, begin_entry(stage, slots, "Procedure", "completed"));
}

Result<> visit(Stage& stage, const Slots& slots) {
    auto entry = begin_entry(stage, slots, "Encounter", "finished");
    if (entry) {
        entry->until = entry->at + std::chrono::minutes{30};
        if (entry->code.empty()) {
            entry->system = "http://snomed.info/sct";
            entry->code = "185345009";  // an encounter for a symptom
        }
    }
    return send(stage, std::move(entry));
}

Result<> consent(Stage& stage, const Slots& slots, bool permits) {
    auto entry = begin_entry(stage, slots, "Consent", "active");
    if (entry) {
        entry->permits = permits;
        entry->channel = slots.text("channel");
        entry->topic = slots.text("topic");
        if (entry->channel.empty() && entry->topic.empty()) {
            return fail(ErrorCode::InvalidInput,
                        "a consent names what it is about: \"by sms\", \"about recalls\", or both",
                        slots.sentence);
        }
    }
    return send(stage, std::move(entry));
}

Result<Entry*> find_entry(Stage& stage, const Slots& slots) {
    Entry* const entry = stage.chart().find(slots.text("id"));
    if (entry == nullptr) {
        return fail(ErrorCode::InvalidInput,
                    "no record of this scenario is called \"" + slots.text("id") + "\"",
                    slots.where("id"));
    }
    return entry;
}

Result<> set_status(Stage& stage, const Slots& slots) {
    const auto entry = find_entry(stage, slots);
    if (!entry) {
        return pass_on(entry);
    }
    (*entry)->status = slots.text("status") == "missed" ? "noshow" : slots.text("status");
    if ((*entry)->status == "resolved") {
        (*entry)->until = stage.now();
    }
    stage.clinic().record((*entry)->resource());
    return {};
}

Result<> move(Stage& stage, const Slots& slots) {
    const auto entry = find_entry(stage, slots);
    if (!entry) {
        return pass_on(entry);
    }
    const auto when = stage.moment(slots, "when");
    if (!when) {
        return pass_on(when);
    }
    (*entry)->at = *when;
    stage.clinic().record((*entry)->resource());
    return {};
}

Result<> send_json(Stage& stage, const Slots& slots) {
    stage.clinic().record(slots.raw());
    return {};
}

}  // namespace

std::vector<Saying> record_sayings() {
    return {
        {Phrase("patient {patient}[: {traits...}]"),
         "Somebody comes into the record, or something about them changes. What can be said stands "
         "in the next table.",
         "patient chloe: speaks fr, lives in FR, mobile +33612345678", describe_patient},
        {Phrase("appointment {id} of {patient} booked for {when:moment} [made {recorded:moment}]"),
         "An appointment is booked; made now, if nothing else is said.",
         "appointment a1 of anna booked for 2026-03-10 14:00", book},
        {Phrase("record {id} moves to {when:moment}"),
         "An appointment, or anything else, gets another date.",
         "record a0 moves to 2026-03-12 09:00", move},
        {Phrase("record {id} is {status}"),
         "A status of FHIR: cancelled, missed, fulfilled; entered-in-error, refuted, resolved; "
         "preliminary, corrected; not-done; inactive (a consent).",
         "record a0 is cancelled", set_status},
        {Phrase("condition {id} of {patient}: {what} [since {when:moment}] "
                "[recorded {recorded:moment}]"),
         "A diagnosis, by the name of a value set of the practice.",
         "condition c1 of anna: diabetes since 2015-03-01", diagnose},
        {Phrase("result {id} of {patient}: {what} [{value:number} {unit}] [read as {finding}] "
                "[on {when:moment}] [issued {recorded:moment}]"),
         "A measurement or test, by the name of a value set; read as normal or abnormal.",
         "result o1 of anna: hba1c 7.1 % on 2026-02-20", find_result},
        {Phrase("procedure {id} of {patient}: {what} [on {when:moment}]"),
         "Something that was done, by the name of a value set.",
         "procedure p1 of anna: colonoscopy on 2026-03-05", operate},
        {Phrase("visit {id} of {patient} [on {when:moment}]"), "The patient was here.",
         "visit v1 of anna on 2025-11-03", visit},
        {Phrase("visit {id} of {patient} for {what} [on {when:moment}]"),
         "The same, of a kind that a value set names.",
         "visit v2 of anna for palliative-care on 2026-01-20", visit},
        {Phrase("consent {id} of {patient}: refuses messages [by {channel}] [about {topic}] "
                "[on {when:moment}]"),
         "The record has a refusal.", "consent k1 of anna: refuses messages by sms",
         [](Stage& stage, const Slots& slots) { return consent(stage, slots, false); }},
        {Phrase("consent {id} of {patient}: permits messages [by {channel}] [about {topic}] "
                "[on {when:moment}]"),
         "The record has a permission.", "consent k2 of anna: permits messages about marketing",
         [](Stage& stage, const Slots& slots) { return consent(stage, slots, true); }},
        {Phrase("resource {json...}"), "Any FHIR resource, in one line of JSON.",
         R"(resource {"resourceType":"Flag","id":"f1","status":"active","code":{"text":"x"},"subject":{"reference":"Patient/anna"}})",
         send_json},
    };
}

}  // namespace parcours::scenario
