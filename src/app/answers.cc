#include "app/answers.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "app/message_story.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/imported_terminology.h"
#include "engine/journal.h"
#include "engine/outbox.h"
#include "engine/practice_versions.h"
#include "population/live_index.h"
#include "practice/nearest.h"
#include "record/engagement.h"

namespace parcours::app {
namespace {

Result<std::unique_ptr<engine::DataFolder>> open_folder(const CommonOptions& options,
                                                        engine::DataFolder::Mode mode) {
    auto folder = engine::DataFolder::open(options.data, mode);
    if (folder) {
        for (const auto& damage : (*folder)->damages()) {
            fmt::print(stderr, "parcours: warning: {}\n", damage.message);
        }
    }
    return folder;
}

/// Who reads before the first import has ended, or after it was cut off, must not take its 0 for an
/// answer.
void tell_if_still_empty(const std::string& path, const engine::DataFolder& folder) {
    if (folder.index()->person_count() != 0) {
        return;
    }
    long writer = 0;  // the lock holds the number of the process that has it, or had it last
    std::ifstream(path + "/lock") >> writer;
    const bool alive = writer > 0 && (::kill(static_cast<pid_t>(writer), 0) == 0 || errno == EPERM);
    if (alive && writer != ::getpid()) {
        fmt::print(stderr,
                   "parcours: note: no patient is in this data folder yet, and process {} writes "
                   "to it: what an import brings is seen once it has ended\n",
                   writer);
    } else if (folder.index()->fact_count() != 0) {
        fmt::print(
            stderr,
            "parcours: note: records are in this data folder, but no patient: if an import was "
            "cut off, run it again; if it brought no Patient resources, import them too\n");
    }
}

std::string_view verdict_name(CheckResult::Verdict verdict) {
    return verdict == CheckResult::Verdict::Pass   ? "pass"
           : verdict == CheckResult::Verdict::Wait ? "wait"
                                                   : "fail";
}

void write_decision(JsonWriter& json, const engine::Decided& decided) {
    const Decision& decision = decided.decision;
    json.begin_object()
        .member("at", format_instant(decision.at))
        .member("channel", decision.channel)
        .member("outcome", outcome_name(decision.outcome))
        .member("reason", decision.reason);
    if (decision.until) {
        json.member("until", format_instant(*decision.until));
    }
    if (!decision.joined.empty()) {
        json.key("joined").begin_array();
        for (const Digest& message : decision.joined) {
            json.value(message.to_hex());
        }
        json.end_array();
    }
    json.key("checks").begin_array();
    for (const CheckResult& check : decision.checks) {
        json.begin_object()
            .member("check", check.check)
            .member("verdict", verdict_name(check.verdict))
            .member("reason", check.reason)
            .member("detail", check.detail)
            .end_object();
    }
    json.end_array().end_object();
}

/// Each hand-off with what came of it.
void write_attempts(JsonWriter& json, const engine::OutboxEntry& entry) {
    json.key("attempts").begin_array();
    for (const engine::Attempted& attempt : entry.attempts) {
        json.begin_object()
            .member("number", attempt.number)
            .member("at", format_instant(attempt.at))
            .member("channel", attempt.channel)
            .member("to", attempt.to);
        const auto ended =
            std::ranges::find(entry.results, attempt.number, &engine::AttemptEnded::number);
        if (ended != entry.results.end()) {
            json.member("result", result_name(ended->outcome)).member("detail", ended->detail);
            if (ended->retry_at && !ended->final) {
                json.member("retry_at", format_instant(*ended->retry_at));
            }
        }
        json.end_object();
    }
    json.end_array();
}

}  // namespace

Result<std::unique_ptr<engine::DataFolder>> open_for_reading(const CommonOptions& options) {
    auto folder = open_folder(options, engine::DataFolder::Mode::Read);
    if (folder) {
        tell_if_still_empty(options.data, **folder);
    }
    return folder;
}

Result<std::shared_ptr<const engine::Clinic>> load_clinic_for_reading(
    const CommonOptions& options, const engine::DataFolder& folder) {
    return engine::load_clinic(folder.store(), options.practice, engine::ClinicUse::Read,
                               engine::PracticeChoice::Named, engine::imported_terminology(folder));
}

Result<OpenClinic> open_clinic(const CommonOptions& options, Instant until) {
    auto folder = open_for_reading(options);
    if (!folder) {
        return pass_on(folder);
    }
    auto clinic = load_clinic_for_reading(options, **folder);
    if (!clinic) {
        return pass_on(clinic);
    }
    OpenClinic out{*std::move(folder), *std::move(clinic), {}};
    std::vector<engine::Damage> damages;  // told where the folder was opened
    if (const auto replayed = engine::replay(*out.folder, out.ledger, damages, until); !replayed) {
        return pass_on(replayed);
    }
    return out;
}

Result<std::unique_ptr<engine::DataFolder>> open_for_writing(const CommonOptions& options) {
    return open_folder(options, engine::DataFolder::Mode::Write);
}

Result<population::PatientNumber> find_patient(const population::LiveIndex& index,
                                               std::string_view id) {
    if (id.starts_with("Patient/")) {
        id.remove_prefix(std::string_view("Patient/").size());
    }
    std::vector<population::PatientNumber> found = index.find_patients(id);
    std::erase_if(found, [&index](population::PatientNumber number) {
        return index.patients().position[number] == 0;
    });
    if (found.empty()) {
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no patient \"{}\" in this data folder; give the id of a "
                                "Patient resource",
                                id));
    }
    if (found.size() > 1) {
        return fail(
            ErrorCode::Conflict,
            fmt::format("several feeds know a patient \"{}\"; name the feed as in \"{}/{}\"", id,
                        index.patients().source_name(found.front()), id));
    }
    return found.front();
}

