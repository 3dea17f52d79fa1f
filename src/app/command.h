#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace CLI {
class App;
}

namespace parcours::app {

/// What a command does once its options are read: an exit code, or why not.
using Run = std::function<Result<int>()>;

/// One subcommand: declares its options on `app` and gives what to run. Registered in commands.cc.
using Declare = Run (*)(CLI::App& app);

struct Command {
    std::string_view name;
    std::string_view summary;
    Declare declare;
};

/// All commands, in the order of the help.
[[nodiscard]] const std::vector<Command>& commands();

Run declare_import(CLI::App& app);
Run declare_map(CLI::App& app);
Run declare_why(CLI::App& app);
Run declare_cohort(CLI::App& app);
Run declare_check(CLI::App& app);
Run declare_publish(CLI::App& app);
Run declare_rehearse(CLI::App& app);
Run declare_work(CLI::App& app);
Run declare_serve(CLI::App& app);
Run declare_user(CLI::App& app);
Run declare_token(CLI::App& app);
Run declare_audit(CLI::App& app);
Run declare_outbox(CLI::App& app);
Run declare_task(CLI::App& app);
Run declare_answer(CLI::App& app);
Run declare_enrol(CLI::App& app);
Run declare_pause(CLI::App& app);
Run declare_resume(CLI::App& app);
Run declare_undo(CLI::App& app);
Run declare_move(CLI::App& app);
Run declare_compare(CLI::App& app);
Run declare_campaigns(CLI::App& app);
Run declare_receive(CLI::App& app);
Run declare_quarantine(CLI::App& app);
Run declare_synth(CLI::App& app);
Run declare_backup(CLI::App& app);
Run declare_verify(CLI::App& app);
Run declare_preview(CLI::App& app);
Run declare_eval(CLI::App& app);
Run declare_valuesets(CLI::App& app);
Run declare_view(CLI::App& app);
Run declare_scenario(CLI::App& app);

}  // namespace parcours::app
