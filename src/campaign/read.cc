#include "campaign/read.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <expected>
#include <fmt/core.h>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "campaign/definition.h"
#include "campaign/keys.h"
#include "campaign/reader.h"
#include "campaign/span.h"
#include "practice/scalar.h"
#include "practice/yaml.h"
#include "record/engagement.h"

namespace parcours::campaign {
namespace {

using practice::Node;

constexpr std::array<std::string_view, 3> purposes{"direct-care", "operations", "marketing"};

/// "10 %" or "10%" as a share.
std::optional<double> parse_share(std::string_view text) {
    if (!text.ends_with('%')) {
        return std::nullopt;
    }
    text.remove_suffix(1);
    while (text.ends_with(' ')) {
        text.remove_suffix(1);
    }
    double percent = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), percent);
    if (problem != std::errc{} || end != text.data() + text.size() || !(percent >= 0) ||
        percent > 50) {
        return std::nullopt;
    }
    return percent / 100;
}

void read_again(Reader& reader, const Node& enter, Enter& out) {
    out.again = out.key.empty() ? Enter::Again::Never : Enter::Again::PerKey;
    const Node* again = enter.find("again");
    if (again == nullptr) {
        return;
    }
    const std::string text = reader.text(*again, "again");
    if (text == "never") {
        out.again = Enter::Again::Never;
    } else if (text == "after exit") {
        out.again = Enter::Again::AfterExit;
    } else if (text == "per key") {
        out.again = Enter::Again::PerKey;
        if (out.key.empty()) {
            reader.mistake(*again, "\"again: per key\" needs a key, such as \"key: appointment\"");
        }
    } else if (const Result<Span> span =
                   parse_span(text.starts_with("after ") ? text.substr(6) : std::string{})) {
        out.again = Enter::Again::AfterSpan;
        out.again_after = *span;
    } else {
        reader.mistake(*again, fmt::format("\"{}\" does not say whether patients may come again; "
                                           "write never, after exit, per key, or a length of time "
                                           "such as \"after 2 years\"",
                                           text));
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
        reader.mistake(node,
                       "patients come in by exactly one of: \"cohort: NAME\", \"event: EVENT\" "
                       "or \"by: hand\"");
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
        static constexpr std::array<std::string_view, 1> hand{"hand"};
        enter.name = reader.one_of(*by, "way in", hand);
        enter.where = by->where();
    }
    if (const Node* when = node.find("when")) {
        enter.when = reader.condition(*when, "when");
    }
    if (const Node* key = node.find("key")) {
        enter.key = reader.one_of(*key, "thing to enrol for", enrolment_keys());
        if (!enter.name.starts_with(enter.key + ".")) {
            reader.mistake(*key, fmt::format("a campaign for each {0} starts on an event of it, "
                                             "such as \"event: {0}.booked\"",
                                             enter.key));
        }
    }
    read_again(reader, node, enter);
    return enter;
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

void read_steps(Reader& reader, const Node& node, Campaign& campaign) {
    if (!node.is_map() || node.entries().empty()) {
        reader.mistake(node,
                       "steps are a map of names and steps; write \"done: { end: completed }\"");
        return;
    }
    for (const Node::Entry& entry : node.entries()) {
        if (!practice::is_name(entry.key)) {
            reader.mistake(entry.value, fmt::format("\"{}\" cannot be the name of a step; write "
                                                    "lower-case letters, digits and hyphens",
                                                    entry.key));
        }
        campaign.steps.push_back(reader.step(entry));
    }
}

void read_head(Reader& reader, const Node& document, Campaign& campaign,
               std::vector<Error>& errors) {
    reader.member(document, "campaign", campaign.name, &Reader::name);
    if (const Node* title = document.find("title")) {
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
    if (const Node* holdout = document.find("holdout")) {
        const std::optional<double> share = parse_share(reader.text(*holdout, "holdout"));
        if (!share) {
            reader.mistake(*holdout,
                           "holdout is a share of the patients up to half of them; write "
                           "it as \"10 %\"");
        }
        campaign.holdout = share.value_or(0);
        campaign.holdout_where = holdout->where();
    }
    reader.member(document, "salt", campaign.salt, &Reader::text);
}

}  // namespace

Campaign read_campaign(const Node& document, std::vector<Error>& errors) {
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
        read_steps(reader, *steps, campaign);
    }
    link(campaign);
    return campaign;
}

Result<Campaign> read_campaign(const Node& document) {
    std::vector<Error> errors;
    Campaign campaign = read_campaign(document, errors);
    if (!errors.empty()) {
        return std::unexpected(errors.front());
    }
    return campaign;
}

}  // namespace parcours::campaign
