#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/requests.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/quarantine.h"

namespace parcours::app {
namespace {

constexpr std::size_t limit_default = 100;

struct Options {
    CommonOptions common;
    bool retry = false;
    std::optional<std::size_t> limit;
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

std::string list_json(const std::vector<engine::QuarantineEntry>& entries, std::size_t total,
                      const engine::RetryReport* retry) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("quarantined", total);
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

void print_list(const std::vector<engine::QuarantineEntry>& entries, std::size_t total,
                const std::string& data) {
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
    if (entries.size() < total) {
        fmt::print("\n{}: --limit {}\n", grouped(total - entries.size()) + " more", total);
    }
    fmt::print("\n{} in quarantine. Mend the files, then: parcours quarantine --retry --data {}\n",
               grouped(total), shell_word(data));
}

/// Tries again, by the process that works on the folder or by this one.
Result<engine::RetryReport> retry(const CommonOptions& options) {
    std::string request;
    JsonWriter(request).begin_object().member("command", "quarantine").end_object();
    const auto answer = perform(options, request);
    if (!answer) {
        return pass_on(answer);
    }
    JsonDocument document;
    const auto parsed = document.parse(*answer);
    if (!parsed) {
        return pass_on(parsed);
    }
    engine::RetryReport report;
    report.tried = static_cast<std::uint64_t>((*parsed)["tried"].integer().value_or(0));
    report.resolved = static_cast<std::uint64_t>((*parsed)["resolved"].integer().value_or(0));
    return report;
}

Result<int> run(const Options& options) {
    engine::RetryReport report;
    if (options.retry) {
        const auto retried = retry(options.common);
        if (!retried) {
            return pass_on(retried);
        }
        report = *retried;
    }
    const auto folder = open_for_reading(options.common);
    if (!folder) {
        return pass_on(folder);
    }
    auto entries = engine::list_quarantine(**folder);
    if (!entries) {
        return pass_on(entries);
    }
    const std::size_t total = entries->size();
    const std::size_t limit = options.limit.value_or(options.common.json ? total : limit_default);
    if (total > limit) {
        entries->resize(limit);
    }
    if (options.common.json) {
        fmt::print("{}\n", list_json(*entries, total, options.retry ? &report : nullptr));
        return 0;
    }
    if (options.retry) {
        fmt::print("{} tried again, {} could be read and {} stored.\n", grouped(report.tried),
                   grouped(report.resolved), report.resolved == 1 ? "is" : "are");
    }
    print_list(*entries, total, options.common.data);
    return 0;
}

}  // namespace

Run declare_quarantine(CommandLine app) {
    const auto options = std::make_shared<Options>();
    add_data_option(app, options->common);
    app.add_flag("--retry", options->retry,
                 "Read each one again: its kept text, then its file as it is now");
    app.add_option("--limit", options->limit, "How many to show (default: 100; JSON: all)")
        .type_name("N");
    add_practice_option(app, options->common);
    add_json_option(app, options->common);
    return [options] { return run(*options); };
}

}  // namespace parcours::app
