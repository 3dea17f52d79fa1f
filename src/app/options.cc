#include "app/options.h"

#include <pwd.h>
#include <string>
#include <unistd.h>

#include "base/error.h"
#include "base/time.h"

namespace parcours::app {

namespace {

/// Refuses an empty name, which the system would take for a folder called nothing.
std::string must_name_a_folder(const std::string& path) {
    return path.empty() ? "it is empty; name a folder" : "";
}

}  // namespace

Result<Instant> CommonOptions::moment() const {
    return as_of ? until() : SystemClock().now();
}

Result<Instant> CommonOptions::until() const {
    if (!as_of) {
        return Instant::max();
    }
    const auto parsed = parse_instant(*as_of);
    if (!parsed) {
        return fail(ErrorCode::Usage, "--as-of: " + parsed.error().message);
    }
    return parsed;
}

void add_data_option(CommandLine app, CommonOptions& options) {
    app.add_option("--data", options.data, "The data folder, made by `parcours import`")
        .required()
        .check(must_name_a_folder)
        .type_name("DIR");
}

void add_practice_option(CommandLine app, CommonOptions& options) {
    app.add_option("--practice", options.practice,
                   "The clinic's practice folder; its files go before the built-in ones")
        .check(must_name_a_folder)
        .type_name("DIR");
}

void add_as_of_option(CommandLine app, CommonOptions& options) {
    app.add_option("--as-of", options.as_of,
                   "Answer as of this moment: 2019-06-01 (midnight UTC) or 2019-06-01T08:30:00Z")
        .type_name("DATE");
}

void add_json_option(CommandLine app, CommonOptions& options) {
    app.add_flag("--json", options.json, "Answer in JSON: the last line is the whole answer");
}

void add_by_option(CommandLine app, std::string& by, const std::string& help) {
    app.add_option("--by", by, help + " (default: who runs this)").type_name("NAME");
}

std::string name_of_doer(const std::string& by) {
    if (!by.empty()) {
        return by;
    }
    const passwd* const entry = ::getpwuid(::getuid());
    return entry != nullptr && entry->pw_name != nullptr ? entry->pw_name : "command line";
}

}  // namespace parcours::app
