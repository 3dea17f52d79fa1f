#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "engine/data_folder.h"
#include "engine/outbox.h"
#include "record/identity.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::string patient;
    std::string status;
    std::size_t limit = 20;
};

using Counts = std::map<std::string, std::uint64_t>;

Counts count_by_status(const std::vector<engine::OutboxEntry>& entries) {
    Counts counts;
    for (const auto& entry : entries) {
        ++counts[std::string(entry.status)];
    }
    return counts;
}

std::string list_json(const std::vector<engine::OutboxEntry>& entries) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("counts").begin_object();
    for (const auto& [status, count] : count_by_status(entries)) {
        json.member(status, count);
    }
    json.end_object().key("messages").begin_array();
    for (const auto& entry : entries) {
        write_outbox_entry(json, entry);
    }
    json.end_array().end_object();
    return out;
}

std::string indent(const std::string& text) {
    std::string out = "    ";
    for (const char c : text) {
        out += c;
        if (c == '\n') {
            out += "    ";
        }
    }
    out.erase(out.find_last_not_of(" \n") + 1);
    return out;
}

void print_entry(const engine::OutboxEntry& entry, const Style& style) {
    const std::string_view status = entry.status;
    if (!entry.attempts.empty()) {
        const auto& attempt = entry.attempts.back();
        fmt::print(
            "{}  {}  {} to {}  ({} · {})\n", style.dim(short_time(attempt.at)),
            status == "captured" || status == "sent" ? style.good(status) : style.alert(status),
            attempt.channel, style.bold(attempt.to), entry.message.campaign, entry.message.step);
        fmt::print("    patient {}{}, in {}\n", entry.patient_id,
                   attempt.to_whom == "guardian" ? ", spoken to through the guardian" : "",
                   attempt.language);
        if (!attempt.subject.empty()) {
            fmt::print("    {}\n", style.bold(attempt.subject));
        }
        fmt::print("{}\n\n", indent(attempt.text));
        return;
    }
    fmt::print("{}  {}  {}  ({} · {})\n    patient {}\n",
               style.dim(short_time(entry.message.planned_at)),
               status == "waiting" ? status : style.alert(status), entry.reason,
               entry.message.campaign, entry.message.step, entry.patient_id);
    if (!entry.decisions.empty()) {
        for (const auto& check : entry.decisions.back().decision.checks) {
            if (check.verdict != CheckResult::Verdict::Pass) {
                fmt::print("    {}: {}\n", check.check, check.detail);
            }
        }
    }
    fmt::print("\n");
}

Result<int> run(const Options& options) {
    const auto folder = open_for_reading(options.common);
    if (!folder) {
        return pass_on(folder);
    }
    std::optional<Key> patient;
    if (!options.patient.empty()) {
        const auto number = find_patient(*(*folder)->index(), options.patient);
        if (!number) {
            return pass_on(number);
        }
        patient = (*folder)->index()->patients().key[*number];
    }
    auto entries = engine::list_outbox(**folder, patient);
    if (!entries) {
        return pass_on(entries);
    }
    if (!options.status.empty()) {
        std::erase_if(*entries, [&options](const engine::OutboxEntry& entry) {
            return entry.status != options.status;
        });
    }
    if (options.common.json) {
        fmt::print("{}\n", list_json(*entries));
        return 0;
    }
    if (entries->empty()) {
        fmt::print("The outbox is empty: no campaign has considered a message{}.\n",
                   options.status.empty() ? "" : " of that status");
        return 0;
    }
    const Style style = output_style();
    const std::size_t skipped =
        entries->size() > options.limit ? entries->size() - options.limit : 0;
    for (std::size_t i = skipped; i < entries->size(); ++i) {
        print_entry((*entries)[i], style);
    }
    if (skipped > 0) {
        fmt::print("{} earlier ones: --limit {}\n", grouped(skipped), entries->size());
    }
    for (const auto& [status, count] : count_by_status(*entries)) {
        fmt::print("{}  {}\n", fit(status, 12), fit_right(grouped(count), 10));
    }
    return 0;
}

}  // namespace

Run declare_outbox(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    add_data_option(app, options->common);
    app.add_option("--patient", options->patient, "Only this patient's")->type_name("ID");
    app.add_option("--status", options->status,
                   "Only: sent, captured, waiting, not-sent, unknown, withdrawn")
        ->type_name("STATUS");
    app.add_option("--limit", options->limit, "How many of the newest to show")
        ->capture_default_str()
        ->type_name("N");
    add_json_option(app, options->common);
    app.footer("Every message ever considered: what was said to whom, or why it was not.");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
