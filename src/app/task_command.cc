#include <CLI/CLI.hpp>
#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/terminal.h"
#include "app/requests.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/outbox.h"
#include "record/engagement.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    bool all = false;
    std::string close;
    std::string outcome;
    std::string by;
};

void write_task(JsonWriter& json, const Task& task, const std::string& patient) {
    json.begin_object()
        .member("id", task.id.to_hex())
        .member("patient", patient)
        .member("kind", task.kind)
        .member("queue", task.queue)
        .member("campaign", task.campaign)
        .member("step", task.step)
        .member("opened", format_instant(task.opened_at))
        .key("due");
    if (task.due) {
        json.value(format_instant(*task.due));
    } else {
        json.null();
    }
    json.member("reason", task.reason)
        .member("outcome", task.outcome)
        .key("outcomes")
        .begin_array();
    for (const std::string& outcome : task.outcomes) {
        json.value(outcome);
    }
    json.end_array().end_object();
}

Result<int> list(const Options& options) {
    const auto folder = open_for_reading(options.common);
    if (!folder) {
        return pass_on(folder);
    }
    engine::Ledger ledger;
    std::vector<engine::Damage> damages;
    if (const auto replayed = engine::replay(**folder, ledger, damages); !replayed) {
        return pass_on(replayed);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("tasks").begin_array();
    Table table({"task", "due", "queue", "kind", "patient", "why"});
    for (const engine::TaskState* const state : ledger.tasks()) {
        if (!state->open() && !options.all) {
            continue;
        }
        const Task& task = state->task;
        const std::string patient = engine::patient_name(*(*folder)->index(), task.patient);
        write_task(json, task, patient);
        table.add({task.id.to_hex().substr(0, 12), task.due ? short_time(*task.due) : "",
                   task.queue, task.kind, patient,
                   state->open() ? task.reason : "closed: " + task.outcome});
    }
    json.end_array().end_object();
    if (options.common.json) {
        fmt::print("{}\n", out);
    } else if (table.empty()) {
        fmt::print("No open tasks.\n");
    } else {
        fmt::print("{}", table.draw(output_style()));
        fmt::print(
            "\nClose one: parcours task --data {} --close TASK --outcome OUTCOME --by NAME\n",
            options.common.data);
    }
    return 0;
}

/// A task by the beginning of its id, as the list shows it.
Result<std::string> find_task(const Options& options) {
    const auto folder = open_for_reading(options.common);
    if (!folder) {
        return pass_on(folder);
    }
    engine::Ledger ledger;
    std::vector<engine::Damage> damages;
    if (const auto replayed = engine::replay(**folder, ledger, damages); !replayed) {
        return pass_on(replayed);
    }
    std::vector<std::string> found;
    for (const engine::TaskState* const state : ledger.tasks()) {
        if (state->task.id.to_hex().starts_with(options.close)) {
            found.push_back(state->task.id.to_hex());
        }
    }
    if (found.size() != 1) {
        return fail(found.empty() ? ErrorCode::NotFound : ErrorCode::Conflict,
                    fmt::format("{} task begins with \"{}\"; parcours task lists them",
                                found.empty() ? "no" : "more than one", options.close));
    }
    return found.front();
}

Result<int> close(const Options& options) {
    const auto id = find_task(options);
    if (!id) {
        return pass_on(id);
    }
    std::string request;
    JsonWriter(request)
        .begin_object()
        .member("command", "task")
        .member("task", *id)
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

Run declare_task(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    app.add_flag("--all", options->all, "Show closed ones too");
    auto* const close_option =
        app.add_option("--close", options->close, "Close this task (the beginning of its id)")
            ->type_name("TASK");
    app.add_option("--outcome", options->outcome, "With what outcome")
        ->needs(close_option)
        ->type_name("OUTCOME");
    app.add_option("--by", options->by, "Who closes it")->needs(close_option)->type_name("NAME");
    add_json_option(app, options->common);
    app.footer("Work for people: calls, reviews, replies to read.");
    return [options]() -> Result<int> {
        if (options->close.empty()) {
            return list(*options);
        }
        if (options->outcome.empty() || options->by.empty()) {
            return fail(ErrorCode::Usage, "--close needs --outcome OUTCOME and --by NAME");
        }
        return close(*options);
    };
}

}  // namespace parcours::app
