#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parcours::app {

Argument Argument::required() {
    option_->required();
    return *this;
}

Argument Argument::type_name(const std::string& name) {
    option_->type_name(name);
    return *this;
}

Argument Argument::show_default() {
    option_->capture_default_str();
    return *this;
}

Argument Argument::one_of(std::initializer_list<const char*> values) {
    option_->check(CLI::IsMember(std::vector<std::string>(values.begin(), values.end())));
    return *this;
}

Argument Argument::within(std::size_t least, std::size_t most) {
    option_->check(CLI::Range(least, most));
    return *this;
}

Argument Argument::check(std::function<std::string(const std::string&)> wrong) {
    option_->check(std::move(wrong));
    return *this;
}

Argument Argument::needs(Argument other) {
    option_->needs(other.option_);
    return *this;
}

template <ArgumentValue Value>
Argument CommandLine::add_option(const std::string& name, Value& into, const std::string& help) {
    return Argument(*app_->add_option(name, into, help));
}

template Argument CommandLine::add_option(const std::string&, std::string&, const std::string&);
template Argument CommandLine::add_option(const std::string&, std::optional<std::string>&,
                                          const std::string&);
template Argument CommandLine::add_option(const std::string&, std::vector<std::string>&,
                                          const std::string&);
template Argument CommandLine::add_option(const std::string&, std::uint64_t&, const std::string&);
template Argument CommandLine::add_option(const std::string&, std::optional<std::uint64_t>&,
                                          const std::string&);
template Argument CommandLine::add_option(const std::string&, double&, const std::string&);

Argument CommandLine::add_flag(const std::string& name, bool& into, const std::string& help) {
    return Argument(*app_->add_flag(name, into, help));
}

CommandLine CommandLine::add_subcommand(const std::string& name, const std::string& summary) {
    return CommandLine(*app_->add_subcommand(name, summary));
}

void CommandLine::require_subcommand() {
    app_->require_subcommand(1);
}

void CommandLine::footer(const std::string& text) {
    app_->footer(text);
}

bool CommandLine::parsed() const {
    return app_->parsed();
}

}  // namespace parcours::app
