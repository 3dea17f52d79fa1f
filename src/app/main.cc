#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "app/command.h"
#include "base/error.h"

namespace parcours::app {
namespace {

int report(const Error& error) {
    fmt::print(stderr, "parcours: {}\n", error.to_text());
    return exit_code(error.code);
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
    std::string message = error.what();
    if (message.find("subcommand is required") != std::string::npos) {
        message = "name a command";
    }
    const auto chosen = app.get_subcommands();
    const std::string help = chosen.empty() ? "parcours --help"
                                            : fmt::format("parcours {} --help",
                                                          chosen.front()->get_name());
    fmt::print(stderr, "parcours: {}; see {}\n", message, help);
    return exit_code(ErrorCode::Usage);
}

int run_program(int count, char** arguments) {
    CLI::App app("Parcours: where each patient stands, whom to reach, and why.", "parcours");
    app.require_subcommand(1);
    app.set_version_flag("--version", "parcours " PARCOURS_VERSION);
    app.footer("Each command teaches itself: parcours COMMAND --help");
    std::vector<std::pair<CLI::App*, Run>> runs;
    for (const Command& command : commands()) {
        CLI::App* const sub =
            app.add_subcommand(std::string(command.name), std::string(command.summary));
        runs.emplace_back(sub, command.declare(*sub));
    }
    try {
        app.parse(count, arguments);
    } catch (const CLI::Success& asked) {
        return app.exit(asked);
    } catch (const CLI::ParseError& error) {
        return usage_error(app, error);
    }
    const auto chosen = std::ranges::find_if(runs, [](const auto& run) { return run.first->parsed(); });
    const auto done = chosen->second();
    return done ? *done : report(done.error());
}

}  // namespace
}  // namespace parcours::app

int main(int count, char** arguments) {
    std::setlocale(LC_ALL, "C.UTF-8");
    std::signal(SIGPIPE, SIG_IGN);
    // A full disk must be met as a failed write, not as a signal.
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        const int code = parcours::app::run_program(count, arguments);
        if (std::fflush(stdout) != 0) {
            fmt::print(stderr, "parcours: the answer could not be written to standard output\n");
            return 1;
        }
        return code;
    } catch (const std::exception& error) {
        fmt::print(stderr, "parcours: stopped by an unexpected failure: {}\n", error.what());
        return 1;
    }
}