void write_outbox_entry(JsonWriter& json, const engine::OutboxEntry& entry) {
    const Message& message = entry.message;
    json.begin_object()
        .member("id", message.id.to_hex())
        .member("patient", entry.patient_id)
        .member("campaign", message.campaign)
        .member("step", message.step)
        .member("content", message.content)
        .member("status", entry.status)
        .member("reason", entry.reason)
        .member("detail", entry.detail)
        .member("planned", format_instant(message.planned_at))
        .member("held", entry.held);
    if (entry.until) {
        json.member("until", format_instant(*entry.until));
    }
    if (!entry.attempts.empty()) {
        const engine::Attempted& attempt = entry.attempts.back();
        json.member("at", format_instant(attempt.at))
            .member("channel", attempt.channel)
            .member("adapter", attempt.adapter)
            .member("to", attempt.to)
            .member("to_whom", attempt.to_whom)
            .member("language", attempt.language)
            .member("subject", attempt.subject)
            .member("text", attempt.text);
    }
    write_attempts(json, entry);
    json.key("decisions").begin_array();
    for (const engine::Decided& decided : entry.decisions) {
        write_decision(json, decided);
    }
    json.end_array().end_object();
}

std::string short_time(Instant instant) {
    std::string text = format_instant(instant).substr(0, 16);
    text[10] = ' ';
    return text + " UTC";
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view several) {
    return fmt::format("{} {}", grouped(count),
                       count == 1        ? std::string(one)
                       : several.empty() ? std::string(one) + "s"
                                         : std::string(several));
}

std::string one_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool blank = byte <= 0x20 || byte == 0x7f;
        if (!blank) {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::string shell_word(const std::string& word) {
    const bool plain = !word.empty() && std::ranges::all_of(word, [](char c) {
        return (std::isalnum(static_cast<unsigned char>(c)) != 0) ||
               std::string_view("_-./:=+,@").find(c) != std::string_view::npos;
    });
    if (plain) {
        return word;
    }
    std::string quoted = "'";
    for (const char c : word) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

Result<> must_be_one_of(std::string_view option, std::string_view given,
                        const std::vector<std::string>& known) {
    if (std::ranges::find(known, given) != known.end()) {
        return {};
    }
    return fail(ErrorCode::Usage, fmt::format("{} \"{}\" is unknown{}", option, given,
                                              practice::suggest(given, known)));
}

}  // namespace parcours::app
