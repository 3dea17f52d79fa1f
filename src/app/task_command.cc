#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/requests.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/call_plan.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/task_sheet.h"
#include "record/engagement.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    bool all = false;
    std::string task;
    std::string close;
    std::string outcome;
    std::string by;
};

/// What the answers are made of.
struct Sight {
    std::unique_ptr<engine::DataFolder> folder;
    engine::Ledger ledger;
    Instant now;  ///< what is overdue is so at this moment
};

Result<Sight> look(const Options& options) {
    const auto until = options.common.until();
    if (!until) {
        return pass_on(until);
    }
    const auto now = options.common.moment();
    if (!now) {
        return pass_on(now);
    }
    auto folder = open_for_reading(options.common);
    if (!folder) {
        return pass_on(folder);
    }
    Sight sight{std::move(*folder), {}, *now};
    std::vector<engine::Damage> damages;
    if (const auto replayed = engine::replay(*sight.folder, sight.ledger, damages, *until);
        !replayed) {
        return pass_on(replayed);
    }
    return sight;
}

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
    json.key(name).begin_array();
    for (const std::string& text : texts) {
        json.value(text);
    }
    json.end_array();
}

using CallPlan = std::unordered_map<Digest, engine::CallDay, engine::DigestHash>;

/// When its queue comes to a call; nothing for other work, and for queues without a bound.
std::string planned_day(const CallPlan& plan, const Task& task) {
    const auto found = plan.find(task.id);
    return found == plan.end() ? std::string() : format_date(found->second.day);
}

/// The members of a task's object, without its ends.
void write_task(JsonWriter& json, const engine::TaskState& state, const engine::TaskPerson& person,
                const CallPlan& plan, Instant now) {
    const Task& task = state.task;
    json.member("id", task.id.to_hex())
        .member("patient", person.id)
        .member("name", person.patient.name);
    write_texts(json, "phones", person.patient.phones);
    write_texts(json, "emails", person.patient.emails);
    json.member("kind", task.kind)
        .member("queue", task.queue)
        .member("campaign", task.campaign)
        .member("step", task.step)
        .member("script", task.script)
        .member("opened", format_instant(task.opened_at))
        .key("due");
    if (task.due) {
        json.value(format_instant(*task.due));
    } else {
        json.null();
    }
    const std::string planned = planned_day(plan, task);
    json.key("planned_for");
    if (planned.empty()) {
        json.null();
    } else {
        json.value(planned);
    }
    json.member("overdue", engine::is_overdue(state, now))
        .member("reason", task.reason)
        .member("outcome", task.outcome)
        .member("closed_by", state.closed_by);
    write_texts(json, "outcomes", task.outcomes);
}

std::string due_text(const engine::TaskState& state, Instant now, const Style& style) {
    if (!state.task.due) {
        return {};
    }
    return short_time(*state.task.due) +
           (engine::is_overdue(state, now) ? style.alert(" overdue") : "");
}

Result<int> list(const Options& options) {
    auto sight = look(options);
    if (!sight) {
        return pass_on(sight);
    }
    // Mistakes in the practice folder must not hide the work.
    const auto clinic = load_clinic_for_reading(options.common, *sight->folder);
    const CallPlan plan =
        clinic ? engine::plan_calls(sight->ledger, **clinic, sight->now) : CallPlan();
    const auto index = sight->folder->index();
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("tasks").begin_array();
    Table table({"task", "due", "on", "queue", "kind", "patient", "name", "phone", "why"});
    for (const engine::TaskPointer& state : sight->ledger.tasks()) {
        if (!state->open() && !options.all) {
            continue;
        }
        const Task& task = state->task;
        const engine::TaskPerson person =
            engine::read_person(*sight->folder, *index, task.patient, sight->now);
        json.begin_object();
        write_task(json, *state, person, plan, sight->now);
        json.end_object();
        table.add({task.id.to_hex().substr(0, 12), due_text(*state, sight->now, {}),
                   planned_day(plan, task), task.queue, task.kind, person.id, person.patient.name,
                   person.patient.phones.empty() ? "none" : person.patient.phones.front(),
                   state->open() ? one_line(task.reason) : "closed: " + task.outcome});
    }
    json.end_array().end_object();
    if (options.common.json) {
        fmt::print("{}\n", out);
    } else if (table.empty()) {
        fmt::print("No open tasks.\n");
    } else {
        fmt::print("{}", table.draw(output_style()));
        fmt::print("\nOne in full, with its script and outcomes: parcours task TASK --data {}\n",
                   shell_word(options.common.data));
    }
    return 0;
}

/// A task by the beginning of its id, as the list shows it.
Result<engine::TaskPointer> find_task(const engine::Ledger& ledger, const std::string& id) {
    std::vector<std::uint32_t> found;
    for (std::uint32_t number = 0; number < ledger.tasks().size(); ++number) {
        if (ledger.tasks().id(number).to_hex().starts_with(id)) {
            found.push_back(number);
        }
    }
    if (found.size() != 1) {
        return fail(found.empty() ? ErrorCode::NotFound : ErrorCode::Conflict,
                    fmt::format("{} task begins with \"{}\"; parcours task lists them",
                                found.empty() ? "no" : "more than one", id));
    }
    return ledger.tasks()[found.front()];
}

void print_callee(std::string_view what, const engine::Callee& callee) {
    fmt::print("  {} {}{}{}{}{}\n", what, callee.name.empty() ? "(no name)" : callee.name,
               callee.phones.empty() ? "" : ", ", fmt::join(callee.phones, ", "),
               callee.emails.empty() ? "" : ", ", fmt::join(callee.emails, ", "));
    if (callee.phones.empty()) {
        fmt::print("      no phone number is recorded\n");
    }
}

