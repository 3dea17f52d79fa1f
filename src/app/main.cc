#include <CLI/CLI.hpp>
#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <utility>
#include <vector>

#include "app/command.h"
#include "app/command_line.h"
#include "base/error.h"
#include "practice/nearest.h"

namespace parcours::app {
// What jemalloc reads as it begins: memory that is given back to the system sooner is asked for
// again at once (docs/decisions/0031). `MALLOC_CONF` goes before it.
extern "C" {
extern const char* const malloc_conf;
const char* const malloc_conf = "dirty_decay_ms:30000";
}

namespace {

int report(const Error& error) {
    fmt::print(stderr, "parcours: {}\n", error.to_text());
    return exit_code(error.code);
}

/// Names what is misspelt: a first word that is no command, with the nearest that is.
std::optional<Error> find_unknown_command(const std::vector<std::string>& arguments) {
    if (arguments.empty() || arguments.front().starts_with('-')) {
        return std::nullopt;
    }
    std::vector<std::string_view> names;
    for (const Command& command : commands()) {
        names.push_back(command.name);
    }
    const std::string& given = arguments.front();
    if (std::ranges::find(names, given) != names.end()) {
        return std::nullopt;
    }
    return Error{
        ErrorCode::Usage,
        fmt::format("there is no command \"{}\"{}", given, practice::suggest(given, names)),
        {}};
}

/// "map has no option --dota; did you mean …", or nothing where every option is known. CLI11 would
/// rather complain of what is missing than of what is misspelt.
std::string find_unknown_option(const CLI::App& app, const std::vector<std::string>& arguments) {
    if (arguments.empty() || arguments.front().starts_with('-')) {
        return {};
    }
    const std::string& named = arguments.front();
    std::vector<const CLI::App*> open = {app.get_subcommand(named)};
    std::vector<std::string> options;
    for (std::size_t i = 0; i < open.size(); ++i) {
        for (const CLI::Option* const option : open[i]->get_options()) {
            for (const std::string& lname : option->get_lnames()) {
                const std::string name = "--" + lname;
                if (std::ranges::find(options, name) == options.end()) {
                    options.push_back(name);
                }
            }
        }
        for (const CLI::App* const below : open[i]->get_subcommands({})) {
            open.push_back(below);
        }
    }
    for (const std::string& argument : arguments) {
        const std::string name = argument.substr(0, argument.find('='));
        if (argument == "--") {
            break;
        }
        if (name.starts_with("--") && std::ranges::find(options, name) == options.end()) {
            return fmt::format("\"{}\" has no option {}{}", named, name,
                               practice::suggest(name, options));
        }
    }
    return {};
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
    std::string message = error.what();
    if (message.find("subcommand is required") != std::string::npos) {
        message = "name a command";
    }
    const auto chosen = app.get_subcommands();
    const std::string help = chosen.empty()
                                 ? "parcours --help"
                                 : fmt::format("parcours {} --help", chosen.front()->get_name());
    fmt::print(stderr, "parcours: {}; see {}\n", message, help);
    return exit_code(ErrorCode::Usage);
}

int run_program(int count, char** arguments) {
    const std::vector<std::string> words(arguments + std::min(count, 1), arguments + count);
    if (const auto unknown = find_unknown_command(words)) {
        return report(*unknown);
    }
    CLI::App app("Parcours: where each patient stands, whom to reach, and why.", "parcours");
    app.require_subcommand(1);
    app.set_version_flag("--version", "parcours " PARCOURS_VERSION);
    app.footer("Each command teaches itself: parcours COMMAND --help");
    std::vector<std::pair<CLI::App*, Run>> runs;
    for (const Command& command : commands()) {
        CLI::App* const sub =
            app.add_subcommand(std::string(command.name), std::string(command.summary));
        runs.emplace_back(sub, command.declare(CommandLine(*sub)));
    }
    try {
        app.parse(count, arguments);
    } catch (const CLI::Success& asked) {
        return app.exit(asked);
    } catch (const CLI::ParseError& error) {
        if (const std::string misspelt = find_unknown_option(app, words); !misspelt.empty()) {
            fmt::print(stderr, "parcours: {}; see parcours {} --help\n", misspelt, words.front());
            return exit_code(ErrorCode::Usage);
        }
        return usage_error(app, error);
    }
    const auto chosen =
        std::ranges::find_if(runs, [](const auto& run) { return run.first->parsed(); });
    const auto done = chosen->second();
    return done ? *done : report(done.error());
}

}  // namespace
}  // namespace parcours::app

int main(int count, char** arguments) {
    std::setlocale(LC_ALL, "C.UTF-8");
    ::umask(0077);  // patients' data is its owner's alone
    // A full disk must be met as a failed write, not as a signal.
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        const int code = parcours::app::run_program(count, arguments);
        if (std::fflush(stdout) != 0) {
            fmt::print(stderr, "parcours: the answer could not be written to standard output\n");
            return 1;
        }
        return code;
    } catch (const std::system_error& error) {
        // fmt throws it where a stream cannot be written to; nothing else of the program does.
        fmt::print(stderr, "parcours: the answer could not be written to standard output: {}\n",
                   error.code().message());
        return 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "parcours: stopped by an unexpected failure: {}\n", error.what());
        return 1;
    }
}
