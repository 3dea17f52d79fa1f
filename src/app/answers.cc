#include "app/answers.h"

#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/options.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/outbox.h"
#include "population/index.h"
#include "record/engagement.h"

namespace parcours::app {
namespace {

Result<std::unique_ptr<engine::DataFolder>> open_folder(const CommonOptions& options,
                                                        engine::DataFolder::Mode mode) {
    auto folder = engine::DataFolder::open(options.data, mode);
    if (folder) {
        for (const auto& damage : (*folder)->damages()) {
            fmt::print(stderr, "parcours: warning: {}\n", damage.message);
        }
    }
    return folder;
}

std::string_view verdict_name(CheckResult::Verdict verdict) {
    return verdict == CheckResult::Verdict::Pass   ? "pass"
           : verdict == CheckResult::Verdict::Wait ? "wait"
                                                   : "fail";
}

void write_decision(JsonWriter& json, const engine::Decided& decided) {
    const Decision& decision = decided.decision;
    json.begin_object()
        .member("at", format_instant(decision.at))
        .member("channel", decision.channel)
        .member("outcome", outcome_name(decision.outcome))
        .member("reason", decision.reason);
    if (decision.until) {
        json.member("until", format_instant(*decision.until));
    }
    json.key("checks").begin_array();
    for (const CheckResult& check : decision.checks) {
        json.begin_object()
            .member("check", check.check)
            .member("verdict", verdict_name(check.verdict))
            .member("reason", check.reason)
            .member("detail", check.detail)
            .end_object();
    }
    json.end_array().end_object();
}

}  // namespace

Result<std::unique_ptr<engine::DataFolder>> open_for_reading(const CommonOptions& options) {
    return open_folder(options, engine::DataFolder::Mode::Read);
}

Result<std::unique_ptr<engine::DataFolder>> open_for_writing(const CommonOptions& options) {
    return open_folder(options, engine::DataFolder::Mode::Write);
}

Result<population::PatientNumber> find_patient(const population::Index& index,
                                               std::string_view id) {
    if (id.starts_with("Patient/")) {
        id.remove_prefix(std::string_view("Patient/").size());
    }
    std::vector<population::PatientNumber> found = index.find_patients(id);
    std::erase_if(found, [&index](population::PatientNumber number) {
        return index.patients().position[number] == 0;
    });
    if (found.empty()) {
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no patient \"{}\" in this data folder; give the id of a "
                                "Patient resource",
                                id));
    }
    if (found.size() > 1) {
        return fail(
            ErrorCode::Conflict,
            fmt::format("several feeds know a patient \"{}\"; name the feed as in \"{}/{}\"", id,
                        index.patients().source_name(found.front()), id));
    }
    return found.front();
}

void write_outbox_entry(JsonWriter& json, const engine::OutboxEntry& entry) {
    const Message& message = entry.message;
    json.begin_object()
        .member("id", message.id.to_hex())
        .member("patient", entry.patient_id)
        .member("campaign", message.campaign)
        .member("step", message.step)
        .member("content", message.content)
        .member("status", entry.status)
        .member("reason", entry.reason)
        .member("planned", format_instant(message.planned_at));
    if (!entry.attempts.empty()) {
        const engine::Attempted& attempt = entry.attempts.back();
        json.member("at", format_instant(attempt.at))
            .member("channel", attempt.channel)
            .member("adapter", attempt.adapter)
            .member("to", attempt.to)
            .member("to_whom", attempt.to_whom)
            .member("language", attempt.language)
            .member("subject", attempt.subject)
            .member("text", attempt.text);
    }
    json.key("decisions").begin_array();
    for (const engine::Decided& decided : entry.decisions) {
        write_decision(json, decided);
    }
    json.end_array().end_object();
}

std::string short_time(Instant instant) {
    std::string text = format_instant(instant).substr(0, 16);
    text[10] = ' ';
    return text;
}

}  // namespace parcours::app
