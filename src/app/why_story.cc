#include "app/why_story.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/answers.h"
#include "app/message_story.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/campaign_story.h"
#include "engine/clinic.h"
#include "engine/conditions.h"
#include "engine/data_folder.h"
#include "engine/ledger.h"
#include "engine/left_behind.h"
#include "engine/outbox.h"
#include "engine/patient_view.h"
#include "engine/releases.h"
#include "outreach/reasons.h"
#include "practice/nearest.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::app {
namespace {

std::string stands(const engine::EnrolmentState& state) {
    const Enrolment& enrolment = state.enrolment;
    if (enrolment.ended()) {
        return fmt::format("ended {}: {} ({})", short_time(state.ended_at), enrolment.result,
                           one_line(state.ended_because));
    }
    return fmt::format("stands at {} since {}{}", enrolment.step,
                       short_time(enrolment.step_entered_at),
                       enrolment.due ? ", until " + short_time(*enrolment.due) : "");
}

void print_enrolment(const engine::EnrolmentStory& story, const Style& style) {
    const Enrolment& enrolment = story.state.enrolment;
    fmt::print("  in it since {}, because: {}{}\n", short_time(enrolment.enrolled_at),
               one_line(story.came_in),
               enrolment.holdout ? style.alert(" · in the holdout: nothing is said") : "");
    fmt::print("  {}\n", style.bold(stands(story.state)));
    if (!story.state.path.empty() && !enrolment.ended()) {
        fmt::print("      there because: {}\n", one_line(story.state.path.back().because));
    }
    if (!story.held.empty()) {
        fmt::print("      {}\n", style.alert(one_line(story.held)));
    }
    if (!story.step_says.empty()) {
        fmt::print("      the step: {}\n", one_line(story.step_says));
    }
    if (!story.ways.empty()) {
        fmt::print("      {}\n", style.dim("what would move it on:"));
    }
    for (const engine::StoryWay& way : story.ways) {
        fmt::print("        {} → {}\n", one_line(way.when), way.to);
    }
}

std::string_view verdict_word(CheckResult::Verdict verdict) {
    return verdict == CheckResult::Verdict::Pass   ? "pass"
           : verdict == CheckResult::Verdict::Wait ? "wait"
                                                   : "fail";
}

void print_decision(const Decision& decision, const Style& style) {
    fmt::print("  {}  {}{}{}\n", style.dim(short_time(decision.at)),
               style.bold(outcome_name(decision.outcome)),
               decision.channel.empty() ? "" : " on " + decision.channel,
               decision.until ? ", asked again " + short_time(*decision.until) : "");
    for (const CheckResult& check : decision.checks) {
        const bool passed = check.verdict == CheckResult::Verdict::Pass;
        const std::string word = fit(verdict_word(check.verdict), 5);
        fmt::print("      {} {} {}\n", passed ? style.good(word) : style.alert(word),
                   fit(check.check, 18), one_line(check.detail));
        const auto* const help = passed ? nullptr : outreach::find_reason(check.reason);
        if (help != nullptr) {
            fmt::print("        {}\n",
                       style.dim(fmt::format("what would change it: {}", help->cure)));
        }
    }
}

}  // namespace

Result<engine::CampaignStory> find_story(const engine::DataFolder& folder,
                                         const std::shared_ptr<const engine::Clinic>& clinic,
                                         const engine::Ledger& ledger, const std::string& campaign,
                                         Key patient, Instant now) {
    engine::Releases releases(folder, clinic);
    const auto loaded =
        engine::find_with_left_out(releases, campaign, engine::launched_release(ledger, campaign));
    if (!loaded) {
        return pass_on(loaded);
    }
    if (*loaded == nullptr) {
        std::vector<std::string> names;
        for (const engine::LoadedCampaign& one : clinic->campaigns) {
            names.push_back(one.definition.name);
        }
        return fail(ErrorCode::NotFound, "there is no campaign \"" + campaign + "\"" +
                                             practice::suggest(campaign, names));
    }
    const auto patients = engine::PatientReader::make(folder, clinic);
    if (!patients) {
        return pass_on(patients);
    }
    engine::Conditions conditions(**patients, ledger);
    return engine::tell_campaign(**loaded, releases, **patients, conditions, ledger, patient, now);
}

