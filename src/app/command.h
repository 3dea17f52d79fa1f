#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/command_line.h"
#include "base/error.h"

namespace parcours::app {

/// What a command does once its options are read: an exit code, or why not.
using Run = std::function<Result<int>()>;

/// One subcommand: declares its options on `app` and gives what to run. Registered in commands.cc.
using Declare = Run (*)(CommandLine app);

struct Command {
    std::string_view name;
    std::string_view summary;
    Declare declare;
};

/// All commands, in the order of the help.
[[nodiscard]] const std::vector<Command>& commands();

Run declare_import(CommandLine app);
Run declare_map(CommandLine app);
Run declare_why(CommandLine app);
Run declare_cohort(CommandLine app);
Run declare_check(CommandLine app);
Run declare_publish(CommandLine app);
Run declare_rehearse(CommandLine app);
Run declare_work(CommandLine app);
Run declare_serve(CommandLine app);
Run declare_user(CommandLine app);
Run declare_token(CommandLine app);
Run declare_audit(CommandLine app);
Run declare_outbox(CommandLine app);
Run declare_task(CommandLine app);
Run declare_answer(CommandLine app);
Run declare_enrol(CommandLine app);
Run declare_pause(CommandLine app);
Run declare_resume(CommandLine app);
Run declare_undo(CommandLine app);
Run declare_move(CommandLine app);
Run declare_compare(CommandLine app);
Run declare_campaigns(CommandLine app);
Run declare_receive(CommandLine app);
Run declare_quarantine(CommandLine app);
Run declare_synth(CommandLine app);
Run declare_backup(CommandLine app);
Run declare_verify(CommandLine app);
Run declare_preview(CommandLine app);
Run declare_eval(CommandLine app);
Run declare_valuesets(CommandLine app);
Run declare_view(CommandLine app);
Run declare_scenario(CommandLine app);

}  // namespace parcours::app
