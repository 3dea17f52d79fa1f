#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/message_story.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "engine/data_folder.h"
#include "engine/outbox.h"
#include "outreach/reasons.h"
#include "record/identity.h"

namespace parcours::app {
namespace {

constexpr std::size_t limit_default = 20;
const std::vector<std::string> statuses = {"sent",    "captured",  "waiting",   "not-sent",
                                           "unknown", "withdrawn", "attempting"};

struct Options {
    CommonOptions common;
    std::string patient;
    std::string status;
    bool held = false;
    std::optional<std::size_t> limit;
};

using Counts = std::map<std::string, std::uint64_t>;

Counts count_by_status(const std::vector<engine::OutboxEntry>& entries) {
    Counts counts;
    for (const auto& entry : entries) {
        ++counts[std::string(entry.status)];
    }
    return counts;
}

std::string list_json(const std::vector<engine::OutboxEntry>& entries, const Counts& counts) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("counts").begin_object();
    for (const auto& [status, count] : counts) {
        json.member(status, count);
    }
    json.end_object().key("messages").begin_array();
    for (const auto& entry : entries) {
        write_outbox_entry(json, entry);
    }
    json.end_array().end_object();
    return out;
}

/// Whether it waits for a person who holds it, or for its turn after an outage.
bool is_held(const engine::OutboxEntry& entry) {
    return entry.status == "waiting" &&
           (!entry.held.empty() || entry.reason == outreach::reason::backlog);
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
    const bool sent = status == "captured" || status == "sent";
    const std::string until =
        status == "waiting" && entry.until ? " until " + short_time(*entry.until) : "";
    const std::string marked = sent                  ? style.good(status)
                               : status == "waiting" ? std::string(status) + until
                                                     : style.alert(status);
    const std::string when =
        style.dim((status == "waiting" ? "planned for " : "") + short_time(message_time(entry)));
    const std::string reason = entry.reason == status ? "" : entry.reason;
    if (entry.attempts.empty()) {
        fmt::print("{}  {}  {}  ({} · {})\n    patient {}\n", when, marked, reason,
                   entry.message.campaign, entry.message.step, entry.patient_id);
    } else {
        const auto& attempt = entry.attempts.back();
        fmt::print("{}  {}  {}{} to {}  ({} · {})\n", when, marked,
                   sent || reason.empty() ? "" : reason + "  ", attempt.channel,
                   style.bold(one_line(attempt.to)), entry.message.campaign, entry.message.step);
        fmt::print("    patient {}{}, in {}\n", entry.patient_id,
                   attempt.to_whom == "guardian" ? ", spoken to through the guardian" : "",
                   attempt.language);
    }
    if (const std::string joined = joining_words(entry); !joined.empty()) {
        fmt::print("    {}\n", joined);
    }
    if (!entry.held.empty()) {
        fmt::print("    {}\n", entry.held);
    }
    if (!sent) {
        for (const Hindrance& hindrance : hindrances(entry)) {
            fmt::print("    {}\n", hindrance.text);
        }
    }
    if (!entry.attempts.empty()) {
        const auto& attempt = entry.attempts.back();
        if (!attempt.subject.empty()) {
            fmt::print("    {}\n", style.bold(attempt.subject));
        }
        fmt::print("{}\n", indent(attempt.text));
    }
    fmt::print("\n");
}

/// The newest `limit` of them.
std::vector<engine::OutboxEntry> newest(std::vector<engine::OutboxEntry> entries,
                                        std::size_t limit) {
    if (entries.size() > limit) {
        entries.erase(entries.begin(), entries.end() - static_cast<std::ptrdiff_t>(limit));
    }
    return entries;
}

Result<int> run(const Options& options) {
    if (!options.status.empty()) {
        if (const auto known = must_be_one_of("--status", options.status, statuses); !known) {
            return pass_on(known);
        }
    }
    const auto until = options.common.until();
    if (!until) {
        return pass_on(until);
    }
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
    auto entries = engine::list_outbox(**folder, patient, *until);
    if (!entries) {
        return pass_on(entries);
    }
    if (!options.status.empty()) {
        std::erase_if(*entries, [&options](const engine::OutboxEntry& entry) {
            return entry.status != options.status;
        });
    }
    if (options.held) {
        std::erase_if(*entries, [](const engine::OutboxEntry& entry) { return !is_held(entry); });
    }
    const Counts counts = count_by_status(*entries);
    const std::size_t total = entries->size();
    if (options.common.json) {
        const std::size_t limit = options.limit.value_or(total);
        fmt::print("{}\n", list_json(newest(std::move(*entries), limit), counts));
        return 0;
    }
    if (entries->empty()) {
        fmt::print("{}\n", options.held ? "Nothing is held."
                           : options.status.empty()
                               ? "The outbox is empty: no campaign has considered a message."
                               : "The outbox is empty: no campaign has considered a message of "
                                 "that status.");
        return 0;
    }
    const Style style = output_style();
    const auto shown = newest(std::move(*entries), options.limit.value_or(limit_default));
    for (const engine::OutboxEntry& entry : shown) {
        print_entry(entry, style);
    }
    if (shown.size() < total) {
        fmt::print("{}: --limit {}\n", counted(total - shown.size(), "earlier one"), total);
    }
    for (const auto& [status, count] : counts) {
        fmt::print("{}  {}\n", fit(status, 12), fit_right(grouped(count), 10));
    }
    return 0;
}

}  // namespace

Run declare_outbox(CommandLine app) {
    const auto options = std::make_shared<Options>();
    add_data_option(app, options->common);
    app.add_option("--patient", options->patient, "Only this patient's").type_name("ID");
    app.add_option("--status", options->status,
                   "Only: " + fmt::format("{}", fmt::join(statuses, ", ")))
        .type_name("STATUS");
    app.add_flag("--held", options->held,
                 "Only what is held, or leaves one after another after an outage");
    app.add_option("--limit", options->limit, "How many of the newest to show (default: 20)")
        .type_name("N");
    add_as_of_option(app, options->common);
    add_json_option(app, options->common);
    app.footer(
        "Every message ever considered: what was said to whom, or why it was not, as it stood at\n"
        "--as-of. Times are UTC. With --json all of them, unless --limit is given; the counts are\n"
        "always of all.");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
