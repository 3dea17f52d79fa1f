#include "campaign/read.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <expected>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "campaign/cron.h"
#include "campaign/definition.h"
#include "campaign/flows.h"
#include "campaign/grammar.h"
#include "campaign/key_resource.h"
#include "campaign/reader.h"
#include "campaign/span.h"
#include "practice/scalar.h"
#include "practice/yaml.h"
#include "record/engagement.h"

namespace parcours::campaign {
namespace {

using practice::Node;

constexpr std::array<std::string_view, 3> purposes{"direct-care", "operations", "marketing"};

void read_again(Reader& reader, const Node& enter, Enter& out) {
    out.again = out.key.empty() ? Enter::Again::Never : Enter::Again::PerKey;
    const Node* again = enter.find("again");
    if (again == nullptr) {
        return;
    }
    const std::string text = reader.text(*again, "again");
    const Result<Span> span = parse_span(text.starts_with("after ") ? text.substr(6) : "");
    if (text == "never") {
        out.again = Enter::Again::Never;
    } else if (text == "after exit") {
        out.again = Enter::Again::AfterExit;
    } else if (text == "per key") {
        out.again = Enter::Again::PerKey;
        if (out.key.empty()) {
            reader.mistake(*again, "\"again: per key\" needs a key, such as \"key: appointment\"");
        }
    } else if (span) {
        out.again = Enter::Again::AfterSpan;
        out.again_after = *span;
    } else if (span.error().code == ErrorCode::Limit) {
        reader.take(*again, span);
    } else {
        reader.mistake(*again, fmt::format("\"{}\" does not say whether patients may come again; "
                                           "write never, after exit, per key, or a length of time "
                                           "such as \"after 2 years\"",
                                           text));
    }
}

void read_schedule(Reader& reader, const Node& node, Enter& enter) {
    const Node* schedule = node.find("schedule");
    const Node* zone = node.find("zone");
    if (schedule != nullptr) {
        enter.by = Enter::By::Schedule;
        enter.schedule = reader.take(*schedule, parse_cron(reader.text(*schedule, "schedule")));
    }
    if (zone != nullptr) {
        enter.zone = reader.text(*zone, "zone");
        enter.zone_where = zone->where();
    }
    if (zone != nullptr && schedule == nullptr) {
        reader.mistake(*zone,
                       "\"zone\" is that of a schedule; write \"schedule: '0 9 * * mon'\", or "
                       "take it out");
    }
}

void read_key(Reader& reader, const Node& key, Enter& enter) {
    enter.key = reader.one_of(key, "thing to enrol for", key_names());
    const KeyResource* const resource = find_key_resource(enter.key);
    if (resource != nullptr && enter.by != Enter::By::Hand && enter.name != resource->event) {
        reader.mistake(key, fmt::format("a campaign for each {} starts on \"event: {}\", or is "
                                        "entered \"by: hand\", \"by: api\" or \"by: campaign\"",
                                        enter.key, resource->event));
    }
}

Enter read_enter(Reader& reader, const Node& node) {
    Enter enter;
    if (!reader.check_map(node, "enter")) {
        return enter;
    }
    const Node* cohort = node.find("cohort");
    const Node* event = node.find("event");
    const Node* by = node.find("by");
    if ((cohort != nullptr) + (event != nullptr) + (by != nullptr) != 1) {
        reader.mistake(node, node.find("schedule") != nullptr && event == nullptr && by == nullptr
                                 ? "a schedule says when; say who comes in then: \"cohort: NAME\""
                                 : "patients come in by exactly one of: \"cohort: NAME\", \"event: "
                                   "EVENT\" or \"by: hand\"");
        return enter;
    }
    if (cohort != nullptr) {
        enter.by = Enter::By::Cohort;
        enter.name = reader.name(*cohort, "cohort");
        enter.where = cohort->where();
    } else if (event != nullptr) {
        enter.by = Enter::By::Event;
        enter.name = reader.one_of(*event, "event to start on", entry_events());
        enter.where = event->where();
    } else {
        static constexpr std::array<std::string_view, 4> ways{"hand", "api", "campaign", "crisis"};
        enter.name = reader.one_of(*by, "way in", ways);
        enter.where = by->where();
    }
    if (const Node* schedule = node.find("schedule"); schedule != nullptr && cohort == nullptr) {
        reader.mistake(*schedule, "a schedule says when; say who comes in then: \"cohort: NAME\"");
    } else {
        read_schedule(reader, node, enter);
    }
    if (const Node* when = node.find("when")) {
        enter.when = reader.condition(*when, "when");
    }
    if (const Node* key = node.find("key")) {
        read_key(reader, *key, enter);
    }
    read_again(reader, node, enter);
    return enter;
}

/// "unsigned", or who signed and when.
void read_clinical_rules(Reader& reader, const Node& node, Campaign& campaign) {
    ClinicalRules& rules = campaign.clinical_rules.emplace();
    rules.where = node.where();
    if (node.is_scalar() && node.text() == "unsigned") {
        return;
    }
    const Node* on = node.is_map() ? node.find("on") : nullptr;
    const auto day = parse_date_time(on == nullptr ? std::string_view() : on->text());
    if (!node.is_map() || !reader.check_map(node, "signature") || !day ||
        day->precision != Precision::Day) {
        reader.mistake(on == nullptr ? node : *on,
                       "write \"unsigned\", or who signed the rules and when: \"{ signed-by: "
                       "NAME, on: 2026-01-15 }\"");
        return;
    }
    reader.member(node, "signed-by", rules.signed_by, &Reader::text);
    rules.on = utc_date(day->start);
    if (rules.signed_by.empty()) {
        reader.mistake(node, "clinical rules are signed by a clinician; write \"signed-by: NAME\"");
    }
}

void read_holdout(Reader& reader, const Node& node, Campaign& campaign) {
    constexpr int percent_max = 50;
    constexpr std::string_view cure =
        "holdout is a share of the patients up to half of them; write it as \"10 %\"";
    campaign.holdout_where = node.where();
    if (!node.is_map()) {
        campaign.holdout = reader.share(node, percent_max, cure);
        return;
    }
    if (!reader.check_map(node, "holdout")) {
        return;
    }
    const Node* share = node.find("share");
    const Node* strata = node.find("strata");
    if (share == nullptr || strata == nullptr) {
        reader.mistake(node,
                       "a holdout in layers has a share and what makes them: \"{ share: 10 %, "
                       "strata: [gender, age] }\"");
        return;
    }
    campaign.holdout = reader.share(*share, percent_max, cure);
    for (const std::string& name : reader.texts(*strata, "strata")) {
        if (std::ranges::find(strata_names(), name) == strata_names().end()) {
            reader.mistake(*strata, fmt::format("there are no layers by \"{}\"; write gender, age "
                                                "or language",
                                                name));
        }
        campaign.strata.push_back(name);
    }
}

void read_success(Reader& reader, const Node& node, Campaign& campaign) {
    if (!node.is_map()) {
        campaign.success = reader.condition(node, "success");
    } else if (reader.check_map(node, "success")) {
        if (const Node* when = node.find("when")) {
            campaign.success = reader.condition(*when, "success");
        } else {
            reader.mistake(node, "say what success is: \"when: 'CQL'\"");
        }
        reader.member(node, "then", campaign.on_success, &Reader::target);
    }
    if (campaign.success && campaign.success->kind != Condition::Kind::Cql) {
        reader.mistake(node,
                       "success cannot be defined by itself; write it in CQL, such as "
                       "'exists [Observation: \"hba1c\"] O where O.effective after enrolled'");
        campaign.success.reset();
    }
}

Exit read_exit(Reader& reader, const Node& node) {
    Exit exit;
    exit.where = node.where();
    if (!node.is_map()) {
        exit.result = reader.one_of(node, "exit", exit_names());
        exit.kind = find_exit(exit.result).value_or(Exit::Kind::When);
        return exit;
    }
    if (!reader.check_map(node, "exit")) {
        return exit;
    }
    if (const Node* when = node.find("when")) {
        exit.when = reader.condition(*when, "when");
    } else {
        reader.mistake(node,
                       "an exit of your own has a condition: \"{ when: 'CQL', as: RESULT }\"");
    }
    exit.result = "left";
    reader.member(node, "as", exit.result, &Reader::name);
    return exit;
}

void read_head(Reader& reader, const Node& document, Campaign& campaign,
               std::vector<Error>& errors) {
    reader.member(document, "campaign", campaign.name, &Reader::name);
    if (const Node* title = document.find("title")) {
        campaign.title_where = title->where();
        if (auto titles = practice::read_titles(*title, "title")) {
            campaign.title = std::move(*titles);
        } else {
            errors.push_back(titles.error());
        }
    }
    if (const Node* purpose = document.find("purpose")) {
        campaign.purpose = find_purpose(reader.one_of(*purpose, "purpose", purposes))
                               .value_or(Purpose::Operations);
    }
    reader.member(document, "concern", campaign.concern, &Reader::name);
    if (const Node* concern = document.find("concern")) {
        campaign.concern_where = concern->where();
    }
    campaign.topic = campaign.concern;
    reader.member(document, "topic", campaign.topic, &Reader::name);
    if (const Node* priority = document.find("priority")) {
        const Result<std::int64_t> number = practice::read_integer(*priority, "priority", 0, 100);
        if (number) {
            campaign.priority = static_cast<std::int32_t>(*number);
        } else {
            errors.push_back(number.error());
        }
    }
    const Node* evidence = document.find("evidence");
    if (evidence != nullptr && reader.check_map(*evidence, "evidence")) {
        reader.member(*evidence, "effect", campaign.evidence_effect, &Reader::text);
        reader.member(*evidence, "source", campaign.evidence_source, &Reader::text);
    }
    reader.member(document, "safety-critical", campaign.safety_critical, &Reader::truth);
    if (const Node* rules = document.find("clinical-rules")) {
        read_clinical_rules(reader, *rules, campaign);
    }
    if (const Node* holdout = document.find("holdout")) {
        read_holdout(reader, *holdout, campaign);
    }
    reader.member(document, "salt", campaign.salt, &Reader::text);
}

}  // namespace

Campaign read_campaign(const Node& document, std::vector<Error>& errors, const Flows& flows) {
    Campaign campaign;
    campaign.where = document.where();
    Reader reader(errors);
    if (!reader.check_map(document, "campaign")) {
        return campaign;
    }
    for (const std::string_view key : {"campaign", "title", "purpose", "enter", "steps"}) {
        if (document.find(key) == nullptr) {
            reader.mistake(document, fmt::format("the campaign has no \"{}\"; every campaign has "
                                                 "campaign, title, purpose, enter and steps",
                                                 key));
        }
    }
    read_head(reader, document, campaign, errors);
    if (const Node* enter = document.find("enter")) {
        campaign.enter = read_enter(reader, *enter);
    }
    if (const Node* success = document.find("success")) {
        read_success(reader, *success, campaign);
    }
    if (const Node* exits = document.find("exit")) {
        if (!exits->is_sequence()) {
            reader.mistake(*exits, "exits are a list; write \"exit: [ left-care ]\"");
        }
        for (const Node& exit : exits->items()) {
            campaign.exits.push_back(read_exit(reader, exit));
        }
    }
    if (const Node* dates = document.find("dates")) {
        if (!dates->is_map()) {
            reader.mistake(*dates, "dates are names with CQL; write \"dates: { due: 'CQL' }\"");
        }
        for (const Node::Entry& entry : dates->entries()) {
            campaign.dates[entry.key] = reader.condition(entry.value, "date");
        }
    }
    if (const Node* steps = document.find("steps")) {
        Flows known = flows;
        if (const Node* own = document.find("flows")) {
            known.add_own(reader, *own);
        }
        campaign.steps = read_steps(reader, *steps, known);
    }
    link(campaign);
    return campaign;
}

Result<Campaign> read_campaign(const Node& document, const Flows& flows) {
    std::vector<Error> errors;
    Campaign campaign = read_campaign(document, errors, flows);
    if (!errors.empty()) {
        return std::unexpected(errors.front());
    }
    return campaign;
}

}  // namespace parcours::campaign