void print_task(const Options& options, const engine::TaskState& state,
                const engine::TaskPerson& person, const std::string& script, Instant now) {
    const Style style = output_style();
    const Task& task = state.task;
    fmt::print("{}  {} for {}  {} · {}\n", style.bold(task.id.to_hex().substr(0, 12)), task.kind,
               task.queue, task.campaign, task.step);
    fmt::print("  opened {}{}{}\n", short_time(task.opened_at), task.due ? ", due " : "",
               due_text(state, now, style));
    fmt::print("  why: {}\n\n", one_line(task.reason));
    print_callee(fmt::format("patient {},", person.id), person.patient);
    fmt::print("      born {}{}\n", person.birth ? format_date(*person.birth) : "(not recorded)",
               person.language.empty() ? "" : ", speaks " + person.language);
    for (const engine::Callee& guardian : person.guardians) {
        print_callee("guardian", guardian);
    }
    if (!script.empty()) {
        fmt::print("\n{}\n{}\n", style.dim("Script " + task.script), script);
    }
    if (!state.open()) {
        fmt::print("\nClosed: {} ({}).\n", task.outcome, one_line(state.closed_by));
        return;
    }
    fmt::print(
        "\nOutcomes: {}\nClose it: parcours task --data {} --close {} --outcome {} --by NAME\n",
        task.outcomes.empty() ? "any word" : fmt::format("{}", fmt::join(task.outcomes, ", ")),
        shell_word(options.common.data), task.id.to_hex().substr(0, 12),
        task.outcomes.empty() ? "OUTCOME" : shell_word(task.outcomes.front()));
}

Result<std::string> script_of(const Sight& sight, std::shared_ptr<const engine::Clinic> clinic,
                              const Task& task) {
    const auto reader = engine::PatientReader::make(*sight.folder, std::move(clinic));
    if (!reader) {
        return pass_on(reader);
    }
    const engine::EnrolmentView found = sight.ledger.find_enrolment(task.enrolment);
    const Enrolment enrolment = found == nullptr ? Enrolment{} : found.enrolment();
    return engine::read_script(**reader, found == nullptr ? nullptr : &enrolment, task, sight.now);
}

Result<int> show(const Options& options) {
    auto sight = look(options);
    if (!sight) {
        return pass_on(sight);
    }
    const auto found = find_task(sight->ledger, options.task);
    if (!found) {
        return pass_on(found);
    }
    const engine::TaskState& state = **found;
    const auto clinic = load_clinic_for_reading(options.common, *sight->folder);
    if (!clinic) {
        return pass_on(clinic);
    }
    const engine::TaskPerson person = engine::read_person(*sight->folder, *sight->folder->index(),
                                                          state.task.patient, sight->now);
    const auto script = script_of(*sight, *clinic, state.task);
    // A script that cannot be put into words must not hide whom to call.
    const std::string words = script ? *script : "cannot be shown: " + script.error().to_text();
    if (!options.common.json) {
        print_task(options, state, person, words, sight->now);
        return 0;
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    write_task(json, state, person, engine::plan_calls(sight->ledger, **clinic, sight->now),
               sight->now);
    json.member("script_text", words).end_object();
    fmt::print("{}\n", out);
    return 0;
}

Result<int> close(const Options& options) {
    auto sight = look(options);
    if (!sight) {
        return pass_on(sight);
    }
    const auto found = find_task(sight->ledger, options.close);
    if (!found) {
        return pass_on(found);
    }
    const std::string id = (*found)->task.id.to_hex();
    sight->folder.reset();  // the one who writes may be this process
    std::string request;
    JsonWriter(request)
        .begin_object()
        .member("command", "task")
        .member("task", id)
        .member("outcome", options.outcome)
        .member("by", options.by)
        .end_object();
    const auto answer = perform(options.common, request);
    if (!answer) {
        return pass_on(answer);
    }
    fmt::print("{}\n", options.common.json ? *answer : "Closed: " + options.outcome);
    return 0;
}

}  // namespace

Run declare_task(CommandLine app) {
    const auto options = std::make_shared<Options>();
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    app.add_option("task", options->task, "One in full (the beginning of its id)")
        .type_name("TASK");
    app.add_flag("--all", options->all, "Show closed ones too");
    const Argument close_option =
        app.add_option("--close", options->close, "Close this task (the beginning of its id)")
            .type_name("TASK");
    app.add_option("--outcome", options->outcome, "With what outcome")
        .needs(close_option)
        .type_name("OUTCOME");
    app.add_option("--by", options->by, "Who closes it").needs(close_option).type_name("NAME");
    add_as_of_option(app, options->common);
    add_json_option(app, options->common);
    app.footer(
        "Work for people: calls, reviews, replies to read. What is overdue is so at --as-of, "
        "which\n"
        "is now where it is not given. Times are UTC.\n\n"
        "  parcours task --data clinic\n"
        "  parcours task 1a2b3c4d5e6f --data clinic");
    return [options]() -> Result<int> {
        if (options->close.empty()) {
            return options->task.empty() ? list(*options) : show(*options);
        }
        if (options->outcome.empty() || options->by.empty()) {
            return fail(ErrorCode::Usage, "--close needs --outcome OUTCOME and --by NAME");
        }
        return close(*options);
    };
}

}  // namespace parcours::app
