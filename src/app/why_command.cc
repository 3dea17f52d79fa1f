#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/message_story.h"
#include "app/options.h"
#include "app/terminal.h"
#include "app/why_story.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/campaign_story.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/outbox.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "position/explain.h"
#include "position/fold.h"
#include "record/engagement.h"
#include "record/fact.h"

namespace parcours::app {
namespace {

constexpr std::size_t timeline_max = 1'000'000;

struct Options {
    CommonOptions common;
    std::string patient;
    std::size_t timeline = 12;
    std::string campaign;
    std::string message;
};

/// All that is told of one patient.
struct Answer {
    std::string id;
    PatientFact patient;
    std::vector<Fact> facts;
    position::PatientPositions positions;
    std::vector<Position> words;
    std::vector<position::TimelineRow> timeline;
    std::vector<engine::EnrolmentState> enrolments;
    std::vector<engine::OutboxEntry> messages;
    std::optional<engine::CampaignStory> story;  ///< of the campaign that is asked for
    bool with_checks = false;                    ///< a message is asked for
    Instant as_of;
};

/// Where the patient is not on the map: dead, or not born yet.
std::string status_of(const Answer& answer) {
    if (answer.positions.dead) {
        return "deceased";
    }
    if (answer.positions.merged) {
        return "merged";
    }
    return answer.positions.born ? std::string(care_status_name(answer.positions.status))
                                 : "not-born";
}

/// Of the campaign and the message that are asked for alone.
Result<> keep_asked(const Options& options, const engine::DataFolder& folder,
                    const std::shared_ptr<const engine::Clinic>& clinic,
                    const engine::Ledger& ledger, Answer& answer) {
    if (!options.campaign.empty()) {
        auto story =
            find_story(folder, clinic, ledger, options.campaign, answer.patient.key, answer.as_of);
        if (!story) {
            return pass_on(story);
        }
        answer.story = std::move(*story);
        std::erase_if(answer.enrolments, [&](const engine::EnrolmentState& state) {
            return state.enrolment.campaign != options.campaign;
        });
        std::erase_if(answer.messages, [&](const engine::OutboxEntry& entry) {
            return entry.message.campaign != options.campaign;
        });
    }
    answer.with_checks = !options.message.empty();
    return options.message.empty() ? Result<>{} : keep_named(options.message, answer.messages);
}

Result<> add_engagement(const Options& options, const engine::DataFolder& folder,
                        const std::shared_ptr<const engine::Clinic>& clinic, Answer& answer) {
    engine::Ledger ledger;
    std::vector<engine::Damage> damages;
    const Instant until = answer.as_of;
    if (const auto replayed = engine::replay(folder, ledger, damages, until); !replayed) {
        return replayed;
    }
    for (const engine::EnrolmentView state : ledger.enrolments_of(answer.patient.key)) {
        answer.enrolments.push_back(*state);
    }
    auto messages = engine::list_outbox(folder, answer.patient.key, until);
    if (!messages) {
        return pass_on(messages);
    }
    answer.messages = std::move(*messages);
    return keep_asked(options, folder, clinic, ledger, answer);
}

Result<Answer> find_answer(const Options& options, const engine::DataFolder& folder,
                           Instant as_of) {
    const auto clinic = load_clinic_for_reading(options.common, folder);
    if (!clinic) {
        return pass_on(clinic);
    }
    const auto index = folder.index();
    auto number = find_patient(*index, options.patient);
    if (!number) {
        return pass_on(number);
    }
    const auto map = position::CompiledMap::compile((*clinic)->map, (*clinic)->folder.value_sets,
                                                    index->dictionary());
    if (!map) {
        return pass_on(map);
    }
    Answer answer;
    answer.as_of = as_of;
    answer.id = index->patients().id(*number);
    answer.patient = index->patients().fact(*number);
    index->facts_of(*number, answer.facts);
    answer.positions = position::fold(*map, answer.patient, answer.facts, as_of);
    if (answer.positions.born) {
        answer.words =
            position::positions_in_words(*map, index->dictionary(), answer.facts, answer.positions);
    }
    answer.timeline = position::timeline_rows(*map, index->dictionary(), answer.facts,
                                              answer.positions, as_of, options.timeline);
    if (const auto added = add_engagement(options, folder, *clinic, answer); !added) {
        return pass_on(added);
    }
    return answer;
}

void write_position(JsonWriter& json, const Position& position) {
    json.begin_object()
        .member("concern", position.concern)
        .member("stage", stage_name(position.stage))
        .key("since");
    if (position.since == no_time) {
        json.null();
    } else {
        json.value(format_instant(position.since));
    }
    json.member("open", position.open)
        .member("overdue", position.overdue)
        .member("lost", position.lost)
        .member("because", position.because.text)
        .member("rule", position.because.rule);
    if (position.expected) {
        json.member("expected", format_instant(*position.expected));
    }
    json.end_object();
}

void write_enrolment(JsonWriter& json, const engine::EnrolmentState& state) {
    json.begin_object()
        .member("campaign", state.enrolment.campaign)
        .member("key", state.enrolment.key)
        .member("enrolled", format_instant(state.enrolment.enrolled_at))
        .member("holdout", state.enrolment.holdout)
        .member("step", state.enrolment.step)
        .member("result", state.enrolment.result)
        .member("because", state.ended_because);
    json.key("path").begin_array();
    for (const auto& entered : state.path) {
        json.begin_object()
            .member("step", entered.step)
            .member("because", entered.because)
            .end_object();
    }
    json.end_array().end_object();
}

std::string answer_json(const Answer& answer) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("patient", answer.id)
        .member("as_of", format_instant(answer.as_of))
        .member("status", status_of(answer))
        .key("headline");
    if (answer.words.empty()) {
        json.null();
    } else {
        json.begin_object()
            .member("concern", answer.words.front().concern)
            .member("stage", stage_name(answer.words.front().stage))
            .end_object();
    }
    json.key("positions").begin_array();
    for (const Position& position : answer.words) {
        write_position(json, position);
    }
    json.end_array().key("timeline").begin_array();
    for (const auto& row : answer.timeline) {
        json.begin_object().key("at");
        if (row.at == no_time) {
            json.null();
        } else {
            json.value(format_instant(row.at));
        }
        json.member("what", row.what).member("says", row.says).member("deciding", row.deciding);
        json.end_object();
    }
    json.end_array().key("campaigns").begin_array();
    for (const auto& state : answer.enrolments) {
        write_enrolment(json, state);
    }
    json.end_array().key("messages").begin_array();
    for (const auto& entry : answer.messages) {
        write_outbox_entry(json, entry);
    }
    json.end_array();
    if (answer.story) {
        json.key("story");
        write_story(json, *answer.story);
    }
    json.end_object();
    return out;
}

std::string day(Instant instant) {
    return instant == no_time ? "" : format_date(instant);
}

void print_positions(const Answer& answer, const Style& style) {
    for (const Position& position : answer.words) {
        std::string marks;
        marks += position.open ? "" : " · closed";
        marks += position.lost      ? " · " + style.alert("lost")
                 : position.overdue ? " · " + style.alert("overdue")
                                    : "";
        fmt::print("  {}  {}  {}{}\n", style.bold(fit(position.concern, 18)),
                   fit(stage_name(position.stage), 10),
                   style.dim(position.since == no_time ? std::string("no date")
                                                       : "since " + day(position.since)),
                   marks);
        fmt::print("      because {}\n", position.because.text);
        if (position.expected && position.open) {
            fmt::print("      next is expected by {}\n", day(*position.expected));
        }
    }
}

void print_message(const engine::OutboxEntry& entry, const Style& style) {
    const std::string_view status = entry.status;
    const bool sent = status == "sent" || status == "captured";
    fmt::print("  {}{}  {}  {} · {}{}\n", status == "waiting" ? "planned for " : "",
               style.dim(short_time(message_time(entry))),
               sent ? style.good(status) : style.alert(status), entry.message.campaign,
               entry.message.step,
               entry.attempts.empty() ? "" : " · " + entry.attempts.back().channel);
    for (const std::string& told : {joining_words(entry), entry.held}) {
        if (!told.empty()) {
            fmt::print("      {}\n", told);
        }
    }
    for (const Hindrance& hindrance : hindrances(entry)) {
        fmt::print("      {}\n", hindrance.text);
        if (!sent && !hindrance.cure.empty()) {
            fmt::print("      {}\n",
                       style.dim(fmt::format("what would change it: {}", hindrance.cure)));
        }
    }
}

/// Each step with what came of it: a step is entered because of what became of the one before.
void print_path(const engine::EnrolmentState& state, const Style& style) {
    for (std::size_t i = 0; i < state.path.size(); ++i) {
        std::string came_of_it;
        if (i + 1 < state.path.size()) {
            came_of_it =
                fmt::format("{} → {}", one_line(state.path[i + 1].because), state.path[i + 1].step);
        } else {
            came_of_it = state.enrolment.ended() ? "ended here" : "stands here";
        }
        fmt::print("      {} {}\n", fit(state.path[i].step, 14), style.dim(came_of_it));
    }
}

void print_enrolment(const engine::EnrolmentState& state, const Style& style) {
    const Enrolment& enrolment = state.enrolment;
    std::string stands = fmt::format("stands at {}", enrolment.step);
    if (enrolment.due) {
        stands += fmt::format(" until {}", short_time(*enrolment.due));
    }
    if (enrolment.ended()) {
        stands = fmt::format("ended {}: {} ({})", day(state.ended_at), enrolment.result,
                             one_line(state.ended_because));
    }
    const std::string began = state.path.empty() ? std::string() : state.path.front().because;
    fmt::print("  {}  {}{}  {}\n", fit(enrolment.campaign, 24),
               style.dim("since " + day(enrolment.enrolled_at)),
               began.empty() || began == "enrolled" ? "" : style.dim(" (" + one_line(began) + ")"),
               stands);
    print_path(state, style);
}

void print_engagement(const Answer& answer, const Style& style) {
    if (!answer.enrolments.empty()) {
        fmt::print("\n{}\n", style.dim("Campaigns: each step, and what came of it"));
    }
    for (const auto& state : answer.enrolments) {
        print_enrolment(state, style);
    }
    if (!answer.messages.empty()) {
        fmt::print("\n{}\n", style.dim("Messages considered"));
    }
    for (const auto& entry : answer.messages) {
        print_message(entry, style);
    }
}

/// What was asked for alone.
void print_asked(const Answer& answer, const Style& style) {
    if (answer.story) {
        print_story(*answer.story, style);
    }
    if (!answer.with_checks && !answer.messages.empty()) {
        fmt::print("\n{}\n", style.dim("Messages considered"));
    }
    for (const auto& entry : answer.messages) {
        if (answer.with_checks) {
            print_checks(entry, style);
        } else {
            print_message(entry, style);
        }
    }
}

void print_answer(const Answer& answer) {
    const Style style = output_style();
    fmt::print("{}  {}  as of {}\n", style.bold(answer.id), status_of(answer),
               format_date(answer.as_of));
    if (answer.story || answer.with_checks) {
        print_asked(answer, style);
        return;
    }
    fmt::print("\n");
    if (answer.words.empty()) {
        fmt::print("  Not on the map.\n");
    }
    print_positions(answer, style);
    if (!answer.timeline.empty()) {
        fmt::print("\n{}\n", style.dim("Timeline, newest first; ● what decides where the patient "
                                       "stands (always shown)"));
    }
    for (const auto& row : answer.timeline) {
        fmt::print("  {} {}  {}\n", row.deciding ? style.good("●") : " ", fit(day(row.at), 10),
                   row.what);
    }
    print_engagement(answer, style);
}

Result<int> run(const Options& options) {
    const auto moment = options.common.moment();
    if (!moment) {
        return pass_on(moment);
    }
    const auto folder = open_for_reading(options.common);
    if (!folder) {
        return pass_on(folder);
    }
    const auto answer = find_answer(options, **folder, *moment);
    if (!answer) {
        return pass_on(answer);
    }
    if (options.common.json) {
        fmt::print("{}\n", answer_json(*answer));
    } else {
        print_answer(*answer);
    }
    return 0;
}

}  // namespace

Run declare_why(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("patient", options->patient, "The patient's FHIR id").required().type_name("ID");
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    add_as_of_option(app, options->common);
    app.add_option("--timeline", options->timeline,
                   "How many rows of the timeline, beside those that decide (●)")
        .within(0, timeline_max)
        .show_default()
        .type_name("N");
    app.add_option("--campaign", options->campaign,
                   "Why they are in this campaign, at this step, or not in it")
        .type_name("NAME");
    app.add_option("--message", options->message,
                   "Every check of a message: its content, its step, or its id")
        .type_name("MESSAGE");
    add_json_option(app, options->common);
    app.footer(
        "Where a patient stands with each concern and why; the campaigns they are in; and for "
        "each\n"
        "message considered, why it was sent or not, and what would change it. All as it stood at\n"
        "--as-of; times are UTC.\n\n"
        "  parcours why 186ff984 --data clinic --as-of 2019-06-01\n"
        "  parcours why 186ff984 --data clinic --campaign diabetes-hba1c\n"
        "  parcours why 186ff984 --data clinic --message hba1c-due");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
