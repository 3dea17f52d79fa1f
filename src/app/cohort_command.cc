#include <algorithm>
#include <cctype>
#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/requests.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/executor.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "cql/cql.h"
#include "engine/check_words.h"
#include "engine/clinic.h"
#include "engine/cohort_name.h"
#include "engine/data_folder.h"
#include "engine/engagement_rows.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/outbox.h"
#include "population/cohort.h"
#include "population/cohort_trace.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "practice/folder.h"
#include "practice/nearest.h"
#include "record/log.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::string cql;
    std::string name;
    std::string by;
    CommandLine count;
    CommandLine list;
    CommandLine explain;
    CommandLine save;
};

Result<std::shared_ptr<const cql::Expression>> compile(const engine::Clinic& clinic,
                                                       const std::string& text,
                                                       bool keep_words = false) {
    cql::CompileContext context = clinic.folder.vocabulary().context();
    context.expected = cql::Type(cql::Type::Kind::Boolean);
    context.keep_words = keep_words;
    auto compiled = cql::compile(text, context);
    if (compiled) {
        const auto wrong = engine::check_words(**compiled, clinic.map);
        if (!wrong.empty()) {
            return std::unexpected(wrong.front());
        }
    }
    return compiled;
}

/// A word that may name a cohort: "flu-due", which as CQL would be a difference.
bool is_name(const std::string& text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    });
}

/// The expression of a cohort that is defined in the practice folder, where campaigns know it too,
/// or saved in the data folder; any other text is CQL itself.
Result<std::shared_ptr<const cql::Expression>> resolve(const engine::Clinic& clinic,
                                                       const engine::Ledger& ledger,
                                                       const std::string& text, bool keep_words) {
    if (const auto* const defined = clinic.folder.find_cohort(text)) {
        return compile(clinic, defined->cql, keep_words);
    }
    if (const auto saved = ledger.cohorts().find(text); saved != ledger.cohorts().end()) {
        return compile(clinic, saved->second.cql, keep_words);
    }
    auto expression = compile(clinic, text, keep_words);
    if (expression || !is_name(text)) {
        return expression;
    }
    std::vector<std::string> names;
    for (const practice::Cohort& cohort : clinic.folder.cohorts) {
        names.push_back(cohort.name);
    }
    for (const auto& [name, cql] : ledger.cohorts()) {
        names.push_back(name);
    }
    return fail(ErrorCode::NotFound,
                fmt::format("there is no cohort \"{}\"{}; one of a clinic's own folder is known "
                            "with --practice DIR",
                            text, practice::suggest(text, names)));
}

/// The id, with its feed in front where that is not the main one: what `parcours why` takes.
std::string name_of(const population::LiveIndex& index, std::size_t number) {
    return engine::patient_name(index, index.patients().key[number]);
}

std::string list_json(const population::LiveIndex& index, const population::CohortAnswer& answer) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("patients", answer.count).member("seconds", answer.seconds);
    json.key("ids").begin_array();
    answer.patients.for_each([&](std::size_t number) { json.value(name_of(index, number)); });
    json.end_array().end_object();
    return out;
}

std::string count_json(const population::CohortAnswer& answer) {
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("patients", answer.count)
        .member("seconds", answer.seconds)
        .end_object();
    return out;
}

void print_answer(const Options& options, const population::LiveIndex& index,
                  const population::CohortAnswer& answer) {
    if (options.list.parsed()) {
        if (options.common.json) {
            fmt::print("{}\n", list_json(index, answer));
            return;
        }
        answer.patients.for_each(
            [&](std::size_t number) { fmt::print("{}\n", name_of(index, number)); });
        return;
    }
    if (options.common.json) {
        fmt::print("{}\n", count_json(answer));
        return;
    }
    fmt::print("{}, of {} in the data folder ({:.1f} ms)\n",
               output_style().bold(counted(answer.count, "patient")), grouped(index.person_count()),
               answer.seconds * 1000);
}

std::string plan_json(const population::CohortAnswer& answer,
                      const population::CohortTrace& trace) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("patients", answer.count)
        .member("seconds", answer.seconds)
        .member("singly", answer.evaluated_singly)
        .member("singly_us", trace.singly_us.load())
        .key("steps")
        .begin_array();
    for (const population::CohortStep& step : trace.steps()) {
        json.begin_object()
            .member("text", step.text)
            .member("at", fmt::format("{}:{}", step.place.line, step.place.column))
            .member("depth", step.depth)
            .member("join", step.join)
            .member("way", step.way)
            .member("asked", step.asked)
            .member("left", step.held + step.open)
            .member("open", step.open)
            .member("time_us", step.time_us)
            .end_object();
    }
    json.end_array().end_object();
    return out;
}

/// A combination says only how it joins those below it.
std::string part_text(const population::CohortStep& step) {
    if (step.join.empty()) {
        return step.text;
    }
    return step.join == "and"   ? "all of"
           : step.join == "or"  ? "any of"
           : step.join == "xor" ? "one of"
                                : "the first implies the second";
}

void print_plan(const Options& options, const population::LiveIndex& index,
                const population::CohortAnswer& answer, const population::CohortTrace& trace) {
    if (options.common.json) {
        fmt::print("{}\n", plan_json(answer, trace));
        return;
    }
    Table table({"asked", "left", "open", "time", "by", "clause"},
                {true, true, true, true, false, false});
    for (const population::CohortStep& step : trace.steps()) {
        table.add({grouped(step.asked), grouped(step.held + step.open), grouped(step.open),
                   fmt::format("{} us", grouped(step.time_us)), std::string(step.way),
                   std::string(2UL * step.depth, ' ') + part_text(step)});
    }
    fmt::print("{}\n", table.draw(output_style()));
    fmt::print("{} judged singly, by the stored record ({} us)\n",
               counted(answer.evaluated_singly, "patient"), grouped(trace.singly_us.load()));
    print_answer(options, index, answer);
}