void write_story(JsonWriter& json, const engine::CampaignStory& story) {
    json.begin_object().member("campaign", story.campaign).key("enrolments").begin_array();
    for (const engine::EnrolmentStory& one : story.enrolments) {
        const Enrolment& enrolment = one.state.enrolment;
        json.begin_object()
            .member("enrolled", format_instant(enrolment.enrolled_at))
            .member("came_in", one.came_in)
            .member("holdout", enrolment.holdout)
            .member("step", enrolment.step)
            .member("because", enrolment.ended()        ? one.state.ended_because
                               : one.state.path.empty() ? std::string()
                                                        : one.state.path.back().because)
            .member("result", enrolment.result)
            .member("held", one.held)
            .member("says", one.step_says)
            .key("until");
        if (enrolment.due && !enrolment.ended()) {
            json.value(format_instant(*enrolment.due));
        } else {
            json.null();
        }
        json.key("ways").begin_array();
        for (const engine::StoryWay& way : one.ways) {
            json.begin_object().member("when", way.when).member("to", way.to).end_object();
        }
        json.end_array().end_object();
    }
    json.end_array().member("outside", story.outside).end_object();
}

void print_story(const engine::CampaignStory& story, const Style& style) {
    fmt::print("\n{}\n", style.bold(story.campaign));
    const bool runs = std::ranges::any_of(story.enrolments, [](const engine::EnrolmentStory& one) {
        return !one.state.enrolment.ended();
    });
    for (const engine::EnrolmentStory& one : story.enrolments) {
        print_enrolment(one, style);
    }
    if (!runs) {
        fmt::print("  not in it now: {}\n", story.outside.empty()
                                                ? "nothing stands against it; the next daily look "
                                                  "takes them in"
                                                : one_line(story.outside));
    }
}

Result<> keep_named(const std::string& name, std::vector<engine::OutboxEntry>& messages) {
    const auto is_named = [&](const engine::OutboxEntry& entry) {
        return entry.message.content == name || entry.message.step == name ||
               (name.size() >= 4 && entry.message.id.to_hex().starts_with(name));
    };
    if (std::ranges::none_of(messages, is_named)) {
        std::vector<std::string> known;
        for (const engine::OutboxEntry& entry : messages) {
            if (std::ranges::find(known, entry.message.content) == known.end()) {
                known.push_back(entry.message.content);
            }
        }
        return fail(ErrorCode::NotFound,
                    fmt::format("no message \"{}\" was considered for this patient{}", name,
                                known.empty() ? std::string() : practice::suggest(name, known)));
    }
    std::erase_if(messages, [&](const engine::OutboxEntry& entry) { return !is_named(entry); });
    return {};
}

void print_checks(const engine::OutboxEntry& entry, const Style& style) {
    fmt::print("\n{}  {} · {} · {}  {}\n", style.bold(entry.status), entry.message.campaign,
               entry.message.step, entry.message.content, style.dim(entry.message.id.to_hex()));
    fmt::print("  planned {}\n", short_time(entry.message.planned_at));
    if (!entry.held.empty()) {
        fmt::print("  it waits: {}\n", entry.held);
    }
    for (const engine::Decided& decided : entry.decisions) {
        print_decision(decided.decision, style);
    }
    for (const engine::AttemptEnded& ended : entry.results) {
        fmt::print("  {}  handed over: {}{}\n", style.dim(short_time(ended.at)),
                   result_name(ended.outcome),
                   ended.detail.empty() ? "" : ": " + one_line(ended.detail));
    }
    for (const engine::Received& notice : entry.notices) {
        fmt::print("  {}  {}{}\n", style.dim(short_time(notice.at)), notice.status,
                   notice.detail.empty() ? "" : ": " + one_line(notice.detail));
    }
}

}  // namespace parcours::app
