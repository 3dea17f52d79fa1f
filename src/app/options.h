#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/command_line.h"
#include "base/error.h"
#include "base/time.h"

namespace parcours::app {

/// Options that several commands share.
struct CommonOptions {
    std::string data;      ///< the data folder
    std::string practice;  ///< the clinic's own practice folder; empty: the built-in one
    std::optional<std::string> as_of;  ///< as typed; nothing: now
    bool json = false;

    /// The moment to answer for: `--as-of`, else the present. Errors: Usage.
    [[nodiscard]] Result<Instant> moment() const;
    /// `--as-of`, else the end of time: everything that is written down. Errors: Usage.
    [[nodiscard]] Result<Instant> until() const;
};

void add_data_option(CommandLine app, CommonOptions& options);
void add_practice_option(CommandLine app, CommonOptions& options);
void add_as_of_option(CommandLine app, CommonOptions& options);
void add_json_option(CommandLine app, CommonOptions& options);
/// `--by`: who does it, told by `help`.
void add_by_option(CommandLine app, std::string& by, const std::string& help);
/// Who does it: `by`, or where it was not given the name that runs the program.
std::string name_of_doer(const std::string& by);

}  // namespace parcours::app
