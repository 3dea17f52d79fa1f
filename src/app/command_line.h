#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace parcours::app {

/// What an option or word of the command line may be read into.
template <typename Value>
concept ArgumentValue =
    std::same_as<Value, std::string> || std::same_as<Value, std::optional<std::string>> ||
    std::same_as<Value, std::vector<std::string>> || std::same_as<Value, std::uint64_t> ||
    std::same_as<Value, std::optional<std::uint64_t>> || std::same_as<Value, double>;

/// An option or a word that was declared; each call says more about it.
class Argument {
  public:
    explicit Argument(CLI::Option& option) : option_(&option) {}

    Argument required();
    /// What stands for its value in the help: DIR, NAME.
    Argument type_name(const std::string& name);
    /// The help shows the value that is there by now.
    Argument show_default();
    Argument one_of(std::initializer_list<const char*> values);
    Argument within(std::size_t least, std::size_t most);
    /// `wrong` gives what is wrong with a text, or "".
    Argument check(std::function<std::string(const std::string&)> wrong);
    /// Only together with `other`.
    Argument needs(Argument other);

  private:
    CLI::Option* option_;
};

/// A command, or one below it, while it says what may follow it. CLI11 behind it is read by
/// command_line.cc and main.cc alone: each source that reads it takes two seconds longer to
/// compile.
class CommandLine {
  public:
    CommandLine() = default;
    explicit CommandLine(CLI::App& app) : app_(&app) {}

    /// A name with dashes is an option, one without a word in its place. `into` is written where it
    /// is given, and must live as long as the command line.
    template <ArgumentValue Value>
    Argument add_option(const std::string& name, Value& into, const std::string& help);
    Argument add_flag(const std::string& name, bool& into, const std::string& help);
    CommandLine add_subcommand(const std::string& name, const std::string& summary);
    /// One of the subcommands must be given.
    void require_subcommand();
    /// Below the options in the help.
    void footer(const std::string& text);
    /// Whether it was given.
    [[nodiscard]] bool parsed() const;

  private:
    CLI::App* app_ = nullptr;
};

}  // namespace parcours::app
