#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/time.h"

namespace CLI {
class App;
}

namespace parcours::app {

/// Options that several commands share.
struct CommonOptions {
    std::string data;      ///< the data folder
    std::string practice;  ///< the clinic's own practice folder; empty: the built-in one
    std::string as_of;     ///< as typed; empty: now
    bool json = false;

    /// The moment to answer for: `--as-of`, else the present. Errors: Usage.
    [[nodiscard]] Result<Instant> moment() const;
};

void add_data_option(CLI::App& app, CommonOptions& options);
void add_practice_option(CLI::App& app, CommonOptions& options);
void add_as_of_option(CLI::App& app, CommonOptions& options);
void add_json_option(CLI::App& app, CommonOptions& options);

}  // namespace parcours::app
