#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/message_lists.h"
#include "engine/standings.h"
#include "engine/task_lists.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/api/rows.h"
#include "population/live_index.h"
#include "record/engagement.h"
#include "record/fact.h"

namespace parcours::http::api {
namespace {

using position::Flow;
using position::flow_of;
using position::StandingCounts;

constexpr std::chrono::days week{7};

/// Kinds of record that a screen must be able to call missing.
constexpr std::array feed_types = {
    fhir::ResourceType::Encounter,
    fhir::ResourceType::Condition,
    fhir::ResourceType::Observation,
    fhir::ResourceType::MedicationRequest,
    fhir::ResourceType::Procedure,
    fhir::ResourceType::Immunization,
    fhir::ResourceType::Appointment,
    fhir::ResourceType::ServiceRequest,
    fhir::ResourceType::CarePlan,
    fhir::ResourceType::Communication,
    fhir::ResourceType::QuestionnaireResponse,
    fhir::ResourceType::Consent,
};

bool has_feed(const population::LiveIndex& index, fhir::ResourceType type) {
    return index.has_table(type);
}

void write_feeds(JsonWriter& json, const engine::Published& record) {
    json.key("feeds").begin_array();
    for (const fhir::ResourceType type : feed_types) {
        const auto found = record.feeds.find(type);
        const engine::Feed feed = found == record.feeds.end() ? engine::Feed{} : found->second;
        json.begin_object()
            .member("kind", fhir::resource_type_name(type))
            .member("records", feed.records);
        write_moment(json, "newest", feed.newest);
        json.end_object();
    }
    json.end_array();
}

bool is_sandbox(const practice::Config& config) {
    return std::ranges::all_of(config.channels, [](const practice::ChannelConfig& channel) {
        return channel.adapter == "sandbox";
    });
}

Result<Response> get_practice(const Backend& backend) {
    const auto published = backend.service.published();
    const practice::Config& config = published->clinic->folder.config;
    const auto run = backend.service.ledger().ledger.virtual_run();
    const Instant now = backend.service.clock().now();
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("name", config.name).member("zone", config.time_zone);
    json.key("languages").begin_array();
    for (const std::string& language : config.languages) {
        json.value(language);
    }
    json.end_array().member("sandbox", is_sandbox(config)).member("now", format_instant(now));
    write_moment(json, "as_of", run ? std::optional(run->until) : std::nullopt);
    json.key("concerns").begin_array();
    for (const std::string& each : published->standings->concerns) {
        json.value(each);
    }
    json.end_array().key("concern_titles").begin_array();
    for (const position::Concern& concern : published->clinic->map.concerns) {
        json.begin_object().member("concern", concern.name).key("title").begin_object();
        for (const auto& [language, title] : concern.title) {
            json.member(language, title);
        }
        json.end_object().end_object();
    }
    json.end_array();
    write_feeds(json, *published);
    json.end_object();
    return Response::json(std::move(out));
}

void write_moves(JsonWriter& json, std::string_view name, const position::MoveCounts& moves) {
    json.key(name).begin_array();
    for (std::size_t from = 0; from < stage_count; ++from) {
        for (std::size_t to = 0; to < stage_count; ++to) {
            if (moves.at(from).at(to) != 0) {
                json.begin_object()
                    .member("from", stage_name(static_cast<Stage>(from)))
                    .member("to", stage_name(static_cast<Stage>(to)))
                    .member("patients", moves.at(from).at(to))
                    .end_object();
            }
        }
    }
    json.end_array();
}

void write_stages(JsonWriter& json, const StandingCounts& counts) {
    json.key("stages").begin_array();
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
        const position::StageCount& count = counts.stages.at(stage);
        const Flow seven = flow_of(counts.moves_7_days, stage);
        const Flow thirty = flow_of(counts.moves_30_days, stage);
        json.begin_object()
            .member("stage", stage_name(static_cast<Stage>(stage)))
            .member("patients", count.patients)
            .member("overdue", count.overdue)
            .key("median_days");
        if (count.median_days) {
            json.value(*count.median_days);
        } else {
            json.null();
        }
        json.member("in_7_days", seven.in)
            .member("out_7_days", seven.out)
            .member("in_30_days", thirty.in)
            .member("out_30_days", thirty.out)
            .end_object();
    }
    json.end_array();
}

void write_counts(JsonWriter& json, const StandingCounts& counts, bool has_encounters) {
    json.member("patients", counts.patients)
        .member("left", counts.left)
        .member("registered", counts.registered)
        .member("palliative", counts.palliative)
        .key("in_hospital");
    if (has_encounters) {
        json.value(counts.in_hospital);
    } else {
        json.null();
    }
    json.member("suspected_deaths", counts.suspected_deaths)
        .member("deceased", counts.deceased)
        .member("overdue", counts.overdue)
        .member("lost", counts.lost);
}

void write_concerns(JsonWriter& json, const position::Standings& standings) {
    const StandingCounts all = position::count_standings(standings, std::nullopt);
    json.key("concerns").begin_array();
    for (std::size_t i = 0; i < all.concerns.size(); ++i) {
        const position::ConcernCount& each = all.concerns[i];
        json.begin_object()
            .member("concern", standings.concerns[i])
            .member("patients", each.patients)
            .member("headlines", each.headlines)
            .member("overdue", each.overdue)
            .member("lost", each.lost)
            .end_object();
    }
    json.end_array();
}

Result<Response> get_map(const Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    const auto standings = asked_standings(backend, *record, request);
    if (!standings) {
        return pass_on(standings);
    }
    const auto named = request.find_query("concern");
    std::optional<std::uint8_t> wanted;
    if (named && !named->empty()) {
        wanted = (*standings)->find_concern(*named);
        if (!wanted) {
            return fail(ErrorCode::Usage,
                        "the map has no concern of this name; see /api/v1/practice");
        }
    }
    const StandingCounts counts = position::count_standings(**standings, wanted);
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("as_of", format_instant((*standings)->as_of));
    write_text_or_null(json, "concern", named.value_or(""));
    write_counts(json, counts, has_feed(*record->index, fhir::ResourceType::Encounter));
    write_stages(json, counts);
    write_moves(json, "moves_7_days", counts.moves_7_days);
    write_moves(json, "moves_30_days", counts.moves_30_days);
    write_concerns(json, **standings);
    json.end_object();
    return Response::json(std::move(out));
}

/// What waits for people, and the messages of the last week.
struct Attention {
    std::vector<engine::TaskGroup> tasks;
    std::uint64_t late = 0;
    std::uint64_t unknown = 0;
    engine::SettledCounts settled;
};

Attention attention_of(const engine::Ledger& ledger, Instant now) {
    Attention attention{ledger.lists().tasks.groups(now), 0,
                        ledger.lists().messages.count_unknown(),
                        ledger.lists().messages.settled(now - week, now)};
    for (const engine::TaskGroup& group : attention.tasks) {
        attention.late += group.late;
    }
    return attention;
}

bool is_safety_critical(const engine::Clinic& clinic, const engine::TaskGroup& group) {
    Task task;
    task.campaign = group.campaign;
    task.step = group.step;
    return marks_of(clinic, task, Instant{}).safety_critical;
}

void write_names(JsonWriter& json, std::string_view name,
                 const std::map<std::string, std::uint64_t>& counts) {
    json.key(name).begin_array();
    for (const auto& [key, count] : counts) {
        json.begin_object().member("name", key).member("count", count).end_object();
    }
    json.end_array();
}

Result<Response> get_attention(const Backend& backend, const Request& request) {
    const auto at = asked_moment(backend, request);
    if (!at) {
        return pass_on(at);
    }
    const Instant now = at->value_or(backend.service.clock().now());
    const Attention attention = attention_of(backend.service.ledger().ledger, now);
    const auto clinic = backend.service.published()->clinic;
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("tasks").begin_array();
    for (const engine::TaskGroup& group : attention.tasks) {
        json.begin_object()
            .member("kind", group.kind)
            .member("queue", group.queue)
            .member("campaign", group.campaign)
            .member("step", group.step)
            .member("count", group.count)
            .member("oldest", format_instant(group.oldest))
            .member("late", group.late)
            .member("safety_critical", is_safety_critical(*clinic, group))
            .end_object();
    }
    json.end_array()
        .member("tasks_late", attention.late)
        .member("unknown_messages", attention.unknown);
    write_names(json, "sent_7_days", attention.settled.sent);
    write_names(json, "not_sent_7_days", attention.settled.not_sent);
    json.member("quarantined", backend.service.published()->quarantine->size()).end_object();
    return Response::json(std::move(out));
}

}  // namespace

void add_map_routes(Router& router, Backend& backend) {
    using access::Permission;
    router.add(reading(Method::Get, "/api/v1/practice", "getPractice", Permission::MapRead,
                       [&backend](const Request&) { return get_practice(backend); }));
    router.add(reading(Method::Get, "/api/v1/map", "getMap", Permission::MapRead,
                       [&backend](const Request& request) { return get_map(backend, request); }));
    router.add(
        reading(Method::Get, "/api/v1/attention", "getAttention", Permission::TaskRead,
                [&backend](const Request& request) { return get_attention(backend, request); }));
}

}  // namespace parcours::http::api
