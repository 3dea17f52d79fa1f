#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/rehearsal_costs.h"
#include "app/rehearsal_words.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/steps.h"
#include "engine/clinic.h"
#include "engine/rehearsal_report.h"
#include "practice/config.h"

namespace parcours::app {
namespace {

using engine::Counts;
using engine::StepFigures;

void write_counts(JsonWriter& json, std::string_view name, const Counts& counts) {
    json.key(name).begin_object();
    for (const auto& [key, count] : counts) {
        json.member(key, count);
    }
    json.end_object();
}

void write_figures(JsonWriter& json, const StepFigures& figures) {
    json.member("entered", figures.entered);
    write_counts(json, "sent", figures.sent);
    write_counts(json, "not_sent", figures.not_sent);
    json.member("joined", figures.joined)
        .member("tasks", figures.tasks)
        .member("withheld", figures.withheld);
}

void write_days(JsonWriter& json, const engine::RehearsedStep& step) {
    json.key("days").begin_array();
    for (const auto& [day, figures] : step.days) {
        json.begin_object().member("day", format_date(day));
        write_figures(json, figures);
        json.end_object();
    }
    json.end_array();
}

void write_step(JsonWriter& json, const std::string& name, const engine::RehearsedStep& step) {
    json.begin_object().member("step", name);
    write_figures(json, step.all);
    write_days(json, step);
    json.end_object();
}

/// In the order of the campaign's file.
void write_steps(JsonWriter& json, const engine::RehearsedCampaign& campaign,
                 const campaign::Campaign* definition) {
    json.key("steps").begin_array();
    if (definition != nullptr) {
        for (const campaign::Step& step : definition->steps) {
            const auto found = campaign.steps.find(step.name);
            write_step(json, step.name,
                       found == campaign.steps.end() ? engine::RehearsedStep() : found->second);
        }
    }
    json.end_array();
}

void write_campaign(JsonWriter& json, const std::string& name,
                    const engine::RehearsedCampaign& campaign, const engine::Clinic& clinic) {
    const engine::LoadedCampaign* const loaded = clinic.find_campaign(name);
    json.begin_object().member("campaign", name).member("release", campaign.release.to_hex());
    write_figures(json, campaign.whole.all);
    json.member("held_out", campaign.held_out)
        .member("present", campaign.present)
        .member("running", campaign.running);
    write_counts(json, "ended", campaign.results);
    write_days(json, campaign.whole);
    write_steps(json, campaign, loaded == nullptr ? nullptr : &loaded->definition);
    json.end_object();
}

void write_queues(JsonWriter& json, const engine::RehearsalReport& report,
                  const practice::Config& config) {
    json.key("queues").begin_array();
    for (const auto& [name, queue] : report.queues) {
        const std::uint32_t calls_per_day = config.calls_per_day(name);
        const QueueLoad load = queue_load(queue, calls_per_day, config.contact_hours);
        json.begin_object()
            .member("queue", name)
            .member("tasks", queue.tasks)
            .member("calls", queue.calls)
            .key("calls_per_day");
        if (calls_per_day == 0) {
            json.null();
        } else {
            json.value(calls_per_day);
        }
        json.member("busiest", load.busiest)
            .member("busiest_day", load.busiest_day)
            .member("days_over", load.days_over)
            .member("waiting_max", load.waiting_max);
        json.key("days").begin_object();
        for (const auto& [day, count] : queue.days) {
            json.member(format_date(day), count);
        }
        json.end_object().end_object();
    }
    json.end_array();
}

/// Exact: amounts are written as decimals, not as binary numbers.
void write_cost(JsonWriter& json, const engine::RehearsalReport& report,
                const practice::Costs& costs) {
    json.key("cost");
    if (!costs.stated()) {
        json.null();
        return;
    }
    json.begin_object().member("currency", costs.currency);
    std::int64_t all = 0;
    for (const auto& [channel, millionths] : rehearsed_costs(report, costs)) {
        json.key(channel).raw(money(millionths));
        all += millionths;
    }
    json.key("all").raw(money(all)).end_object();
}

void write_reach(JsonWriter& json, std::string_view name, std::string_view of,
                 const std::map<std::string, engine::Reach>& reach) {
    json.key(name).begin_array();
    for (const auto& [value, one] : reach) {
        json.begin_object()
            .member(of, value)
            .member("patients", one.patients)
            .member("reached", one.reached)
            .member("nowhere", one.nowhere);
        write_counts(json, "channels", one.channels);
        json.end_object();
    }
    json.end_array();
}

void write_replies(JsonWriter& json, const engine::RehearsalReport& report) {
    json.key("replies_assumed").begin_object();
    for (const auto& [channel, volume] : report.volumes) {
        if (volume.replies > 0) {
            json.member(channel, volume.replies);
        }
    }
    json.end_object();
}

void write_findings(JsonWriter& json, const engine::RehearsalReport& report) {
    json.member("over_budget", report.over_budget_patients)
        .member("over_budget_messages", report.over_budget_messages)
        .member("quiet_hours", report.quiet_hours)
        .member("collision_patients", report.collision_patients);
    json.key("collisions").begin_array();
    for (const auto& [campaigns, count] : report.collisions) {
        json.begin_object()
            .key("campaigns")
            .begin_array()
            .value(campaigns.first)
            .value(campaigns.second)
            .end_array()
            .member("messages", count)
            .end_object();
    }
    json.end_array();
    write_counts(json, "for_nothing", report.for_nothing);
}

}  // namespace

std::string rehearsal_json(const engine::RehearsalReport& report, const engine::Clinic& clinic,
                           double seconds) {
    const practice::Config& config = clinic.folder.config;
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("from", format_instant(report.from))
        .member("to", format_instant(report.until))
        .member("patients", report.patients)
        .member("entered", report.entered);
    // A channel of the practice that said nothing said nothing: it is there with 0.
    Counts sent = report.sent;
    for (const auto& channel : clinic.folder.config.channels) {
        sent.try_emplace(channel.name, 0);
    }
    write_counts(json, "sent", sent);
    write_counts(json, "not_sent", report.not_sent);
    json.member("joined", report.joined)
        .member("tasks", report.tasks)
        .member("withheld", report.withheld)
        .member("present", report.present);
    write_replies(json, report);
    write_counts(json, "outcomes_assumed", report.outcomes);
    write_findings(json, report);
    write_cost(json, report, config.costs);
    write_queues(json, report, config);
    write_reach(json, "by_language", "language", report.languages);
    write_reach(json, "by_age", "age", report.ages);
    json.key("campaigns").begin_array();
    for (const auto& [name, campaign] : report.campaigns) {
        write_campaign(json, name, campaign, clinic);
    }
    json.end_array().member("seconds", seconds).end_object();
    return out;
}

}  // namespace parcours::app
