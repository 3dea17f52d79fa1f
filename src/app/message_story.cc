#include "app/message_story.h"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "app/answers.h"
#include "base/time.h"
#include "engine/events.h"
#include "engine/outbox.h"
#include "outreach/plain_value.h"
#include "outreach/reasons.h"
#include "record/engagement.h"

namespace parcours::app {
namespace {

using Outcome = engine::AttemptEnded::Outcome;

bool waits(const engine::OutboxEntry& entry) {
    return entry.status == "waiting";
}

std::string_view result_words(Outcome outcome) {
    switch (outcome) {
        case Outcome::Accepted:
            return "taken";
        case Outcome::Refused:
            return "the provider refused it";
        case Outcome::Later:
            return "the provider could not be reached or was busy";
        case Outcome::Unknown:
            return "nobody knows whether the provider took it";
    }
    return {};
}

std::string_view result_cure(Outcome outcome, bool waiting) {
    switch (outcome) {
        case Outcome::Accepted:
            return {};
        case Outcome::Refused:
            return "Correct the address or the channel's settings, as the provider says.";
        case Outcome::Later:
            return waiting ? "Nothing where the provider comes back; else mend the channel's "
                             "settings in practice.yaml."
                           : "Mend the channel's settings in practice.yaml, or ask its provider.";
        case Outcome::Unknown:
            return "Ask the provider, or the patient: it is never sent again blindly.";
    }
    return {};
}

const engine::Attempted* find_attempt(const engine::OutboxEntry& entry, std::uint32_t number) {
    const auto found = std::ranges::find(entry.attempts, number, &engine::Attempted::number);
    return found == entry.attempts.end() ? nullptr : &*found;
}

/// Whether a later element says the same of the same channel.
bool is_last_on_channel(const engine::OutboxEntry& entry, const engine::Decided& decided) {
    return std::none_of(entry.decisions.begin() + (&decided - entry.decisions.data()) + 1,
                        entry.decisions.end(), [&](const engine::Decided& later) {
                            return later.decision.channel == decided.decision.channel;
                        });
}

void add_decisions(const engine::OutboxEntry& entry, std::vector<Hindrance>& out) {
    for (const engine::Decided& decided : entry.decisions) {
        const Decision& decision = decided.decision;
        const bool leaves = decision.outcome == Decision::Outcome::Send ||
                            decision.outcome == Decision::Outcome::Joined;
        if (leaves || !is_last_on_channel(entry, decided)) {
            continue;
        }
        for (const CheckResult& check : decision.checks) {
            const bool told = check.verdict == CheckResult::Verdict::Fail ||
                              (check.verdict == CheckResult::Verdict::Wait && waits(entry));
            if (!told) {
                continue;
            }
            const auto* const help = outreach::find_reason(check.reason);
            out.push_back({fmt::format("{}{}: {}", check.reason,
                                       decision.channel.empty() ? "" : " on " + decision.channel,
                                       check.detail),
                           help == nullptr ? std::string_view{} : help->cure});
        }
    }
}

void add_results(const engine::OutboxEntry& entry, std::vector<Hindrance>& out) {
    std::vector<std::string> told;
    for (auto ended = entry.results.rbegin(); ended != entry.results.rend(); ++ended) {
        const engine::Attempted* const attempt = find_attempt(entry, ended->number);
        if (attempt == nullptr || ended->outcome == Outcome::Accepted ||
            std::ranges::find(told, attempt->channel) != told.end()) {
            continue;
        }
        told.push_back(attempt->channel);
        std::string text =
            fmt::format("{} to {}, {}: {}", attempt->channel, outreach::plain_value(attempt->to),
                        short_time(ended->at), result_words(ended->outcome));
        if (!ended->detail.empty()) {
            text += fmt::format(": {}", one_line(ended->detail));
        }
        if (waits(entry) && !ended->final && ended->retry_at && *ended->retry_at > ended->at) {
            text += fmt::format("; it is tried again at {}", short_time(*ended->retry_at));
        }
        out.push_back({std::move(text), result_cure(ended->outcome, waits(entry))});
    }
}

void add_notices(const engine::OutboxEntry& entry, std::vector<Hindrance>& out) {
    for (const engine::Received& notice : entry.notices) {
        if (notice.status != "bounced" && notice.status != "failed") {
            continue;
        }
        out.push_back({fmt::format("{} at {}{}{}", notice.status, short_time(notice.at),
                                   notice.detail.empty() ? "" : ": ", one_line(notice.detail)),
                       notice.bad_address
                           ? std::string_view("Correct the phone number or e-mail address in the "
                                              "record.")
                           : std::string_view{}});
    }
}

}  // namespace

std::vector<Hindrance> hindrances(const engine::OutboxEntry& entry) {
    std::vector<Hindrance> out;
    add_decisions(entry, out);
    add_results(entry, out);
    add_notices(entry, out);
    return out;
}

std::string joining_words(const engine::OutboxEntry& entry) {
    if (entry.decisions.empty()) {
        return {};
    }
    const auto& checks = entry.decisions.back().decision.checks;
    const auto found = std::ranges::find(checks, "joining", &CheckResult::check);
    return found == checks.end() ? std::string() : found->detail;
}

Instant message_time(const engine::OutboxEntry& entry) {
    if (waits(entry)) {
        return entry.message.planned_at;
    }
    if (!entry.attempts.empty()) {
        return entry.attempts.back().at;
    }
    return entry.decisions.empty() ? entry.message.planned_at : entry.decisions.back().decision.at;
}

std::string_view result_name(Outcome outcome) {
    switch (outcome) {
        case Outcome::Accepted:
            return "accepted";
        case Outcome::Refused:
            return "refused";
        case Outcome::Later:
            return "later";
        case Outcome::Unknown:
            return "unknown";
    }
    return {};
}

}  // namespace parcours::app