Result<population::CohortAnswer> evaluate(const cql::Expression& expression,
                                          const engine::Clinic& clinic,
                                          const engine::DataFolder& folder,
                                          const engine::Ledger& ledger, Instant as_of,
                                          population::CohortTrace* trace) {
    const auto index = folder.index();
    const auto map =
        position::CompiledMap::compile(clinic.map, clinic.folder.value_sets, index->dictionary());
    if (!map) {
        return pass_on(map);
    }
    const engine::EngagementRows engagement(*index, *map, ledger);
    const SystemClock clock;
    ThreadExecutor executor(2);
    population::CohortContext context;
    context.as_of = as_of;
    context.executor = &executor;
    context.clock = &clock;
    context.read_body = [&folder](LogPosition position) { return folder.read_body(position); };
    context.engagement = &engagement;
    context.trace = trace;
    return population::evaluate(expression, *index, context);
}

Result<int> answer(const Options& options) {
    const auto moment = options.common.moment();
    if (!moment) {
        return pass_on(moment);
    }
    const auto open = open_clinic(options.common, *moment);
    if (!open) {
        return pass_on(open);
    }
    const bool explains = options.explain.parsed();
    const auto expression = resolve(*open->clinic, open->ledger, options.cql, explains);
    if (!expression) {
        return pass_on(expression);
    }
    const SystemClock clock;
    population::CohortTrace trace(clock);
    const auto found = evaluate(**expression, *open->clinic, *open->folder, open->ledger, *moment,
                                explains ? &trace : nullptr);
    if (!found) {
        return pass_on(found);
    }
    if (explains) {
        print_plan(options, *open->folder->index(), *found, trace);
        return 0;
    }
    print_answer(options, *open->folder->index(), *found);
    return 0;
}

Result<int> save(const Options& options) {
    const auto folder = open_for_reading(options.common);
    if (!folder) {
        return pass_on(folder);
    }
    const auto clinic = load_clinic_for_reading(options.common, **folder);
    if (!clinic) {
        return pass_on(clinic);
    }
    if (const auto named = engine::check_cohort_name(**clinic, options.name); !named) {
        return pass_on(named);
    }
    if (const auto expression = compile(**clinic, options.cql); !expression) {
        return pass_on(expression);
    }
    std::string request;
    JsonWriter(request)
        .begin_object()
        .member("command", "cohort")
        .member("name", options.name)
        .member("cql", options.cql)
        .member("by", name_of_doer(options.by))
        .end_object();
    const auto answer = perform(options.common, request);
    if (!answer) {
        return pass_on(answer);
    }
    if (options.common.json) {
        fmt::print("{}\n", *answer);
    } else {
        fmt::print("Saved as \"{}\": parcours cohort count {} --data {}\n", options.name,
                   options.name, shell_word(options.common.data));
    }
    return 0;
}

CommandLine add_question(CommandLine app, const std::shared_ptr<Options>& options,
                         const std::string& name, const std::string& summary) {
    CommandLine sub = app.add_subcommand(name, summary);
    sub.add_option("cql", options->cql, "A CQL expression, or the name of a cohort").required();
    add_data_option(sub, options->common);
    add_practice_option(sub, options->common);
    add_as_of_option(sub, options->common);
    add_json_option(sub, options->common);
    return sub;
}

}  // namespace

Run declare_cohort(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.require_subcommand();
    options->count = add_question(app, options, "count", "How many patients");
    options->list =
        add_question(app, options, "list",
                     "Their FHIR ids (FEED/ID where the feed is not \"main\"), one a line");
    options->explain = add_question(app, options, "explain",
                                    "How they are found: each part, whom it left, and its time");
    options->save = app.add_subcommand("save", "Keep an expression under a name");
    options->save.add_option("name", options->name, "The cohort's name").required();
    options->save.add_option("cql", options->cql, "A CQL expression").required();
    add_by_option(options->save, options->by, "Who saves it");
    add_data_option(options->save, options->common);
    add_practice_option(options->save, options->common);
    add_json_option(options->save, options->common);
    app.footer(
        "Whom to reach, in CQL over FHIR. Value sets of the practice are named in quotes:\n\n"
        "  parcours cohort count 'exists [Condition: code in \"diabetes\"]' --data clinic\n"
        "  parcours cohort list 'AgeInYears() >= 65 and not exists [Immunization]' \\\n"
        "      --data clinic --as-of 2019-06-01\n"
        "  parcours cohort save overdue 'exists [Condition: \"diabetes\"] and not exists\n"
        "      [Observation: \"hba1c\"] O where O.effective after Now() - 6 months' --data "
        "clinic\n\n"
        "  parcours cohort explain 'exists [Condition: \"diabetes\"] and AgeInYears() > 70' \\\n"
        "      --data clinic\n\n"
        "What the program knows itself: Position, Enrolment, Message, Contact:\n\n"
        "  parcours cohort count \"exists [Position] P where P.concern = 'diabetes' and "
        "P.overdue\" \\\n"
        "      --data clinic\n\n"
        "Everyone born by then counts, dead or alive unless the expression says otherwise.");
    return [options] { return options->save.parsed() ? save(*options) : answer(*options); };
}

}  // namespace parcours::app
