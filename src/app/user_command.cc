#include <cstdio>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <termios.h>
#include <unistd.h>

#include "app/command.h"
#include "app/options.h"
#include "app/requests.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::string name;
    std::string role;
    bool password = false;
    bool disable = false;
    bool enable = false;
    bool provider = false;
    bool must_change = false;
    CommandLine add;
    CommandLine change;
    CommandLine totp;
};

/// Reads a line; on a terminal it is asked for and not shown.
std::string read_secret(std::string_view prompt) {
    const bool terminal = ::isatty(STDIN_FILENO) == 1;
    termios before{};
    if (terminal) {
        fmt::print(stderr, "{}: ", prompt);
        ::tcgetattr(STDIN_FILENO, &before);
        termios silent = before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    std::string line;
    std::getline(std::cin, line);
    if (terminal) {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fmt::print(stderr, "\n");
    }
    if (line.ends_with('\r')) {
        line.pop_back();
    }
    return line;
}

/// Asked for twice on a terminal, where nobody sees what is typed.
Result<std::string> read_password() {
    std::string password = read_secret("Password (12 characters or more)");
    if (::isatty(STDIN_FILENO) == 1 && read_secret("Once more") != password) {
        return fail(ErrorCode::Usage, "the two passwords differ; nothing was changed");
    }
    return password;
}

Result<int> send(const Options& options, const std::string& request, const std::string& told) {
    const auto answer = perform_access(options.common, request);
    if (!answer) {
        return pass_on(answer);
    }
    fmt::print("{}\n", options.common.json ? *answer : told);
    return 0;
}

Result<int> add(const Options& options) {
    const auto password = options.provider ? Result<std::string>("") : read_password();
    if (!password) {
        return pass_on(password);
    }
    std::string request;
    JsonWriter(request)
        .begin_object()
        .member("command", "user")
        .member("do", "add")
        .member("name", options.name)
        .member("role", options.role)
        .member("password", *password)
        .member("by_provider", options.provider)
        .member("must_change", options.must_change)
        .end_object();
    return send(options, request, fmt::format("{} may log in as {}.", options.name, options.role));
}

Result<int> change(const Options& options) {
    if (options.disable && options.enable) {
        return fail(ErrorCode::Usage, "--disable and --enable cannot both be meant");
    }
    std::string request;
    JsonWriter json(request);
    json.begin_object().member("command", "user").member("do", "change");
    json.member("name", options.name).member("role", options.role);
    if (options.disable || options.enable) {
        json.member("disabled", options.disable);
    }
    if (options.password) {
        const auto password = read_password();
        if (!password) {
            return pass_on(password);
        }
        json.member("password", *password).member("must_change", options.must_change);
    } else if (options.role.empty() && !options.disable && !options.enable) {
        return fail(ErrorCode::Usage, "say what changes: --role, --password, --disable, --enable");
    }
    json.end_object();
    return send(options, request, fmt::format("{} is changed.", options.name));
}

Result<int> reset_totp(const Options& options) {
    std::string request;
    JsonWriter(request)
        .begin_object()
        .member("command", "user")
        .member("do", "totp")
        .member("name", options.name)
        .end_object();
    return send(
        options, request,
        fmt::format("{} logs in without a second step until it is set up again.", options.name));
}

void print_users(const JsonView& answer) {
    Table table({"name", "role", "second step", ""});
    for (const JsonView user : answer["users"].elements()) {
        const auto is = [&user](const char* what) { return user[what].boolean().value_or(false); };
        table.add({std::string(user["name"].text()), std::string(user["role"].text()),
                   is("by_provider")   ? "at the provider"
                   : is("second_step") ? "yes"
                                       : "no",
                   is("disabled")      ? "disabled"
                   : is("must_change") ? "chooses a password at the next log-in"
                                       : ""});
    }
    fmt::print("{}", table.empty() ? "Nobody may log in yet.\n" : table.draw(output_style()));
}

Result<int> list(const Options& options) {
    return print_answer(options.common,
                        perform_access(options.common, R"({"command":"user","do":"list"})"),
                        print_users);
}

}  // namespace

Run declare_user(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.require_subcommand();
    options->add = app.add_subcommand("add", "Let somebody log in; the password is asked for");
    options->add.add_option("name", options->name, "What they log in with").required();
    options->add
        .add_option("--role", options->role,
                    "reader, agent, coordinator, outreach_manager, compliance, administrator")
        .required()
        .type_name("ROLE");
    options->add.add_flag("--provider", options->provider,
                          "No password: they log in at the provider by this name");
    options->add.add_flag("--must-change", options->must_change,
                          "They choose another password at the first log-in");
    options->change = app.add_subcommand("change", "Another role or password; disable, enable");
    options->change.add_option("name", options->name, "Who").required();
    options->change.add_option("--role", options->role, "The new role").type_name("ROLE");
    const Argument password =
        options->change.add_flag("--password", options->password, "A new password is asked for");
    options->change.add_flag("--disable", options->disable, "They can no longer log in");
    options->change.add_flag("--enable", options->enable, "They can again");
    options->change
        .add_flag("--must-change", options->must_change,
                  "With a new password: they choose another at the next log-in")
        .needs(password);
    options->totp = app.add_subcommand("totp", "The second step (codes from a telephone)");
    options->totp.require_subcommand();
    CommandLine reset = options->totp.add_subcommand(
        "reset", "Take it away from somebody who lost the telephone and the recovery codes");
    reset.add_option("name", options->name, "Who").required();
    CommandLine all = app.add_subcommand("list", "Who may log in");
    for (CommandLine sub : {options->add, options->change, reset, all}) {
        add_data_option(sub, options->common);
        add_json_option(sub, options->common);
    }
    app.footer(
        "A password comes from the terminal, or as a line of standard input:\n\n"
        "  parcours user add ada --role administrator --data clinic\n"
        "  parcours user add bo --role agent --data clinic < password-file");
    return [options]() -> Result<int> {
        if (options->add.parsed()) {
            return add(*options);
        }
        if (options->totp.parsed()) {
            return reset_totp(*options);
        }
        return options->change.parsed() ? change(*options) : list(*options);
    };
}

}  // namespace parcours::app
