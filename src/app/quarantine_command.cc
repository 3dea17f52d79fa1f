#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/files.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/quarantine.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    bool retry = false;
};

void write_entry(JsonWriter& json, const engine::QuarantineEntry& entry) {
    json.begin_object()
        .member("id", entry.id.to_hex())
        .member("source", entry.source)
        .member("file", entry.where.file)
        .member("line", entry.where.line)
        .member("column", entry.where.column)
        .member("reason", entry.reason)
        .member("at", format_instant(entry.at))
        .end_object();
}

std::string list_json(const std::vector<engine::QuarantineEntry>& entries,
                      const engine::RetryReport* retry) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("quarantined", entries.size());
    if (retry != nullptr) {
        json.member("tried", retry->tried).member("resolved", retry->resolved);
    }
    json.key("entries").begin_array();
    for (const auto& entry : entries) {
        write_entry(json, entry);
    }
    json.end_array().end_object();
    return out;
}

void print_list(const std::vector<engine::QuarantineEntry>& entries) {
    const Style style = output_style();
    if (entries.empty()) {
        fmt::print("Nothing is in quarantine.\n");
        return;
    }
    for (const auto& entry : entries) {
        fmt::print("{}\n  {}\n",
                   style.bold(fmt::format("{}:{}:{}", entry.where.file, entry.where.line,
                                          entry.where.column)),
                   entry.reason);
    }
    fmt::print("\n{} in quarantine. Mend the files, then: parcours quarantine --retry\n",
               grouped(entries.size()));
}

Result<int> run(const Options& options) {
    using Mode = engine::DataFolder::Mode;
    auto folder =
        engine::DataFolder::open(options.common.data, options.retry ? Mode::Write : Mode::Read);
    if (!folder) {
        return pass_on(folder);
    }
    engine::RetryReport report;
    if (options.retry) {
        const auto retried = engine::retry_quarantine(**folder, SystemFiles(), SystemClock());
        if (!retried) {
            return pass_on(retried);
        }
        report = *retried;
    }
    const auto entries = engine::list_quarantine(**folder);
    if (!entries) {
        return pass_on(entries);
    }
    if (options.common.json) {
        fmt::print("{}\n", list_json(*entries, options.retry ? &report : nullptr));
        return 0;
    }
    if (options.retry) {
        fmt::print("{} tried again, {} could be read and are stored.\n", grouped(report.tried),
                   grouped(report.resolved));
    }
    print_list(*entries);
    return 0;
}

}  // namespace

Run declare_quarantine(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    add_data_option(app, options->common);
    app.add_flag("--retry", options->retry,
                 "Read each one again: its kept text, then its file as it is now");
    add_json_option(app, options->common);
    return [options] { return run(*options); };
}

}  // namespace parcours::app
